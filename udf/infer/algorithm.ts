import type { Micros } from '../../sql/micros.ts';
import type { Evidence } from '../../sql/span.ts';

/** Salted hashes of tracing headers that an exchange carried; null = not seen. */
export interface Hints {
  readonly trace: string | null;
  readonly span: string | null;
  readonly parent: string | null;
}

/** An exchange that the instance served, at its own clock (server vantage where one exists). */
export interface Served {
  /** exchange_id. */
  readonly id: string;
  /** Operation: `METHOD route` or an RPC's name. */
  readonly operation: string;
  /** Service or address that called; tells kinds of callers apart. */
  readonly caller: string;
  readonly start: Micros;
  /** Last response byte; null = never answered. */
  readonly end: Micros | null;
  readonly status: number;
  readonly hints: Hints;
}

/** An exchange that the instance sent to another, at the same clock (client vantage where one exists). */
export interface Call {
  readonly id: string;
  readonly callee: string;
  readonly operation: string;
  readonly start: Micros;
  readonly end: Micros | null;
  readonly status: number;
  readonly hints: Hints;
}

/** What one instance served and sent in a stretch of time; both lists ordered by start, ties by capture order. */
export interface InstanceWindow {
  readonly instance: string;
  readonly served: readonly Served[];
  readonly calls: readonly Call[];
}

/** Where one call belongs. */
export interface Assignment {
  readonly call: Call;
  /** The exchange being served when the call was sent; null = none of them. */
  readonly parent: Served | null;
  /** That `parent` (or its absence) is right, 0…1. */
  readonly probability: number;
  readonly runnerUp: Served | null;
  readonly runnerUpProbability: number;
  readonly evidence: Evidence;
}

/** The inference for one instance; may keep what it has learnt of it from window to window. */
export interface Inference {
  /** One assignment a call, in the order of `window.calls`. */
  assign(window: InstanceWindow): readonly Assignment[];
}

/** A way to infer; makes one `Inference` an instance. */
export type Algorithm = () => Inference;
