/** Bins a factor of e: 3 % steps, finer than any delay that a busy host repeats. */
const BINS_PER_E = 32;
/** Bins on either side of zero; at 32 µs a unit the last begins at 100 s. */
const HALF = 480;

/** Number of bins of every lag histogram. */
export const BINS = 2 * HALF;

/** A signed-log axis for lags: linear near zero, logarithmic far from it. */
export interface Grid {
  /** Lag below which bins are about equally wide, µs. */
  readonly scale: number;
  /** Natural logarithm of each bin's width in µs: turns a share of a bin into a density. */
  readonly logWidth: Float64Array;
}

/** The axis for times that are multiples of `quantum` µs: no bin is narrower than what the clock can tell apart. */
export const lagGrid = (quantum: number): Grid => {
  const scale = BINS_PER_E * Math.max(1, quantum);
  const logWidth = new Float64Array(BINS);
  for (let i = 0; i < HALF; i++) {
    const width = scale * (Math.exp((i + 1) / BINS_PER_E) - Math.exp(i / BINS_PER_E));
    logWidth[HALF + i] = Math.fround(Math.log(width));
    logWidth[HALF - 1 - i] = logWidth[HALF + i]!;
  }
  return { scale, logWidth };
};

/** The bin of a lag in µs; lags beyond the axis fall into the outermost bins. */
export const binOf = (scale: number, lag: number): number => {
  if (lag >= 0) {
    const at = HALF + Math.floor(Math.log(1 + lag / scale) * BINS_PER_E);
    return at < BINS ? at : BINS - 1;
  }
  const at = HALF - 1 - Math.floor(Math.log(1 - lag / scale) * BINS_PER_E);
  return at >= 0 ? at : 0;
};

/** Greatest common divisor of the differences of whole times: 1 for µs taps, 1000 for sources in ms. */
export const quantumOf = (times: Iterable<number>): number => {
  let first: number | null = null;
  let divisor = 0;
  for (const time of times) {
    if (first === null) { first = time; continue; }
    let a = Math.abs(time - first);
    let b = divisor;
    while (a > 0) [a, b] = [b % a, a];
    divisor = b;
    if (divisor === 1) return 1;
  }
  return Math.max(1, divisor);
};
