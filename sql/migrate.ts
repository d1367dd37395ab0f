import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from './database.ts';
import { documented } from './documented.ts';
import { keepHistory } from './kept.ts';
import { reader, type Reader } from './read/query.ts';
import { SetupError } from './server/setup-error.ts';
import { statements } from './statements.ts';
import { SUSPENDED_TODO, suspendedTables } from './write/suspended.ts';

/** One file brought into the database. */
export interface MigrationStep {
  /** File name, `001_tables.sql`. */
  readonly name: string;
  readonly kind: 'migration' | 'view';
}

interface Script extends MigrationStep {
  readonly text: string;
  readonly digest: string;
}

const MIGRATIONS = new URL('../sql/migrations/', import.meta.url);
const VIEWS = new URL('../sql/views/', import.meta.url);

const scripts = (folder: URL, kind: MigrationStep['kind']): readonly Script[] =>
  readdirSync(folder).filter((name) => name.endsWith('.sql')).toSorted().map((name) => {
    const text = readFileSync(new URL(name, folder), 'utf8');
    return { name, kind, text, digest: createHash('sha256').update(text).digest('hex') };
  });

/** Digest last recorded for each file; empty for a database that was never migrated. */
const recorded = async (db: Reader): Promise<ReadonlyMap<string, string>> => {
  const tables = await db.query(`SELECT table_name FROM tables() WHERE table_name = 'schema_migrations'`);
  if (tables.rows.length === 0) return new Map();
  const { rows } = await db.query('SELECT name, digest FROM schema_migrations ORDER BY ts');
  return new Map(rows.map(({ name, digest }) => [String(name), String(digest)]));
};

const refuseNewer = (known: readonly Script[], applied: ReadonlyMap<string, string>): void => {
  const names = new Set(known.map(({ name }) => name));
  const newest = known.at(-1)?.name ?? '';
  const beyond = [...applied.keys()].filter((name) => /^\d{3}_/.test(name) && !names.has(name) && name > newest);
  if (beyond.length === 0) return;
  throw new SetupError(`the database holds the migration ${beyond.at(-1)}, which this program does not know: a newer tapgraph made it`,
    `use that newer version; this one knows migrations up to ${newest}`);
};

/**
 * Brings tables and views to what this program needs, forward only, and returns the steps taken (or, dry, the steps it would take).
 * A migration runs once; a view is replaced when its text has changed, and all later views with it, because they may read it.
 * Every statement can be run again, so a migration cut short is finished by the next call. Throws `SetupError` where a newer program has been.
 */
export const migrate = async (database: Database, { dryRun = false }: { readonly dryRun?: boolean } = {}): Promise<readonly MigrationStep[]> => {
  const db = reader(database, { timeoutMs: 120_000 });
  try {
    const migrations = scripts(MIGRATIONS, 'migration');
    const views = scripts(VIEWS, 'view');
    const applied = await recorded(db);
    refuseNewer(migrations, applied);
    const changed = views.findIndex(({ name, digest }) => applied.get(`views/${name}`) !== digest);
    const pending = [
      ...migrations.filter(({ name }) => !applied.has(name)),
      ...(changed < 0 ? [] : views.slice(changed)),
    ];
    if (!dryRun && pending.length > 0) {
      let what = '';
      try {
        for (const script of pending) {
          what = `${script.kind} ${script.name}`;
          await apply(db, script);
        }
        what = 'writing the catalogue';
        await catalogue(db, [...migrations, ...views]);
      } catch (error) {
        throw await whyItFailed(database, what, error);
      }
    }
    return pending.map(({ name, kind }) => ({ name, kind }));
  } finally {
    await db.close();
  }
};

/** A column that is there already: QuestDB 9.3 refuses to add it to a table with a log, in spite of IF NOT EXISTS. */
const isThere = async (db: Reader, statement: string): Promise<boolean> => {
  const [, table, column] = /^ALTER TABLE (\w+) ADD COLUMN IF NOT EXISTS\s+(\w+)/.exec(statement) ?? [];
  if (table === undefined || column === undefined) return false;
  const { rows } = await db.query(`SHOW COLUMNS FROM ${table}`);
  return rows.some((row) => row['column'] === column);
};

const MOST_TRIES = 100;
/** What QuestDB says, only in words, of a table that has not yet taken up the column that was just added. */
const NOT_YET = /table schema has changed|Invalid column/;
const PAUSE_MS = 100;

/** Runs a statement; while the table under it is still taking up the change before, again. */
const patiently = async (db: Reader, statement: string): Promise<void> => {
  for (let tries = 1; ; tries++) {
    try {
      await db.query(statement);
      return;
    } catch (error) {
      if (tries === MOST_TRIES || !(error instanceof Error) || !NOT_YET.test(error.message)) throw error;
      await sleep(PAUSE_MS);
    }
  }
};

/** Where QuestDB has stopped to apply a table's changes, that is what is wrong, and not what the next statement stumbles over. */
const whyItFailed = async (database: Database, what: string, error: unknown): Promise<SetupError> => {
  const said = error instanceof Error ? error.message : String(error);
  const stopped = await suspendedTables(database).catch(() => []);
  const full = /No space left|\[28\]|errno=28/i.test(said);
  if (stopped.length > 0) {
    return new SetupError(`${what} failed: QuestDB has stopped to apply changes of ${stopped.map(({ name, reason }) => (reason === '' ? name : `${name} (${reason})`)).join(', ')}; it then said: ${said}`,
      `${SUSPENDED_TODO}, then run ${stopped.map(({ name }) => `ALTER TABLE ${name} RESUME WAL`).join('; ')} in it, and start again`, { cause: error });
  }
  return new SetupError(`${what} failed: ${said}`,
    full ? 'free some space on the disk of QuestDB (an empty one takes 2 GB), then start again'
      : 'if the server is older than QuestDB 9.3.4, use that version; otherwise this is a fault of tapgraph', { cause: error });
};

const apply = async (db: Reader, { name, kind, text, digest }: Script): Promise<void> => {
  const all = statements(text);
  await keepHistory(db, all);
  for (const statement of all) {
    if (!await isThere(db, statement)) await patiently(db, statement);
  }
  await db.query(`INSERT INTO schema_migrations (ts, name, kind, digest) VALUES (now(), $1, $2, $3)`,
    [kind === 'view' ? `views/${name}` : name, kind, digest]);
};

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** Writes anew what the scripts say of their tables and views. */
const catalogue = async (db: Reader, known: readonly Script[]): Promise<void> => {
  const rows = documented(known.map(({ text }) => text).join('\n')).map(({ object, kind, position, role, name, unit, meaning }) =>
    `(${[object, kind].map(quoted).join(', ')}, ${position}, ${[role, name, unit, meaning].map(quoted).join(', ')})`);
  await db.query('TRUNCATE TABLE catalogue');
  await db.query(`INSERT INTO catalogue (object, kind, position, role, name, unit, meaning) VALUES ${rows.join(', ')}`);
};
