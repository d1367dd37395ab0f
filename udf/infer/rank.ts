import type { Assignment, Call, Served } from './algorithm.ts';

const compare = (a: readonly number[], b: readonly number[]): number => {
  for (let i = 0; i < a.length; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
};

/** A call that nothing at its instance can have caused. */
export const orphan = (call: Call): Assignment =>
  ({ call, parent: null, probability: 1, runnerUp: null, runnerUpProbability: 0, evidence: 'none' });

/**
 * The candidate with the lowest rank, earliest first among equals; the next lowest is the runner-up. An order says nothing
 * of how sure it is, so each candidate is held equally likely: 1/n.
 */
export const byRank = (call: Call, candidates: readonly Served[], rank: (served: Served) => readonly number[]): Assignment => {
  let best: Served | null = null;
  let second: Served | null = null;
  let bestRank: readonly number[] = [];
  let secondRank: readonly number[] = [];
  for (const served of candidates) {
    const own = rank(served);
    if (best === null || compare(own, bestRank) < 0) {
      second = best; secondRank = bestRank;
      best = served; bestRank = own;
    } else if (second === null || compare(own, secondRank) < 0) {
      second = served; secondRank = own;
    }
  }
  if (best === null) return orphan(call);
  const share = 1 / candidates.length;
  return {
    call, parent: best, probability: share,
    runnerUp: second, runnerUpProbability: second === null ? 0 : share,
    evidence: second === null ? 'unique' : 'timing',
  };
};
