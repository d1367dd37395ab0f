import type { Reader } from '../../sql/read/query.ts';

/** Rows of `exchange_tokens` and what they take on disk, from the table's own notes; null where the database does not answer. */
export const storedTokens = async (db: Reader): Promise<{ readonly rows: number; readonly bytes: number } | null> => {
  try {
    const { rows: [kept] } = await db.query(`SELECT sum(numRows) AS rows, sum(diskSize) AS bytes FROM table_partitions('exchange_tokens')`);
    return { rows: Number(kept?.['rows'] ?? 0), bytes: Number(kept?.['bytes'] ?? 0) };
  } catch {
    // What is wrong with the database, the other routes and /healthz say; a scrape must not fail for it.
    return null;
  }
};
