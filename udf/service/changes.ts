import { micros, type Micros } from '../../sql/micros.ts';
import type { Reader } from '../../sql/read/query.ts';

/** Packet times between which rows of `exchanges` were written, both inclusive. */
export interface Range {
  readonly from: Micros;
  readonly to: Micros;
}

/** What was written since the last time it was asked; `ranges` null = this database does not say where. */
export interface Changes {
  readonly ranges: readonly Range[] | null;
  /** Remembers this answer, so that the next one starts after it. */
  accept(): void;
}

export interface ChangeFeed {
  /** Of the commits up to `applied`, the last whose rows can be read: one that is not applied yet would be taken for read and missed. */
  next(applied: number): Promise<Changes>;
}

/** Ranges nearer than this are read as one. */
const NEAR_US = 1_000_000;

/** Overlapping and near ranges as one, in order. */
export const joinRanges = (ranges: readonly Range[]): readonly Range[] => {
  const joined: Range[] = [];
  for (const range of ranges.toSorted((a, b) => a.from - b.from)) {
    const last = joined.at(-1);
    if (last === undefined || range.from > last.to + NEAR_US) joined.push(range);
    else if (range.to > last.to) joined[joined.length - 1] = { from: last.from, to: range.to };
  }
  return joined;
};

/**
 * Follows the commits to `exchanges`, from those made after `since` (wall clock, µs) on; null = from those after number `applied` on.
 * Their packet times are there only where the server was started with `cairo.default.sequencer.part.txn.count`.
 */
export const changeFeed = (db: Reader, since: Micros | null, applied: number): ChangeFeed => {
  let position = since === null ? applied : 0;
  return {
    async next(last) {
      // Also where there was none yet: asking for the list of them is an error then.
      if (last <= position) return { ranges: [], accept: () => undefined };
      const { rows } = await db.query(
        `SELECT minTimestamp::long AS from_ts, maxTimestamp::long AS to_ts FROM wal_transactions('exchanges')
         WHERE sequencerTxn > $1 AND sequencerTxn <= $2 AND timestamp >= $3`, [position, last, since ?? 0]);
      const told = rows.filter((row) => row['from_ts'] !== null && row['to_ts'] !== null);
      return {
        ranges: told.length < rows.length ? null
          : joinRanges(told.map((row) => ({ from: micros(Number(row['from_ts'])), to: micros(Number(row['to_ts'])) }))),
        accept: () => { position = last; },
      };
    },
  };
};
