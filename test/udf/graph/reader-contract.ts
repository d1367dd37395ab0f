import { beforeAll, describe, expect, test } from 'vitest';
import { latencyBucket } from '../../../sql/latency.ts';
import { micros } from '../../../sql/micros.ts';
import type { Span } from '../../../sql/span.ts';
import type { EdgeFilter, GraphReader, GraphWindow } from '../../../udf/graph/reader.ts';
import { contractSpans, LAB_TRACE, NOON, TRACE_1, TRACE_2 } from './contract-spans.ts';

const SECOND = 1_000_000;
const ANY: EdgeFilter = { caller: null, callee: null };
const WEB_DB: EdgeFilter = { caller: 'web', callee: 'db' };

/** What every implementation of the port has to answer; `make` fills it with the spans given. */
export const readerContract = (name: string, tenant: string, make: (spans: readonly Span[]) => Promise<GraphReader>): void => {
  const window = (values: Partial<GraphWindow> = {}): GraphWindow =>
    ({ from: micros(NOON), to: micros(NOON + 60 * SECOND), tenant, run: 'live', minConfidence: 0, ...values });

  describe(`graph reader: ${name}`, () => {
    let reader: GraphReader;
    beforeAll(async () => { reader = await make(contractSpans(tenant)); });

    test('edges: most calls first, unanswered and 5xx calls are errors, withdrawn spans are out', async () => {
      const edges = await reader.edges(window());
      expect(edges.map(({ caller, callee, calls, errors }) => [caller, callee, calls, errors])).toEqual([['web', 'db', 3, 2], ['(outside)', 'web', 2, 0]]);
      const [db, web] = edges;
      expect(db).toMatchObject({ max_us: 40_000 });
      expect(db?.error_share).toBeCloseTo(2 / 3, 9);
      expect(db?.avg_us).toBeCloseTo(30_000, 6);
      expect(db?.network_us).toBeCloseTo(500, 6);
      expect(db?.confidence).toBeCloseTo((0.9 + 1 + 0.4) / 3, 9);
      expect(db?.coverage).toBeCloseTo(2.5 / 3, 9);
      expect(web?.network_us).toBeNull();
      expect(web?.calls_per_s).toBeCloseTo(2 / 10.001, 3);
      expect(web?.p99_us).toBeGreaterThanOrEqual(300_000 * 0.999);
      expect(web?.p99_us).toBeLessThanOrEqual(300_000 * 1.001);
    });

    test('nodes: by name, callers that serve nothing included', async () => {
      const nodes = await reader.nodes(window());
      expect(nodes.map(({ service, calls, calls_out: out, errors }) => [service, calls, out, errors])).toEqual([['(outside)', 0, 2, 0], ['db', 3, 0, 2], ['web', 2, 3, 0]]);
      const [outside, , web] = nodes;
      expect(outside).toMatchObject({ calls_per_s: 0, error_share: 0, avg_us: null, p95_us: null, self_us: null, confidence: null, coverage: null });
      expect(web?.self_us).toBeCloseTo(170_000, 6);
    });

    test.each<[situation: string, values: Partial<GraphWindow>, edges: readonly string[]]>([
      ['the window\'s end is exclusive', { to: micros(NOON + 10 * SECOND) }, ['db 2', 'web 1']],
      ['its start is inclusive', { from: micros(NOON + 10 * SECOND) }, ['db 1', 'web 1']],
      ['a microsecond later it is out', { from: micros(NOON + 10 * SECOND + 1) }, ['db 1']],
      ['unsure calls are left out', { minConfidence: 0.5 }, ['db 2', 'web 2']],
      ['as sure as asked for stays', { minConfidence: 0.9 }, ['db 2', 'web 2']],
      ['another tenant', { tenant: `${tenant}-other` }, ['foreign 1']],
      ['a run of the laboratory', { run: `${tenant}-lab` }, ['lab 1']],
      ['an unknown tenant', { tenant: `${tenant}-none` }, []],
      ['an unknown run', { run: `${tenant}-none` }, []],
      ['a tenant that looks like SQL', { tenant: `' OR 1=1 --` }, []],
    ])('edges: %s', async (_, values, edges) => {
      expect((await reader.edges(window(values))).map(({ callee, calls }) => `${callee} ${calls}`).toSorted()).toEqual(edges);
    });

    test.each<[situation: string, filter: EdgeFilter, rows: readonly (readonly [number, number])[]]>([
      ['all calls', ANY, [[20_000, 1], [40_000, 1], [100_000, 1], [300_000, 1]]],
      ['one edge, answered calls only', WEB_DB, [[20_000, 1], [40_000, 1]]],
      ['all calls to a service', { caller: null, callee: 'web' }, [[100_000, 1], [300_000, 1]]],
      ['all calls of a service', { caller: 'web', callee: null }, [[20_000, 1], [40_000, 1]]],
      ['an edge that is not there', { caller: 'db', callee: 'web' }, []],
    ])('histogram: %s', async (_, filter, rows) => {
      expect(await reader.histogram(window(), filter)).toEqual(rows.map(([us, calls]) => ({ le_us: latencyBucket(us), calls })));
    });

    test.each<[situation: string, step: number, filter: EdgeFilter, rows: readonly (readonly [at: number, calls: number, errors: number])[]]>([
      ['steps without calls have no row', SECOND, ANY, [[0, 3, 1], [10 * SECOND, 2, 1]]],
      ['one edge', 5 * SECOND, WEB_DB, [[0, 2, 1], [10 * SECOND, 1, 1]]],
      ['milliseconds', 10_000, WEB_DB, [[10_000, 1, 0], [50_000, 1, 1], [10 * SECOND, 1, 1]]],
      ['one step for all', 60 * SECOND, ANY, [[0, 5, 2]]],
      ['one edge by the minute', 60 * SECOND, WEB_DB, [[0, 3, 2]]],
      ['calls of a service by the minute', 60 * SECOND, { caller: 'web', callee: null }, [[0, 3, 2]]],
      ['by the hour', 3_600 * SECOND, ANY, [[0, 5, 2]]],
      ['by the day: from midnight', 86_400 * SECOND, ANY, [[-43_200 * SECOND, 5, 2]]],
      ['by eleven minutes: from the epoch', 660 * SECOND, ANY, [[Math.floor(NOON / (660 * SECOND)) * 660 * SECOND - NOON, 5, 2]]],
    ])('timeline: %s', async (_, step, filter, rows) => {
      const steps = await reader.timeline(window(), step, filter);
      expect(steps.map(({ ts, calls, errors }) => [ts - NOON, calls, errors])).toEqual(rows);
    });

    test('timeline: a step with only unanswered calls has no percentiles', async () => {
      const steps = await reader.timeline(window(), SECOND, WEB_DB);
      expect(steps[1]).toEqual({ ts: NOON + 10 * SECOND, calls: 1, errors: 1, p50_us: null, p95_us: null });
    });

    test('timeline: percentiles by the minute are at most a bucket too high', async () => {
      const [whole] = await reader.timeline(window(), 60 * SECOND, ANY);
      expect(whole?.p50_us).toBeGreaterThanOrEqual(40_000);
      expect(whole?.p50_us).toBeLessThanOrEqual(latencyBucket(40_000));
      expect(whole?.p95_us).toBeLessThanOrEqual(latencyBucket(300_000));
    });

    test.each<[situation: string, query: Partial<Parameters<GraphReader['traces']>[1]>, ids: readonly string[]]>([
      ['slowest first', {}, [TRACE_2, TRACE_1]],
      ['newest first', { order: 'newest' }, [TRACE_2, TRACE_1]],
      ['no more than asked for', { limit: 1 }, [TRACE_2]],
      ['through an edge', { edge: WEB_DB }, [TRACE_2, TRACE_1]],
      ['from outside to db: nobody', { edge: { caller: '(outside)', callee: 'db' } }, []],
      ['starting at a service', { root: 'web' }, [TRACE_2, TRACE_1]],
      ['starting at db: none', { root: 'db', edge: WEB_DB }, []],
    ])('traces: %s', async (_, query, ids) => {
      const traces = await reader.traces(window(), { order: 'slowest', limit: 10, edge: ANY, root: null, ...query });
      expect(traces.map(({ trace_id: id }) => id)).toEqual(ids);
    });

    test('traces: what a root says of its trace', async () => {
      const [, first] = await reader.traces(window(), { order: 'newest', limit: 10, edge: ANY, root: null });
      expect(first).toEqual({ trace_id: TRACE_1, ts: NOON, service: 'web', method: 'GET', route: '/', status: 200, grpc_status: null, duration_us: 100_000, span_count: 3, service_count: 2, min_probability: 0.9 });
    });

    test('trace: its spans in tree order, nulls where nothing is known', async () => {
      const spans = await reader.trace(TRACE_2, tenant, 'live');
      expect(spans.map(({ path, service, duration_us: us, status }) => [path, service, us, status])).toEqual([['0001', 'web', 300_000, 200], ['0001.0001', 'db', null, 0]]);
      expect(spans[1]).toMatchObject({ depth: 1, method: 'POST', route: '/query', instance: '10.0.0.2:5432', parent_id: spans[0]?.span_id, self_us: null, network_us: null, probability: 0.4, evidence: 'timing' });
    });

    test.each<[situation: string, id: string, of: string, run: string, spans: number]>([
      ['one of the laboratory', LAB_TRACE, tenant, `${tenant}-lab`, 1],
      ['one of another run', LAB_TRACE, tenant, 'live', 0],
      ['one of another tenant', TRACE_1, `${tenant}-other`, 'live', 1],
      ['one that is not there', TRACE_1.replace(/.$/, 'f'), tenant, 'live', 0],
    ])('trace: %s', async (_, id, of, run, spans) => {
      expect(await reader.trace(id, of, run)).toHaveLength(spans);
    });

    test('ranges: first and last span of each tenant and run', async () => {
      const mine = (await reader.ranges()).filter((range) => range.tenant.startsWith(tenant));
      expect(mine).toEqual([
        { tenant, run: `${tenant}-lab`, from: NOON, to: NOON },
        { tenant, run: 'live', from: NOON, to: NOON + 10 * SECOND + 1_000 },
        { tenant: `${tenant}-other`, run: 'live', from: NOON, to: NOON },
      ]);
    });

    test('loss: a list, empty where nothing was counted', async () => {
      expect(await reader.loss(window({ from: micros(NOON - 60 * SECOND), to: micros(NOON - SECOND) }))).toEqual([]);
    });
  });
};
