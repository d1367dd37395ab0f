import type { Micros } from '../../sql/micros.ts';
import type { Reader } from '../../sql/read/query.ts';
import type { WrittenSpan } from '../pipeline.ts';

/** Rows of `spans` that earlier processes wrote, loaded ahead of the exchanges that they belong to. */
export interface WrittenSpans {
  /** Loads what was written of exchanges between two packet times. */
  load(from: Micros, to: Micros): Promise<void>;
  get(id: string): WrittenSpan | null;
}

/** Two taps' clocks, and so a row and its span, differ by no more than this. */
const CLOCKS_US = 5_000_000;
/** Beyond this many, those that lie this far behind are forgotten. */
const MOST_KEPT = 200_000;
const BEHIND_US = 120_000_000;

// A cast around max() fails in QuestDB 9.3.4 where the symbol was never written; around the sub-query it does not.
export const writtenSpans = async (db: Reader, table: 'spans' | 'spans_lab', run: string): Promise<WrittenSpans> => {
  const kept = new Map<string, WrittenSpan>();
  const newest = await db.query(`SELECT ts::long AS ts FROM (SELECT max(ts) AS ts FROM ${table} WHERE run = $1)`, [run]);
  const last = newest.rows[0]?.['ts'] ?? null;
  return {
    async load(from, to) {
      if (last === null || from - CLOCKS_US > Number(last)) return;
      if (kept.size > MOST_KEPT) for (const [id, { ts }] of kept) if (ts < from - BEHIND_US) kept.delete(id);
      const { rows } = await db.query(
        `SELECT span_id, ts::long AS ts, revision FROM ${table} WHERE ts >= $1 AND ts <= $2 AND run = $3`, [from - CLOCKS_US, to + CLOCKS_US, run]);
      for (const row of rows) kept.set(String(row['span_id']), { ts: Number(row['ts']) as Micros, revision: Number(row['revision']) });
    },
    get(id) {
      const span = kept.get(id) ?? null;
      kept.delete(id);
      return span;
    },
  };
};
