import type { Algorithm, Assignment, Call, Served } from './algorithm.ts';
import { callKind, eachCall } from './candidates.ts';
import { orphan } from './rank.ts';

/** Bins of the delay histogram an octave: fine enough to tell ranks, coarse enough to fill. */
const BINS_PER_OCTAVE = 2;

export interface NestingOptions {
  /** A pair of kinds that explains less than this share of the calls of its kind is no edge. */
  readonly weakest: number;
}

/** Candidate pairs of one parent kind and one call kind, by delay. */
interface Delays {
  readonly bins: Map<number, number>;
  total: number;
}

const delayBin = (served: Served, call: Call): number =>
  Math.floor(Math.log2(1 + Math.max(0, call.start - served.start)) * BINS_PER_OCTAVE);

const pairKind = (served: Served, kind: string): string => `${served.operation}\n${kind}`;

/**
 * The nesting algorithm of Aguilera et al., "Performance debugging for distributed systems of black boxes", SOSP 2003:
 * every exchange that contains a call is a candidate; candidate pairs vote for the delay from parent to call, each call
 * with one vote in all, and a call goes to the parent whose delay is the most common for the two kinds. Equal scores: the
 * youngest. Probability = share of the score.
 */
export const nesting = ({ weakest }: NestingOptions): Algorithm => () => ({
  assign: (window) => {
    const pairs = new Map<string, Delays>();
    const calls = new Map<string, number>();
    eachCall(window, (call, candidates) => {
      const kind = callKind(call);
      calls.set(kind, (calls.get(kind) ?? 0) + 1);
      for (const served of candidates) {
        const pair = pairKind(served, kind);
        const delays = pairs.get(pair) ?? { bins: new Map<number, number>(), total: 0 };
        const bin = delayBin(served, call);
        delays.bins.set(bin, (delays.bins.get(bin) ?? 0) + 1 / candidates.length);
        delays.total += 1 / candidates.length;
        pairs.set(pair, delays);
      }
    });

    const score = (served: Served, call: Call, kind: string): number => {
      const delays = pairs.get(pairKind(served, kind));
      if (delays === undefined || delays.total < weakest * (calls.get(kind) ?? 0)) return 0;
      return delays.bins.get(delayBin(served, call)) ?? 0;
    };
    const assignments: Assignment[] = [];
    eachCall(window, (call, candidates) => {
      const kind = callKind(call);
      let best: Served | null = null;
      let second: Served | null = null;
      let bestScore = 0;
      let secondScore = 0;
      let total = 0;
      for (const served of candidates.toReversed()) {
        const own = score(served, call, kind);
        if (own === 0) continue;
        total += own;
        if (own > bestScore) {
          second = best; secondScore = bestScore;
          best = served; bestScore = own;
        } else if (own > secondScore) {
          second = served; secondScore = own;
        }
      }
      if (best === null) { assignments.push(orphan(call)); return; }
      assignments.push({
        call, parent: best, probability: bestScore / total,
        runnerUp: second, runnerUpProbability: second === null ? 0 : secondScore / total,
        evidence: second === null ? 'unique' : 'timing',
      });
    });
    return assignments;
  },
});
