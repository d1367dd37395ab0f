import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { micros } from '../../sql/micros.ts';
import { migrate } from '../../sql/migrate.ts';
import { visible } from '../../sql/read/progress.ts';
import { reader, type Reader } from '../../sql/read/query.ts';
import { retentionStatement, retentionText, setRetention } from '../../sql/retention.ts';
import { SetupError } from '../../sql/server/setup-error.ts';
import type { QuestDbServer } from '../../sql/server/start.ts';
import { exchangeWriter } from '../../sql/write/exchanges.ts';
import { convertCold } from '../../sql/write/parquet.ts';
import { spanWriter } from '../../sql/write/spans.ts';
import { exchangeRow, spanRow, START } from './rows.ts';
import { startTestDatabase } from './server.ts';

const TEN_YEARS = 10 * 365 * 86_400_000_000;

describe('rows stay', () => {
  const dir = mkdtempSync(join(tmpdir(), 'tapgraph-retention-'));
  let server: QuestDbServer;
  let db: Reader;
  beforeAll(async () => {
    server = await startTestDatabase(dir);
    await migrate(server.database);
    db = reader(server.database);
  });
  afterAll(async () => {
    await db.close();
    await server.stop();
    rmSync(dir, { recursive: true, force: true });
  });
  const counted = async (table: string): Promise<unknown> => {
    await visible(db, table);
    return (await db.query(`SELECT count() AS n FROM ${table}`)).rows[0]?.['n'];
  };
  const write = async (n: number, at: number): Promise<void> => {
    const writer = exchangeWriter(server.database, { worker: 'retention' });
    writer.push({ ...exchangeRow('retention', n), ts: micros(START + at) });
    writer.close();
    await writer.settled();
    await spanWriter(server.database).write([spanRow('retention', n, { ts: micros(START + at) })]);
  };

  test('that are ten years older than what is there already, with their roll-ups', async () => {
    await write(1, 0);
    await write(2, -TEN_YEARS);
    await write(3, 1);
    expect([await counted('exchanges'), await counted('spans')]).toEqual([3, 3]);
    for (const rollup of ['edge_1m', 'edge_1h']) await expect.poll(() => counted(rollup)).toBe(2);
  });

  test('no table or roll-up for analysts has an end of its own', async () => {
    const { rows } = await db.query(`SELECT table_name FROM tables() WHERE ttlValue > 0 AND NOT (ttlValue = 1000 AND ttlUnit = 'YEAR')`);
    expect(rows.map(({ table_name }) => String(table_name)).toSorted()).toEqual(['inference_models']);
  });

  test('until an end is set, which counts from the newest row', async () => {
    await setRetention(server.database, { exchanges: '7d', edge_1h: '6M' });
    await write(4, 2);
    expect([await counted('exchanges'), await counted('spans')]).toEqual([3, 4]);
    await setRetention(server.database, { exchanges: 'all', edge_1h: 'all' });
    await write(5, -TEN_YEARS);
    expect(await counted('exchanges')).toBe(4);
  });

  const DAY = 86_400_000_000;
  test('within a size, which is turned into the days that it holds, and the roll-ups go on', async () => {
    for (let day = 1; day <= 4; day++) await write(10 + day, day * DAY);
    // More than a megabyte on the second day.
    const writer = exchangeWriter(server.database, { worker: 'retention' });
    for (let n = 0; n < 4_000; n++) writer.push({ ...exchangeRow('retention large', n), ts: micros(START + 2 * DAY + n) });
    writer.close();
    await writer.settled();
    expect(await counted('exchanges')).toBe(4_008);
    expect(await counted('spans')).toBe(9);
    expect((await setRetention(server.database, { spans: '900TB', exchanges: '1MB', edge_1h: 'all', span_candidates: '30d' })).map(retentionText)).toEqual([
      'spans: all that is there now fits into 900TB, so nothing is dropped and no end is set; set it again as rows come in',
      'exchanges: 1MB hold 1d now; what is more than 1d older than the newest row is dropped with the next rows; set it again as traffic changes',
      'edge_1h: everything stays',
      'span_candidates: what is more than 30d older than the newest row is dropped with the next rows',
    ]);
    await write(15, 5 * DAY);
    expect([await counted('exchanges'), await counted('spans')]).toEqual([2, 10]);
    expect((await db.query(`SELECT view_status FROM materialized_views() WHERE view_status = 'invalid'`)).rows).toEqual([]);
    await setRetention(server.database, { exchanges: 'all' });
  });

  test('in Parquet once they are cold, where late and rewritten rows still come in', async () => {
    const checksum = async (): Promise<unknown> => (await db.query('SELECT count() AS n, count_distinct(span_id) AS ids, sum(duration_us) AS us FROM spans')).rows;
    const before = await checksum();
    const converted = await convertCold(server.database, '2d', ['spans']);
    expect(converted.map(({ partition }) => partition)).toEqual(['2015-11-24', '2025-11-21', '2025-11-22', '2025-11-23']);
    for (const { bytesAfter } of converted) expect(bytesAfter).toBeGreaterThan(0);
    expect(await checksum()).toEqual(before);
    expect(await convertCold(server.database, '2d', ['spans'])).toEqual([]);
    await spanWriter(server.database).write([spanRow('retention', 11, { ts: micros(START + DAY), duration_us: 2_000 }), spanRow('retention', 99, { ts: micros(START + DAY) })]);
    await visible(db, 'spans');
    const [{ n, us }] = before as [{ n: number; us: number }];
    expect(await checksum()).toEqual([{ n: n + 1, ids: n + 1, us: us + 2_000 }]);
    await expect.poll(() => db.query(`SELECT sum(calls) AS calls FROM edge_1m`).then(({ rows }) => rows)).toEqual([{ calls: n + 1 }]);
  });

  test('and spans are counted once where their roll-ups by the minute have gone before them', async () => {
    const MINUTE = 60_000_000;
    const minutes = [5, 65, 70, 125, 190, 200];
    const writer = spanWriter(server.database);
    await writer.write(minutes.map((minute) => spanRow('minutes gone', minute, { ts: micros(START + 10 * DAY + minute * MINUTE + 1) })));
    for (const hours of ['edge_1h', 'operation_1h']) {
      await expect.poll(async () => (await db.query(`SELECT sum(calls) AS calls FROM ${hours} WHERE tenant = 'minutes gone'`)).rows).toEqual([{ calls: minutes.length }]);
    }
    await setRetention(server.database, { edge_1m: '1d', operation_1m: '1d' });
    await writer.write([spanRow('minutes gone', 999, { ts: micros(START + 14 * DAY) })]);
    for (const rollup of ['edge_1m', 'operation_1m']) {
      await expect.poll(async () => (await db.query(`SELECT sum(calls) AS calls FROM ${rollup} WHERE tenant = 'minutes gone'`)).rows, { timeout: 10_000 }).toEqual([{ calls: 1 }]);
    }
    for (const [from, to] of [[0, 240], [4, 66], [10, 130], [62, 68], [66, 191], [0, 20 * 1440]] as const) {
      const calls = minutes.filter((minute) => minute >= from && minute < to).length + (to > 1440 ? 1 : 0);
      const window = `DECLARE @tenant := 'minutes gone', @from := ${START + 10 * DAY + from * MINUTE}, @to := ${START + 10 * DAY + to * MINUTE}`;
      for (const [view, more] of [['call_graph', ''], ['call_graph_nodes', ''], ['bottlenecks', ''], ['call_graph_timeline', `, @step := '1h'`], ['call_graph_timeline', `, @step := '5m'`]] as const) {
        expect({ view, from, ...(await db.query(`${window}${more} SELECT sum(calls) AS calls FROM ${view}`)).rows[0] }).toEqual({ view, from, calls });
      }
    }
    await setRetention(server.database, { edge_1m: 'all', operation_1m: 'all' });
  });

  test.each([['an unknown table', '7d', ['passwords'], /passwords cannot be turned into Parquet/], ['no time', 'week', ['spans'], /"week" is no time/]])(
    'Parquet: %s is refused', async (_, olderThan, tables, message) => {
      await expect(convertCold(server.database, olderThan, tables)).rejects.toThrow(message);
    });
});

describe('an end that cannot be set says why', () => {
  test.each([
    ['an unknown table', 'passwords', '7d', /retention cannot be set for passwords/],
    ['no number', 'spans', 'week', /"week" is no time/],
    ['nothing', 'spans', '0d', /"0d" is no time/],
    ['less than a partition', 'spans', '12h', /partitions of one day/],
    ['days of a table by month', 'edge_1h', '7d', /partitions of one month/],
    ['SQL', 'spans', '7d; DROP TABLE spans', /is no time/],
  ])('%s', (_, name, keep, message) => {
    expect(() => retentionStatement(name, keep)).toThrow(message);
    expect(() => retentionStatement(name, keep)).toThrow(SetupError);
  });
});
