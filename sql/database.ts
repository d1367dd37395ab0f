import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** One way to log in over the PostgreSQL wire. */
export interface PgAddress {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

/** How any process reaches the QuestDB that the line shares; plain data, so that it can be kept in a file. */
export interface Database {
  /** Base URL of the HTTP port, without a slash at its end and without credentials. */
  readonly http: string;
  /** null = the HTTP port asks for no login. */
  readonly httpUser: string | null;
  readonly httpPassword: string | null;
  /** Further settings of the HTTP port, in the official client's words: `tls_verify=unsafe_off;token=…;`. */
  readonly client?: string;
  /** May write. */
  readonly admin: PgAddress;
  /** May only read; what analysts and dashboards use. */
  readonly analyst: PgAddress;
}

const FILE = 'database.json';

/** Remembers a database in a data folder, readable by its owner alone: the file holds passwords. */
export const writeDatabase = (dataDir: string, database: Database): void => {
  mkdirSync(dataDir, { recursive: true });
  const part = join(dataDir, `${FILE}.${process.pid}.part`);
  writeFileSync(part, `${JSON.stringify(database, null, 2)}\n`, { mode: 0o600 });
  renameSync(part, join(dataDir, FILE));
};

/** The database that a data folder remembers; null where none was ever started from it. */
export const readDatabase = (dataDir: string): Database | null => {
  let text: string;
  try {
    text = readFileSync(join(dataDir, FILE), 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
  return JSON.parse(text) as Database;
};
