import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join, resolve as absolute } from 'node:path';
import { SetupError } from './setup-error.ts';
import { OLDEST_TRIED } from './version.ts';

export interface JarOptions {
  /** Use this jar and fetch nothing. */
  readonly jar?: string;
  /** Folder that keeps the fetched jar. */
  readonly cacheDir: string;
  readonly log: (line: string) => void;
  readonly signal?: AbortSignal;
  readonly env?: NodeJS.ProcessEnv;
}

const NAME = `questdb-${OLDEST_TRIED}.jar`;
const COPY = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy';
const LAST_LINES = 8;

/** The absolute path of the QuestDB jar, which starts in another folder: the one given, the one kept from an earlier start, else fetched once with Maven. Throws `SetupError`. */
export const questDbJar = async ({ jar, cacheDir, log, signal, env = process.env }: JarOptions): Promise<string> => {
  if (jar !== undefined) {
    if (existsSync(jar)) return absolute(jar);
    throw new SetupError(`there is no jar at ${jar}`, 'correct the path, or leave it out to have the jar fetched with Maven');
  }
  const kept = join(cacheDir, NAME);
  if (existsSync(kept)) return kept;
  const part = join(cacheDir, `fetch.${process.pid}`);
  try {
    mkdirSync(part, { recursive: true });
  } catch (error) {
    throw new SetupError(`cannot write to ${cacheDir}: ${error instanceof Error ? error.message : String(error)}`,
      'name a folder that this user may write to', { cause: error });
  }
  log(`fetching QuestDB ${OLDEST_TRIED} with Maven (30 MB, once)`);
  try {
    await maven([`-B`, `-ntp`, COPY, `-Dartifact=org.questdb:questdb:${OLDEST_TRIED}`, `-DoutputDirectory=${part}`], part, env, signal);
    const fetched = readdirSync(part).find((name) => name === NAME && statSync(join(part, name)).size > 0);
    if (fetched === undefined) throw new SetupError(`Maven reported success but left no ${NAME}`, 'fetch org.questdb:questdb by hand and name the jar');
    renameSync(join(part, fetched), kept);
  } finally {
    rmSync(part, { recursive: true, force: true });
  }
  return kept;
};

const maven = (args: readonly string[], cwd: string, env: NodeJS.ProcessEnv, signal: AbortSignal | undefined): Promise<void> =>
  new Promise((resolve, reject) => {
    const child = spawn('mvn', args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], ...(signal === undefined ? {} : { signal }) });
    const lines: string[] = [];
    const keep = (chunk: Buffer): void => {
      lines.push(...chunk.toString().split('\n').filter((line) => line.trim() !== ''));
      lines.splice(0, Math.max(0, lines.length - LAST_LINES));
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.once('error', (error) => {
      if ('code' in error && error.code === 'ENOENT') {
        reject(new SetupError(`QuestDB ${OLDEST_TRIED} has to be fetched and there is no Maven on the PATH`,
          'install it (Debian: apt install maven), or name a jar that you have, or use a running QuestDB with --questdb http://host:9000', { cause: error }));
      } else reject(error);
    });
    child.once('close', (code) => {
      if (code === 0) resolve();
      else reject(new SetupError(`Maven could not fetch org.questdb:questdb:${OLDEST_TRIED}:\n  ${lines.join('\n  ')}`,
        'check the network and ~/.m2/settings.xml, or name a jar that you have'));
    });
  });
