import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join, resolve as absolute } from 'node:path';
import { SetupError } from './setup-error.ts';

/** A Java that can run QuestDB. */
export interface Java {
  readonly path: string;
  /** Major version: 17, 25. */
  readonly version: number;
}

const OLDEST = 17;
/** Where Debian, Fedora, macOS, SDKMAN and plain archives put it; each holds one folder a version. */
const USUAL_PLACES = ['/usr/lib/jvm', '/usr/java', '/opt', '/opt/java', '/Library/Java/JavaVirtualMachines'];
const ASK_MS = 20_000;

const candidates = (given: string | undefined, env: NodeJS.ProcessEnv, usual: readonly string[]): readonly string[] => {
  // QuestDB starts in its data folder; a name without a folder is looked for on the PATH.
  if (given !== undefined) return [given.includes('/') ? absolute(given) : given];
  const home = env['JAVA_HOME'];
  const places = [...usual, ...(env['HOME'] === undefined ? [] : [join(env['HOME'], '.sdkman/candidates/java')])];
  return [
    ...(home === undefined || home === '' ? [] : [join(home, 'bin', 'java')]),
    'java',
    ...places.flatMap((place) => {
      try {
        // Folders and links to them; Debian keeps files there too.
        return readdirSync(place, { withFileTypes: true }).filter((entry) => !entry.isFile()).flatMap(({ name }) => [join(place, name, 'bin/java'), join(place, name, 'Contents/Home/bin/java')]);
      } catch {
        return [];  // the place does not exist on this machine
      }
    }),
  ];
};

const versionOf = (path: string, env: NodeJS.ProcessEnv): Promise<number | null> => new Promise((resolve) => {
  execFile(path, ['-version'], { env, timeout: ASK_MS }, (error, stdout, stderr) => {
    if (error !== null) { resolve(null); return; }
    // `"17.0.15"`, `"25"`, and up to Java 8 `"1.8.0_392"`.
    const [, major, minor] = /version "(\d+)(?:\.(\d+))?/.exec(stderr + stdout) ?? [];
    resolve(major === undefined ? null : Number(major === '1' ? minor : major));
  });
});

/** The first Java ≥ 17 among: the one given, JAVA_HOME, the PATH, the usual places. Throws `SetupError` that lists what was found. */
export const findJava = async (
  given?: string, env: NodeJS.ProcessEnv = process.env, usualPlaces: readonly string[] = USUAL_PLACES,
): Promise<Java> => {
  const old: string[] = [];
  for (const path of candidates(given, env, usualPlaces)) {
    const version = await versionOf(path, env);
    if (version === null) continue;
    if (version >= OLDEST) return { path, version };
    old.push(`Java ${version} (${path})`);
  }
  const todo = `install Java ${OLDEST} or newer (Debian: apt install openjdk-17-jre-headless) or set JAVA_HOME to one; or use a running QuestDB with --questdb http://host:9000`;
  if (old.length > 0) throw new SetupError(`QuestDB needs Java ${OLDEST} or newer; found only ${old.join(', ')}`, todo);
  if (given !== undefined) throw new SetupError(`${given} is not a Java that runs`, todo);
  throw new SetupError('no Java found: neither JAVA_HOME nor the PATH nor the usual places hold one that runs', todo);
};
