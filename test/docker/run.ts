import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';

export const COMMAND = fileURLToPath(new URL('../../docker/tapgraph.mjs', import.meta.url));
export const BOOKINFO = fileURLToPath(new URL('../captures/apps/bookinfo.pcap.gz', import.meta.url));
export const BOOKINFO_NAMES = fileURLToPath(new URL('../captures/apps/bookinfo.names', import.meta.url));
/** By the truth recorded with the capture. */
export const BOOKINFO_EXCHANGES = 2270;

/** What a command printed and how it ended. */
export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface Started {
  readonly child: ChildProcessWithoutNullStreams;
  /** Resolves when the text printed so far (both streams) matches; rejects with it when the command ends before. */
  until(text: RegExp): Promise<string>;
  readonly ended: Promise<Ran>;
}

/** Starts `tapgraph ARGS…` as its users do. */
export const start = (...args: readonly string[]): Started => {
  const child = spawn(process.execPath, [COMMAND, ...args], { stdio: 'pipe' });
  let out = '';
  let err = '';
  child.stdout.on('data', (text) => { out += String(text); });
  child.stderr.on('data', (text) => { err += String(text); });
  // A command that was killed leaves what was written to it unread.
  child.stdin.on('error', () => {});
  const ended = once(child, 'close').then(([code]): Ran => ({ code: typeof code === 'number' ? code : null, out, err }));
  const until = (text: RegExp): Promise<string> => new Promise((resolve, reject) => {
    const look = (): void => { if (text.test(out + err)) resolve(out + err); };
    child.stdout.on('data', look);
    child.stderr.on('data', look);
    void ended.finally(() => { reject(new Error(`ended before ${text}:\n${out}${err}`)); });
    look();
  });
  return { child, until, ended };
};

/** Runs `tapgraph ARGS…` to its end. */
export const tapgraph = (...args: readonly string[]): Promise<Ran> => {
  const { child, ended } = start(...args);
  child.stdin.end();
  return ended;
};

const isFree = (port: number): Promise<boolean> => new Promise((resolve) => {
  const probe = createServer();
  probe.once('error', () => { resolve(false); });
  probe.listen(port, '127.0.0.1', () => { probe.close(() => { resolve(true); }); });
});

/** The first of `count` free ports in a row. */
export const freePorts = async (count: number): Promise<number> => {
  for (let base = 23_000 + (process.pid % 500) * 10; base < 32_000; base += count) {
    const free = await Promise.all(Array.from({ length: count }, (_, at) => isFree(base + at)));
    if (free.every(Boolean)) return base;
  }
  throw new Error('no free ports');
};
