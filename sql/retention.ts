import type { Database } from './database.ts';
import { reader } from './read/query.ts';
import { SetupError } from './server/setup-error.ts';

/** What may be given an end; the word after it is its partition, which an end is a multiple of. */
const PARTITIONS = {
  exchanges: 'DAY', exchange_tokens: 'HOUR', ingest_progress: 'DAY', capture_loss: 'DAY', spans: 'DAY', spans_lab: 'DAY', span_candidates: 'DAY',
  edge_1m: 'DAY', edge_1h: 'MONTH', inference_runs: 'MONTH', inference_models: 'DAY', model_events: 'MONTH',
} as const;
const ROLLUPS: ReadonlySet<string> = new Set(['edge_1m', 'edge_1h']);

/** How long rows stay, by table or roll-up: `12h`, `7d`, `2w`, `6M`, `1y`, or `all`. What is not named stays as it was. */
export type Retention = { readonly [Name in keyof typeof PARTITIONS]?: string };

const UNITS = { h: 'HOURS', d: 'DAYS', w: 'WEEKS', M: 'MONTHS', y: 'YEARS' } as const;
/** Units that are whole multiples of each partition. */
const FITTING = { HOUR: 'hdwMy', DAY: 'dwMy', MONTH: 'My' } as const;

/** The statement that sets one end. Throws `SetupError` for what is no such table or no such time. */
export const retentionStatement = (name: string, keep: string): string => {
  const partition = Object.hasOwn(PARTITIONS, name) ? PARTITIONS[name as keyof typeof PARTITIONS] : undefined;
  if (partition === undefined) {
    throw new SetupError(`retention cannot be set for ${name}`, `name one of: ${Object.keys(PARTITIONS).join(', ')}`);
  }
  const [, value, unit] = /^([1-9]\d{0,4})([hdwMy])$/.exec(keep === 'all' ? `1y` : keep) ?? [];
  if (value === undefined || unit === undefined || !FITTING[partition].includes(unit)) {
    throw new SetupError(`"${keep}" is no time that ${name} can be kept for: it lies in partitions of one ${partition.toLowerCase()}`,
      `write a number and one of ${FITTING[partition].split('').join(', ')}, as in "7${FITTING[partition][0]}", or "all"`);
  }
  // 0 means never, but is refused on partitions of a month.
  const ttl = keep === 'all' ? (partition === 'MONTH' ? '1000 YEARS' : '0 DAYS') : `${value} ${UNITS[unit as keyof typeof UNITS]}`;
  return `ALTER ${ROLLUPS.has(name) ? 'MATERIALIZED VIEW' : 'TABLE'} ${name} SET TTL ${ttl}`;
};

/**
 * Sets how long rows are kept; QuestDB drops whole partitions, and counts back from the table's newest row, not from the clock:
 * with an end set, a capture older than that is dropped as it comes in.
 */
export const setRetention = async (database: Database, retention: Retention): Promise<void> => {
  const wanted = Object.entries(retention).map(([name, keep]) => retentionStatement(name, keep));
  const db = reader(database);
  try {
    for (const statement of wanted) await db.query(statement);
  } finally {
    await db.close();
  }
};
