import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { ReaderError, type GraphReader } from '../graph/reader.ts';

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** Gauges of prom-client's own that are named like counters; the same numbers stay, by type, under the names without `_total`. */
const MISNAMED = ['nodejs_active_handles_total', 'nodejs_active_requests_total', 'nodejs_active_resources_total'];

export interface ServerMetrics {
  readonly registry: Registry;
  readonly answered: (route: string, status: number, seconds: number) => void;
  /** The same reader, its questions timed and its failures counted. */
  readonly timed: (reader: GraphReader) => GraphReader;
}

/** How well inference does where tracing headers tell: of the calls checked, those given the right parent, and those it expected to. */
export interface LiveAccuracy {
  readonly checked: number;
  readonly agreed: number;
  readonly expected: number;
}

/** Of the last hour of packet time; null = the database does not say, and the gauges hold what they held. */
export type AskAccuracy = () => Promise<LiveAccuracy | null>;

const addAccuracy = (registry: Registry, ask: AskAccuracy): void => {
  const calls = new Gauge({
    name: 'tapgraph_inference_header_calls', labelNames: ['of'], registers: [registry],
    help: 'Calls of the last hour whose parents tracing headers told: checked against the rest of the evidence, agreed with it, expected by it to agree.',
    collect: async () => {
      const accuracy = await ask();
      if (accuracy === null) return;
      calls.set({ of: 'checked' }, accuracy.checked);
      calls.set({ of: 'agreed' }, accuracy.agreed);
      calls.set({ of: 'expected' }, accuracy.expected);
    },
  });
};

/** What is kept of values that flow; null = the database does not say, and the gauges hold what they held. */
export type AskTokens = () => Promise<{ readonly rows: number; readonly bytes: number } | null>;

const addTokens = (registry: Registry, ask: AskTokens): void => {
  const kept = (name: string, help: string, of: 'rows' | 'bytes'): void => {
    const gauge = new Gauge({
      name, help, registers: [registry],
      collect: async () => {
        const answer = await ask();
        if (answer !== null) gauge.set(answer[of]);
      },
    });
  };
  kept('tapgraph_tokens_rows', 'Exchanges, as taps saw them, whose values that flow are kept as hashes: rows of exchange_tokens.', 'rows');
  kept('tapgraph_tokens_bytes', 'Bytes on disk of exchange_tokens, what is set aside for its newest hour included.', 'bytes');
};

/** A registry of its own, which says how the process does: nothing is shared with other servers of the process. */
export const processRegistry = (): Registry => {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  for (const name of MISNAMED) registry.removeSingleMetric(name);
  return registry;
};

export const serverMetrics = (askAccuracy?: AskAccuracy, askTokens?: AskTokens): ServerMetrics => {
  const registry = processRegistry();
  if (askAccuracy !== undefined) addAccuracy(registry, askAccuracy);
  if (askTokens !== undefined) addTokens(registry, askTokens);
  const requests = new Histogram({
    name: 'tapgraph_http_request_duration_seconds',
    help: 'Time to answer a request, by route and status.',
    labelNames: ['route', 'status'], buckets: SECONDS, registers: [registry],
  });
  const questions = new Histogram({
    name: 'tapgraph_graph_query_duration_seconds',
    help: 'Time the database took for a question of the graph endpoint, by question; failed ones included.',
    labelNames: ['question'], buckets: SECONDS, registers: [registry],
  });
  const failures = new Counter({
    name: 'tapgraph_graph_query_failures_total',
    help: 'Questions of the graph endpoint that the database did not answer, by question and cause.',
    labelNames: ['question', 'cause'], registers: [registry],
  });
  const timing = async <T>(question: string, ask: () => Promise<T>): Promise<T> => {
    const stop = questions.startTimer({ question });
    try {
      return await ask();
    } catch (error) {
      failures.inc({ question, cause: error instanceof ReaderError ? error.kind : 'fault' });
      throw error;
    } finally {
      stop();
    }
  };
  return {
    registry,
    answered: (route, status, seconds) => { requests.observe({ route, status: String(status) }, seconds); },
    timed: (reader) => ({
      edges: (window) => timing('edges', () => reader.edges(window)),
      nodes: (window) => timing('nodes', () => reader.nodes(window)),
      loss: (window) => timing('loss', () => reader.loss(window)),
      histogram: (window, edge) => timing('histogram', () => reader.histogram(window, edge)),
      timeline: (window, step, edge) => timing('timeline', () => reader.timeline(window, step, edge)),
      traces: (window, query) => timing('traces', () => reader.traces(window, query)),
      trace: (id, tenant, run) => timing('trace', () => reader.trace(id, tenant, run)),
      ranges: () => timing('ranges', () => reader.ranges()),
      close: () => reader.close(),
    }),
  };
};
