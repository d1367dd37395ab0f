import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Database } from '../../sql/database.ts';
import { latencyBucket } from '../../sql/latency.ts';
import { micros } from '../../sql/micros.ts';
import { visible } from '../../sql/read/progress.ts';
import { reader, type Parameter, type Reader, type Value } from '../../sql/read/query.ts';
import type { Span } from '../../sql/span.ts';
import { spanWriter } from '../../sql/write/spans.ts';
import { spanRow, START } from './rows.ts';
import { testDatabase } from './server.ts';

type Row = Readonly<Record<string, Value>>;

/** Well mixed and the same every time. */
const draw = (n: number, salt: number): number => ((n * 2_654_435_761 + salt * 40_503) >>> 0) % 10_007;
const SERVICES = ['web', 'cart', 'stock'];

/** Four and a half hours, a span every four seconds; one in a hundred withdrawn, one in fifty unanswered. */
const stored: readonly Span[] = Array.from({ length: 4000 }, (_, n) => {
  const duration = n % 50 === 7 ? null : 1 + draw(n, 8) * 11;
  const self = duration === null ? null : Math.floor(duration / (1 + n % 3));
  return spanRow('long', n, {
    ts: micros(START + n * 4_000_000 + draw(n, 7)), duration_us: duration, self_us: self, self_le_us: self === null ? null : latencyBucket(self),
    critical_us: n % 3 === 0 ? self : null, network_us: n % 5 === 0 ? 1 + draw(n, 3) : null, basis: n % 5 === 0 ? 'two_tap' : 'one_tap', status: duration === null ? 0 : 200,
    service: SERVICES[draw(n, 9) % 3] ?? '', parent_service: draw(n, 4) % 2 === 0 ? '(outside)' : 'web', route: draw(n, 5) % 2 === 0 ? '/a' : '/b',
    protocol: draw(n, 6) % 2 === 0 ? 'http/1.1' : 'h2', withdrawn: n % 100 === 0,
  });
});

const WINDOWS = [
  ['within a minute', 61_000_000, 75_000_000, 'spans', 'spans'],
  ['some minutes', 61_000_000, 700_000_000, 'spans', '1m'],
  ['a quarter of an hour and more, within an hour', 61_000_000, 1_300_000_001, '1m', '1m'],
  ['over the end of an hour', 1_861_000_000, 5_300_000_001, '1m', '1m'],
  ['whole minutes', 60_000_000, 1_860_000_000, '1m', '1m'],
  ['one whole hour', 3_600_000_000, 7_200_000_000, '1h', '1h'],
  ['an hour and pieces at both ends', 3_000_000_123, 8_000_000_321, '1h', '1h'],
  ['all', 0, 16_200_000_000, '1h', '1h'],
] as const;

let db: Reader;
let admin: Reader;
let database: Database;
beforeAll(async () => {
  database = await testDatabase();
  admin = reader(database);
  db = reader(database, { asAnalyst: true });
  await spanWriter(database).write(stored);
  for (const table of ['spans', 'edge_1m', 'edge_1h', 'operation_1m', 'operation_1h']) await visible(admin, table);
  const follows = async (rollup: string): Promise<boolean> => (await db.query(`SELECT sum(calls) AS n FROM ${rollup} WHERE tenant = 'long'`)).rows[0]?.['n'] === 3960;
  for (const rollup of ['edge_1h', 'operation_1h']) while (!await follows(rollup)) await sleep(50);
});
afterAll(async () => { await db.close(); await admin.close(); });

const present = (values: readonly (number | null)[]): readonly number[] => values.flatMap((value) => value ?? []).toSorted((a, b) => a - b);
const sum = (values: readonly (number | null)[]): number => values.reduce<number>((total, value) => total + (value ?? 0), 0);
const quantile = (values: readonly number[], share: number): number => values[Math.ceil(share * values.length) - 1] ?? NaN;

const grouped = (rows: readonly Span[], key: (span: Span) => string): ReadonlyMap<string, readonly Span[]> => {
  const groups = new Map<string, Span[]>();
  for (const row of rows) groups.set(key(row), [...groups.get(key(row)) ?? [], row]);
  return groups;
};

/** Percentiles of spans are exact, those of roll-ups at most 6.25 % above. */
const expectPercentile = (found: Value | undefined, exact: number, source: string): void => {
  const ratio = Number(found) / exact;
  expect(ratio).toBeGreaterThan(1 - 1e-9);
  expect(ratio).toBeLessThanOrEqual(source === 'spans' ? 1 : 1.0625);
};

describe.each(WINDOWS)('a window of the length of %s', (_, from, to, source, bucketSource) => {
  const inside = stored.filter(({ ts, withdrawn }) => !withdrawn && ts >= START + from && ts < START + to);
  const ask = async (statement: string, more = '', parameters: readonly Parameter[] = []): Promise<readonly Row[]> =>
    (await db.query(`DECLARE @from := $1, @to := $2, @tenant := 'long'${more} ${statement}`, [START + from, START + to, ...parameters])).rows;
  const edgeSource = source === 'spans' ? source : `edge_${source}`;

  test('call_graph has the figures of the spans, none missing or doubled', async () => {
    const edges = grouped(inside, ({ parent_service, service }) => `${parent_service} > ${service}`);
    const rows = await ask('SELECT * FROM call_graph');
    expect(rows.map(({ caller, callee }) => `${caller} > ${callee}`).toSorted()).toEqual([...edges.keys()].toSorted());
    for (const row of rows) {
      const edge = edges.get(`${row['caller']} > ${row['callee']}`) ?? [];
      const durations = present(edge.map(({ duration_us }) => duration_us));
      expect(row).toMatchObject({ calls: edge.length, errors: edge.filter(({ status }) => status === 0).length, max_us: durations.at(-1), source: edgeSource });
      expect(row['avg_us']).toBeCloseTo(sum(durations) / durations.length, 4);
      for (const [name, share] of [['p50_us', 0.5], ['p90_us', 0.9], ['p95_us', 0.95], ['p99_us', 0.99]] as const) expectPercentile(row[name], quantile(durations, share), source);
    }
  });

  test('call_graph_nodes has the figures of the spans', async () => {
    const rows = await ask('SELECT * FROM call_graph_nodes');
    expect(rows.map(({ service }) => service)).toEqual([...new Set(inside.flatMap(({ parent_service, service }) => [parent_service, service]))].toSorted());
    for (const row of rows) {
      const served = inside.filter(({ service }) => service === row['service']);
      const durations = present(served.map(({ duration_us }) => duration_us));
      const self = present(served.map(({ self_us }) => self_us));
      expect(row).toMatchObject({
        calls: served.length, calls_out: inside.filter(({ parent_service }) => parent_service === row['service']).length,
        errors: served.filter(({ status }) => status === 0).length, max_us: durations.at(-1) ?? null, source: edgeSource,
      });
      if (served.length === 0) continue;
      expect(row['avg_us']).toBeCloseTo(sum(durations) / durations.length, 4);
      expect(row['self_us']).toBeCloseTo(sum(self) / self.length, 4);
      expect(String(row['kinds']).split(',').toSorted()).toEqual([...new Set(served.map(({ protocol }) => protocol))].toSorted());
      for (const [name, share] of [['p50_us', 0.5], ['p90_us', 0.9], ['p95_us', 0.95], ['p99_us', 0.99]] as const) expectPercentile(row[name], quantile(durations, share), source);
    }
  });

  test('latency_histogram, latency_heatmap and call_graph_timeline count every call once, in its bucket and step', async () => {
    const cell = (step: number, { ts, parent_service, service, duration_us }: Span): string =>
      `${Math.floor(ts / step) * step} ${parent_service} > ${service} ${duration_us === null ? '' : latencyBucket(duration_us)}`;
    const counted = (rows: readonly Row[]): ReadonlyMap<string, Value> =>
      new Map(rows.map(({ ts, caller, callee, le_us, calls }) => [`${ts} ${caller} > ${callee} ${le_us}`, calls ?? null]));
    const truth = (step: number): ReadonlyMap<string, Value> =>
      new Map([...grouped(inside.filter(({ duration_us }) => duration_us !== null), (span) => cell(step, span))].map(([key, rows]) => [key, rows.length]));
    const histogram = await ask('SELECT 0 AS ts, * FROM latency_histogram');
    expect(counted(histogram)).toEqual(truth(1e18));
    expect(new Set(histogram.map((row) => row['source']))).toContain(bucketSource === 'spans' ? 'spans' : `edge_${bucketSource}`);
    for (const [step, us] of [['30s', 30e6], ['5m', 300e6], ['1h', 3600e6]] as const) {
      expect(counted(await ask('SELECT ts::long AS ts, caller, callee, le_us, calls FROM latency_heatmap', `, @step := '${step}'`))).toEqual(truth(us));
      const steps = grouped(inside, (span) => cell(us, { ...span, duration_us: null }));
      const timeline = await ask('SELECT ts::long AS ts, caller, callee, calls, errors, avg_us, p95_us, max_us, source FROM call_graph_timeline', `, @step := '${step}'`);
      expect(timeline).toHaveLength(steps.size);
      for (const row of timeline) {
        const rows = steps.get(`${row['ts']} ${row['caller']} > ${row['callee']} `) ?? [];
        const durations = present(rows.map(({ duration_us }) => duration_us));
        expect(row).toMatchObject({
          calls: rows.length, errors: rows.filter(({ status }) => status === 0).length, max_us: durations.at(-1) ?? null,
          p95_us: durations.length === 0 ? null : latencyBucket(quantile(durations, 0.95)),
        });
        expect(row['avg_us'] ?? 0).toBeCloseTo(sum(durations) / Math.max(1, durations.length), 4);
        expect(step === '30s' ? 'spans' : row['source']).toBe(row['source']);
      }
    }
  });

  test('bottlenecks has the figures of the spans', async () => {
    const operations = grouped(inside, ({ service, method, route }) => `${service} ${method} ${route}`);
    const rows = await ask('SELECT * FROM bottlenecks');
    expect(rows).toHaveLength(operations.size);
    const ms = (of: readonly Span[], value: (span: Span) => number | null): number => sum(of.map(value)) / 1000;
    const traced = ms(inside, ({ critical_us, network_us }) => (critical_us === null ? null : critical_us + (network_us ?? 0)));
    for (const row of rows) {
      const operation = operations.get(`${row['service']} ${row['method']} ${row['route']}`) ?? [];
      const self = present(operation.map(({ self_us }) => self_us));
      expect(row).toMatchObject({
        calls: operation.length, network_calls: operation.filter(({ network_us }) => network_us !== null).length, source: source === 'spans' ? source : `operation_${source}`,
      });
      expect(row['self_ms'] ?? 0).toBeCloseTo(sum(self) / 1000, 6);
      expect(row['self_share']).toBeCloseTo(sum(self) / 1000 / ms(inside, ({ self_us }) => self_us), 9);
      expect(row['critical_share']).toBeCloseTo(ms(operation, ({ critical_us }) => critical_us) / traced, 9);
      if (self.length > 0) expectPercentile(row['p95_self_us'], quantile(self, 0.95), source);
    }
  });
});

test('graph_diff over hours reads roll-ups, and its score is that of the spans', async () => {
  const [from, middle, to] = [START + 60_000_000, START + 7_260_000_000, START + 14_000_000_000];
  const { rows } = await db.query(`DECLARE @before_from := $1, @before_to := $2, @from := $2, @to := $3, @tenant := 'long' SELECT * FROM graph_diff`, [from, middle, to]);
  const welch = (a: readonly number[], b: readonly number[]): number => {
    const [first, second] = [a, b].map((values) => {
      const mean = sum(values) / values.length;
      return { mean, error: sum(values.map((value) => (value - mean) ** 2)) / (values.length - 1) / values.length };
    });
    return ((second?.mean ?? NaN) - (first?.mean ?? NaN)) / Math.sqrt((first?.error ?? NaN) + (second?.error ?? NaN));
  };
  expect(rows).toHaveLength(6);
  for (const row of rows) {
    const of = (start: number, end: number): readonly Span[] => stored.filter(({ ts, withdrawn, service, parent_service }) =>
      !withdrawn && ts >= start && ts < end && service === row['callee'] && parent_service === row['caller']);
    const [before, after] = [of(from, middle), of(middle, to)];
    const durations = (rows_: readonly Span[]): readonly number[] => present(rows_.map(({ duration_us }) => duration_us));
    expect(row).toMatchObject({ calls_before: before.length, calls: after.length, change: 'same', what: '', source: 'edge_1h' });
    expect(row['avg_us']).toBeCloseTo(sum(durations(after)) / durations(after).length, 4);
    expect(row['avg_z']).toBeCloseTo(welch(durations(before), durations(after)), 2);
    expectPercentile(row['p95_us_before'], quantile(durations(before), 0.95), 'edge_1h');
  }
});

test('late and rewritten spans correct the operations, too', async () => {
  const first = Array.from({ length: 60 }, (_, n) => spanRow('operations', n, { self_us: 100, critical_us: 100, self_le_us: latencyBucket(100) }));
  const writer = spanWriter(database);
  await writer.write(first.slice(30));
  await writer.write(first.slice(0, 30));
  await writer.write(Array.from(first, (span, n) => ({ ...span, route: '/moved', critical_us: n % 2 === 0 ? 60 : null, withdrawn: n < 10, revision: 2 })));
  for (const rollup of ['operation_1m', 'operation_1h']) {
    await expect.poll(async () => (await db.query(`SELECT route, sum(calls) AS calls, sum(self_sum_us) AS self, sum(critical_calls) AS on_path, sum(critical_sum_us) AS critical
      FROM ${rollup} WHERE tenant = 'operations' GROUP BY route`)).rows, { timeout: 30_000 }).toEqual([{ route: '/moved', calls: 50, self: 5000, on_path: 25, critical: 1500 }]);
  }
});

/** The server adds up parts of a table in the order in which its threads come back: the last digits of a sum differ. */
const rounded = (rows: readonly Record<string, unknown>[] | undefined): unknown =>
  rows?.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, typeof value === 'number' ? Number(value.toPrecision(12)) : value])));

/** Compiled for many values at a time, QuestDB 9.3.4 gets products of constants in a filter wrong; Grafana has nothing but epoch ms. */
describe('a filter with a product of constants', () => {
  test('is right in tables', async () => {
    for (const column of ['duration_us', 'self_us']) {
      const [product, number] = await Promise.all(['5 * 200', '1000'].map(async (most) => (await db.query(`SELECT count() AS n FROM spans WHERE ${column} <= ${most}`)).rows));
      expect(number?.[0]?.['n']).toBeGreaterThan(0);
      expect(product).toEqual(number);
    }
  });

  test.each(WINDOWS)('gives views the same window: %s', async (_, from, to) => {
    const ends = (factor: string): string => {
      const at = (us: number): string => (factor === '' ? String(us) : `${us / 1000}${factor}`);
      return `@from := ${at(START + Math.floor(from / 1000) * 1000)}, @to := ${at(START + Math.floor(to / 1000) * 1000)}, @before_from := ${at(START)}, @before_to := ${at(START + Math.floor(to / 1000) * 1000)}`;
    };
    for (const view of ['call_graph', 'latency_histogram', 'bottlenecks', 'graph_diff']) {
      const [product, number] = await Promise.all([' * 1000', ''].map(async (factor) => (await db.query(`DECLARE @tenant := 'long', ${ends(factor)} SELECT * FROM ${view}`)).rows));
      expect(number?.length).toBeGreaterThan(0);
      expect(rounded(product)).toEqual(rounded(number));
    }
  });
});

test('before_edges is window_edges with other names', () => {
  const text = (name: string): string => {
    const sql = readFileSync(new URL(`../../sql/views/${name}`, import.meta.url), 'utf8');
    return sql.slice(sql.indexOf('-- other runs'));
  };
  expect(text('05_before_edges.sql')).toBe(text('03_window_edges.sql').replaceAll('@from', '@before_from').replaceAll('@to', '@before_to'));
});
