import { BINS, type Grid } from './grid.ts';

/** Half-widths of the kernels that are mixed, in bins. */
const RADII = [0, 1, 2, 4, 8, 16, 32, 64] as const;
const EM_STEPS = 6;
/** Share of a density that is spread over the whole axis: no lag is impossible. */
const FLAT = 0.004;

/** A fitted density of lags. */
export interface Density {
  /** ln of the density per µs, by bin. */
  readonly log: Float64Array;
  /** Sum of ln density over the samples, each judged by the others (leave one out). */
  readonly likelihood: number;
  /** Weight of the samples. */
  readonly samples: number;
}

/** One pass of a moving average of half-width `radius`; reads `from`, writes `to`. */
export const box = (from: Float64Array, to: Float64Array, radius: number): void => {
  const share = 1 / (2 * radius + 1);
  let sum = 0;
  for (let i = 0; i < radius && i < BINS; i++) sum += from[i]!;
  for (let i = 0; i < BINS; i++) {
    if (i + radius < BINS) sum += from[i + radius]!;
    to[i] = sum * share;
    if (i - radius >= 0) sum -= from[i - radius]!;
  }
};

/** Weight that a sample keeps in its own bin after three passes. */
const ownWeight = (radius: number): number => {
  if (radius === 0) return 1;
  const at = new Float64Array(BINS);
  const other = new Float64Array(BINS);
  at[BINS >> 1] = 1;
  box(at, other, radius); box(other, at, radius); box(at, other, radius);
  return other[BINS >> 1]!;
};
const OWN = RADII.map(ownWeight);

/**
 * Fits a density to a histogram of lags: kernels of several widths mixed by expectation-maximisation on the leave-one-out
 * likelihood (stacking), so that a sharp peak and a long tail both fit. `prior` (shares by bin, worth `weight` samples)
 * fills in where samples are few.
 */
export const fitDensity = (grid: Grid, histogram: Float64Array, prior: Float64Array | null, weight: number): Density => {
  let total = 0;
  const used: number[] = [];
  for (let i = 0; i < BINS; i++) if (histogram[i]! > 0) { total += histogram[i]!; used.push(i); }
  const shares = new Float64Array(BINS);
  let likelihood = 0;
  if (total > 1) {
    const smooth: Float64Array[] = [];
    const spare = new Float64Array(BINS);
    RADII.forEach((radius) => {
      const to = Float64Array.from(histogram);
      if (radius > 0) { box(histogram, to, radius); box(to, spare, radius); box(spare, to, radius); }
      smooth.push(to);
    });
    const mix = new Float64Array(RADII.length).fill(1 / RADII.length);
    const next = new Float64Array(RADII.length);
    const others = Math.max(total - 1, 1e-9);
    for (let step = 0; step < EM_STEPS; step++) {
      next.fill(0);
      likelihood = 0;
      for (const i of used) {
        let sum = FLAT / BINS;
        for (let r = 0; r < RADII.length; r++) sum += mix[r]! * Math.max(0, smooth[r]![i]! - OWN[r]! ) / others;
        const n = histogram[i]!;
        for (let r = 0; r < RADII.length; r++) next[r]! += n * mix[r]! * Math.max(0, smooth[r]![i]! - OWN[r]!) / others / sum;
        likelihood += n * (Math.log(sum) - grid.logWidth[i]!);
      }
      let all = 0;
      for (let r = 0; r < RADII.length; r++) { next[r]! += 0.5 / RADII.length; all += next[r]!; }
      for (let r = 0; r < RADII.length; r++) mix[r] = next[r]! / all;
    }
    for (let i = 0; i < BINS; i++) {
      let sum = 0;
      for (let r = 0; r < RADII.length; r++) sum += mix[r]! * smooth[r]![i]!;
      shares[i] = sum / total;
    }
  }
  const log = new Float64Array(BINS);
  const own = total > 1 ? total / (total + weight) : 0;
  for (let i = 0; i < BINS; i++) {
    const before = prior === null ? 1 / BINS : prior[i]!;
    const share = own * shares[i]! + (1 - own) * before;
    log[i] = Math.log((1 - FLAT) * share + FLAT / BINS) - grid.logWidth[i]!;
  }
  return { log, likelihood, samples: total };
};

/** The shares by bin that a density holds, for use as a prior. */
export const sharesOf = (grid: Grid, density: Density): Float64Array =>
  density.log.map((value, i) => Math.exp(value + grid.logWidth[i]!));
