import { anchorTime } from './bundle.ts';
import { sharesOf, type Density, type Fitter } from './density.ts';
import type { Frame } from './frame.ts';
import { BINS, binOf, type Grid } from './grid.ts';
import { endOf, LAST_END, LAST_START, START, startOf } from './shape.ts';

/** Samples that a pooled density is worth beside a slot's own. */
const POOL_WEIGHT = 100;
/** ln likelihood that an anchor must gain over the parent's start to be believed: a fixed part and one per sample. */
const ANCHOR_GAIN = 3;
const ANCHOR_GAIN_EACH = 0.01;
/** Samples below which an anchor is not tried. */
const FEWEST = 5;

/** Lags of one event behind each anchor that had happened, and behind the start where it had not. */
export interface Samples {
  readonly start: number[];
  readonly by: Map<number, { readonly at: number[]; readonly lag: number[] }>;
  late: number;
}
/** Samples of several groups as one. */
export const together = (groups: readonly Samples[]): Samples => {
  if (groups.length === 1) return groups[0]!;
  const all = noSamples();
  for (const group of groups) {
    const shift = all.start.length;
    all.start.push(...group.start);
    all.late += group.late;
    for (const [anchor, { at, lag }] of group.by) {
      const known = all.by.get(anchor) ?? { at: [], lag: [] };
      all.by.set(anchor, known);
      for (const one of at) known.at.push(one + shift);
      known.lag.push(...lag);
    }
  }
  return all;
};

export const noSamples = (): Samples => ({ start: [], by: new Map(), late: 0 });

const histogramOf = (bins: Iterable<number>): Float64Array => {
  const histogram = new Float64Array(BINS);
  for (const bin of bins) histogram[bin]!++;
  return histogram;
};

/** Adds the lags of event `at` of a list behind every anchor before it. */
export const observe = (samples: Samples, frame: Frame, grid: Grid, parent: number, list: readonly number[], at: number, time: number): void => {
  const n = samples.start.length;
  samples.start.push(binOf(grid.scale, time - frame.parentStart[parent]!));
  const add = (anchor: number): void => {
    const from = anchorTime(frame, anchor, list, at, time);
    if (Number.isNaN(from)) return;
    const known = samples.by.get(anchor) ?? { at: [], lag: [] };
    samples.by.set(anchor, known);
    known.at.push(n);
    known.lag.push(binOf(grid.scale, time - from));
  };
  if (at === 0) return;
  add(LAST_END);
  add(LAST_START);
  const seen = new Set<number>();
  for (let j = 0; j < at; j++) {
    const kind = frame.callKind[list[j]!]!;
    if (seen.has(kind)) continue;
    seen.add(kind);
    add(endOf(kind));
    add(startOf(kind));
  }
};

/** Shares by bin of the lags behind an anchor over all parent kinds; null where there is but one kind. */
export const poolOf = (grid: Grid, fitter: Fitter, all: Iterable<readonly [number, Samples]>, key: (index: number) => number): ((index: number) => (anchor: number) => Float64Array | null) => {
  const pools = new Map<number, { kinds: number; by: Map<number, Float64Array> }>();
  for (const [index, samples] of all) {
    if (samples.start.length === 0) continue;
    const pool = pools.get(key(index)) ?? { kinds: 0, by: new Map<number, Float64Array>() };
    pools.set(key(index), pool);
    pool.kinds++;
    const add = (anchor: number, lags: readonly number[]): void => {
      const histogram = pool.by.get(anchor) ?? new Float64Array(BINS);
      pool.by.set(anchor, histogram);
      for (const lag of lags) histogram[lag]!++;
    };
    add(START, samples.start);
    for (const [anchor, { lag }] of samples.by) add(anchor, lag);
  }
  const shares = new Map<string, Float64Array>();
  return (index) => (anchor) => {
    const pool = pools.get(key(index));
    const histogram = pool?.by.get(anchor);
    if (pool === undefined || pool.kinds < 2 || histogram === undefined) return null;
    const name = `${key(index)} ${anchor}`;
    const known = shares.get(name) ?? sharesOf(grid, fitter.fit(histogram, null, 0));
    shares.set(name, known);
    return known;
  };
};

export interface Chosen {
  /** ln likelihood of the samples, left one out. */
  readonly likelihood: number;
  readonly anchor: number;
  readonly density: Density;
  readonly base: Density;
}

/** Lags behind the start of the samples that an anchor does not cover. */
const restOf = ({ start }: Samples, covered: readonly number[]): Float64Array => {
  const histogram = new Float64Array(BINS);
  let next = 0;
  for (let i = 0; i < start.length; i++) {
    if (next < covered.length && covered[next] === i) next++;
    else histogram[start[i]!]!++;
  }
  return histogram;
};

const shifted = (density: Density, by: number): Density => ({ ...density, log: density.log.map((value) => Math.fround(value + by)) });

/** The anchor behind which the samples are least spread, in ln likelihood left one out. */
export const choose = (grid: Grid, fitter: Fitter, samples: Samples, prior: (anchor: number) => Float64Array | null, presence: boolean): Chosen => {
  const n = samples.start.length;
  const alone = fitter.judge(histogramOf(samples.start));
  let anchor = START;
  let likelihood = alone;
  for (const [one, { at, lag }] of samples.by) {
    if (at.length < FEWEST) continue;
    const without = n - at.length;
    const chance = presence ? at.length * Math.log((at.length + 0.5) / (n + 1)) + without * Math.log((without + 0.5) / (n + 1)) : 0;
    const gain = fitter.judge(histogramOf(lag)) + (without > 1 ? fitter.judge(restOf(samples, at)) : 0) + chance - ANCHOR_GAIN - ANCHOR_GAIN_EACH * at.length;
    if (gain > likelihood) { likelihood = gain; anchor = one; }
  }
  const all = fitter.fit(histogramOf(samples.start), prior(START), POOL_WEIGHT);
  const behind = samples.by.get(anchor);
  if (behind === undefined) return { anchor: START, density: all, base: all, likelihood };
  const density = fitter.fit(histogramOf(behind.lag), prior(anchor), POOL_WEIGHT);
  const without = n - behind.at.length;
  const base = without > 1 ? fitter.fit(restOf(samples, behind.at), sharesOf(grid, all), POOL_WEIGHT) : all;
  if (!presence) return { anchor, density, base, likelihood };
  return {
    anchor, likelihood,
    density: shifted(density, Math.log((behind.at.length + 0.5) / (n + 1))),
    base: shifted(base, Math.log((without + 0.5) / (n + 1))),
  };
};
