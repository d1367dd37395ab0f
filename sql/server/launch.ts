import type { ChildProcess } from 'node:child_process';

/** What a QuestDB is started with, whichever way. */
export interface LaunchOptions {
  /** Real path of the data folder. */
  readonly root: string;
  readonly httpPort: number;
  readonly pgPort: number;
  readonly healthPort: number;
  readonly heapMb: number;
  readonly quickStart: boolean;
  readonly jar?: string;
  readonly java?: string;
  readonly cacheDir: string;
  readonly passwords: { readonly admin: string; readonly analyst: string };
  readonly log: (line: string) => void;
  readonly signal?: AbortSignal;
  readonly env: NodeJS.ProcessEnv;
}

/** The command that runs QuestDB in the foreground. */
export interface Launch {
  /** For the log: `Java 17`. */
  readonly how: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Asks it to end; called once. */
  readonly stop: (child: ChildProcess) => void;
  /** Ends it by force, when it did not. */
  readonly kill: (child: ChildProcess) => void;
}

/** Settings by environment; the addresses are those that the server binds to. */
export const settings = (
  { passwords: { admin, analyst } }: LaunchOptions, at: { readonly http: string; readonly health: string; readonly pg: string },
): Readonly<Record<string, string>> => ({
  QDB_HTTP_BIND_TO: at.http, QDB_HTTP_MIN_NET_BIND_TO: at.health, QDB_PG_NET_BIND_TO: at.pg,
  QDB_HTTP_USER: 'admin', QDB_HTTP_PASSWORD: admin, QDB_PG_USER: 'admin', QDB_PG_PASSWORD: admin,
  QDB_PG_READONLY_USER_ENABLED: 'true', QDB_PG_READONLY_USER: 'analyst', QDB_PG_READONLY_PASSWORD: analyst,
  QDB_LINE_TCP_ENABLED: 'false', QDB_LINE_AUTO_CREATE_NEW_TABLES: 'false', QDB_LINE_AUTO_CREATE_NEW_COLUMNS: 'false',
  QDB_TELEMETRY_ENABLED: 'false',
  // A line when a statement begins, beside the one when it ends.
  QDB_LOG_SQL_QUERY_PROGRESS_EXE: 'false',
  // What a compiler of statements sets aside at once: by default some 18 MB each, and a few readers at a time need a dozen. They grow as they must.
  QDB_CAIRO_MODEL_POOL_CAPACITY: '64', QDB_CAIRO_EXPRESSION_POOL_CAPACITY: '512', QDB_CAIRO_COLUMN_POOL_CAPACITY: '256', QDB_CAIRO_LEXER_POOL_CAPACITY: '256',
  // Ends a statement, not the server and not the machine: what takes longer than a minute, or memory (not heap) beyond half of the machine's, is stopped with a message.
  QDB_QUERY_TIMEOUT: '60s', QDB_RAM_USAGE_LIMIT_PERCENT: '50',
  // Looks for work so many times before it sleeps for a millisecond at a time: by default 7,000 times, some 10 ms of CPU a worker after every statement.
  QDB_SHARED_WORKER_NAP_THRESHOLD: '200',
  // Compiled for eight values at a time (on), 9.3.4 gets the product of two constants in a filter wrong: `WHERE duration_us <= 5 * 1000`.
  QDB_CAIRO_SQL_JIT_MODE: 'scalar',
  // Fills the timestamps of wal_transactions(), which tell which stretch of time a commit touched; counts only for tables made after it.
  QDB_CAIRO_DEFAULT_SEQUENCER_PART_TXN_COUNT: '5000',
});
