import { join } from 'node:path';
import { dockerAnswers, dockerLaunch } from './docker.ts';
import { questDbJar } from './jar.ts';
import { findJava, type Java } from './java.ts';
import { settings, type Launch, type LaunchOptions } from './launch.ts';
import { SetupError } from './setup-error.ts';

const flags = ({ heapMb, quickStart, root }: LaunchOptions, java: Java, jar: string): readonly string[] => [
  '-DQuestDB-Runtime-66535', '-Dcontainerized=false', '-Xms32m', `-Xmx${heapMb}m`, '-XX:+UseSerialGC',
  ...(quickStart ? ['-XX:TieredStopAtLevel=1'] : []),
  // Java 24 warns about both and a later one will refuse; 17 does not know them.
  ...(java.version >= 24 ? ['--sun-misc-unsafe-memory-access=allow', '--enable-native-access=io.questdb'] : []),
  '--add-opens=java.base/java.lang=io.questdb', '--add-opens=java.base/java.lang.reflect=io.questdb',
  '--add-opens=java.base/java.nio=io.questdb', '--add-opens=java.base/java.time.zone=io.questdb',
  '--add-exports=java.base/jdk.internal.vm=io.questdb',
  '-p', jar, '-m', 'io.questdb/io.questdb.ServerMain', '-d', join(root, 'questdb'),
];

const javaLaunch = async (options: LaunchOptions): Promise<Launch> => {
  const { cacheDir, log, env, signal, httpPort, pgPort, healthPort } = options;
  const java = await findJava(options.java, env);
  const jar = await questDbJar({
    cacheDir, log, env, ...(options.jar === undefined ? {} : { jar: options.jar }), ...(signal === undefined ? {} : { signal }),
  });
  const local = (port: number): string => `127.0.0.1:${port}`;
  return {
    how: `Java ${java.version}`,
    command: java.path,
    args: flags(options, java, jar),
    env: { ...env, ...settings(options, { http: local(httpPort), health: local(healthPort), pg: local(pgPort) }) },
    stop: (child) => { child.kill('SIGTERM'); },
    kill: (child) => { child.kill('SIGKILL'); },
  };
};

/**
 * Finds a way to run QuestDB: with Java and the jar, else in a container. A Java or a jar that was named is not replaced by a container.
 * Throws `SetupError` that names all ways where there is none.
 */
export const findLaunch = async (options: LaunchOptions): Promise<Launch> => {
  try {
    return await javaLaunch(options);
  } catch (error) {
    if (!(error instanceof SetupError) || options.java !== undefined || options.jar !== undefined) throw error;
    if (await dockerAnswers(options.env)) {
      options.log(`${error.found}; using Docker instead`);
      return dockerLaunch(options);
    }
    throw new SetupError(`no way to run QuestDB here: ${error.found}; and no docker on the PATH answers`,
      'one of three: (1) install Java 17 or newer and Maven (Debian: apt install openjdk-17-jre-headless maven); (2) install Docker and see that '
      + '`docker version` shows a server; (3) use a running QuestDB with --questdb http://host:9000', { cause: error });
  }
};
