import { setTimeout as sleep } from 'node:timers/promises';
import { micros, type Micros } from '../micros.ts';
import { SetupError } from '../server/setup-error.ts';
import { SUSPENDED_TODO, suspendedOf, type Suspended } from '../write/suspended.ts';
import type { Reader, Value } from './query.ts';

/** How far the exchanges are complete, over all writers. */
export interface IngestProgress {
  /** Packet time up to which every live writer has written everything; null = no writer is live, or one has not said yet how far it is. */
  readonly watermark: Micros | null;
  /** Furthest packet time that any writer, live or not, has reached; null = nothing was ever written. */
  readonly newest: Micros | null;
  /** Writers × taps that count. */
  readonly live: number;
  /** Writers × taps that were neither closed nor heard of for `silentMs`, and so were left out. */
  readonly silent: number;
  /** Number of the last commit to `exchanges` that can be read. */
  readonly applied: number;
}

export interface ProgressOptions {
  /** A writer not heard of for this long no longer holds the others up; default 30 s (they speak every 5). */
  readonly silentMs?: number;
}

/** Reads how far ingest has come and resolves when the rows that this covers can be read: acknowledged comes before visible. */
export type ReadProgress = () => Promise<IngestProgress>;

/** Writers have a suspended table resumed every 15 s. */
const STALLED_MS = 30_000;
const POLL_MS = 20;

/** While no writer says anything, a call is one statement, which reads no table. */
export const progressReader = (db: Reader, { silentMs = 30_000 }: ProgressOptions = {}): ReadProgress => {
  let said: readonly Readonly<Record<string, Value>>[] = [];
  /** The commit to `ingest_progress` up to which `said` has everything. */
  let saidAt = 0;
  return async () => {
    let commits = await applied(db, ['ingest_progress', 'exchanges'], STALLED_MS);
    const { done } = commitsTo('ingest_progress', commits);
    if (done !== saidAt) {
      ({ rows: said } = await db.query('SELECT ts::long AS ts, watermark::long AS watermark, closed FROM ingest_progress LATEST ON ts PARTITION BY worker, tap'));
      saidAt = done;
      commits = await applied(db, ['exchanges'], STALLED_MS);
    }
    const alive = (Date.now() - silentMs) * 1000;
    const open = said.filter(({ closed }) => closed !== true);
    const live = open.filter(({ ts }) => Number(ts) >= alive);
    const marks = (of: typeof said): readonly number[] => of.flatMap(({ watermark }) => (watermark === null ? [] : [Number(watermark)]));
    const reached = marks(live);
    return {
      watermark: reached.length < live.length ? null : extreme(Math.min, reached),
      newest: extreme(Math.max, marks(said)),
      live: live.length,
      silent: open.length - live.length,
      applied: commitsTo('exchanges', commits).done,
    };
  };
};

const extreme = (of: (...marks: number[]) => number, marks: readonly number[]): Micros | null =>
  (marks.length === 0 ? null : micros(of(...marks)));

/**
 * Waits until what was committed to a table before the call can be read. Throws `SetupError` where the server has stopped to apply its rows,
 * or has applied none of them for `stalledMs` (thirty seconds): waiting might never end, and reading on would miss them.
 */
export const visible = async (db: Reader, table: string, stalledMs = STALLED_MS): Promise<void> => {
  await applied(db, [table], stalledMs);
};

/** Numbers of commits to a table: the last that can be read, and the last there is. */
interface Commits {
  readonly done: number;
  readonly last: number;
  readonly stopped: Suspended | null;
}

type CommitsByTable = ReadonlyMap<string, Commits>;

const NO_COMMITS: Commits = { done: 0, last: 0, stopped: null };

const commitsTo = (table: string, commits: CommitsByTable): Commits => commits.get(table) ?? NO_COMMITS;

const readCommits = async (db: Reader, tables: readonly string[]): Promise<CommitsByTable> => {
  const { rows } = await db.query(`SELECT name, writerTxn, sequencerTxn, suspended, errorTag, errorMessage FROM wal_tables()
    WHERE name IN (${tables.map((_, n) => `$${n + 1}`).join(', ')})`, tables);
  return new Map(rows.map((row) => [String(row['name']), {
    done: Number(row['writerTxn'] ?? 0), last: Number(row['sequencerTxn'] ?? 0), stopped: row['suspended'] === true ? suspendedOf(row) : null,
  }]));
};

/** Waits until all that is committed to the tables at the first look can be read, and resolves to the last look. */
const applied = async (db: Reader, tables: readonly string[], stalledMs: number): Promise<CommitsByTable> => {
  const first = await readCommits(db, tables);
  const behind = (now: CommitsByTable): readonly string[] => tables.filter((table) => commitsTo(table, now).done < commitsTo(table, first).last);
  let now = first;
  for (let stalled = 0, [table] = behind(now); table !== undefined; [table] = behind(now)) {
    const before = commitsTo(table, now);
    if (stalled >= stalledMs) throw unreadable(table, before, stalledMs);
    await sleep(POLL_MS);
    now = await readCommits(db, tables);
    stalled = commitsTo(table, now).done > before.done ? 0 : stalled + POLL_MS;
  }
  return now;
};

const unreadable = (table: string, { done, last, stopped }: Commits, stalledMs: number): SetupError => (stopped === null
  ? new SetupError(`QuestDB has made none of the last ${last - done} commits to ${table} readable for ${Math.round(stalledMs / 1000)} s`,
    'they are safe in its log: see questdb/log in the data folder for what it is busy with, and start again')
  : new SetupError(`QuestDB has stopped to apply the rows of ${table}${stopped.reason === '' ? '' : ` (${stopped.reason})`}: they are safe in its log, but cannot be read`,
    `${SUSPENDED_TODO}, then run ALTER TABLE ${table} RESUME WAL in it, and start again`));
