import type { Micros } from '../../sql/micros.ts';
import type { Evidence } from '../../sql/span.ts';
import type { ExchangeTokens } from '../../sql/tokens.ts';

/** Salted hashes of tracing headers that an exchange carried; null = not seen. */
export interface Hints {
  readonly trace: string | null;
  readonly span: string | null;
  readonly parent: string | null;
}

/** Of an exchange that carried none. */
export const NO_HINTS: Hints = { trace: null, span: null, parent: null };

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
  /** Values that its request and response carried; absent = not known, which is not the same as none. */
  readonly tokens?: ExchangeTokens;
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
  /** Values that its request and response carried; absent = not known, which is not the same as none. */
  readonly tokens?: ExchangeTokens;
}

/** What one instance served and sent in a stretch of time; both lists ordered by start, ties by capture order. */
export interface InstanceWindow {
  readonly instance: string;
  readonly served: readonly Served[];
  readonly calls: readonly Call[];
}

/** A stretch of packet time, `from` included, `to` not. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** A possible parent of a call. */
export interface Candidate {
  /** null = that it has none. */
  readonly parent: Served | null;
  readonly probability: number;
  /** What spoke for it, nats by term (`lag`, `token`, ...), more is better; absent where an algorithm does not weigh terms. */
  readonly scores?: Readonly<Record<string, number>>;
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
  /** The likeliest, best first, at most three; absent = parent and runner-up are all there is to say. */
  readonly candidates?: readonly Candidate[];
  /** Of a call that headers decided: what the rest of the evidence would have said. */
  readonly blind?: { readonly parent: Served | null; readonly probability: number };
}

/** A change in what an inference knows of its instance. */
export interface Change {
  /**
   * `learnt` for the first time, learnt anew from more (`grown`), brought up to date (`refreshed`), or learnt anew because
   * the exchanges no longer fitted (`changed`: a deploy, another load).
   */
  readonly kind: 'learnt' | 'grown' | 'refreshed' | 'changed';
  /** Start of the window that brought it about. */
  readonly at: Micros;
  /** Calls learnt from. */
  readonly calls: number;
  /** Nats an event by which the latest windows fell short of the model before. */
  readonly shortfall: number;
}

/** The inference for one instance; may keep what it has learnt of it from window to window. */
export interface Inference {
  /**
   * One assignment a call, in the order of `window.calls`. With `owned`, only the calls sent in that stretch are asked for:
   * the rest of the window is context, inferred before or later, and may be left out of the answer.
   */
  assign(window: InstanceWindow, owned?: Stretch): readonly Assignment[];
  /** What has changed since this was last asked. */
  changes?(): readonly Change[];
  /** What it has learnt since this was last asked, oldest first. */
  save?(): readonly Saved[];
}

/** What had been learnt of an instance by a moment, as text that its algorithm takes to go on with. */
export interface Saved {
  /** Start of the first window that went by it; those after it do until the next. */
  readonly from: Micros;
  readonly text: string;
}

/** What earlier inferences of an instance have saved. A text that the algorithm cannot read is as none. */
export interface Known {
  /** Ordered by `from`. */
  readonly saved: readonly Saved[];
  /** Windows up to here are inferred by what was saved, and nothing is learnt from them again. */
  readonly until: number;
}

/** A way to infer; makes one `Inference` an instance, going on from what earlier ones have saved. */
export type Algorithm = (known?: Known) => Inference;
