import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { SetupError } from './setup-error.ts';

/** Command line of a process, arguments separated by spaces; null where it is gone or the system does not show it. */
export const commandLine = (pid: number): string | null => {
  try {
    const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    return line === '' ? null : line;
  } catch {
    return null;  // gone, or a system without /proc
  }
};

const LISTENING = '0A';

/** Process that listens on a TCP port, as far as this user may see (Linux). */
export const holderOf = (port: number): number | null => {
  try {
    const wanted = port.toString(16).toUpperCase().padStart(4, '0');
    const inodes = ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((file) => readFileSync(file, 'utf8').split('\n').slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter((field) => field[1]?.endsWith(`:${wanted}`) === true && field[3] === LISTENING)
      .map((field) => `socket:[${field[9]}]`));
    if (inodes.length === 0) return null;
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      if (holdsAny(pid, inodes)) return Number(pid);
    }
  } catch {
    return null;  // a system without /proc
  }
  return null;
};

const holdsAny = (pid: string, inodes: readonly string[]): boolean => {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => {
      try { return inodes.includes(readlinkSync(`/proc/${pid}/fd/${fd}`)); } catch { return false; }
    });
  } catch {
    return false;  // another user's process, or one that has just ended
  }
};

/** Rejects with `SetupError` where a loopback port cannot be listened on, naming the process that holds it where that can be seen. */
export const requireFreePort = (port: number, what: string): Promise<void> => new Promise((resolve, reject) => {
  const probe = createServer();
  probe.once('error', (error) => {
    const holder = holderOf(port);
    const who = holder === null ? '' : ` by process ${holder} (${(commandLine(holder) ?? 'unknown').slice(0, 120)})`;
    const taken = 'code' in error && error.code === 'EADDRINUSE';
    reject(new SetupError(taken ? `port ${port} for ${what} is taken${who}` : `port ${port} for ${what} cannot be used: ${error.message}`,
      'stop what holds it, or choose other ports with --port', { cause: error }));
  });
  probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => { probe.close(() => { resolve(); }); });
});
