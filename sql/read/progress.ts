import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../database.ts';
import { micros, type Micros } from '../micros.ts';
import { SetupError } from '../server/setup-error.ts';
import { SUSPENDED_TODO, suspendedOf, type Suspended } from '../write/suspended.ts';
import { reader, type Reader } from './query.ts';

/** How far the exchanges are complete, over all writers. */
export interface IngestProgress {
  /** Packet time up to which every live writer has written everything; null = no writer is live. */
  readonly watermark: Micros | null;
  /** Furthest packet time that any writer, live or not, has reached; null = nothing was ever written. */
  readonly newest: Micros | null;
  /** Writers × taps that count. */
  readonly live: number;
  /** Writers × taps that were neither closed nor heard of for `silentMs`, and so were left out. */
  readonly silent: number;
}

export interface ProgressOptions {
  /** A writer not heard of for this long no longer holds the others up; default 30 s (they speak every 5). */
  readonly silentMs?: number;
}

const APPLY_MS = 10_000;
const POLL_MS = 20;

/** Reads the progress and then waits until the rows that it covers can be read: acknowledged comes before visible. */
export const readProgress = async (database: Database, { silentMs = 30_000 }: ProgressOptions = {}): Promise<IngestProgress> => {
  const db = reader(database);
  try {
    await visible(db, 'ingest_progress');
    const { rows } = await db.query(
      `SELECT ts::long AS ts, watermark::long AS watermark, closed FROM ingest_progress LATEST ON ts PARTITION BY worker, tap`);
    await visible(db, 'exchanges');
    const alive = (Date.now() - silentMs) * 1000;
    const open = rows.filter(({ closed }) => closed !== true);
    const live = open.filter(({ ts }) => Number(ts) >= alive);
    const marks = (of: typeof rows): readonly number[] => of.flatMap(({ watermark }) => (watermark === null ? [] : [Number(watermark)]));
    return {
      watermark: extreme(Math.min, marks(live)),
      newest: extreme(Math.max, marks(rows)),
      live: live.length,
      silent: open.length - live.length,
    };
  } finally {
    await db.close();
  }
};

const extreme = (of: (...marks: number[]) => number, marks: readonly number[]): Micros | null =>
  (marks.length === 0 ? null : micros(of(...marks)));

/**
 * Waits until what was committed to a table before the call can be read; gives up after `withinMs` (ten seconds), when the server is far
 * behind. Where it has stopped to apply the table's rows it throws `SetupError`: waiting would never end, and reading on would miss them.
 */
export const visible = async (db: Reader, table: string, withinMs = APPLY_MS): Promise<void> => {
  const state = async (): Promise<{ readonly applied: number; readonly committed: number; readonly stopped: Suspended | null }> => {
    const { rows: [row] } = await db.query('SELECT name, writerTxn, sequencerTxn, suspended, errorTag, errorMessage FROM wal_tables() WHERE name = $1', [table]);
    return { applied: Number(row?.['writerTxn'] ?? 0), committed: Number(row?.['sequencerTxn'] ?? 0), stopped: row?.['suspended'] === true ? suspendedOf(row) : null };
  };
  let now = await state();
  const { committed } = now;
  for (let waited = 0; now.applied < committed && waited < withinMs; waited += POLL_MS) {
    await sleep(POLL_MS);
    now = await state();
  }
  if (now.applied < committed && now.stopped !== null) throw stopped(now.stopped);
};

const stopped = ({ name, reason }: Suspended): SetupError => new SetupError(
  `QuestDB has stopped to apply the rows of ${name}${reason === '' ? '' : ` (${reason})`}: they are safe in its log, but cannot be read`,
  `${SUSPENDED_TODO}, then run ALTER TABLE ${name} RESUME WAL in it, and start again`);
