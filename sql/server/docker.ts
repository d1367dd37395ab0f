import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { containerName } from './earlier.ts';
import { settings, type Launch, type LaunchOptions } from './launch.ts';
import { SetupError } from './setup-error.ts';
import { OLDEST_TRIED } from './version.ts';

const IMAGE = `questdb/questdb:${OLDEST_TRIED}`;
const ASK_MS = 20_000;
const PULL_MS = 900_000;
/** Before the container is ended by force. */
const STOP_S = 20;

interface Ran {
  readonly ok: boolean;
  readonly text: string;
}

const docker = (args: readonly string[], env: NodeJS.ProcessEnv, timeout: number, signal?: AbortSignal): Promise<Ran> => new Promise((resolve) => {
  execFile('docker', args, { env, timeout, ...(signal === undefined ? {} : { signal }) }, (error, stdout, stderr) => {
    resolve({ ok: error === null, text: `${stdout}${stderr}`.trim() });
  });
});

/** Whether there is a `docker` on the PATH whose engine answers. */
export const dockerAnswers = async (env: NodeJS.ProcessEnv): Promise<boolean> =>
  (await docker(['version', '--format', '{{.Server.Version}}'], env, ASK_MS)).ok;

/**
 * QuestDB in a container that is removed when it ends, its ports on loopback, its data in the data folder. Passwords travel in the
 * environment, not on the command line. A container that an earlier start on this folder left is removed first.
 */
export const dockerLaunch = async (options: LaunchOptions): Promise<Launch> => {
  const { root, httpPort, pgPort, healthPort, heapMb, env, log, signal } = options;
  if (!(await docker(['image', 'inspect', IMAGE], env, ASK_MS, signal)).ok) {
    log(`fetching the image ${IMAGE} (once)`);
    const pulled = await docker(['pull', IMAGE], env, PULL_MS, signal);
    signal?.throwIfAborted();
    if (!pulled.ok) {
      throw new SetupError(`Docker could not fetch ${IMAGE}:\n  ${pulled.text}`,
        'check the network and the registry, or install Java 17 and Maven, or use a running QuestDB with --questdb http://host:9000');
    }
  }
  const name = containerName(root);
  await docker(['rm', '--force', name], env, ASK_MS, signal);
  const inside = settings(options, { http: '0.0.0.0:9000', health: '0.0.0.0:9003', pg: '0.0.0.0:8812' });
  const set = { ...inside, JAVA_TOOL_OPTIONS: `-Xmx${heapMb}m` };
  const owner = process.getuid === undefined || process.getgid === undefined ? [] : ['--user', `${process.getuid()}:${process.getgid()}`];
  return {
    how: 'Docker',
    command: 'docker',
    args: [
      'run', '--rm', '--name', name, ...owner,
      '-p', `127.0.0.1:${httpPort}:9000`, '-p', `127.0.0.1:${pgPort}:8812`, '-p', `127.0.0.1:${healthPort}:9003`,
      '-v', `${join(root, 'questdb')}:/var/lib/questdb`, ...Object.keys(set).flatMap((key) => ['-e', key]), IMAGE,
    ],
    env: { ...env, ...set },
    stop: () => { void docker(['stop', '--time', String(STOP_S), name], env, (STOP_S + 10) * 1000); },
    kill: (child) => { void docker(['kill', name], env, ASK_MS).then(() => child.kill('SIGKILL')); },
  };
};
