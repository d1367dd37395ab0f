import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Body } from './body.ts';

/** A body on disk. */
export interface Spilled {
  readonly path: string;
  readonly rows: number;
  readonly bytes: number;
}

/** Bodies that memory has no room for, one file each, in a folder of this process; those of a process that died are found again. */
export interface Spill {
  /** Puts a body on disk; null where the limit is reached or the disk fails, and then it stays with the caller. */
  put(body: Body): Spilled | null;
  /** The body; null, and said, where the file is gone or cannot be read. */
  get(spilled: Spilled): Body | null;
  /** Held no longer; the file goes too, unless it could not be read. */
  remove(spilled: Spilled, isWritten: boolean): void;
  /** What dead processes left, oldest first; from now on it counts as this one's. */
  adopt(): readonly Spilled[];
  /** On disk now. */
  held(): { readonly rows: number; readonly bytes: number; readonly files: number };
  /** Removes the folder when nothing is in it. */
  close(): void;
}

export interface SpillOptions {
  /** Folder below which each writer has its own. */
  readonly dir: string;
  readonly maxBytes: number;
  readonly log?: (line: string) => void;
}

const FILE = /^\d{9}-(\d+)\.lines$/;
const FOLDER = /^(\d+)-\d+$/;

/** In a container the process started again often has the number of the one that died: then the folder is older than this process. */
const isAlive = (pid: number, folder: string): boolean => {
  if (pid === process.pid) return statSync(folder).birthtimeMs >= performance.timeOrigin;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
};

const said = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** The first folder of this process that nobody uses: a process may have several writers. */
const ownFolder = (dir: string): string => {
  for (let n = 0; ; n++) {
    const path = join(dir, `${process.pid}-${n}`);
    if (!existsSync(path)) return path;
  }
};

/**
 * Files hold rows as they go to the server and are readable by their owner alone. Each is written beside its place and renamed,
 * so a kill leaves it whole or not at all. Nothing is made on disk before the first body.
 */
export const spill = ({ dir, maxBytes, log = () => undefined }: SpillOptions): Spill => {
  let folder: string | null = null;
  let next = 0;
  let there: Spilled[] = [];
  let failed = false;
  let full = false;
  const bytesHeld = (): number => there.reduce((sum, { bytes }) => sum + bytes, 0);

  return {
    put: ({ bytes, rows }) => {
      if (bytesHeld() + bytes.length > maxBytes) {
        if (!full && maxBytes > 0) log(`the ${Math.floor(maxBytes / 2 ** 20)} MiB on disk for rows that QuestDB does not take are used up (${dir}); more stay in memory, and then reading waits`);
        full = true;
        return null;
      }
      full = false;
      try {
        if (folder === null) {
          mkdirSync(dir, { recursive: true, mode: 0o700 });
          folder = ownFolder(dir);
          mkdirSync(folder, { mode: 0o700 });
        }
        const path = join(folder, `${String(next++).padStart(9, '0')}-${rows}.lines`);
        writeFileSync(`${path}.part`, bytes, { mode: 0o600 });
        renameSync(`${path}.part`, path);
        const spilled = { path, rows, bytes: bytes.length };
        there.push(spilled);
        failed = false;
        return spilled;
      } catch (error) {
        if (!failed) log(`rows cannot be put on disk in ${dir} (${said(error)}); they stay in memory`);
        failed = true;
        return null;
      }
    },
    get: ({ path, rows }) => {
      try {
        return { bytes: readFileSync(path), rows };
      } catch (error) {
        log(`${rows} rows on disk cannot be read from ${path} (${said(error)})`);
        return null;
      }
    },
    remove: ({ path }, isWritten) => {
      if (isWritten) rmSync(path, { force: true });
      there = there.filter((spilled) => spilled.path !== path);
    },
    adopt: () => {
      const found: Spilled[] = [];
      for (const name of existsSync(dir) ? readdirSync(dir).toSorted() : []) {
        const pid = FOLDER.exec(name)?.[1];
        if (pid === undefined || isAlive(Number(pid), join(dir, name))) continue;
        for (const file of readdirSync(join(dir, name)).toSorted()) {
          const path = join(dir, name, file);
          const rows = FILE.exec(file)?.[1];
          if (rows === undefined) rmSync(path, { force: true });  // cut short: its rows were still in memory
          else found.push({ path, rows: Number(rows), bytes: statSync(path).size });
        }
        if (readdirSync(join(dir, name)).length === 0) rmdirSync(join(dir, name));
      }
      there.push(...found);
      return found;
    },
    held: () => ({ rows: there.reduce((sum, { rows }) => sum + rows, 0), bytes: bytesHeld(), files: there.length }),
    close: () => {
      if (folder === null || there.length > 0) return;
      rmSync(folder, { recursive: true, force: true });
      folder = null;
    },
  };
};
