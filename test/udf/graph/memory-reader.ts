import type { Span } from '../../../sql/span.ts';
import { micros } from '../../../sql/micros.ts';
import type { CallFigures, EdgeFilter, GraphReader, GraphWindow, LossRow } from '../../../udf/graph/reader.ts';

const mean = (values: readonly number[]): number | null => (values.length === 0 ? null : values.reduce((sum, v) => sum + v, 0) / values.length);
const present = (values: readonly (number | null)[]): readonly number[] => values.filter((v) => v !== null);
const groups = <K, T>(items: readonly T[], keyOf: (item: T) => K): ReadonlyMap<K, readonly T[]> => {
  const found = new Map<K, T[]>();
  for (const item of items) {
    const group = found.get(keyOf(item));
    if (group === undefined) found.set(keyOf(item), [item]);
    else group.push(item);
  }
  return found;
};
const failed = ({ status, grpc_status }: Span): boolean => status === 0 || status >= 500 || (grpc_status ?? 0) > 0;
const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The value that a share of them does not exceed. */
const percentile = (sorted: readonly number[], share: number): number | null => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null;

const figuresOf = (spans: readonly Span[], windowUs: number): CallFigures => {
  const durations = present(spans.map((span) => span.duration_us)).toSorted((a, b) => a - b);
  const errors = spans.filter(failed).length;
  return {
    calls: spans.length,
    calls_per_s: windowUs > 0 ? spans.length * 1e6 / windowUs : null,
    errors,
    error_share: spans.length > 0 ? errors / spans.length : 0,
    avg_us: mean(durations),
    p50_us: percentile(durations, 0.5), p90_us: percentile(durations, 0.9), p95_us: percentile(durations, 0.95), p99_us: percentile(durations, 0.99),
    max_us: durations.at(-1) ?? null,
    confidence: mean(spans.map(({ probability }) => probability)),
    coverage: mean(spans.map(({ coverage }) => coverage)),
  };
};

const matching = (all: readonly Span[], { caller, callee }: EdgeFilter): readonly Span[] =>
  all.filter((span) => (caller === null || span.parent_service === caller) && (callee === null || span.service === callee));
const lengthOf = (all: readonly Span[]): number => (all.length === 0 ? 0 : Math.max(...all.map(({ ts }) => ts)) - Math.min(...all.map(({ ts }) => ts)));

/** The port over spans held in memory: what the views are to compute, said in another way. */
export const memoryReader = (spans: readonly Span[], loss: readonly LossRow[] = []): GraphReader => {
  const standing = spans.filter(({ withdrawn }) => !withdrawn);
  const within = ({ from, to, tenant, run, minConfidence }: GraphWindow): readonly Span[] =>
    standing.filter((span) => span.ts >= from && span.ts < to && span.tenant === tenant && span.run === run && span.probability >= minConfidence);
  return {
    edges: async (window) => {
      const all = within(window);
      const length = lengthOf(all);
      return [...groups(all, ({ parent_service: caller, service }) => JSON.stringify([caller, service])).values()]
        .map((calls) => Object.assign(figuresOf(calls, length), {
          caller: calls[0]?.parent_service ?? '', callee: calls[0]?.service ?? '', network_us: mean(present(calls.map(({ network_us: us }) => us))),
        }))
        .toSorted((a, b) => b.calls - a.calls || byText(a.caller, b.caller) || byText(a.callee, b.callee));
    },
    nodes: async (window) => {
      const all = within(window);
      const length = lengthOf(all);
      return [...new Set(all.flatMap(({ parent_service: caller, service }) => [caller, service]))].toSorted(byText).map((service) => {
        const served = all.filter((span) => span.service === service);
        return Object.assign(figuresOf(served, served.length === 0 ? 1 : length), {
          service,
          self_us: mean(present(served.map(({ self_us: us }) => us))),
          calls_out: all.filter((span) => span.parent_service === service).length,
        });
      });
    },
    loss: async () => loss,
    histogram: async (window, filter) =>
      [...groups(present(matching(within(window), filter).map((span) => span.duration_le_us)), (le) => le)]
        .map(([le, calls]) => ({ le_us: le, calls: calls.length })).toSorted((a, b) => a.le_us - b.le_us),
    timeline: async (window, step, filter) =>
      [...groups(matching(within(window), filter), ({ ts }) => Math.floor(ts / step) * step)].map(([ts, calls]) => {
        const { calls: n, errors, p50_us: p50, p95_us: p95 } = figuresOf(calls, step);
        return { ts: micros(ts), calls: n, errors, p50_us: p50, p95_us: p95 };
      }).toSorted((a, b) => a.ts - b.ts),
    traces: async (window, { order, limit, edge, root }) => {
      const all = within(window);
      const through = new Set(matching(all, edge).map(({ trace_id: id }) => id));
      return all.filter((span) => span.depth === 0 && through.has(span.trace_id) && (root === null || span.service === root))
        .toSorted((a, b) => (order === 'newest' ? b.ts - a.ts : (b.duration_us ?? -1) - (a.duration_us ?? -1)) || byText(a.trace_id, b.trace_id))
        .slice(0, limit)
        .map((span) => ({
          trace_id: span.trace_id, ts: span.ts, service: span.service, method: span.method, route: span.route, status: span.status, grpc_status: span.grpc_status, duration_us: span.duration_us,
          span_count: span.span_count ?? 0, service_count: span.service_count ?? 0, min_probability: span.min_probability ?? 0,
        }));
    },
    trace: async (id, tenant, run) =>
      standing.filter((span) => span.trace_id === id && span.tenant === tenant && span.run === run).toSorted((a, b) => byText(a.path, b.path))
        .map((span) => ({
          span_id: span.span_id, parent_id: span.parent_id, ts: span.ts, depth: span.depth, path: span.path, service: span.service, instance: span.instance,
          method: span.method, route: span.route, status: span.status, grpc_status: span.grpc_status, duration_us: span.duration_us, self_us: span.self_us, network_us: span.network_us,
          probability: span.probability, evidence: span.evidence,
        })),
    ranges: async () =>
      [...groups(standing, ({ tenant, run }) => JSON.stringify([tenant, run])).values()].map((held) => ({
        tenant: held[0]?.tenant ?? '', run: held[0]?.run ?? '',
        from: micros(Math.min(...held.map(({ ts }) => ts))), to: micros(Math.max(...held.map(({ ts }) => ts))),
      })).toSorted((a, b) => byText(a.tenant, b.tenant) || byText(a.run, b.run)),
    close: async () => undefined,
  };
};
