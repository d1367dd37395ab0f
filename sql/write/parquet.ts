import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../database.ts';
import { coldPartitions, partitionsOf } from '../partitions.ts';
import { reader } from '../read/query.ts';
import { SetupError } from '../server/setup-error.ts';
import { timeMs } from '../retention.ts';

/** What may be turned into Parquet: QuestDB 9.3 does not do it to roll-ups. */
export const PARQUET_TABLES = ['exchanges', 'spans', 'spans_lab', 'span_candidates', 'capture_loss', 'ingest_progress'] as const;

export interface Converted {
  readonly table: string;
  readonly partition: string;
  readonly rows: number;
  readonly bytesBefore: number;
  readonly bytesAfter: number;
}

const WAIT_MS = 600_000;

/**
 * Turns the partitions whose rows are all older than that (`7d`, against the table's newest row) into Parquet. Queries, roll-ups,
 * late and rewritten rows go on as before. The newest partition stays as it is. Throws `SetupError` for an unknown table or time.
 */
export const convertCold = async (database: Database, olderThan: string, tables: readonly string[] = PARQUET_TABLES): Promise<readonly Converted[]> => {
  const ageMs = timeMs(olderThan);
  if (ageMs === null) throw new SetupError(`"${olderThan}" is no time`, 'write a number and one of h, d, w, M, y, as in "7d"');
  const known: readonly string[] = PARQUET_TABLES;
  const unknown = tables.find((table) => !known.includes(table));
  if (unknown !== undefined) throw new SetupError(`${unknown} cannot be turned into Parquet`, `name some of: ${PARQUET_TABLES.join(', ')}`);
  const db = reader(database, { timeoutMs: WAIT_MS });
  try {
    const converted: Converted[] = [];
    for (const table of tables) {
      const cold = coldPartitions(await partitionsOf(db, table), ageMs);
      if (cold.length === 0) continue;
      await db.query(`ALTER TABLE ${table} CONVERT PARTITION TO PARQUET LIST ${cold.map(({ name }) => `'${name}'`).join(', ')}`);
      const after = await untilParquet(db, table, new Set(cold.map(({ name }) => name)));
      for (const { name, rows, diskBytes } of cold) {
        converted.push({ table, partition: name, rows, bytesBefore: diskBytes, bytesAfter: after.get(name) ?? 0 });
      }
    }
    return converted;
  } finally {
    await db.close();
  }
};

const [POLLS, POLL_MS] = [3_000, 200];

/** The server converts after it has answered; resolves to the sizes. */
const untilParquet = async (db: ReturnType<typeof reader>, table: string, names: ReadonlySet<string>): Promise<ReadonlyMap<string, number>> => {
  for (let polls = 0; polls < POLLS; polls++) {
    const done = (await partitionsOf(db, table)).filter(({ name, isParquet }) => isParquet && names.has(name));
    if (done.length === names.size) return new Map(done.map(({ name, diskBytes }) => [name, diskBytes]));
    await sleep(POLL_MS);
  }
  throw new SetupError(`QuestDB has not turned ${names.size} partitions of ${table} into Parquet`, 'see its log in the data folder (questdb/log)');
};
