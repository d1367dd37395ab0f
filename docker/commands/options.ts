import { InvalidArgumentError, Option } from 'commander';
import { micros, type Micros } from '../../sql/micros.ts';

/** Where a command finds the database; the same two flags everywhere. */
export interface StoreOptions {
  /** http://[user:password@]host:port of a running QuestDB, or a configuration string of its clients, http::addr=host:port;… */
  readonly questdb?: string;
  /** Its PostgreSQL port. */
  readonly pgPort?: number;
  /** Folder that holds what this installation keeps: database, addresses, salt. */
  readonly data: string;
}

export const questdbOption = (): Option =>
  new Option('--questdb <url>', 'use this running QuestDB instead of the one in the data folder: http://user:password@host:9000, or as QuestDB\'s clients write it, "http::addr=host:9000;username=user;password=password;"');

export const pgPortOption = (): Option =>
  new Option('--pg-port <n>', 'PostgreSQL port of the QuestDB named by --questdb; its logins come from QDB_PG_USER, QDB_PG_PASSWORD').argParser(wholeNumber(1, 65_535));

export const dataOption = (): Option =>
  new Option('--data <dir>', 'folder for the database and what else is kept').default('.tapgraph').env('TAPGRAPH_DATA');

export const tenantOption = (): Option =>
  new Option('--tenant <name>', 'whose traffic it is').default('default');

export const namesOption = (): Option =>
  new Option('--names <file>', 'names of addresses, a line each: ADDRESS|CIDR|ADDRESS:PORT SERVICE [tenant=NAME]');

export const noTokensOption = (): Option =>
  new Option('--no-tokens', 'do not read the values that flow from one exchange into others (kept as hashes for 12 hours): causes are then told by times and headers alone');

export const metricsOption = (): Option =>
  new Option('--metrics <port>', 'while captures are ingested, serve what decoding and writing count as Prometheus reads it, at http://127.0.0.1:PORT/metrics (0 = any free port)').argParser(wholeNumber(0, 65_535));

const MOST_THREADS = 64;

export const threadsOption = (): Option =>
  new Option('--threads <n>', 'decode with so many threads, which share the connections; rows and their order are the same. Pays for large captures on idle processors: each thread takes some time to start')
    .argParser(wholeNumber(1, MOST_THREADS)).default(1);

/** A whole number between bounds, or a usage error that says what is allowed. */
export const wholeNumber = (least: number, most: number) => (text: string): number => {
  const value = /^\d+$/.test(text) ? Number(text) : NaN;
  if (!Number.isInteger(value) || value < least || value > most) throw new InvalidArgumentError(`a whole number from ${least} to ${most} is wanted.`);
  return value;
};

/** A number between bounds. */
export const number = (least: number, most: number) => (text: string): number => {
  const value = Number(text);
  if (text.trim() === '' || !(value >= least && value <= most)) throw new InvalidArgumentError(`a number from ${least} to ${most} is wanted.`);
  return value;
};

/** A share between 0 and 1. */
export const share = (text: string): number => {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0 && value <= 1)) throw new InvalidArgumentError('a number from 0 to 1 is wanted.');
  return value;
};

/** A moment: ISO 8601 (UTC unless it says otherwise) or epoch seconds, ms or µs by its number of digits. */
export const moment = (text: string): Micros => {
  if (/^\d{9,17}$/.test(text)) {
    const scale = text.length <= 11 ? 1_000_000 : text.length <= 14 ? 1_000 : 1;
    return micros(Number(text) * scale);
  }
  const iso = /(Z|[+-]\d\d:?\d\d)$/i.test(text) || /^\d{4}-\d\d-\d\d$/.test(text) ? text : `${text}Z`;
  const ms = Date.parse(iso);
  if (Number.isNaN(ms)) throw new InvalidArgumentError('a time like 2026-11-23T10:00:00Z or epoch seconds, ms or µs is wanted.');
  const fraction = /[.,](\d+)/.exec(text)?.[1]?.slice(3, 6).padEnd(3, '0') ?? '0';
  return micros(ms * 1000 + Number(fraction));
};
