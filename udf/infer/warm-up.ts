import { micros } from '../../sql/micros.ts';
import { NO_HINTS, type Algorithm, type Call, type Served } from './algorithm.ts';

const ROUNDS = 2;
const REQUESTS = 300;
const GAP_US = 2_000;

/** Requests that overlap, each with two calls one after the other; delays go round in cycles that do not meet, so that the runs are alike. */
const madeUp = (): { readonly served: readonly Served[]; readonly calls: readonly Call[] } => {
  const served: Served[] = [];
  const calls: Call[] = [];
  for (let i = 0; i < REQUESTS; i++) {
    const start = i * GAP_US;
    const [sent, back, sentAgain, backAgain, end] = [300 + 37 * (i % 23), 1_500 + 61 * (i % 29), 200 + 41 * (i % 19), 1_200 + 53 * (i % 31), 150 + 29 * (i % 17)]
      .map((_, n, delays) => start + delays.slice(0, n + 1).reduce((sum, one) => sum + one, 0)) as [number, number, number, number, number];
    const common = { operation: 'GET /', status: 200, hints: NO_HINTS };
    served.push({ ...common, id: `p${i}`, caller: '(outside)', start: micros(start), end: micros(end) });
    calls.push({ ...common, id: `a${i}`, callee: 'a', start: micros(sent), end: micros(back) }, { ...common, id: `b${i}`, callee: 'b', start: micros(sentAgain), end: micros(backAgain) });
  }
  return { served, calls: calls.toSorted((one, other) => one.start - other.start) };
};

/**
 * Has an algorithm infer requests that never were, so that the runtime has compiled it when the first exchanges come and their traces
 * do not wait for that. Takes up to a second of CPU time, next to none where it has run before; nothing of it is kept.
 */
export const warmUp = (algorithm: Algorithm): void => {
  const requests = madeUp();
  for (let round = 0; round < ROUNDS; round++) algorithm().assign({ instance: 'none', ...requests });
};
