import { smooth } from './density.ts';
import { BINS, type Grid } from './grid.ts';

const EM_STEPS = 12;
/** Half-width of the smoothing between steps, bins. */
const RADIUS = 4;
/** Share of calls that start out as explained by nothing. */
const BACKGROUND = 0.1;

/** Pairs of a call and an earlier event that may have caused it, call by call. */
export interface Pairs {
  readonly calls: number;
  readonly offsets: number[];
  readonly bins: number[];
  /** Which of several densities applies. */
  readonly group: number[];
}

export interface Stream {
  /** ln likelihood of the calls' times, a call. */
  readonly likelihood: number;
  /** ln density by group. */
  readonly log: readonly Float64Array[];
  /** Expected calls by group. */
  readonly expected: Float64Array;
}

/**
 * Non-parametric maximum likelihood of a point process whose events each may cause one call after a lag (Lewis and Mohler,
 * 2011): who caused what is never decided, only how likely each lag is.
 */
export const fitStream = (grid: Grid, pairs: Pairs, sizes: ArrayLike<number>, span: number): Stream => {
  const groups = sizes.length;
  const background = Math.max(pairs.calls, 1) / Math.max(span, 1);
  const density: Float64Array[] = Array.from({ length: groups }, () => new Float64Array(BINS));
  const expected = new Float64Array(groups);
  const histograms = Array.from({ length: groups }, () => new Float64Array(BINS));
  const [shape, spare] = [new Float64Array(BINS), new Float64Array(BINS)];
  const width = grid.logWidth.map(Math.exp);
  let chance = BACKGROUND;
  let likelihood = 0;
  for (let step = 0; step <= EM_STEPS; step++) {
    for (const histogram of histograms) histogram.fill(0);
    likelihood = 0;
    let unexplained = 0;
    for (let c = 0; c < pairs.calls; c++) {
      const from = pairs.offsets[c]!;
      const to = pairs.offsets[c + 1]!;
      const base = chance * background;
      let sum = base;
      for (let i = from; i < to; i++) sum += step === 0 ? background : density[pairs.group[i]!]![pairs.bins[i]!]!;
      for (let i = from; i < to; i++) {
        const g = pairs.group[i]!;
        histograms[g]![pairs.bins[i]!]! += (step === 0 ? background : density[g]![pairs.bins[i]!]!) / sum;
      }
      unexplained += base / sum;
      likelihood += Math.log(sum);
    }
    chance = (unexplained + 0.5) / (pairs.calls + 1);
    for (let g = 0; g < groups; g++) {
      let total = 0;
      for (let i = 0; i < BINS; i++) total += histograms[g]![i]!;
      expected[g] = total;
      smooth(histograms[g]!, shape, spare, RADIUS, 0, BINS);
      // per event of the group: intensity of the calls it causes
      const events = Math.max(sizes[g]!, 1);
      for (let i = 0; i < BINS; i++) density[g]![i] = (shape[i]! + 0.002 * total / BINS) / events / width[i]!;
    }
  }
  const log = density.map((one, g) => {
    const rate = Math.max(expected[g]!, 1e-6) / Math.max(sizes[g]!, 1);
    return one.map((value, i) => (expected[g]! > 0.5 ? Math.log(value / rate) : Math.log(1 / BINS) - grid.logWidth[i]!));
  });
  return { likelihood: likelihood / Math.max(pairs.calls, 1), log, expected };
};
