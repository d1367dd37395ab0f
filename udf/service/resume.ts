import { micros, type Micros } from '../../sql/micros.ts';
import type { Reader } from '../../sql/read/query.ts';
import type { Range } from './changes.ts';

/** Where a following inference goes on. */
export interface Resume {
  /** Packet time of the first exchange; null = there is none. */
  readonly first: Micros | null;
  /** Packet time up to which earlier runs have inferred everything. */
  readonly end: Micros;
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

/**
 * The point up to which earlier runs of that name have inferred everything; the first exchange where there are none. Runs over
 * everyone count, and those of the same `scope`: a tenant, or a shard.
 */
export const resumePoint = async (db: Reader, run: string, tenant: string | undefined, scope: string): Promise<Resume> => {
  const oldest = tenant === undefined
    ? await db.query('SELECT ts::long AS ts FROM (SELECT min(ts) AS ts FROM exchanges)')
    : await db.query('SELECT ts::long AS ts FROM (SELECT min(ts) AS ts FROM exchanges WHERE tenant = $1)', [tenant]);
  const known = oldest.rows[0]?.['ts'] ?? null;
  const start = micros(Number(known));
  const runs = await db.query(
    'SELECT ts::long AS ts, tenant, took_us, from_ts::long AS from_ts, to_ts::long AS to_ts FROM inference_runs WHERE run = $1', [run]);
  const rows = runs.rows.filter((row) => [null, '', scope].includes(row['tenant'] as string | null));
  const stretches = rows.map((row) => ({ from: micros(Number(row['from_ts'])), to: micros(Number(row['to_ts'])) }));
  const end = reach(start, stretches);
  const first = known === null ? null : start;
  if (end === start) return { first, end, from: start, since: null };
  const seen = Math.max(...rows.map((row) => Number(row['ts']) + Number(row['took_us'])));
  return { first, end, from: micros(Math.max(start, end - REWIND_US)), since: micros(seen - OVERLAP_US) };
};
