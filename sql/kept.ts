import type { Reader } from './read/query.ts';
import { visible } from './read/progress.ts';

/** What a roll-up that is made anew had: what it was made from, and since when. */
interface Rollup {
  readonly name: string;
  readonly base: string;
}

const DROPS = /^DROP MATERIALIZED VIEW (?:IF EXISTS )?(\w+)/;
const HOUR_US = 3_600_000_000;
const DAY_US = 24 * HOUR_US;
/** QuestDB's last time, for where nothing is left to make a roll-up from. */
const ALWAYS_US = 7_258_118_400_000_000;

/** Roll-ups that these statements drop and that are there. */
const dropped = async (db: Reader, statements: readonly string[]): Promise<readonly Rollup[]> => {
  const names = new Set(statements.flatMap((statement) => DROPS.exec(statement)?.[1] ?? []));
  if (names.size === 0) return [];
  const { rows } = await db.query('SELECT view_name, base_table_name FROM materialized_views()');
  return rows.map((row) => ({ name: String(row['view_name']), base: String(row['base_table_name']) })).filter(({ name }) => names.has(name));
};

/** The table or roll-up that stays, and that a roll-up will be filled from again. */
const rootOf = ({ base }: Rollup, all: readonly Rollup[]): string => {
  const below = all.find(({ name }) => name === base);
  return below === undefined ? base : rootOf(below, all);
};

/** First row of a table or roll-up, epoch µs, by its designated timestamp; null = it has none. */
const edgeOf = async (db: Reader, table: string, limit: '1' | '-1'): Promise<number | null> => {
  const [row] = (await db.query(`SELECT ts::long AS ts FROM ${table} LIMIT ${limit}`)).rows;
  return row === undefined ? null : Number(row['ts']);
};

/** Columns that tell rows of one time apart: roll-ups group by symbols and by latency buckets. */
const isKey = (column: string, type: string): boolean => type === 'SYMBOL' || column.endsWith('_le_us');

const columnsOf = async (db: Reader, table: string): Promise<readonly { readonly column: string; readonly type: string }[]> =>
  (await db.query(`SHOW COLUMNS FROM ${table}`)).rows.map((row) => ({ column: String(row['column']), type: String(row['type']) }));

/** Copies rows older than `before`, a day a statement so that none runs into its time limit. */
const copy = async (db: Reader, name: string, from: number, before: number): Promise<void> => {
  const kept = `${name}_kept`;
  const columns = await columnsOf(db, name);
  const keys = columns.filter(({ column, type }) => isKey(column, type)).map(({ column }) => column);
  await db.query(`CREATE TABLE IF NOT EXISTS ${kept} AS (SELECT * FROM ${name} LIMIT 0) TIMESTAMP(ts) PARTITION BY MONTH WAL DEDUP UPSERT KEYS(ts, ${keys.join(', ')})`);
  // A column that only the older or only the newer roll-up has is not copied: null where it is new.
  const known = new Set((await columnsOf(db, kept)).map(({ column }) => column));
  const shared = columns.map(({ column }) => column).filter((column) => known.has(column)).join(', ');
  const last = Math.min(before, (await edgeOf(db, name, '-1') ?? before) + 1);
  for (let day = from - from % DAY_US; day < last; day += DAY_US) {
    await db.query(`INSERT INTO ${kept} (${shared}) SELECT ${shared} FROM ${name} WHERE ts >= $1 AND ts < $2`, [day, Math.min(day + DAY_US, last)]);
  }
  await visible(db, kept);
};

/**
 * Before a migration makes roll-ups anew: what cannot be worked out again, because the spans below it have gone, is copied to
 * `NAME_kept`, which the views read where spans no longer reach. QuestDB takes no UNION into a materialized view, nor rows from elsewhere.
 */
export const keepHistory = async (db: Reader, statements: readonly string[]): Promise<void> => {
  const all = await dropped(db, statements);
  for (const rollup of all) {
    const from = await edgeOf(db, rollup.name, '1');
    const first = await edgeOf(db, rootOf(rollup, all), '1');
    const before = first === null ? ALWAYS_US : first - first % HOUR_US;
    if (from !== null && from < before) await copy(db, rollup.name, from, before);
  }
};
