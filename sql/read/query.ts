import { Client, Pool, type ClientConfig, type CustomTypesConfig } from 'pg';
import type { Database } from '../database.ts';
import { SetupError } from '../server/setup-error.ts';

/** A value as it comes back: whole numbers exact (a bigint beyond 2^53), ids and addresses as text. */
export type Value = string | number | bigint | boolean | null;

export interface Column {
  readonly name: string;
  /** `timestamp`, `uuid`, `short`, `int`, `long`, `double`, `boolean`, `varchar`, `char`, or `oid N`. */
  readonly type: string;
}

export interface QueryResult {
  readonly columns: readonly Column[];
  readonly rows: readonly Readonly<Record<string, Value>>[];
}

export interface QueryOptions {
  /** Log in as the user that can only read. */
  readonly asAnalyst?: boolean;
  /** Timestamps as ISO 8601 text with six decimals (default), or as whole epoch µs. */
  readonly times?: 'iso' | 'micros';
  /** The server stops a statement that runs longer; default 60 s. */
  readonly timeoutMs?: number;
}

/** A parameter of a statement; a number is whole µs where it meets a timestamp. */
export type Parameter = string | number | bigint | boolean | null;

/** A few open connections for a process that asks often. */
export interface Reader {
  query(text: string, parameters?: readonly Parameter[]): Promise<QueryResult>;
  close(): Promise<void>;
}

const CONNECT_MS = 10_000;
const STATEMENT_MS = 60_000;
const MOST_CONNECTIONS = 4;

const TYPES: Readonly<Record<number, string>> = {
  16: 'boolean', 18: 'char', 20: 'long', 21: 'short', 23: 'int', 700: 'float', 701: 'double', 1042: 'char', 1043: 'varchar',
  1114: 'timestamp', 1184: 'timestamp', 2950: 'uuid',
};

const wholeNumber = (text: string): number | bigint => {
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : BigInt(text);
};

/** Epoch µs of a timestamp as the server prints it, `2026-11-23 10:00:00.123456` in UTC. */
const microsOf = (text: string): number => {
  const [seconds = '', fraction = ''] = text.replace(' ', 'T').replace(/Z$/, '').split('.');
  return Date.parse(`${seconds}Z`) * 1000 + Number(fraction.slice(0, 6).padEnd(6, '0'));
};

const isoOf = (text: string): string => {
  const iso = text.replace(' ', 'T');
  return iso.endsWith('Z') ? iso : `${iso}Z`;
};

const parserOf = (oid: number, times: 'iso' | 'micros') => (text: string): Value => {
  switch (TYPES[oid] ?? '') {
    case 'long': case 'int': case 'short': return wholeNumber(text);
    case 'double': case 'float': return Number(text);
    case 'boolean': return text === 't' || text === 'true';
    case 'timestamp': return times === 'micros' ? microsOf(text) : isoOf(text);
    default: return text;
  }
};

const configOf = (database: Database, { asAnalyst = false, times = 'iso', timeoutMs = STATEMENT_MS }: QueryOptions): ClientConfig => {
  const { host, port, user, password, database: name } = asAnalyst ? database.analyst : database.admin;
  return {
    host, port, user, password, database: name,
    connectionTimeoutMillis: CONNECT_MS,
    // SET statement_timeout is accepted and ignored; only the option at login works.
    options: `-c statement_timeout=${timeoutMs}`,
    types: { getTypeParser: ((oid: number) => parserOf(oid, times)) as CustomTypesConfig['getTypeParser'] },
  };
};

const run = async (client: Client | Pool, text: string, parameters: readonly Parameter[]): Promise<QueryResult> => {
  const result = await client.query<Record<string, Value>>({ text, values: [...parameters] });
  return {
    columns: (result.fields ?? []).map(({ name, dataTypeID }) => ({ name, type: TYPES[dataTypeID] ?? `oid ${dataTypeID}` })),
    rows: result.rows ?? [],
  };
};

/** Opens up to four connections as they are needed. */
export const reader = (database: Database, options: QueryOptions = {}): Reader => {
  const pool = new Pool({ ...configOf(database, options), max: MOST_CONNECTIONS });
  // A connection that breaks while idle is replaced at the next query, which reports what is wrong if it still is.
  pool.on('error', () => undefined);
  return {
    query: (text, parameters = []) => run(pool, text, parameters),
    close: () => pool.end(),
  };
};

/** What QuestDB says of a statement that it stopped, only in words (the code is 00000), and what to do then. */
const STOPPED: readonly (readonly [said: RegExp, found: string, todo: string])[] = [
  [/timeout, query aborted .*timeout=(\d+)ms/, 'the statement was stopped after $1 ms: it reads too much at once',
    `give a window where the default is not enough (DECLARE @from := '…', @to := '…' SELECT … FROM call_graph), read tables with WHERE ts IN '2026-11-23T20' and long stretches from edge_1h, operation_1h or bi_edges`],
  [/RSS memory limit exceeded/, 'the statement was stopped because it needs more memory than the server may take',
    'sort or group fewer rows: a window by ts first, fewer columns in GROUP BY, ORDER BY with a LIMIT'],
];

/** The error of a statement, with what to do where QuestDB stopped it. */
const advised = (error: unknown): unknown => {
  if (!(error instanceof Error)) return error;
  for (const [said, found, todo] of STOPPED) {
    const match = said.exec(error.message);
    if (match !== null) return new SetupError(found.replace('$1', match[1] ?? ''), todo, { cause: error });
  }
  return error;
};

/** Runs one statement over a connection of its own; `SetupError` says what to do where the server stopped it. */
export const query = async (
  database: Database, text: string, parameters: readonly Parameter[] = [], options: QueryOptions = {},
): Promise<QueryResult> => {
  const client = new Client(configOf(database, options));
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await run(client, text, parameters);
  } catch (error) {
    throw advised(error);
  } finally {
    await client.end();
  }
};
