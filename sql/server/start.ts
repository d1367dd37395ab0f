import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { accessSync, constants, mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { join, resolve as absolute } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { writeDatabase, type Database } from '../database.ts';
import { forgetChild, rememberChild, stopOrphan } from './earlier.ts';
import { findLaunch } from './find-launch.ts';
import { requireFreePort } from './port.ts';
import { SetupError } from './setup-error.ts';

export interface StartOptions {
  /** Folder for everything that the database keeps: `questdb/` (its data), `database.json` and the logins. */
  readonly dataDir: string;
  readonly httpPort: number;
  readonly pgPort: number;
  readonly healthPort: number;
  /** Java heap, MB; default 512. */
  readonly heapMb?: number;
  /** Use this jar instead of fetching one. */
  readonly jar?: string;
  /** Folder that keeps the fetched jar; default `dataDir/lib`. */
  readonly cacheDir?: string;
  /** Use this Java. */
  readonly java?: string;
  /** Compile with the quick compiler only: half the start-up CPU, slower under load. For tests. */
  readonly quickStart?: boolean;
  /** Most milliseconds until the first SELECT; default 120 s, because a loaded machine needs up to 50. */
  readonly startMs?: number;
  readonly log: (line: string) => void;
  readonly signal?: AbortSignal;
  readonly env?: NodeJS.ProcessEnv;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: string | null;
  /** The last lines that it printed. */
  readonly lastLines: readonly string[];
}

export interface QuestDbServer {
  readonly database: Database;
  /** Of the Java process, or of the `docker run` that the container hangs on. */
  readonly pid: number;
  /** As the server says it: `9.3.4`. */
  readonly version: string;
  /** Ends it cleanly; at the latest after 25 s by force. May be called twice. */
  stop(): Promise<void>;
  /** Resolves when the process is gone, for whatever reason. */
  readonly exited: Promise<Exit>;
}

const START_MS = 120_000;
/** Longer than a container is given. */
const STOP_MS = 25_000;
const POLL_MS = 150;
const LAST_LINES = 20;

interface Logins {
  readonly admin: string;
  readonly analyst: string;
}

const logins = (root: string): Logins => {
  const file = join(root, 'logins.json');
  const fresh: Logins = { admin: randomBytes(18).toString('base64url'), analyst: randomBytes(18).toString('base64url') };
  try {
    writeFileSync(file, JSON.stringify(fresh), { mode: 0o600, flag: 'wx' });
    return fresh;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    return JSON.parse(readFileSync(file, 'utf8')) as Logins;
  }
};

const prepareFolder = (dataDir: string): string => {
  try {
    mkdirSync(join(dataDir, 'questdb'), { recursive: true });
    accessSync(dataDir, constants.W_OK);
    accessSync(join(dataDir, 'questdb'), constants.W_OK);
    logins(dataDir);
  } catch (error) {
    const full = error instanceof Error && 'code' in error && error.code === 'ENOSPC';
    throw new SetupError(`the data folder ${absolute(dataDir)} cannot be written: ${error instanceof Error ? error.message : String(error)}`,
      full ? 'free some disk space, or choose a folder on another disk with --data' : 'choose a folder that this user may write to with --data', { cause: error });
  }
  return realpathSync(dataDir);
};

/**
 * Starts QuestDB as a child (a Java process, else a container) on loopback, waits until it answers, and remembers it in
 * `dataDir/database.json`. Throws `SetupError`.
 */
export const startQuestDb = async (options: StartOptions): Promise<QuestDbServer> => {
  const { log, signal, env = process.env } = options;
  signal?.throwIfAborted();
  const root = prepareFolder(options.dataDir);
  await stopOrphan(root, log);
  await requireFreePort(options.httpPort, 'QuestDB\'s HTTP');
  await requireFreePort(options.pgPort, 'QuestDB\'s PostgreSQL wire');
  await requireFreePort(options.healthPort, 'QuestDB\'s health');
  const secrets = logins(root);
  const pg = { host: '127.0.0.1', port: options.pgPort, database: 'qdb' };
  const database: Database = {
    http: `http://127.0.0.1:${options.httpPort}`, httpUser: 'admin', httpPassword: secrets.admin,
    admin: { ...pg, user: 'admin', password: secrets.admin }, analyst: { ...pg, user: 'analyst', password: secrets.analyst },
  };

  const launch = await findLaunch({
    ...options, root, env, passwords: secrets, heapMb: options.heapMb ?? 512, quickStart: options.quickStart ?? false,
    cacheDir: options.cacheDir ?? join(root, 'lib'),
  });
  log(`starting QuestDB with ${launch.how} on ${database.http}`);
  // Detached: a Ctrl-C in the terminal reaches us alone, and we stop it when the rows held are in.
  const child = spawn(launch.command, launch.args, { cwd: root, detached: true, stdio: ['ignore', 'pipe', 'pipe'], env: launch.env });
  const exited = watch(child);
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
    launch.stop(child);
    const forced = setTimeout(() => { launch.kill(child); }, STOP_MS);
    await exited;
    clearTimeout(forced);
  };
  try {
    if (child.pid !== undefined) rememberChild(root, child.pid);
    const version = await ready(database, exited, options.startMs ?? START_MS, signal);
    writeDatabase(root, database);
    const pid = child.pid ?? 0;
    return { database, pid, version, stop, exited: exited.then((exit) => { forgetChild(root, pid); return exit; }) };
  } catch (error) {
    await stop();
    forgetChild(root, child.pid ?? 0);
    throw error;
  }
};

const watch = (child: ChildProcess): Promise<Exit> => {
  const lastLines: string[] = [];
  const keep = (chunk: Buffer): void => {
    lastLines.push(...chunk.toString().split('\n').filter((line) => line.trim() !== ''));
    lastLines.splice(0, Math.max(0, lastLines.length - LAST_LINES));
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  return new Promise((resolve) => {
    child.once('error', (error) => { lastLines.push(error.message); resolve({ code: null, signal: null, lastLines }); });
    child.once('close', (code, signal) => { resolve({ code, signal, lastLines }); });
  });
};

const ready = async (database: Database, exited: Promise<Exit>, startMs: number, signal: AbortSignal | undefined): Promise<string> => {
  const waitOrExit = () => Promise.race([sleep(POLL_MS, null), exited]);
  const deadline = Date.now() + startMs;
  for (;;) {
    signal?.throwIfAborted();
    const version = await ask(database);
    if (version !== null) return version;
    if (Date.now() > deadline) {
      throw new SetupError(`QuestDB has not answered for ${Math.round(startMs / 1000)} s since its start`,
        'see its log in the data folder (questdb/log); a slower machine may need a second try');
    }
    const gone = await waitOrExit();
    if (gone !== null) throw died(gone);
  }
};

const died = ({ code, signal, lastLines }: Exit): SetupError => {
  const text = lastLines.join('\n  ');
  const full = /No space left on device|errno=28/.test(text);
  return new SetupError(`QuestDB ended during its start (${signal ?? `exit ${code}`}); its last lines:\n  ${text}`,
    full ? 'free some disk space, or choose a folder on another disk with --data' : 'mend what the lines say, or start with a fresh folder through --data');
};

/** The server's version once it answers over the PostgreSQL wire; its health port opens earlier. */
const ask = async ({ admin }: Database): Promise<string | null> => {
  const client = new Client({ ...admin, connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ build: string }>('SELECT build');
    return /QuestDB (\d[\w.-]*)/.exec(rows[0]?.build ?? '')?.[1] ?? 'unknown';
  } catch {
    return null;  // not up yet: the caller asks again until its deadline
  } finally {
    await client.end().catch(() => undefined);
  }
};
