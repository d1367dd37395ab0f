import { latencyBucket } from '../../../sql/latency.ts';
import { micros } from '../../../sql/micros.ts';
import type { Span } from '../../../sql/span.ts';

/** 2026-03-01T12:00:00Z */
export const NOON = Date.UTC(2026, 2, 1, 12) * 1_000;
const SECOND = 1_000_000;

/** A trace id in the layout that readers rely on: the root's time in ms first. */
const traceId = (us: number, n: number): string => {
  const ms = Math.floor(us / 1_000).toString(16).padStart(12, '0');
  return `${ms.slice(0, 8)}-${ms.slice(8)}-7000-8000-${n.toString(16).padStart(12, '0')}`;
};
const spanId = (n: number): string => `10000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;

export const TRACE_1 = traceId(NOON, 1);
export const TRACE_2 = traceId(NOON + 10 * SECOND, 2);
export const LAB_TRACE = traceId(NOON, 3);

/**
 * What both implementations of the port are asked about. Trace 1: web answers in 100 ms, calls db twice (20 ms, 40 ms; the second fails).
 * Trace 2, 10 s later: web answers in 300 ms, calls db once, unanswered and unsure. A withdrawn span, another tenant, and a run of the laboratory beside them.
 */
export const contractSpans = (tenant: string): readonly Span[] => {
  const span = (n: number, ts: number, values: Partial<Span>): Span => {
    const duration = values.duration_us === undefined ? 20_000 : values.duration_us;
    return {
      ts: micros(ts), tenant, run: 'live', span_id: spanId(n), parent_id: null, trace_id: TRACE_1, service: 'web', instance: '10.0.0.1:80', method: 'GET', route: '/', protocol: 'http/1.1',
      status: 200, status_class: '2xx', parent_service: '(outside)', parent_route: null, root_service: 'web', root_route: '/', root_ts: micros(NOON), depth: 0, path: '0001',
      duration_us: duration, duration_le_us: duration === null ? null : latencyBucket(duration), self_us: duration, self_le_us: duration === null ? null : latencyBucket(duration), critical_us: duration, network_us: null, basis: 'none',
      probability: 1, evidence: 'unique', runner_up_id: null, runner_up_probability: null, coverage: 1, revision: 1, span_count: null, service_count: null, min_probability: null, withdrawn: false, grpc_status: null,
      ...values,
    };
  };
  const root = { span_count: 3, service_count: 2, min_probability: 0.9 };
  const db = { service: 'db', instance: '10.0.0.2:5432', method: 'POST', route: '/query', parent_service: 'web', parent_route: '/', depth: 1 };
  const second = { trace_id: TRACE_2, root_ts: micros(NOON + 10 * SECOND) };
  return [
    span(1, NOON, { duration_us: 100_000, self_us: 40_000, ...root }),
    span(2, NOON + 10_000, { ...db, parent_id: spanId(1), path: '0001.0001', duration_us: 20_000, network_us: 400, probability: 0.9, evidence: 'timing' }),
    span(3, NOON + 50_000, { ...db, parent_id: spanId(1), path: '0001.0002', duration_us: 40_000, network_us: 600, status: 503, status_class: '5xx', probability: 1 }),
    span(4, NOON + 10 * SECOND, { ...second, duration_us: 300_000, self_us: 300_000, span_count: 2, service_count: 2, min_probability: 0.4 }),
    span(5, NOON + 10 * SECOND + 1_000, { ...second, ...db, parent_id: spanId(4), path: '0001.0001', duration_us: null, self_us: null, status: 0, status_class: 'none', probability: 0.4, evidence: 'timing', coverage: 0.5 }),
    span(6, NOON + 11 * SECOND, { ...db, parent_id: spanId(4), ...second, path: '0001.0002', withdrawn: true }),
    span(7, NOON, { run: `${tenant}-lab`, trace_id: LAB_TRACE, service: 'lab', span_count: 1, service_count: 1, min_probability: 1 }),
    span(8, NOON, { tenant: `${tenant}-other`, service: 'foreign', span_count: 1, service_count: 1, min_probability: 1 }),
  ];
};
