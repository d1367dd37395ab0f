import type { Reader } from './read/query.ts';

/** A slice of a table on disk: an hour, a day or a month of it. */
export interface Partition {
  /** `2025-11`, `2025-11-21`, `2025-11-21T08`. */
  readonly name: string;
  readonly rows: number;
  /** Of the active one it is what was set aside, not what is used. */
  readonly diskBytes: number;
  readonly isParquet: boolean;
  /** It holds the newest rows. */
  readonly isActive: boolean;
  /** Epoch ms of its oldest and its newest row. */
  readonly firstMs: number;
  readonly lastMs: number;
}

/** The partitions of a table or roll-up, oldest first; empty ones are left out. */
export const partitionsOf = async (db: Reader, table: string): Promise<readonly Partition[]> => {
  const { rows } = await db.query(
    `SELECT name, numRows, diskSize, isParquet, active, minTimestamp, maxTimestamp FROM table_partitions('${table}') WHERE attached AND numRows > 0 ORDER BY minTimestamp`);
  return rows.map((row) => ({
    name: String(row['name']), rows: Number(row['numRows']), diskBytes: Number(row['diskSize']), isParquet: row['isParquet'] === true,
    isActive: row['active'] === true, firstMs: Date.parse(String(row['minTimestamp'])), lastMs: Date.parse(String(row['maxTimestamp'])),
  }));
};

/** Partitions whose rows are all older than `ageMs` against the newest row, not the clock, and that are not in Parquet yet. */
export const coldPartitions = (partitions: readonly Partition[], ageMs: number): readonly Partition[] => {
  const newest = Math.max(...partitions.map(({ lastMs }) => lastMs));
  return partitions.filter(({ isActive, isParquet, lastMs }) => !isActive && !isParquet && lastMs < newest - ageMs);
};

/** How many of the newest partitions fit into `bytes`, at least one; the active one counts as its rows would once it is at rest. */
export const fitting = (partitions: readonly Partition[], bytes: number): number => {
  const atRest = partitions.filter(({ isActive }) => !isActive);
  const rows = atRest.reduce((sum, one) => sum + one.rows, 0);
  const bytesARow = rows === 0 ? 0 : atRest.reduce((sum, one) => sum + one.diskBytes, 0) / rows;
  let left = bytes;
  let count = 0;
  for (const { isActive, diskBytes, rows: its } of partitions.toReversed()) {
    left -= isActive ? its * bytesARow : diskBytes;
    if (left < 0 && count > 0) break;
    count++;
  }
  return count;
};
