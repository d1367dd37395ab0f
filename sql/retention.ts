import type { Database } from './database.ts';
import { fitting, partitionsOf } from './partitions.ts';
import { reader, type Reader } from './read/query.ts';
import { SetupError } from './server/setup-error.ts';

/** What may be given an end; the word after it is its partition, which an end is a multiple of. */
const PARTITIONS = {
  exchanges: 'DAY', exchange_tokens: 'HOUR', ingest_progress: 'DAY', capture_loss: 'DAY', spans: 'DAY', spans_lab: 'DAY', span_candidates: 'DAY',
  edge_1m: 'DAY', edge_1h: 'MONTH', operation_1m: 'DAY', operation_1h: 'MONTH', inference_runs: 'MONTH', inference_models: 'DAY', model_events: 'MONTH',
} as const;
const ROLLUPS: ReadonlySet<string> = new Set(['edge_1m', 'edge_1h', 'operation_1m', 'operation_1h']);

/** How long rows stay, by table or roll-up: `12h`, `7d`, `2w`, `6M`, `1y`, `20GB`, or `all`. What is not named stays as it was. */
export type Retention = { readonly [Name in keyof typeof PARTITIONS]?: string };

/** A number and its unit. */
const TIME = /^([1-9]\d{0,4})([hdwMy])$/;
const UNITS = { h: 'HOURS', d: 'DAYS', w: 'WEEKS', M: 'MONTHS', y: 'YEARS' } as const;
/** Units that are whole multiples of each partition. */
const FITTING = { HOUR: 'hdwMy', DAY: 'dwMy', MONTH: 'My' } as const;

/** The statement that sets one end. Throws `SetupError` for what is no such table or no such time. */
export const retentionStatement = (name: string, keep: string): string => {
  const partition = Object.hasOwn(PARTITIONS, name) ? PARTITIONS[name as keyof typeof PARTITIONS] : undefined;
  if (partition === undefined) {
    throw new SetupError(`retention cannot be set for ${name}`, `name one of: ${Object.keys(PARTITIONS).join(', ')}`);
  }
  const [, value, unit] = TIME.exec(keep === 'all' ? `1y` : keep) ?? [];
  if (value === undefined || unit === undefined || !FITTING[partition].includes(unit)) {
    throw new SetupError(`"${keep}" is no time that ${name} can be kept for: it lies in partitions of one ${partition.toLowerCase()}`,
      `write a number and one of ${FITTING[partition].split('').join(', ')}, as in "7${FITTING[partition][0]}", a size on disk as in "20GB", or "all"`);
  }
  // 0 means never, but is refused on partitions of a month, and has another meaning for values that flow (token-age.ts).
  const ttl = keep === 'all' ? (partition !== 'DAY' ? '1000 YEARS' : '0 DAYS') : `${value} ${UNITS[unit as keyof typeof UNITS]}`;
  return `ALTER ${ROLLUPS.has(name) ? 'MATERIALIZED VIEW' : 'TABLE'} ${name} SET TTL ${ttl}`;
};

const MS = { h: 3_600_000, d: 86_400_000, w: 604_800_000, M: 2_629_746_000, y: 31_556_952_000 } as const;

/** `7d` in milliseconds; null for what is no time. */
export const timeMs = (text: string): number | null => {
  const [, value, unit] = TIME.exec(text) ?? [];
  return value === undefined || unit === undefined ? null : Number(value) * MS[unit as keyof typeof MS];
};

const BYTES = { MB: 1e6, GB: 1e9, TB: 1e12 } as const;
const sizeBytes = (text: string): number | null => {
  const [, value, unit] = /^([1-9]\d{0,5})(MB|GB|TB)$/.exec(text) ?? [];
  return value === undefined || unit === undefined ? null : Number(value) * BYTES[unit as keyof typeof BYTES];
};

/**
 * The time that the rows within a size span now: QuestDB knows only time, and dropping partitions by hand would end the
 * roll-ups on them. Never less than one partition before the newest.
 */
const timeOfSize = async (db: Reader, name: string, bytes: number): Promise<string> => {
  retentionStatement(name, 'all');  // refuses an unknown name before it is in a query
  const partitions = await partitionsOf(db, name);
  const count = fitting(partitions, bytes);
  const [oldest, newest] = [partitions.at(-count), partitions.at(-1)];
  if (count === partitions.length || oldest === undefined || newest === undefined) return 'all';
  const partition = PARTITIONS[name as keyof typeof PARTITIONS];
  if (partition === 'MONTH') return `${Math.max(1, monthOf(newest.lastMs) - monthOf(oldest.firstMs))}M`;
  const unit = partition === 'HOUR' ? 'h' : 'd';
  return `${Math.max(1, Math.floor(newest.lastMs / MS[unit]) - Math.floor(oldest.firstMs / MS[unit]))}${unit}`;
};

const monthOf = (ms: number): number => new Date(ms).getUTCFullYear() * 12 + new Date(ms).getUTCMonth();

/** An end that was set, and of one given as a size: whether all fits into it now, so that nothing goes. */
export interface End {
  readonly name: string;
  /** As it was asked for. */
  readonly asked: string;
  /** `7d`, `all`. */
  readonly keep: string;
  readonly bySize: boolean;
}

/**
 * Sets how long rows are kept and resolves to the ends set, in the order asked; QuestDB drops whole partitions, with the next rows, and
 * counts back from the table's newest row, not from the clock: with an end set, a capture older than that is dropped as it comes in.
 * A size is turned into the time that it holds now, to be set again as traffic changes. Throws `SetupError`, and sets nothing, for what
 * cannot be set.
 */
export const setRetention = async (database: Database, retention: Retention): Promise<readonly End[]> => {
  const wanted = Object.entries(retention);
  for (const [name, keep] of wanted) retentionStatement(name, sizeBytes(keep) === null ? keep : 'all');
  const db = reader(database);
  try {
    const ends: End[] = [];
    for (const [name, asked] of wanted) {
      const bytes = sizeBytes(asked);
      ends.push({ name, asked, keep: bytes === null ? asked : await timeOfSize(db, name, bytes), bySize: bytes !== null });
    }
    for (const { name, keep } of ends) await db.query(retentionStatement(name, keep));
    return ends;
  } finally {
    await db.close();
  }
};

/** What an end means, for people. */
export const retentionText = ({ name, asked, keep, bySize }: End): string => {
  if (keep === 'all' && bySize) return `${name}: all that is there now fits into ${asked}, so nothing is dropped and no end is set; set it again as rows come in`;
  if (keep === 'all') return `${name}: everything stays`;
  const time = `what is more than ${keep} older than the newest row is dropped with the next rows`;
  return bySize ? `${name}: ${asked} hold ${keep} now; ${time}; set it again as traffic changes` : `${name}: ${time}`;
};
