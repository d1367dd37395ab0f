import type { Database } from './database.ts';
import { reader } from './read/query.ts';

/** How long values that flow are kept after they were written, where no other end is set for `exchange_tokens`. */
export const TOKENS_KEPT_MS = 12 * 3_600_000;

/**
 * Drops the hours of `exchange_tokens` of which every row was written too long ago, and resolves to how many there were. QuestDB's
 * own TTL counts back from the newest row: a capture older than that would lose its values while it comes in. Where such a TTL
 * is set (`migrate --retention`), that alone holds.
 */
export const expireTokens = async (database: Database, nowMs: number): Promise<number> => {
  const db = reader(database);
  try {
    const { rows: [table] } = await db.query(`SELECT ttlValue FROM tables() WHERE table_name = 'exchange_tokens'`);
    if (Number(table?.['ttlValue'] ?? 1) !== 0) return 0;
    const limit = (nowMs - TOKENS_KEPT_MS) * 1000;
    const { rows } = await db.query(
      `SELECT hour::long AS hour, max(written)::long AS written FROM (SELECT timestamp_floor('h', ts) AS hour, written FROM exchange_tokens WHERE ts < $1) GROUP BY hour`,
      [limit]);
    const old = rows.filter(({ written }) => Number(written ?? 0) < limit).map(({ hour }) => new Date(Number(hour) / 1000).toISOString().slice(0, 13));
    if (old.length > 0) await db.query(`ALTER TABLE exchange_tokens DROP PARTITION LIST ${old.map((name) => `'${name}'`).join(', ')}`);
    return old.length;
  } finally {
    await db.close();
  }
};
