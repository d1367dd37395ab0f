import type { Micros } from '../../sql/micros.ts';

/** Which part of the stored spans a question is about: `from` ≤ ts < `to`. */
export interface GraphWindow {
  readonly from: Micros;
  readonly to: Micros;
  readonly tenant: string;
  /** `live`, or the name of a run in the laboratory. */
  readonly run: string;
  /** Spans whose parent is less probable than this are left out, 0…1. */
  readonly minConfidence: number;
}

/** Caller service → callee service. */
export interface EdgeKey {
  readonly caller: string;
  readonly callee: string;
}

/** Which calls a question is about: of this caller, to this callee; null = any. */
export interface EdgeFilter {
  readonly caller: string | null;
  readonly callee: string | null;
}

/** What calls have in common, of an edge or a service; durations µs, null where no call was answered. */
export interface CallFigures {
  readonly calls: number;
  /** Over the time between the window's first and last call; null where that is no time. */
  readonly calls_per_s: number | null;
  /** Calls answered with 5xx or not at all. */
  readonly errors: number;
  /** errors / calls, 0…1. */
  readonly error_share: number;
  readonly avg_us: number | null;
  readonly p50_us: number | null;
  readonly p90_us: number | null;
  readonly p95_us: number | null;
  readonly p99_us: number | null;
  readonly max_us: number | null;
  /** Mean probability of the parents that the figures rest on, 0…1; null without calls. */
  readonly confidence: number | null;
  /** Share of the traffic that was not lost at the taps, 0…1; null without calls. */
  readonly coverage: number | null;
}

/** A row of the view `call_graph`. */
export interface EdgeRow extends EdgeKey, CallFigures {
  /** Mean time on the network, where two taps saw the call. */
  readonly network_us: number | null;
}

/** A row of the view `call_graph_nodes`: a service and the calls that it served, 0 where it only calls. */
export interface NodeRow extends CallFigures {
  readonly service: string;
  /** Mean time of a call not spent waiting for calls of its own. */
  readonly self_us: number | null;
  /** Calls that it made. */
  readonly calls_out: number;
}

/** Calls whose duration fell into one latency bucket. */
export interface HistogramRow {
  /** Inclusive upper bound of the bucket, µs. */
  readonly le_us: number;
  readonly calls: number;
}

/** One step of time, of a graph or an edge. */
export interface TimelineRow {
  /** Start of the step. */
  readonly ts: Micros;
  readonly calls: number;
  readonly errors: number;
  readonly p50_us: number | null;
  readonly p95_us: number | null;
}

/** A trace by its root. */
export interface TraceRow {
  readonly trace_id: string;
  readonly ts: Micros;
  readonly service: string;
  readonly method: string | null;
  readonly route: string | null;
  readonly status: number;
  /** 0 = OK; null = not gRPC, or none was seen. */
  readonly grpc_status: number | null;
  readonly duration_us: number | null;
  readonly span_count: number;
  readonly service_count: number;
  /** Least probability among the trace's parents. */
  readonly min_probability: number;
}

/** A span of one trace. */
export interface TraceSpanRow {
  readonly span_id: string;
  readonly parent_id: string | null;
  readonly ts: Micros;
  readonly depth: number;
  /** Zero-padded sibling ordinals: order by it is depth-first. */
  readonly path: string;
  readonly service: string;
  readonly instance: string;
  readonly method: string | null;
  readonly route: string | null;
  readonly status: number;
  /** 0 = OK; null = not gRPC, or none was seen. */
  readonly grpc_status: number | null;
  readonly duration_us: number | null;
  readonly self_us: number | null;
  readonly network_us: number | null;
  readonly probability: number;
  readonly evidence: string;
}

/** Where data is: one row a tenant and run. */
export interface RangeRow {
  readonly tenant: string;
  readonly run: string;
  /** First and last span. */
  readonly from: Micros;
  readonly to: Micros;
}

/** What the taps are known to have lost in a window. */
export interface LossRow {
  readonly kind: string;
  readonly amount: number;
}

/** Which traces, and in which order. */
export interface TraceQuery {
  readonly order: 'slowest' | 'newest';
  readonly limit: number;
  /** Only traces in which such a call was made. */
  readonly edge: EdgeFilter;
  /** Only traces that start at this service. */
  readonly root: string | null;
}

/** Answers the graph endpoint's questions; rows come in the order stated, absent data is an empty list. */
export interface GraphReader {
  /** By calls, most first. */
  edges(window: GraphWindow): Promise<readonly EdgeRow[]>;
  /** By name, callers that serve nothing included. */
  nodes(window: GraphWindow): Promise<readonly NodeRow[]>;
  /** By name; of all tenants, because what was lost had none yet. */
  loss(window: GraphWindow): Promise<readonly LossRow[]>;
  /** By bucket, shortest first, answered calls only. Empty buckets have no row. */
  histogram(window: GraphWindow, edge: EdgeFilter): Promise<readonly HistogramRow[]>;
  /** By time; steps are aligned to the epoch, steps without calls have no row. */
  timeline(window: GraphWindow, stepUs: number, edge: EdgeFilter): Promise<readonly TimelineRow[]>;
  traces(window: GraphWindow, query: TraceQuery): Promise<readonly TraceRow[]>;
  /** In tree order (by path); empty where the tenant has no such trace in the run. */
  trace(id: string, tenant: string, run: string): Promise<readonly TraceSpanRow[]>;
  /** By tenant and run. */
  ranges(): Promise<readonly RangeRow[]>;
  /** Lets go of what it holds open; nothing is asked after. */
  close(): Promise<void>;
}

/** The store could not answer; `kind` says whether it is away, too slow, or not (yet) as this program needs it. */
export class ReaderError extends Error {
  readonly kind: 'away' | 'slow' | 'schema';
  constructor(kind: ReaderError['kind'], found: string, options?: ErrorOptions) {
    super(found, options);
    this.name = 'ReaderError';
    this.kind = kind;
  }
}
