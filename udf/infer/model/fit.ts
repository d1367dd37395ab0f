import { anchorTime } from './bundle.ts';
import { fitDensity, sharesOf, type Density } from './density.ts';
import type { Frame } from './frame.ts';
import { BINS, binOf, type Grid } from './grid.ts';
import { orderOf } from './order.ts';
import { orphanRates } from './orphans.ts';
import { endOf, LAST_END, LAST_START, ORDINALS, slotAt, START, startOf, type End, type Shape, type Slot } from './shape.ts';

/** Which calls each parent has now, ordered by start, and whose each call is (-1 = nobody's). */
export interface State {
  readonly owner: Int32Array;
  readonly lists: readonly number[][];
}

/** Samples that a pooled density is worth beside a slot's own. */
const POOL_WEIGHT = 100;
/** ln likelihood that an anchor must gain over the parent's start to be believed: a fixed part and one per sample. */
const ANCHOR_GAIN = 3;
const ANCHOR_GAIN_EACH = 0.01;
/** ln likelihood that delays told apart by the call before must gain, a group. */
const PART_GAIN = 5;
/** A call at a place where none was seen: any time in a second. */
const flatLog = new Float64Array(BINS).fill(-Math.log(1e6));

/** Lags of one event behind each anchor that had happened, and behind the start where it had not. */
interface Samples {
  readonly start: number[];
  readonly by: Map<number, { readonly at: number[]; readonly lag: number[] }>;
  late: number;
}
/** Samples of several groups as one. */
const together = (groups: readonly Samples[]): Samples => {
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

const noSamples = (): Samples => ({ start: [], by: new Map(), late: 0 });

const histogramOf = (bins: Iterable<number>): Float64Array => {
  const histogram = new Float64Array(BINS);
  for (const bin of bins) histogram[bin]!++;
  return histogram;
};

/** Adds the lags of event `at` of a list behind every anchor before it. */
const observe = (samples: Samples, frame: Frame, grid: Grid, parent: number, list: readonly number[], at: number, time: number): void => {
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
const poolOf = (grid: Grid, all: Iterable<readonly [number, Samples]>, key: (index: number) => number): ((index: number) => (anchor: number) => Float64Array | null) => {
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
    const known = shares.get(name) ?? sharesOf(grid, fitDensity(grid, histogram, null, 0));
    shares.set(name, known);
    return known;
  };
};

interface Chosen {
  /** ln likelihood of the samples, left one out. */
  readonly likelihood: number;
  readonly anchor: number;
  readonly density: Density;
  readonly base: Density;
}

const shifted = (density: Density, by: number): Density => ({ ...density, log: density.log.map((value) => value + by) });

/** The anchor behind which the samples are least spread, in ln likelihood left one out. */
const choose = (grid: Grid, samples: Samples, prior: (anchor: number) => Float64Array | null, presence: boolean): Chosen => {
  const all = fitDensity(grid, histogramOf(samples.start), prior(START), POOL_WEIGHT);
  let best: Chosen = { anchor: START, density: all, base: all, likelihood: all.likelihood };
  let bestGain = 0;
  for (const [anchor, { at, lag }] of samples.by) {
    if (at.length < 5) continue;
    const density = fitDensity(grid, histogramOf(lag), prior(anchor), POOL_WEIGHT);
    const has = new Set(at);
    const rest = samples.start.filter((_, i) => !has.has(i));
    const base = rest.length > 1 ? fitDensity(grid, histogramOf(rest), sharesOf(grid, all), POOL_WEIGHT) : all;
    const happened = !presence ? 0 : Math.log((at.length + 0.5) / (samples.start.length + 1));
    const missing = !presence ? 0 : Math.log((rest.length + 0.5) / (samples.start.length + 1));
    const gain = density.likelihood + (rest.length > 1 ? base.likelihood : 0) + at.length * happened + rest.length * missing - all.likelihood - ANCHOR_GAIN - ANCHOR_GAIN_EACH * at.length;
    if (gain > bestGain) {
      bestGain = gain;
      best = { anchor, density: shifted(density, happened), base: shifted(base, missing), likelihood: all.likelihood + gain };
    }
  }
  return best;
};

/** Fits everything that is to be known of an instance to who has which calls now. */
export const fitShape = (frame: Frame, grid: Grid, state: State, parentKinds: number, callKinds: number): Omit<Shape, 'queue'> => {
  const byKind = new Map<number, Map<number, Samples>>();
  const endSamples = Array.from({ length: parentKinds }, noSamples);
  const sequences: number[][][] = Array.from({ length: parentKinds }, () => []);
  for (let p = 0; p < frame.parents; p++) {
    const kind = frame.parentKind[p]!;
    const list = state.lists[p]!;
    const end = frame.parentEnd[p]!;
    sequences[kind]!.push(list.map((call) => frame.callKind[call]!));
    list.forEach((call, at) => {
      const own = frame.callKind[call]!;
      let ordinal = 0;
      for (let j = 0; j < at; j++) if (frame.callKind[list[j]!] === own) ordinal++;
      const index = (kind * callKinds + own) * ORDINALS + Math.min(ordinal, ORDINALS - 1);
      const before = at > 0 ? frame.callKind[list[at - 1]!]! : -1;
      const parts = byKind.get(index) ?? new Map<number, Samples>();
      byKind.set(index, parts);
      const samples = parts.get(before) ?? noSamples();
      parts.set(before, samples);
      observe(samples, frame, grid, p, list, at, frame.callStart[call]!);
      if (frame.callEnd[call]! > end) samples.late++;
    });
    if (!Number.isNaN(end)) observe(endSamples[kind]!, frame, grid, p, list, list.length, end);
  }

  const merged = new Map([...byKind].map(([index, parts]) => [index, together([...parts.values()])]));
  const slotPool = poolOf(grid, merged, (index) => Math.floor(index / ORDINALS) % callKinds * ORDINALS + index % ORDINALS);
  const endPool = poolOf(grid, endSamples.entries(), () => 0);
  const unknown: Slot = { anchor: START, density: flatLog, base: flatLog, within: Math.log(0.9), outlives: Math.log(0.1) };
  const slots: Slot[] = Array.from({ length: slotAt(callKinds, parentKinds, 0, 0, -1) }, () => unknown);
  for (const [index, samples] of merged) {
    const whole = choose(grid, samples, slotPool(index), true);
    const parts = byKind.get(index)!;
    const late = Math.log((samples.late + 0.02) / (samples.start.length + 1.02));
    const within = Math.log((samples.start.length - samples.late + 1) / (samples.start.length + 1.02));
    const slotOf = ({ anchor, density, base }: Chosen): Slot => ({ anchor, density: density.log, base: base.log, within, outlives: late });
    const at = index * (callKinds + 1);
    slots.fill(slotOf(whole), at, at + callKinds + 1);
    if (parts.size < 2) continue;
    const own = [...parts].map(([before, part]) => [before, choose(grid, part, slotPool(index), true)] as const);
    let gain = -whole.likelihood;
    for (const [, chosen] of own) gain += chosen.likelihood - PART_GAIN;
    if (gain > 0) for (const [before, chosen] of own) slots[at + before + 1] = slotOf(chosen);
  }
  const ends: End[] = endSamples.map((samples, kind) => {
    const { anchor, density, base } = choose(grid, samples, endPool(kind), false);
    return { anchor, density: density.log, base: base.log };
  });
  const orders = sequences.map((all) => orderOf(all, callKinds));

  const orphan = orphanRates(frame, callKinds, state.owner);
  return { grid, parentKinds, callKinds, slots, ends, orders, orphan };
};
