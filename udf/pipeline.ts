import type { Count } from '../sql/counters.ts';
import type { Exchange } from '../sql/exchange.ts';
import type { Micros } from '../sql/micros.ts';
import type { Names } from '../sql/names.ts';
import type { Sink } from '../sql/sink.ts';
import type { Span } from '../sql/span.ts';
import type { ServiceName } from '../sql/write/shapes.ts';
import type { Aside } from './aside.ts';
import type { Algorithm, Known } from './infer/algorithm.ts';
import { tenantInference } from './tenant.ts';

/** One finished inference over a stretch of packet time: everything in it is written at once or not at all. */
export interface InferredWindow extends Aside {
  readonly tenant: string;
  readonly from: Micros;
  readonly to: Micros;
  /** Whole traces: also spans older than the window whose trace it changed. */
  readonly spans: readonly Span[];
  /** Addresses that got another name. */
  readonly names: readonly ServiceName[];
}

/** A row of `spans` that an earlier process wrote. */
export interface WrittenSpan {
  readonly ts: Micros;
  readonly revision: number;
}

export interface InferenceOptions {
  readonly algorithm: Algorithm;
  readonly run: string;
  readonly names: Names;
  /** A parent less probable than this is cut off; the call becomes a root and keeps it as its runner-up. */
  readonly minConfidence: number;
  readonly windowUs: number;
  /** How long after a window's end its exchanges may still come in without being late. */
  readonly latenessUs: number;
  readonly count: Count;
  /** What is already written of a span; asked once for each. */
  readonly written: (id: string) => WrittenSpan | null;
  /** What earlier processes have learnt of an instance. */
  readonly known?: (tenant: string, instance: string) => Known | undefined;
  /** Takes a row too old to be placed with what is held in memory. */
  readonly tooLate: (row: Exchange) => void;
}

/**
 * Exchanges, in any order, to whole traces, window by window. A window is inferred once the watermark has passed its end and
 * the lateness, and again when a row comes later than that. Nothing depends on when rows came in, only on which did; of an
 * algorithm that learns, given what was learnt (`known`): a late row teaches nothing.
 */
export const inferencePipeline = (options: InferenceOptions, out: Sink<InferredWindow>): Sink<Exchange> => {
  const tenants = new Map<string, Sink<Exchange>>();
  return {
    push(row) {
      let tenant = tenants.get(row.tenant);
      if (tenant === undefined) {
        tenant = tenantInference(row.tenant, options, (window) => { out.push(window); });
        tenants.set(row.tenant, tenant);
      }
      tenant.push(row);
    },
    advance(watermark) {
      for (const tenant of tenants.values()) tenant.advance(watermark);
      out.advance(watermark);
    },
    close() {
      for (const tenant of tenants.values()) tenant.close();
      out.close();
    },
  };
};
