import type { Micros } from './micros.ts';
import type { StatusClass } from './exchange.ts';

/** Which taps the network time rests on. */
export type Basis = 'two_tap' | 'one_tap' | 'none';

/** What decided the parent. */
export type Evidence = 'header' | 'unique' | 'token' | 'timing' | 'none';

/**
 * An exchange placed in a trace: a row of `spans`, its keys are the columns. Durations µs, probabilities 0…1.
 * Root-only columns are null elsewhere.
 */
export interface Span {
  /** Server vantage's request time where one exists, else the client's; fixed when first written. */
  readonly ts: Micros;
  readonly tenant: string;
  /** `live`, or the name of a run. */
  readonly run: string;
  /** = exchange_id. */
  readonly span_id: string;
  readonly parent_id: string | null;
  /** UUIDv7 layout from the root's time, so that a reader derives the interval to scan. */
  readonly trace_id: string;
  readonly service: string;
  /** Address (and port, where several services share one) that served it. */
  readonly instance: string;
  readonly method: string | null;
  readonly route: string | null;
  readonly protocol: string;
  readonly status: number;
  readonly status_class: StatusClass;
  /** Service of the calling instance, also where no parent was found; `(outside)` for a client that serves nothing and has no name. */
  readonly parent_service: string;
  readonly parent_route: string | null;
  readonly root_service: string;
  readonly root_route: string | null;
  readonly root_ts: Micros;
  readonly depth: number;
  /** Zero-padded sibling ordinals, `0001.0003`: ORDER BY path is depth-first, a prefix is a subtree. */
  readonly path: string;
  readonly duration_us: number | null;
  readonly duration_le_us: number | null;
  /** Duration less the time covered by the union of its children. */
  readonly self_us: number | null;
  /** Latency bucket of `self_us`: its inclusive upper bound. */
  readonly self_le_us: number | null;
  /** Part of `self_us` in which the whole trace waited for it; null = not on the critical path. */
  readonly critical_us: number | null;
  /** Client-vantage duration less server-vantage duration. */
  readonly network_us: number | null;
  readonly basis: Basis;
  /** That `parent_id` is right (a root: that it has none). */
  readonly probability: number;
  readonly evidence: Evidence;
  readonly runner_up_id: string | null;
  readonly runner_up_probability: number | null;
  /** Share of the trace's bytes and time not lost at the taps, 0…1. */
  readonly coverage: number;
  /** Counts the inferences that have written this row in its run, from 1. */
  readonly revision: number;
  readonly span_count: number | null;
  readonly service_count: number | null;
  readonly min_probability: number | null;
  /** The exchange turned out to be the same as another span's; roll-ups leave it out. */
  readonly withdrawn: boolean;
  /** gRPC status, 0 = OK; null = not gRPC, or none was seen. */
  readonly grpc_status: number | null;
}
