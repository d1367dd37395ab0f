import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { counters } from '../../sql/counters.ts';
import type { Exchange } from '../../sql/exchange.ts';
import { micros } from '../../sql/micros.ts';
import { NO_NAMES } from '../../sql/names.ts';
import type { Span } from '../../sql/span.ts';
import type { Known } from '../../udf/infer/algorithm.ts';
import { randomOf } from '../../udf/infer/model/random.ts';
import { ALGORITHMS } from '../../udf/infer/registry.ts';
import { fcfs } from '../../udf/infer/fcfs.ts';
import { inferencePipeline, type InferenceOptions, type InferredWindow } from '../../udf/pipeline.ts';
import { exchange } from './exchange.ts';

const SECOND = 1_000_000;
const T0 = 1_800_000_000 * SECOND;

const run = (options: Partial<InferenceOptions> = {}) => {
  const table = new Map<string, Span>();
  const windows: InferredWindow[] = [];
  const late: Exchange[] = [];
  const tally = counters();
  const line = inferencePipeline({
    algorithm: fcfs, run: 'live', names: NO_NAMES, minConfidence: 0, windowUs: SECOND, latenessUs: SECOND, count: tally.count,
    written: () => null, tooLate: (row) => { late.push(row); }, ...options,
  }, {
    push(window) {
      windows.push(window);
      for (const span of window.spans) table.set(`${span.ts} ${span.span_id}`, span);
    },
    advance: () => {}, close: () => {},
  });
  return { line, table, windows, late, tally };
};

const withoutRevision = (span: Span): Partial<Span> => { const { revision: _revision, ...rest } = span; return rest; };

const rowsOf = (table: ReadonlyMap<string, Span>): readonly unknown[] =>
  [...table].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, span]) => withoutRevision(span));

const batch = (exchanges: readonly Exchange[], options: Partial<InferenceOptions> = {}) => {
  const one = run(options);
  for (const row of exchanges.toSorted((a, b) => a.ts - b.ts)) {
    one.line.push(row);
    one.line.advance(row.ts);
  }
  one.line.close();
  return one;
};

const SHOP = [
  exchange('r1', '10.0.0.9', '10.0.0.1', T0 + 100, 1000),
  exchange('c1', '10.0.0.1', '10.0.0.2', T0 + 200, 300, { route: '/cart' }),
  exchange('d1', '10.0.0.2', '10.0.0.3', T0 + 250, 100, { route: '/sql' }),
  exchange('c2', '10.0.0.1', '10.0.0.2', T0 + 600, 200, { route: '/pay' }),
];

describe('a request with calls', () => {
  test('becomes one trace', () => {
    const spans = [...batch(SHOP).table.values()].toSorted((a, b) => (a.path < b.path ? -1 : 1));
    expect(spans.map(({ span_id, parent_id, path, depth, parent_service, self_us, probability, evidence, span_count, service_count, min_probability }) =>
      ({ span_id, parent_id, path, depth, parent_service, self_us, probability, evidence, span_count, service_count, min_probability }))).toEqual([
      { span_id: 'r1', parent_id: null, path: '0001', depth: 0, parent_service: '(outside)', self_us: 500, probability: 1, evidence: 'none', span_count: 4, service_count: 3, min_probability: 1 },
      { span_id: 'c1', parent_id: 'r1', path: '0001.0001', depth: 1, parent_service: '10.0.0.1:80', self_us: 200, probability: 1, evidence: 'unique', span_count: null, service_count: null, min_probability: null },
      { span_id: 'd1', parent_id: 'c1', path: '0001.0001.0001', depth: 2, parent_service: '10.0.0.2:80', self_us: 100, probability: 1, evidence: 'unique', span_count: null, service_count: null, min_probability: null },
      { span_id: 'c2', parent_id: 'r1', path: '0001.0002', depth: 1, parent_service: '10.0.0.1:80', self_us: 200, probability: 1, evidence: 'unique', span_count: null, service_count: null, min_probability: null },
    ]);
    expect(new Set(spans.map(({ trace_id }) => trace_id)).size).toBe(1);
  });

  test('keeps its trace where the parent ends, and so comes in, long after its calls', () => {
    const parent = exchange('r1', '10.0.0.9', '10.0.0.1', T0, 8 * SECOND);
    const child = exchange('c1', '10.0.0.1', '10.0.0.2', T0 + SECOND, 1000);
    const one = run();
    one.line.push(child);
    one.line.advance(micros(T0 + 6 * SECOND));
    expect([...one.table.values()].map(({ parent_id }) => parent_id)).toEqual([null]);
    one.line.push(parent);
    one.line.close();
    expect(rowsOf(one.table)).toEqual(rowsOf(batch([parent, child]).table));
    expect(one.table.get(`${T0 + SECOND} c1`)).toMatchObject({ parent_id: 'r1', revision: 2 });
  });

  test('is one write, whole', () => {
    expect(batch(SHOP).windows.map(({ spans }) => spans.length)).toEqual([4]);
  });
});

test('an edge below the least confidence is cut, and stays as the runner-up', () => {
  const two = [...SHOP, exchange('r2', '10.0.0.9', '10.0.0.1', T0 + 150, 1000)];
  const spans = batch(two, { minConfidence: 0.6 }).table;
  expect(spans.get(`${T0 + 200} c1`)).toMatchObject({ parent_id: null, runner_up_id: 'r1', runner_up_probability: 0.5, probability: 0, depth: 0, parent_service: '10.0.0.1:80' });
  expect(spans.get(`${T0 + 250} d1`)).toMatchObject({ parent_id: 'c1' });
});

test('the time and the revision of a row that is already written stay', () => {
  const taps = [
    exchange('r1', '10.0.0.9', '10.0.0.1', T0 + 100, 900, { tap: 'a', vantage: 'client' }),
    exchange('r1', '10.0.0.9', '10.0.0.1', T0 + 150, 800, { tap: 'b', vantage: 'server' }),
  ];
  expect([...batch(taps).table.values()]).toMatchObject([{ ts: T0 + 150, duration_us: 800, network_us: 100, basis: 'two_tap', revision: 1 }]);
  expect([...batch(taps, { written: () => ({ ts: micros(T0 + 100), revision: 4 }) }).table.values()]).toMatchObject([{ ts: T0 + 100, revision: 5 }]);
});

test('a row older than what is held in memory is handed back', () => {
  const one = run();
  one.line.push(exchange('new', '10.0.0.9', '10.0.0.1', T0 + 100 * SECOND, 100));
  one.line.advance(micros(T0 + 200 * SECOND));
  one.line.push(exchange('old', '10.0.0.9', '10.0.0.1', T0, 100));
  expect(one.late.map(({ exchange_id }) => exchange_id)).toEqual(['old']);
  expect(one.tally.snapshot()).toMatchObject({ exchanges_too_late: 1 });
});

test('what a trace needed is let go, so that memory does not grow with time', () => {
  const one = run();
  for (let n = 0; n < 400; n++) {
    one.line.push(exchange(`r${n}`, '10.0.0.9', '10.0.0.1', T0 + n * SECOND, 100));
    one.line.advance(micros(T0 + n * SECOND));
  }
  one.line.push(exchange('r0', '10.0.0.9', '10.0.0.1', T0, 100));
  expect(one.late).toHaveLength(1);
});

describe('the model', () => {
  /** A request every 100 ms on average, for 80 s: cart and stock, one after the other or at once, and a call that cart makes. */
  const next = randomOf(5);
  const requests = Array.from({ length: 800 }, (_, n) => {
    const at = T0 + Math.round(n * 100_000 + next() * 90_000);
    const [a, b, c, d] = Array.from({ length: 4 }, () => Math.round(3_000 + next() * 90_000));
    const cart = at + 2_000 + Math.round(next() * 4_000);
    const stock = n % 3 === 0 ? cart + 1_000 : cart + a! + b! + 2_000;
    return [
      exchange(`r${n}`, '10.0.0.9', '10.0.0.1', at, stock + c! + d! - at, { route: '/buy' }),
      exchange(`c${n}`, '10.0.0.1', '10.0.0.2', cart, a! + b!, { route: '/cart' }),
      exchange(`q${n}`, '10.0.0.2', '10.0.0.3', cart + 1_000, a!, { route: '/sql' }),
      exchange(`s${n}`, '10.0.0.1', '10.0.0.3', stock, c!, { route: '/stock' }),
    ];
  }).flat();
  const ended = (row: Exchange): number => row.ts + (row.duration_us ?? 0);
  const arrivals = requests.toSorted((a, b) => ended(a) - ended(b));
  const algorithm = ALGORITHMS['model'] ?? fcfs;
  const follow = (one: ReturnType<typeof run>, rows: readonly Exchange[]): void => {
    for (const row of rows) {
      one.line.push(row);
      one.line.advance(micros(ended(row)));
    }
  };
  /** What was kept of each instance, as the table of models gives it back. */
  const kept = (windows: readonly InferredWindow[], until: number) => (_: string, instance: string): Known | undefined => {
    const saved = windows.flatMap(({ models }) => models.filter((one) => one.instance === instance)).map(({ ts, text }) => ({ from: ts, text })).toSorted((a, b) => a.from - b.from);
    return saved.length === 0 ? undefined : { saved, until };
  };

  test('followed live it learns the same at the same moments as in one batch, and ends in the same rows', () => {
    const stream = run({ algorithm });
    follow(stream, arrivals);
    stream.line.close();
    const whole = batch(requests, { algorithm });
    const learnt = ({ windows }: ReturnType<typeof run>) => windows.flatMap(({ models }) => models.map(({ ts, instance, text }) => `${ts} ${instance} ${text}`)).toSorted();
    expect(learnt(stream).length).toBeGreaterThan(5);
    expect(learnt(stream)).toEqual(learnt(whole));
    expect(rowsOf(stream.table)).toEqual(rowsOf(whole.table));
    expect(rowsOf(stream.table).filter((span) => ((span as Span).runner_up_probability ?? 0) > 0.01).length).toBeGreaterThan(10);
  });

  test('with late rows and a stop between, it ends in the rows of one batch over all that goes by the models it kept', () => {
    const stopAt = T0 + 14 * SECOND;
    const isLate = (row: Exchange, n: number): boolean => n % 17 === 0 && ended(row) < stopAt - 4 * SECOND;
    const late = arrivals.filter(isLate);
    const inTime = arrivals.filter((row, n) => !isLate(row, n));
    const first = run({ algorithm });
    follow(first, inTime.filter((row) => ended(row) < stopAt));
    const again = run({ algorithm, known: kept(first.windows, stopAt) });
    for (const row of inTime.filter((one) => ended(one) < stopAt).toSorted((a, b) => a.ts - b.ts)) again.line.push(row);
    again.line.advance(micros(stopAt));
    const rest = inTime.filter((row) => ended(row) >= stopAt);
    follow(again, rest.slice(0, 200));
    for (const row of late) again.line.push(row);
    follow(again, rest.slice(200));
    again.line.close();
    expect(again.late).toEqual([]);
    expect(again.tally.snapshot()['windows_inferred_again']).toBeGreaterThan(5);
    const windows = [...first.windows, ...again.windows];
    expect(again.windows.flatMap(({ models }) => models).length).toBeGreaterThan(0);
    const table = new Map([...first.table, ...again.table]);
    expect(rowsOf(table)).toEqual(rowsOf(batch(requests, { algorithm, known: kept(windows, Infinity) }).table));
  });
});

const HOSTS = ['10.0.0.1', '10.0.0.2', '10.0.0.3'];
const traffic = fc.array(fc.record({
  client: fc.constantFrom('10.0.0.9', ...HOSTS), server: fc.constantFrom(...HOSTS),
  start: fc.integer({ min: 0, max: 12 * SECOND }), lasts: fc.option(fc.integer({ min: 0, max: 5 * SECOND }), { freq: 9 }),
  route: fc.constantFrom('/a', '/b'), delay: fc.integer({ min: 0, max: 6 * SECOND }), twice: fc.boolean(),
}), { maxLength: 60 }).map((rows) => rows.filter(({ client, server }) => client !== server));

/** Those that keep nothing from window to window. */
const STATELESS = ['nesting', 'fcfs', 'arrival'];

describe.each(STATELESS)('%s, whatever the order of rows', (name) => {
  const algorithm = ALGORITHMS[name] ?? fcfs;

  test('late rows and a running watermark end in the rows of one batch', () => {
    fc.assert(fc.property(traffic, (rows) => {
      const exchanges = rows.map(({ client, server, start, lasts, route }, n) => exchange(`e${n}`, client, server, T0 + start, lasts, { route }));
      const expected = rowsOf(batch(exchanges, { algorithm }).table);
      const arrivals = exchanges.map((row, n) => ({ row, at: row.ts + (row.duration_us ?? 0) + (rows[n]?.delay ?? 0), twice: rows[n]?.twice ?? false }))
        .toSorted((a, b) => a.at - b.at);
      const stream = run({ algorithm });
      for (const { row, at, twice } of arrivals) {
        stream.line.push(row);
        if (twice) stream.line.push({ ...row });
        stream.line.advance(micros(at));
      }
      stream.line.close();
      expect(stream.late).toEqual([]);
      expect(rowsOf(stream.table)).toEqual(expected);
    }), { numRuns: 150 });
  });

  test('every exchange is one span, in one tree', () => {
    fc.assert(fc.property(traffic, (rows) => {
      const exchanges = rows.map(({ client, server, start, lasts, route }, n) => exchange(`e${n}`, client, server, T0 + start, lasts, { route }));
      const spans = [...batch(exchanges, { algorithm }).table.values()];
      const byId = new Map(spans.map((span) => [span.span_id, span]));
      expect(spans.map(({ span_id }) => span_id).toSorted()).toEqual(exchanges.map(({ exchange_id }) => exchange_id).toSorted());
      for (const { depth, path, root_ts, trace_id, parent_id, ts } of spans) {
        const parent = byId.get(parent_id ?? '') ?? { depth: -1, path: '', root_ts: ts, trace_id };
        expect({ depth: parent.depth + 1, path: path.slice(0, -4).replace(/\.$/, ''), root_ts: parent.root_ts, trace_id: parent.trace_id, orphan: parent_id !== null && !byId.has(parent_id) })
          .toEqual({ depth, path: parent.path, root_ts, trace_id, orphan: false });
      }
    }), { numRuns: 100 });
  });
});
