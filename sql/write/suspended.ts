import type { Count } from '../counters.ts';
import type { Database } from '../database.ts';
import { query, type QueryResult } from '../read/query.ts';

/** A table whose rows QuestDB acknowledges and keeps in its log, but has stopped to apply, as when its disk was full: nobody can read them. */
export interface Suspended {
  readonly name: string;
  /** QuestDB's words; often empty or of little use. */
  readonly reason: string;
}

/** Of a row of `wal_tables()`. */
export const suspendedOf = ({ name, errorTag, errorMessage }: QueryResult['rows'][number]): Suspended =>
  ({ name: String(name), reason: [errorTag ?? null, errorMessage ?? null].filter((text) => text !== null && text !== '').join(': ') });

const ANSWER_MS = 30_000;

/** Those that are suspended now, of all or of `tables`; throws where the database does not answer. */
export const suspendedTables = async (database: Database, tables?: readonly string[]): Promise<readonly Suspended[]> => {
  const { rows } = await query(database, 'SELECT name, errorTag, errorMessage FROM wal_tables() WHERE suspended', [], { timeoutMs: ANSWER_MS });
  return rows.map(suspendedOf).filter(({ name }) => tables?.includes(name) ?? true);
};

/** What to do about it, for people. */
export const SUSPENDED_TODO = 'most often its disk is full: free some space';

export interface TableWatch {
  /** Looks, at most once in `everyMs`; a database that does not answer is somebody else's to report. */
  look(): void;
  /** Looks now. */
  lookNow(): Promise<void>;
}

export interface TableWatchOptions {
  readonly tables: readonly string[];
  readonly log: (line: string) => void;
  readonly count: Count;
  readonly everyMs?: number;
}

const EVERY_MS = 15_000;

/** Says once which tables are suspended, has QuestDB try again for as long as they are, and says when it applies their rows again. */
export const tableWatch = (database: Database, { tables, log, count, everyMs = EVERY_MS }: TableWatchOptions): TableWatch => {
  const known = new Set<string>();
  let lookedAt = performance.now();
  const lookNow = async (): Promise<void> => {
    lookedAt = performance.now();
    try {
      const found = await suspendedTables(database, tables);
      for (const { name, reason } of found) {
        if (!known.has(name)) {
          count('tables_suspended');
          log(`QuestDB takes rows of ${name} but has stopped to apply them${reason === '' ? '' : ` (${reason})`}: they are safe in its log, but cannot be read; ${SUSPENDED_TODO}, it is told to try again every ${Math.round(everyMs / 1000)} s`);
        }
        known.add(name);
        await query(database, `ALTER TABLE ${name} RESUME WAL`);
      }
      for (const name of known) {
        if (found.some((one) => one.name === name)) continue;
        log(`QuestDB applies the rows of ${name} again`);
        known.delete(name);
      }
    } catch {
      // Not to be reached: whoever sends rows says so.
    }
  };
  return {
    look: () => { if (performance.now() - lookedAt > everyMs) void lookNow(); },
    lookNow,
  };
};
