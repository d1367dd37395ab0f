import { BINS, type Grid } from './grid.ts';
import { holdLatest } from './latest.ts';

/** Half-widths of the kernels that are mixed, in bins; each is applied three times, which makes it nearly Gaussian. */
const RADII = [0, 1, 3, 8, 20, 50] as const;
const EM_STEPS = 5;
/** Share of a density that is spread over the whole axis: no lag is impossible. */
const FLAT = 0.004;
/** Bins beyond the samples that the widest kernel reaches. */
const REACH = 3 * RADII[RADII.length - 1]!;

/** A fitted density of lags. */
export interface Density {
  /** ln of the density per µs, by bin. */
  readonly log: Float64Array;
  /** Sum of ln density over the samples, each judged by the others (leave one out). */
  readonly likelihood: number;
}

/** Moving average of half-width `radius` over bins from…to; reads `source`, writes `target`. */
const box = (source: Float64Array, target: Float64Array, radius: number, from: number, to: number): void => {
  const share = 1 / (2 * radius + 1);
  let sum = 0;
  for (let i = from; i < from + radius && i < to; i++) sum += source[i]!;
  for (let i = from; i < to; i++) {
    if (i + radius < to) sum += source[i + radius]!;
    target[i] = sum * share;
    if (i - radius >= from) sum -= source[i - radius]!;
  }
};

/** Smooths a histogram by three moving averages, in place of a Gaussian kernel; `spare` is overwritten. */
export const smooth = (histogram: Float64Array, target: Float64Array, spare: Float64Array, radius: number, from: number, to: number): void => {
  box(histogram, target, radius, from, to);
  box(target, spare, radius, from, to);
  box(spare, target, radius, from, to);
};

/** Weight that a sample keeps in its own bin. */
const ownWeight = (radius: number): number => {
  const [one, target, spare] = [new Float64Array(BINS), new Float64Array(BINS), new Float64Array(BINS)];
  one[BINS >> 1] = 1;
  if (radius === 0) return 1;
  smooth(one, target, spare, radius, 0, BINS);
  return target[BINS >> 1]!;
};
const OWN = RADII.map(ownWeight);

/** Fits densities; `fitter` holds the buffers that the fits share. */
export interface Fitter {
  /**
   * The density of a histogram of lags: kernels of several widths mixed by expectation-maximisation on the leave-one-out
   * likelihood (stacking; Smyth and Wolpert, 1999), so that a sharp peak and a long tail both fit. `prior` (shares by bin,
   * worth `weight` samples; null = flat) fills in where samples are few.
   */
  fit(histogram: Float64Array, prior: Float64Array | null, weight: number): Density;
  /** Its likelihood alone. */
  judge(histogram: Float64Array): number;
}

export const fitterOf = (grid: Grid): Fitter => {
  const spare = new Float64Array(BINS);
  const smoothed = RADII.map(() => new Float64Array(BINS));
  const used = new Int32Array(BINS);
  const mix = new Float64Array(RADII.length);
  const next = new Float64Array(RADII.length);
  let total = 0;
  let from = 0;
  let to = 0;

  const judge = (histogram: Float64Array): number => {
    let n = 0;
    total = 0;
    for (let i = 0; i < BINS; i++) if (histogram[i]! > 0) { total += histogram[i]!; used[n++] = i; }
    if (total <= 1) return 0;
    from = Math.max(0, used[0]! - REACH);
    to = Math.min(BINS, used[n - 1]! + REACH + 1);
    for (let r = 0; r < RADII.length; r++) {
      if (r === 0) smoothed[0]!.set(histogram);
      else smooth(histogram, smoothed[r]!, spare, RADII[r]!, from, to);
      mix[r] = 1 / RADII.length;
    }
    let likelihood = 0;
    for (let step = 0; step < EM_STEPS; step++) {
      next.fill(0.5 / RADII.length);
      likelihood = 0;
      for (let u = 0; u < n; u++) {
        const i = used[u]!;
        const count = histogram[i]!;
        let sum = FLAT / BINS;
        for (let r = 0; r < RADII.length; r++) sum += mix[r]! * Math.max(0, smoothed[r]![i]! - OWN[r]!) / (total - 1);
        for (let r = 0; r < RADII.length; r++) next[r]! += count * mix[r]! * Math.max(0, smoothed[r]![i]! - OWN[r]!) / (total - 1) / sum;
        likelihood += count * (Math.log(sum) - grid.logWidth[i]!);
      }
      let all = 0;
      for (let r = 0; r < RADII.length; r++) all += next[r]!;
      for (let r = 0; r < RADII.length; r++) mix[r] = next[r]! / all;
    }
    return likelihood;
  };

  return holdLatest('fitter', {
    judge,
    fit: (histogram, prior, weight) => {
      const likelihood = judge(histogram);
      const log = new Float64Array(BINS);
      const own = total > 1 ? total / (total + weight) : 0;
      for (let i = 0; i < BINS; i++) {
        let share = (1 - own) * (prior === null ? 1 / BINS : prior[i]!);
        if (own > 0 && i >= from && i < to) {
          let sum = 0;
          for (let r = 0; r < RADII.length; r++) sum += mix[r]! * smoothed[r]![i]!;
          share += own * sum / total;
        }
        // Of single precision, so that a kept model is half as long.
        log[i] = Math.fround(Math.log((1 - FLAT) * share + FLAT / BINS) - grid.logWidth[i]!);
      }
      return { log, likelihood };
    },
  });
};

/** The shares by bin that a density holds, for use as a prior. */
export const sharesOf = (grid: Grid, density: Density): Float64Array =>
  density.log.map((value, i) => Math.exp(value + grid.logWidth[i]!));
