import { micros, type Micros } from '../../sql/micros.ts';
import type { Reader } from '../../sql/read/query.ts';
import type { Range } from './changes.ts';

/** Where a following inference goes on. */
export interface Resume {
  /** Packet time from which exchanges are read. */
  readonly from: Micros;
  /** Wall clock up to which an earlier run has seen what was written; null = there was none. */
  readonly since: Micros | null;
}

/** Read again before the end of what was inferred, so that open traces are whole. */
const REWIND_US = 30_000_000;
/** Commits of the last moments of a run may have been missed. */
const OVERLAP_US = 60_000_000;

/** How far the stretches reach without a hole from `start`. */
export const reach = (start: Micros, stretches: readonly Range[]): Micros => {
  let end = start;
  for (const { from, to } of stretches.toSorted((a, b) => a.from - b.from)) if (from <= end && to > end) end = to;
  return end;
};

/** The point up to which earlier runs of that name have inferred everything; the first exchange where there are none. */
export const resumePoint = async (db: Reader, run: string, tenant: string | undefined): Promise<Resume> => {
  const first = await db.query('SELECT min(ts)::long AS ts FROM exchanges');
  const start = micros(Number(first.rows[0]?.['ts'] ?? 0));
  const { rows } = await db.query(
    `SELECT ts::long AS ts, took_us, from_ts::long AS from_ts, to_ts::long AS to_ts FROM inference_runs WHERE run = $1 AND tenant IN ('', $2)`,
    [run, tenant ?? '']);
  const stretches = rows.map((row) => ({ from: micros(Number(row['from_ts'])), to: micros(Number(row['to_ts'])) }));
  const end = reach(start, stretches);
  if (end === start) return { from: start, since: null };
  const seen = Math.max(...rows.map((row) => Number(row['ts']) + Number(row['took_us'])));
  return { from: micros(Math.max(start, end - REWIND_US)), since: micros(seen - OVERLAP_US) };
};
