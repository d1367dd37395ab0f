import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Database } from '../../sql/database.ts';
import type { Exchange } from '../../sql/exchange.ts';
import { latencyBucket } from '../../sql/latency.ts';
import { micros } from '../../sql/micros.ts';
import { visible } from '../../sql/read/progress.ts';
import { reader, type Reader } from '../../sql/read/query.ts';
import type { Span } from '../../sql/span.ts';
import { exchangeWriter } from '../../sql/write/exchanges.ts';
import { spanWriter } from '../../sql/write/spans.ts';
import { traceId } from '../../udf/span/trace-id.ts';
import { exchangeRow, spanRow, START, uuidOf } from './rows.ts';
import { testDatabase } from './server.ts';

const SERVICES = ['web', 'cart', 'stock'];
/** Well mixed and the same every time. */
const draw = (n: number, salt: number): number => ((n * 2_654_435_761 + salt * 40_503) >>> 0) % 10_007;

const spans: readonly Span[] = Array.from({ length: 6000 }, (_, n) => {
  const unanswered = draw(n, 1) % 40 === 0;
  const duration = unanswered ? null : 1 + draw(n, 2) ** 2 % 900_001;
  const failed = draw(n, 3) % 25 === 0;
  return spanRow('views', n, {
    service: SERVICES[draw(n, 4) % 3] ?? '', parent_service: ['(outside)', ...SERVICES][draw(n, 5) % 4] ?? '',
    duration_us: duration, self_us: duration === null ? null : Math.floor(duration / 2), critical_us: duration === null || n % 4 === 0 ? null : Math.floor(duration / 3), status: unanswered ? 0 : failed ? 502 : 200, grpc_status: unanswered || n % 3 > 0 ? null : n % 6 === 0 ? 0 : 14,
    network_us: n % 3 === 0 ? 100 : null, basis: n % 3 === 0 ? 'two_tap' : 'none', probability: draw(n, 6) / 10_007,
    depth: n % 2, trace_id: traceId(micros(START + (n - n % 2) * 1000), `views ${n - n % 2}`), path: n % 2 === 0 ? '0001' : '0001.0001',
    parent_id: n % 2 === 0 ? null : uuidOf(`views span ${n - 1}`), root_ts: micros(START + (n - n % 2) * 1000),
  });
});

const group = (rows: readonly Span[]): ReadonlyMap<string, readonly Span[]> => {
  const edges = new Map<string, Span[]>();
  for (const row of rows) {
    const key = `${row.parent_service} > ${row.service}`;
    const edge = edges.get(key);
    if (edge === undefined) edges.set(key, [row]);
    else edge.push(row);
  }
  return edges;
};
const durations = (rows: readonly Span[]): readonly number[] =>
  rows.flatMap(({ duration_us }) => (duration_us === null ? [] : [duration_us])).toSorted((a, b) => a - b);
const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
const quantile = (values: readonly number[], share: number): number => values[Math.ceil(share * values.length) - 1] ?? NaN;
const failed = (rows: readonly Span[]): number => rows.filter(({ status, grpc_status }) => status === 0 || status >= 500 || (grpc_status ?? 0) > 0).length;

let database: Database;
let admin: Reader;
let db: Reader;
beforeAll(async () => {
  database = await testDatabase();
  admin = reader(database);
  db = reader(database, { asAnalyst: true });
  const writer = spanWriter(database);
  await writer.write(spans);
  await writer.write(Array.from(spans.slice(0, 10), (span) => ({ ...span, withdrawn: true, span_id: uuidOf(`gone ${span.span_id}`) })));
  await writer.write(Array.from(spans.slice(0, 100), (span) => ({ ...span, run: 'try', service: 'elsewhere' })), 'spans_lab');
  await visible(admin, 'spans');
  await visible(admin, 'spans_lab');
});
afterAll(async () => { await db.close(); await admin.close(); });

const WINDOW = [START + 1_000_000, START + 5_000_000] as const;
const windowed = `DECLARE @from := $1, @to := $2, @tenant := $3`;
const inWindow = spans.filter(({ ts }) => ts >= WINDOW[0] && ts < WINDOW[1]);

describe('views', () => {
  test('call_graph has the figures that the rows have', async () => {
    const { rows } = await db.query(`${windowed} SELECT * FROM call_graph`, [...WINDOW, 'views']);
    const truth = group(inWindow);
    expect(rows).toHaveLength(truth.size);
    for (const row of rows) {
      const edge = truth.get(`${row['caller']} > ${row['callee']}`) ?? [];
      const sorted = durations(edge);
      expect(row).toMatchObject({ calls: edge.length, errors: failed(edge), max_us: sorted.at(-1) });
      expect(row['avg_us']).toBeCloseTo(mean(sorted), 6);
      expect(row['confidence']).toBeCloseTo(mean(edge.map(({ probability }) => probability)), 9);
      expect(row['error_share']).toBeCloseTo(failed(edge) / edge.length, 9);
      for (const [name, share] of [['p50_us', 0.5], ['p90_us', 0.9], ['p95_us', 0.95], ['p99_us', 0.99]] as const) {
        expect(row[name]).toBe(quantile(sorted, share));
      }
    }
    const calls = rows.map((row) => Number(row['calls']));
    expect(calls).toEqual(calls.toSorted((a, b) => b - a));
  });

  test('@min_confidence leaves out the less probable', async () => {
    const { rows } = await db.query(`${windowed}, @min_confidence := 0.8 SELECT sum(calls) AS n FROM call_graph`, [...WINDOW, 'views']);
    expect(rows[0]?.['n']).toBe(inWindow.filter(({ probability }) => probability >= 0.8).length);
  });

  test('@run reads the laboratory, and no run is mixed with another', async () => {
    const { rows } = await db.query(`${windowed}, @run := $4 SELECT callee, sum(calls) AS n FROM call_graph`, [START, START * 2, 'views', 'try']);
    expect(rows).toEqual([{ callee: 'elsewhere', n: 100 }]);
  });

  test('call_graph_nodes counts what is served and what is called', async () => {
    const { rows } = await db.query(`${windowed} SELECT * FROM call_graph_nodes`, [...WINDOW, 'views']);
    expect(rows.map(({ service }) => service)).toEqual(['(outside)', 'cart', 'stock', 'web']);
    for (const { service, calls, calls_out } of rows) {
      expect(calls).toBe(inWindow.filter((span) => span.service === service).length);
      expect(calls_out).toBe(inWindow.filter((span) => span.parent_service === service).length);
    }
  });

  test('latency_histogram holds every answered call once', async () => {
    const { rows } = await db.query(`${windowed} SELECT * FROM latency_histogram`, [...WINDOW, 'views']);
    const buckets = new Map<string, number>();
    for (const { duration_us, parent_service, service } of inWindow) {
      if (duration_us === null) continue;
      const key = `${parent_service} > ${service} ${latencyBucket(duration_us)}`;
      buckets.set(key, (buckets.get(key) ?? 0) + 1);
    }
    expect(new Map(rows.map(({ caller, callee, le_us, calls }) => [`${caller} > ${callee} ${le_us}`, calls]))).toEqual(buckets);
  });

  test('trace_list shows roots, newest first; trace shows one in tree order, indented', async () => {
    const { rows } = await db.query(`${windowed} SELECT * FROM trace_list LIMIT 2`, [...WINDOW, 'views']);
    expect(rows.map(({ ts }) => ts)).toEqual(['2025-11-21T08:00:04.998000Z', '2025-11-21T08:00:04.996000Z']);
    const trace = await db.query('DECLARE @trace := $1, @tenant := $2 SELECT span, depth, at_ms FROM trace', [String(rows[0]?.['trace_id']), 'views']);
    expect(trace.rows).toEqual([
      { span: spans[4998]?.service, depth: 0, at_ms: 0 }, { span: `  ${spans[4999]?.service}`, depth: 1, at_ms: 1 },
    ]);
  });

  test('call_graph_timeline and latency_heatmap split the window into steps', async () => {
    const timeline = await db.query(`${windowed}, @step := '1s' SELECT ts, sum(calls) AS n FROM call_graph_timeline ORDER BY ts`, [...WINDOW, 'views']);
    expect(timeline.rows.map(({ n }) => n)).toEqual([1000, 1000, 1000, 1000]);
    const steps = await db.query(`${windowed}, @step := '1s' SELECT ts::long AS ts, caller, callee, errors, avg_us, p50_us, p95_us, max_us FROM call_graph_timeline`, [...WINDOW, 'views']);
    expect(steps.rows).toHaveLength(48);
    for (const { ts, caller, callee, errors, avg_us, p50_us, p95_us, max_us } of steps.rows) {
      const inStep = inWindow.filter((span) => Math.floor(span.ts / 1e6) * 1e6 === ts && span.parent_service === caller && span.service === callee);
      const sorted = durations(inStep);
      expect({ errors, p50_us, p95_us, max_us }).toEqual({
        errors: failed(inStep), p50_us: latencyBucket(quantile(sorted, 0.5)), p95_us: latencyBucket(quantile(sorted, 0.95)), max_us: sorted.at(-1),
      });
      expect(avg_us).toBeCloseTo(mean(sorted), 6);
    }
    const heat = await db.query(`${windowed}, @step := '1s' SELECT sum(calls) AS n FROM latency_heatmap`, [...WINDOW, 'views']);
    expect(heat.rows).toEqual([{ n: durations(inWindow).length }]);
  });

  test('bottlenecks share out the time that services spend themselves', async () => {
    const { rows } = await db.query(`${windowed} SELECT * FROM bottlenecks`, [...WINDOW, 'views']);
    expect(rows.reduce((sum, { self_share }) => sum + Number(self_share), 0)).toBeCloseTo(1, 9);
    expect(rows.reduce((sum, { critical_share, network_share }) => sum + Number(critical_share) + Number(network_share), 0)).toBeCloseTo(1, 9);
    for (const { service, self_ms, critical_ms, network_ms, two_tap_share, mostly, source } of rows) {
      const served = inWindow.filter((span) => span.service === service);
      const ms = (of: (span: Span) => number | null): number => served.reduce((total, span) => total + (of(span) ?? 0), 0) / 1000;
      expect(critical_ms).toBeCloseTo(ms(({ critical_us }) => critical_us), 6);
      expect(network_ms).toBeCloseTo(ms(({ network_us }) => network_us), 6);
      expect(two_tap_share).toBeCloseTo(served.filter(({ network_us }) => network_us !== null).length / served.length, 9);
      expect({ mostly, source }).toEqual({ mostly: 'service', source: 'spans' });
      const self = inWindow.filter((span) => span.service === service).reduce((sum, { self_us }) => sum + (self_us ?? 0), 0);
      expect(self_ms).toBeCloseTo(self / 1000, 6);
    }
  });

  test('trace_search finds the failed and slow calls of a service', async () => {
    const { rows } = await db.query(`${windowed}, @service := $4, @failed := 1 SELECT sum(found) AS n FROM trace_search`, [...WINDOW, 'views', 'cart']);
    expect(rows[0]?.['n']).toBe(failed(inWindow.filter(({ service }) => service === 'cart')));
  });

  test('graph_diff tells new, gone and slower edges', async () => {
    const side = (at: number, service: string, duration_us: number, n: number): Span =>
      spanRow('diff', at + n, { ts: micros(START + (at + n) * 1000), service, duration_us: duration_us + n % 10 });
    const fifty = Array.from({ length: 50 }, (_, n) => n);
    await spanWriter(database).write([
      ...fifty.map((n) => side(0, n % 2 === 0 ? 'same' : 'slower', 1000, n)), side(90, 'gone', 10, 0),
      ...fifty.map((n) => side(1000, n % 2 === 0 ? 'same' : 'slower', n % 2 === 0 ? 1000 : 1100, n)), side(1090, 'new', 10, 0),
    ]);
    await visible(admin, 'spans');
    const { rows } = await db.query(
      `DECLARE @before_from := $1, @before_to := $2, @from := $2, @to := $3, @tenant := $4
       SELECT change, callee, what, more_than_noise, calls_before, calls, avg_us_before, avg_us, avg_z FROM graph_diff`,
      [START, START + 1_000_000, START + 2_000_000, 'diff']);
    const shared = { calls_before: 25, calls: 25, what: '' };
    expect(rows).toMatchObject([
      { change: 'gone', callee: 'gone', more_than_noise: false, calls_before: 1, calls: 0, what: '', avg_z: null },
      { change: 'new', callee: 'new', more_than_noise: false, calls_before: 0, calls: 1, what: '', avg_z: null },
      { ...shared, change: 'changed', callee: 'slower', more_than_noise: true, what: 'slower', avg_us_before: 1005, avg_us: 1105 },
      { ...shared, change: 'same', callee: 'same', more_than_noise: false, avg_us_before: 1004, avg_us: 1004, avg_z: 0 },
    ]);
    expect(rows[2]?.['avg_z']).toBeGreaterThan(3);
  });

  test.each<[situation: string, before: (n: number) => Partial<Span> | null, after: (n: number) => Partial<Span> | null, found: object]>([
    ['slower by more than it varies', (n) => ({ duration_us: 1000 + n % 50 }), (n) => ({ duration_us: 1100 + n % 50 }), { change: 'changed', what: 'slower' }],
    ['slower by less than it varies', (n) => ({ duration_us: 1000 + n * 37 % 900 }), (n) => ({ duration_us: 1020 + n * 37 % 900 }), { change: 'same', what: '' }],
    ['faster', (n) => ({ duration_us: 9000 + n }), (n) => ({ duration_us: 900 + n }), { change: 'changed', what: 'faster' }],
    ['failing', () => ({}), (n) => ({ status: n % 5 === 0 ? 500 : 200 }), { change: 'changed', what: 'failing', error_share_before: 0, error_share: 0.2 }],
    ['recovered, and slower', (n) => ({ status: n % 2 === 0 ? 500 : 200 }), () => ({ duration_us: 2000 }), { change: 'changed', what: 'slower recovered' }],
    ['called half as often', () => ({}), (n) => (n % 2 === 0 ? {} : null), { change: 'changed', what: 'quieter', calls_before: 200, calls: 100 }],
    ['new, with many calls', () => null, () => ({}), { change: 'new', more_than_noise: true, avg_us_before: null, p95_us_before: null }],
    ['gone, after many calls', () => ({}), () => null, { change: 'gone', more_than_noise: true, avg_us: null }],
  ])('graph_diff on an edge that is %s', async (situation, before, after, found) => {
    const tenant = `diff ${situation}`;
    const side = (from: number, values: (n: number) => Partial<Span> | null): readonly Span[] => Array.from({ length: 200 }, (_, n) => n).flatMap((n) => {
      const ts = micros(START + from + n * 1000);
      const steady = spanRow(tenant, from + 1000 + n, { ts, service: 'steady' });
      const given = values(n);
      return given === null ? [steady] : [steady, spanRow(tenant, from + n, { ts, service: 'asked', ...given })];
    });
    await spanWriter(database).write([...side(0, before), ...side(1_000_000, after)]);
    await visible(admin, 'spans');
    const { rows } = await db.query(`DECLARE @before_from := $1, @before_to := $2, @from := $2, @to := $3, @tenant := $4 SELECT * FROM graph_diff WHERE callee = 'asked'`,
      [START, START + 1_000_000, START + 2_000_000, tenant]);
    expect(rows).toMatchObject([found]);
  });

  test('graph_diff compares the runs and the links asked for only', async () => {
    const { rows } = await db.query(`${windowed}, @run := $4, @before_from := $5, @before_to := $1 SELECT change, callee, sum(calls) AS n FROM graph_diff`,
      [START, START * 2, 'views', 'try', START - 1_000_000]);
    expect(rows).toEqual([{ change: 'new', callee: 'elsewhere', n: 100 }]);
    const sure = await db.query(`${windowed}, @min_confidence := 0.8, @before_from := $4, @before_to := $1 SELECT sum(calls) AS n FROM graph_diff`,
      [...WINDOW, 'views', START - 1_000_000]);
    expect(sure.rows).toEqual([{ n: inWindow.filter(({ probability }) => probability >= 0.8).length }]);
  });

  test('traces are the roots, filtered by their time from outside, which prunes', async () => {
    const filter = `tenant = 'views' AND ts >= '2025-11-21T08:00:01Z' AND ts < '2025-11-21T08:00:05Z'`;
    expect((await db.query(`SELECT count() AS n FROM traces WHERE ${filter}`)).rows).toEqual([{ n: inWindow.filter(({ depth }) => depth === 0).length }]);
    const plan = (await admin.query(`EXPLAIN SELECT * FROM traces WHERE ${filter} LIMIT 5`)).rows.map((row) => String(Object.values(row)[0])).join('\n');
    expect(plan).toMatch(/Interval (forward|backward) scan on: spans/);
  });

  test('raw_call_graph counts an exchange once, whoever saw it', async () => {
    const writer = exchangeWriter(database, { worker: 'raw' });
    for (let n = 0; n < 30; n++) for (const tap of ['one', 'two']) writer.push({ ...exchangeRow('raw', n), host: 'shop', tap });
    writer.close();
    await writer.settled();
    await visible(admin, 'exchanges');
    const { rows } = await db.query(`${windowed} SELECT client_ip, server_ip, server_port, calls, taps FROM raw_call_graph`, [START, START * 2, 'raw']);
    expect(rows).toEqual([{ client_ip: '10.0.0.1', server_ip: 'fe80::1', server_port: 80, calls: 30, taps: 2 }]);
  });

  test('grpc_methods tells kinds by the messages of all calls, and how calls ended', async () => {
    const writer = exchangeWriter(database, { worker: 'grpc' });
    const call = (n: number, route: string, asked: number | null, answered: number | null, rest: Partial<Exchange>): void => {
      writer.push({ ...exchangeRow('grpc', n), protocol: 'grpc', host: 'shop', route, status: 200, grpc_status: 0, request_messages: asked, response_messages: answered, ...rest });
    };
    call(1, '/s/One', 1, 1, { response_first_message_us: 40 });
    call(2, '/s/One', 1, null, { status: 0, grpc_status: null, outcome: 'deadline' });
    call(3, '/s/One', 1, 0, { grpc_status: 4 });
    call(4, '/s/Watch', 1, 0, { status: 0, grpc_status: null, outcome: 'reset' });
    call(5, '/s/Watch', 1, 9, {});
    call(6, '/s/Put', 3, 1, {});
    call(7, '/s/Talk', 1, 2, {});
    call(8, '/s/Talk', 2, 1, {});
    writer.close();
    await writer.settled();
    await visible(admin, 'exchanges');
    const { rows } = await db.query(`${windowed} SELECT route, kind, calls, failed, deadlines, resets FROM grpc_methods`, [START, START * 2, 'grpc']);
    expect(rows).toEqual([
      { route: '/s/One', kind: 'unary', calls: 3, failed: 2, deadlines: 2, resets: 0 },
      { route: '/s/Talk', kind: 'two_way_stream', calls: 2, failed: 0, deadlines: 0, resets: 0 },
      { route: '/s/Watch', kind: 'server_stream', calls: 2, failed: 1, deadlines: 0, resets: 1 },
      { route: '/s/Put', kind: 'client_stream', calls: 1, failed: 0, deadlines: 0, resets: 0 },
    ]);
  });

  test('roll-ups follow spans that come late or are rewritten', async () => {
    const moved = Array.from(spans.slice(0, 50), (span) => ({ ...span, tenant: 'rolled', span_id: uuidOf(`rolled ${span.span_id}`) }));
    const writer = spanWriter(database);
    await writer.write(moved);
    await writer.write(Array.from(moved, (span, n) => ({ ...span, service: 'moved', withdrawn: n === 0, revision: 2 })));
    for (const table of ['spans', 'edge_1m', 'edge_1h']) await visible(admin, table);
    const rolled = async () => (await db.query(`SELECT parent_service AS caller, service AS callee, sum(calls) AS calls, sum(errors) AS errors,
      sum(sum_us) AS sum_us, max(max_us) AS max_us FROM edge_1h WHERE tenant = 'rolled' GROUP BY caller, callee`)).rows;
    await expect.poll(async () => (await rolled()).map(({ callee }) => callee)).toEqual(['moved', 'moved', 'moved', 'moved']);
    const left = Array.from(moved.slice(1), (span) => ({ ...span, service: 'moved' }));
    for (const row of await rolled()) {
      const edge = group(left).get(`${row['caller']} > moved`) ?? [];
      const sorted = durations(edge);
      expect(row).toMatchObject({ calls: edge.length, errors: failed(edge), max_us: sorted.at(-1), sum_us: sorted.reduce((sum, us) => sum + us, 0) });
    }
  });

  test.each([
    'call_graph', 'call_graph_nodes', 'call_graph_timeline', 'latency_histogram', 'latency_heatmap', 'trace_list', 'trace', 'trace_search',
    'slowest_paths', 'bottlenecks', 'graph_diff', 'raw_call_graph', 'grpc_methods', 'window_spans', 'window_edges', 'window_operations', 'before_edges',
    'exact_spans', 'run_diff',
    'explain_span',
  ])('%s scans its window only, given or by default', async (view) => {
    for (const declared of [`DECLARE @from := '2025-11-21', @to := '2025-11-22', @before_from := '2025-11-20', @before_to := '2025-11-21' `, '']) {
      const { rows } = await admin.query(`EXPLAIN ${declared}SELECT * FROM ${view}`);
      const plan = rows.map((row) => String(Object.values(row)[0])).join('\n');
      expect(plan).toMatch(/Interval (forward|backward) scan on/);
      expect(plan).not.toMatch(/(Frame|Row) (forward|backward) scan on/);
    }
  });

  test('the analyst may only read', async () => {
    await expect(db.query(`INSERT INTO capture_loss (ts, worker, counter, total) VALUES (now(), 'x', 'x', 1)`)).rejects.toThrow(/denied/i);
    await expect(db.query('DROP TABLE spans_lab')).rejects.toThrow(/denied/i);
  });
});
