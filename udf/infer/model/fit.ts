import { anchorTime } from './bundle.ts';
import { fitDensity, sharesOf, type Density } from './density.ts';
import type { Frame } from './frame.ts';
import { BINS, binOf, type Grid } from './grid.ts';
import { endOf, LAST_END, LAST_START, MAX_COUNT, ORDINALS, patternKey, START, startOf, type Counts, type End, type Shape, type Slot } from './shape.ts';

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

/** Lags of one event behind each anchor that had happened, and behind the start where it had not. */
interface Samples {
  readonly start: number[];
  readonly by: Map<number, { readonly at: number[]; readonly lag: number[] }>;
  late: number;
}
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
  readonly anchor: number;
  readonly density: Density;
  readonly base: Density;
}

const shifted = (density: Density, by: number): Density => ({ ...density, log: density.log.map((value) => value + by) });

/** The anchor behind which the samples are least spread, in ln likelihood left one out. */
const choose = (grid: Grid, samples: Samples, prior: (anchor: number) => Float64Array | null, presence: boolean): Chosen => {
  const all = fitDensity(grid, histogramOf(samples.start), prior(START), POOL_WEIGHT);
  let best: Chosen = { anchor: START, density: all, base: all };
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
      best = { anchor, density: shifted(density, happened), base: shifted(base, missing) };
    }
  }
  return best;
};

const countsOf = (frame: Frame, lists: readonly number[][], kind: number, callKinds: number): Counts => {
  const each = new Float64Array(callKinds * MAX_COUNT);
  const seen = new Map<number, { n: number; list: readonly number[] }>();
  let total = 0;
  const own = new Int32Array(callKinds);
  for (let p = 0; p < frame.parents; p++) {
    if (frame.parentKind[p] !== kind) continue;
    total++;
    own.fill(0);
    let key = 0;
    const list = lists[p]!;
    for (const call of list) {
      const k = frame.callKind[call]!;
      own[k]!++;
      key = (key + patternKey(k)) & 0x3fffffff;
    }
    for (let k = 0; k < callKinds; k++) each[k * MAX_COUNT + Math.min(own[k]!, MAX_COUNT - 1)]!++;
    const known = seen.get(key);
    if (known === undefined) seen.set(key, { n: 1, list });
    else known.n++;
  }
  return smoothCounts(frame, each, seen, total, callKinds);
};

const smoothCounts = (frame: Frame, each: Float64Array, seen: ReadonlyMap<number, { n: number; list: readonly number[] }>, total: number, callKinds: number): Counts => {
  let none = 0;
  for (let k = 0; k < callKinds; k++) {
    let weight = 1;
    for (let n = 0; n < MAX_COUNT; n++) {
      weight /= 4;
      each[k * MAX_COUNT + n] = Math.log((each[k * MAX_COUNT + n]! + weight) / (total + 1 / 3));
    }
    none += each[k * MAX_COUNT]!;
  }
  const unseen = Math.log(1 / (total + 1));
  const patterns = new Map<number, number>();
  for (const [key, { n, list }] of seen) {
    const own = new Map<number, number>();
    for (const call of list) own.set(frame.callKind[call]!, (own.get(frame.callKind[call]!) ?? 0) + 1);
    let sum = none;
    for (const [k, count] of own) sum += each[k * MAX_COUNT + Math.min(count, MAX_COUNT - 1)]! - each[k * MAX_COUNT]!;
    patterns.set(key, Math.log((n + Math.exp(sum)) / (total + 1)));
  }
  return { patterns, each, unseen, none };
};

/** Fits everything that is to be known of an instance to who has which calls now. */
export const fitShape = (frame: Frame, grid: Grid, state: State, parentKinds: number, callKinds: number): Omit<Shape, 'queue'> => {
  const slotSamples = new Map<number, Samples>();
  const endSamples = Array.from({ length: parentKinds }, noSamples);
  for (let p = 0; p < frame.parents; p++) {
    const kind = frame.parentKind[p]!;
    const list = state.lists[p]!;
    const end = frame.parentEnd[p]!;
    list.forEach((call, at) => {
      const own = frame.callKind[call]!;
      let ordinal = 0;
      for (let j = 0; j < at; j++) if (frame.callKind[list[j]!] === own) ordinal++;
      const index = (kind * callKinds + own) * ORDINALS + Math.min(ordinal, ORDINALS - 1);
      const samples = slotSamples.get(index) ?? noSamples();
      slotSamples.set(index, samples);
      observe(samples, frame, grid, p, list, at, frame.callStart[call]!);
      if (frame.callEnd[call]! > end) samples.late++;
    });
    if (!Number.isNaN(end)) observe(endSamples[kind]!, frame, grid, p, list, list.length, end);
  }

  const pooled = fitDensity(grid, new Float64Array(BINS), null, 1);
  const unknown: Slot = { anchor: START, density: pooled.log, base: pooled.log, within: Math.log(0.9), outlives: Math.log(0.1) };
  const slots: Slot[] = Array.from({ length: parentKinds * callKinds * ORDINALS }, () => unknown);
  const slotPool = poolOf(grid, slotSamples, (index) => Math.floor(index / ORDINALS) % callKinds * ORDINALS + index % ORDINALS);
  const endPool = poolOf(grid, endSamples.entries(), () => 0);
  for (const [index, samples] of slotSamples) {
    const { anchor, density, base } = choose(grid, samples, slotPool(index), true);
    const n = samples.start.length;
    slots[index] = {
      anchor, density: density.log, base: base.log,
      within: Math.log((n - samples.late + 1) / (n + 1.02)), outlives: Math.log((samples.late + 0.02) / (n + 1.02)),
    };
  }
  const ends: End[] = endSamples.map((samples, kind) => {
    const { anchor, density, base } = choose(grid, samples, endPool(kind), false);
    return { anchor, density: density.log, base: base.log };
  });
  const counts = Array.from({ length: parentKinds }, (_, kind) => countsOf(frame, state.lists, kind, callKinds));

  const orphans = new Float64Array(callKinds);
  for (let c = 0; c < frame.calls; c++) if (state.owner[c]! < 0) orphans[frame.callKind[c]!]!++;
  const span = Math.max(1, (frame.callStart[frame.calls - 1] ?? 0) - (frame.callStart[0] ?? 0));
  const orphan = orphans.map((n) => Math.log((n + 0.5) / span));
  return { grid, parentKinds, callKinds, slots, ends, counts, orphan };
};
