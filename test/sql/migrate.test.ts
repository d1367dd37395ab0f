import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { micros } from '../../sql/micros.ts';
import { migrate } from '../../sql/migrate.ts';
import { visible } from '../../sql/read/progress.ts';
import { reader, type Reader } from '../../sql/read/query.ts';
import { setRetention } from '../../sql/retention.ts';
import type { QuestDbServer } from '../../sql/server/start.ts';
import type { Span } from '../../sql/span.ts';
import { statements } from '../../sql/statements.ts';
import { spanWriter } from '../../sql/write/spans.ts';
import { spanRow, START } from './rows.ts';
import { startTestDatabase } from './server.ts';

/** Their columns are described once, with spans. */
const LIKE_SPANS = new Set(['spans_lab', 'window_spans', 'exact_spans']);

describe('migrate', () => {
  const dir = mkdtempSync(join(tmpdir(), 'tapgraph-migrate-'));
  let server: QuestDbServer;
  let db: Reader;
  beforeAll(async () => {
    server = await startTestDatabase(dir);
    db = reader(server.database);
  });
  afterAll(async () => {
    await db.close();
    await server.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  test('a dry run tells the steps and takes none', async () => {
    const steps = await migrate(server.database, { dryRun: true });
    expect(steps[0]).toEqual({ name: '000_schema_migrations.sql', kind: 'migration' });
    expect((await db.query('SELECT count() AS n FROM tables()')).rows).toEqual([{ n: 0 }]);
    const numbers = steps.filter(({ kind }) => kind === 'migration').map(({ name }) => name.slice(0, 3));
    expect(new Set(numbers).size).toBe(numbers.length);
  });

  test('the second time there is nothing to do', async () => {
    expect((await migrate(server.database)).length).toBeGreaterThan(5);
    expect(await migrate(server.database)).toEqual([]);
    expect((await db.query(`SELECT count() AS n FROM tables() WHERE table_name IN ('exchanges', 'spans', 'call_graph')`)).rows).toEqual([{ n: 3 }]);
  });

  test('the catalogue holds every column that a table or view has, with a unit, and an example for each', async () => {
    const objects = (await db.query(`SELECT DISTINCT object, kind FROM catalogue`)).rows;
    expect(objects.length).toBeGreaterThan(20);
    for (const { object } of objects) {
      const described = (await db.query(`SELECT name, unit FROM catalogue WHERE object = $1 AND role = 'column' ORDER BY position`, [String(object)])).rows;
      const columns = (await db.query(`SHOW COLUMNS FROM ${object}`)).rows.map(({ column }) => column);
      const expected = LIKE_SPANS.has(String(object)) ? [] : columns;
      expect({ object, columns: described.map(({ name }) => name) }).toEqual({ object, columns: expected });
      const roles = (await db.query(`SELECT role, meaning FROM catalogue WHERE object = $1`, [String(object)])).rows;
      expect({ object, purpose: roles.some(({ role }) => role === 'purpose') }).toEqual({ object, purpose: true });
      const examples = roles.filter(({ role }) => role === 'example');
      expect({ object, examples: examples.length }).toEqual({ object, examples: 1 });
      for (const { meaning } of examples) await db.query(String(meaning));
    }
    expect(objects.filter(({ kind }) => kind === 'rollup').map(({ object }) => String(object)).toSorted()).toEqual(['bi_edges', 'bi_operations', 'edge_1h', 'edge_1m', 'operation_1h', 'operation_1m']);
  });

  test('a view with another text is replaced, and those after it', async () => {
    await db.query(`INSERT INTO schema_migrations (ts, name, kind, digest) VALUES (now(), 'views/20_trace_list.sql', 'view', 'other')`);
    const steps = await migrate(server.database);
    expect(steps.map(({ name }) => name)).toEqual(expect.arrayContaining(['20_trace_list.sql', '21_trace.sql']));
    expect(steps.map(({ name }) => name)).not.toContain('10_call_graph.sql');
  });

  test('views with other texts, over spans that have been dropped: their roll-ups stay and are read as before', async () => {
    const DAY = 86_400_000_000;
    const shop = (n: number, at: number): Span => spanRow('default', n + at, { ts: micros(START + at + n), duration_us: 1_000 + n });
    const writer = spanWriter(server.database);
    await writer.write(Array.from({ length: 100 }, (_, n) => shop(n, n * 60_000_000)));
    await visible(db, 'spans');
    const old = [`DECLARE @from := $1, @to := $2 SELECT caller, callee, calls, avg_us, p95_us, max_us, source FROM call_graph`, [START - 3_600_000_000, START + 7_200_000_000]] as const;
    await expect.poll(async () => (await db.query(...old)).rows, { timeout: 30_000 }).toMatchObject([{ calls: 100, source: 'edge_1h' }]);
    const before = (await db.query(...old)).rows;

    await setRetention(server.database, { spans: '1d' });
    for (const day of [5, 6]) { await writer.write([shop(day, day * DAY)]); await visible(db, 'spans'); }
    await expect.poll(async () => (await db.query('SELECT count() AS n FROM spans')).rows, { timeout: 30_000 }).toEqual([{ n: 2 }]);
    await db.query('CREATE OR REPLACE VIEW call_graph AS (SELECT name FROM schema_migrations)');
    await db.query(`INSERT INTO schema_migrations (ts, name, kind, digest) VALUES (now(), 'views/00_window_spans.sql', 'view', 'other')`);
    expect((await migrate(server.database)).map(({ kind }) => kind)).not.toContain('migration');
    expect((await db.query(...old)).rows).toEqual(before);
  });

  test('roll-ups that are made anew, over spans that have been dropped: what is gone is kept, what is left is counted again, and nothing twice', async () => {
    const HOUR = 3_600_000_000;
    const VIEWS = [
      ['call_graph', 'caller, callee, calls, errors, avg_us, p95_us, max_us, coverage'], ['call_graph_nodes', 'service, calls, calls_out, p95_us, self_us'],
      ['latency_histogram', 'caller, callee, le_us, calls'], ['bottlenecks', 'service, route, calls, self_ms, critical_share'],
      ['call_graph_timeline', 'ts, caller, callee, calls, p95_us'],
    ] as const;
    // Whole hours, parts of them at either end, less than a quarter of an hour, and up to the newest.
    const WINDOWS = [[-HOUR, 2 * HOUR], [12 * 60_000_000, HOUR + 7 * 60_000_000], [60_000_000, 9 * 60_000_000], [-HOUR, 10 * 24 * HOUR]] as const;
    const told = async (): Promise<unknown> => {
      const all: unknown[] = [];
      for (const [from, to] of WINDOWS) {
        for (const [view, columns] of VIEWS) all.push([view, from, (await db.query(`DECLARE @from := $1, @to := $2, @step := '1m' SELECT ${columns} FROM ${view}`, [START + from, START + to])).rows]);
      }
      return all;
    };
    const before = await told();
    expect(before).toContainEqual(['call_graph', -HOUR, [expect.objectContaining({ calls: 100 })]]);
    expect(before).toContainEqual(['call_graph', -HOUR, [expect.objectContaining({ calls: 102 })]]);
    await db.query('TRUNCATE TABLE schema_migrations');
    await migrate(server.database);
    await expect.poll(told, { timeout: 60_000 }).toEqual(before);
    expect((await db.query('SELECT sum(calls) AS calls FROM edge_1h')).rows).toEqual([{ calls: 2 }]);

    // And again, when there is nothing more to keep.
    await db.query('TRUNCATE TABLE schema_migrations');
    await migrate(server.database);
    await expect.poll(told, { timeout: 60_000 }).toEqual(before);
  });

  test('what was kept is not counted beside the same spans that come again', async () => {
    const shop = (n: number): Span => spanRow('default', n, { ts: micros(START + n * 60_000_001), duration_us: 1_000 + n });
    await setRetention(server.database, { spans: 'all' });
    await spanWriter(server.database).write(Array.from({ length: 100 }, (_, n) => shop(n)));
    await visible(db, 'spans');
    await expect.poll(async () => (await db.query(`DECLARE @from := $1, @to := $2 SELECT sum(calls) AS calls FROM call_graph`, [START - 3_600_000_000, START + 7_200_000_000])).rows, { timeout: 30_000 }).toEqual([{ calls: 100 }]);
  });

  test('what was counted in capture_loss and is no loss says 0, and losses stay', async () => {
    await db.query(`INSERT INTO capture_loss (ts, worker, counter, total) VALUES ('2025-11-21T09:00:00Z', 'old', 'packets', 12), ('2025-11-21T09:00:00Z', 'old', 'frames_cut', 3)`);
    await visible(db, 'capture_loss');
    await db.query('TRUNCATE TABLE schema_migrations');
    await migrate(server.database);
    await visible(db, 'capture_loss');
    expect((await db.query('SELECT counter, total FROM capture_loss ORDER BY counter')).rows).toEqual([{ counter: 'frames_cut', total: 3 }, { counter: 'packets', total: 0 }]);
  });

  test('a migration cut short is finished by the next call', async () => {
    await db.query('DROP VIEW trace');
    await db.query(`CREATE VIEW call_graph_long AS (SELECT name FROM schema_migrations)`);
    await db.query('TRUNCATE TABLE schema_migrations');
    expect((await migrate(server.database)).length).toBeGreaterThan(5);
    expect((await db.query('SELECT * FROM trace')).rows).toEqual([]);
    expect((await db.query(`SELECT count() AS n FROM views() WHERE view_name = 'call_graph_long'`)).rows).toEqual([{ n: 0 }]);
  });

  test('a database that a newer program has migrated is refused with both names', async () => {
    await db.query(`INSERT INTO schema_migrations (ts, name, kind, digest) VALUES (now(), '999_future.sql', 'migration', 'x')`);
    await expect(migrate(server.database)).rejects.toThrow(/holds the migration 999_future\.sql.*newer tapgraph/);
  });
});

describe('statements', () => {
  test.each([
    ['two, and no third after the last semicolon', 'SELECT 1;\nSELECT 2;\n', ['SELECT 1', 'SELECT 2']],
    ['a semicolon within a text', `SELECT ';';`, [`SELECT ';'`]],
    ['a doubled quote within a text', `SELECT 'it''s; so'`, [`SELECT 'it''s; so'`]],
    ['comments, with a semicolon and a quote', `SELECT 1 -- it's; over\n+ 1;`, ['SELECT 1 \n+ 1']],
    ['a minus', 'SELECT 1-1', ['SELECT 1-1']],
    ['two hyphens within a text', `SELECT '--'`, [`SELECT '--'`]],
    ['nothing', '-- only this\n', []],
  ])('%s', (_, script, expected) => { expect(statements(script)).toEqual(expected); });
});
