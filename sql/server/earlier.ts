import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { commandLine } from './port.ts';
import { SetupError } from './setup-error.ts';

/** Who runs a QuestDB on a data folder: the child, and the process that started it. */
interface Record {
  readonly pid: number;
  readonly parent: number;
  /** When the parent started, as the system counts it: tells it from a later process with the same number. */
  readonly parentStart: string;
}

const STOP_MS = 20_000;
const POLL_MS = 100;

/** Name of the container that runs QuestDB on a data folder. */
export const containerName = (root: string): string => `tapgraph-${createHash('sha256').update(root).digest('hex').slice(0, 12)}`;

const fileOf = (root: string): string => join(root, 'questdb.pid');

/** A process's start time in clock ticks; '' where the system does not show it, or it is dead and only not yet waited for. */
const startOf = (pid: number): string => {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ');
    return fields[0] === 'Z' ? '' : fields[19] ?? '';
  } catch {
    return '';  // gone, or a system without /proc
  }
};

export const rememberChild = (root: string, pid: number): void => {
  writeFileSync(fileOf(root), JSON.stringify({ pid, parent: process.pid, parentStart: startOf(process.pid) } satisfies Record));
};

export const forgetChild = (root: string, pid: number): void => {
  if (existsSync(fileOf(root)) && readRecord(root)?.pid === pid) rmSync(fileOf(root), { force: true });
};

const readRecord = (root: string): Record | null => {
  try {
    return JSON.parse(readFileSync(fileOf(root), 'utf8')) as Record;
  } catch {
    return null;  // never written, or cut short by a crash: then nothing is known of an earlier child
  }
};

/**
 * Stops a QuestDB whose starter was killed. One whose starter still lives is left alone: throws `SetupError`.
 */
export const stopOrphan = async (root: string, log: (line: string) => void): Promise<void> => {
  const record = readRecord(root);
  if (record === null) return;
  const parentLives = record.parentStart !== '' && startOf(record.parent) === record.parentStart;
  if (parentLives && isOurs(root, record.pid)) {
    throw new SetupError(`the data folder ${root} is in use: process ${record.parent} runs QuestDB on it (process ${record.pid})`,
      `stop process ${record.parent}, or choose another folder with --data`);
  }
  if (isOurs(root, record.pid)) log(`stopping QuestDB ${record.pid} that a killed tapgraph left behind`);
  await stopRecorded(root);
};

/** Stops the QuestDB that the data folder remembers, if the process with that number is one that runs on this folder. */
export const stopRecorded = async (root: string): Promise<void> => {
  const record = readRecord(root);
  if (record === null) return;
  if (isOurs(root, record.pid)) process.kill(record.pid, 'SIGTERM');
  for (let waited = 0; isOurs(root, record.pid); waited += POLL_MS) {
    if (waited === STOP_MS) process.kill(record.pid, 'SIGKILL');
    await sleep(POLL_MS);
  }
  rmSync(fileOf(root), { force: true });
};

const isOurs = (root: string, pid: number): boolean => {
  const line = commandLine(pid);
  if (line === null) return false;
  return (line.includes('io.questdb.ServerMain') && line.endsWith(` ${join(root, 'questdb')}`)) || line.includes(` run --rm --name ${containerName(root)} `);
};
