import type { GraphJson } from '../graph/json.ts';
import type { EdgeFilter, HistogramRow, RangeRow, TimelineRow, TraceRow, TraceSpanRow } from '../graph/reader.ts';
import { isoOf } from './state.ts';

/** A window as the page asks for it. */
export interface Asked {
  readonly from: number;
  readonly to: number;
  readonly tenant: string;
  readonly run: string;
  readonly minConfidence: number;
}

export interface Range { readonly now: number; readonly ranges: readonly RangeRow[] }
export interface Histogram { readonly buckets: readonly HistogramRow[] }
export interface Timeline { readonly step_us: number; readonly steps: readonly TimelineRow[] }
export interface Traces { readonly traces: readonly TraceRow[] }
export interface Trace { readonly trace_id: string; readonly spans: readonly TraceSpanRow[] }

/** The endpoint's answer was a refusal, or there was none; the message is meant for people. */
export class ApiError extends Error {
  readonly status: number;
  constructor(status: number, found: string, options?: ErrorOptions) {
    super(found, options);
    this.name = 'ApiError';
    this.status = status;
  }
}

export interface Client {
  range(signal: AbortSignal): Promise<Range>;
  graph(asked: Asked, signal: AbortSignal): Promise<GraphJson>;
  histogram(asked: Asked, edge: EdgeFilter, signal: AbortSignal): Promise<Histogram>;
  timeline(asked: Asked, edge: EdgeFilter, signal: AbortSignal): Promise<Timeline>;
  traces(asked: Asked, edge: EdgeFilter, order: string, signal: AbortSignal): Promise<Traces>;
  trace(id: string, asked: Asked, signal: AbortSignal): Promise<Trace>;
  /** Sends this token from now on, for as long as the tab lives. */
  useToken(token: string): void;
}

const TOKEN_KEY = 'tapgraph-token';
const AWAY = 'The endpoint does not answer. Is tapgraph still running?';

const ask = async <T>(path: string, query: Readonly<Record<string, string>>, signal: AbortSignal): Promise<T> => {
  const token = sessionStorage.getItem(TOKEN_KEY);
  let response: Response;
  try {
    response = await fetch(`${path}?${new URLSearchParams(query).toString()}`, {
      signal,
      headers: token === null ? {} : { authorization: `Bearer ${token}` },
    });
  } catch (cause) {
    if (signal.aborted) throw cause;
    throw new ApiError(0, AWAY, { cause });
  }
  const body: unknown = await response.json();
  if (response.ok) return body as T;
  const message = typeof body === 'object' && body !== null && 'message' in body ? String(body.message) : response.statusText;
  throw new ApiError(response.status, message);
};
const place = ({ tenant, run }: Asked) => ({ tenant, run });
const window = (asked: Asked) => ({
  ...place(asked), from: isoOf(asked.from), to: isoOf(asked.to), minConfidence: String(asked.minConfidence),
});
const ends = ({ caller, callee }: EdgeFilter): Readonly<Record<string, string>> =>
  ({ ...(caller !== null && { caller }), ...(callee !== null && { callee }) });

/** Asks the endpoint that the page came from. */
export const apiClient = (): Client => {
  return {
    range: (signal) => ask('/api/range', {}, signal),
    graph: (asked, signal) => ask('/api/graph', window(asked), signal),
    histogram: (asked, edge, signal) => ask('/api/histogram', { ...window(asked), ...ends(edge) }, signal),
    timeline: (asked, edge, signal) => ask('/api/timeline', { ...window(asked), ...ends(edge) }, signal),
    traces: (asked, edge, order, signal) => ask('/api/traces', { ...window(asked), ...ends(edge), order }, signal),
    trace: (id, asked, signal) => ask(`/api/trace/${encodeURIComponent(id)}`, place(asked), signal),
    useToken: (token) => { sessionStorage.setItem(TOKEN_KEY, token); },
  };
};
