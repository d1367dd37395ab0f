import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readDatabase, type Database } from '../sql/database.ts';
import { query } from '../sql/read/query.ts';
import { attachDatabase } from '../sql/server/attach.ts';
import { Failure } from './failure.ts';
import { log } from './log.ts';
import type { StoreOptions } from './commands/options.ts';

/** The database that a command works on: the one named by --questdb, else the one that the data folder remembers. */
export const openStore = async ({ questdb, pgPort, data }: StoreOptions): Promise<Database> => {
  if (questdb !== undefined) return attachDatabase(questdb, { warn: log, ...(pgPort !== undefined && { pgPort }) });
  const database = readDatabase(data);
  if (database === null) {
    throw new Failure(`no database: none is running from the data folder ${data}`,
      'start one with `npx tapgraph up`, or name a running QuestDB with --questdb http://127.0.0.1:9000');
  }
  try {
    await query(database, 'SELECT 1');
  } catch (error) {
    throw new Failure(`the database that ${data} remembers does not answer at ${database.admin.host}:${database.admin.port} (${error instanceof Error ? error.message : String(error)})`,
      'start it with `npx tapgraph up`, or name a running QuestDB with --questdb http://127.0.0.1:9000', { cause: error });
  }
  return database;
};

/** The secret that keys the hashes of this installation, made at first use and readable by its owner alone. */
export const saltOf = (data: string): string => {
  const path = join(data, 'salt');
  mkdirSync(data, { recursive: true });
  try {
    writeFileSync(path, randomBytes(32).toString('hex'), { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) {
      throw new Failure(`cannot write ${path}: ${error instanceof Error ? error.message : String(error)}`,
        'give --data a folder that this user may write to', { cause: error });
    }
  }
  return readFileSync(path, 'utf8');
};
