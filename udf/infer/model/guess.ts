import type { Frame } from './frame.ts';
import { BINS, binOf, type Grid } from './grid.ts';
import { orderFrom, type Order } from './order.ts';
import { LEAST_SPAN_US, orphanRates } from './orphans.ts';
import { endOf, LAST_END, slotAt, START, startOf, type End, type Shape, type Slot } from './shape.ts';
import { fitStream, type Pairs } from './stream.ts';

/** Earlier events that are looked at for one call. */
const REACH = 32;
/** What an anchor must gain over the parent's start, nats a call. */
const ANCHOR_GAIN = 0.02;
/** Calls of a kind below which only the parent's start is an anchor. */
const FEWEST = 10;
const MOST = 64;
/** Calls a parent that makes any, from which on one may wait for another of its kind. */
const REPEATED = 1.2;

/** P(one more call of a kind | so many so far, so many expected): sure below the whole expected number, rare above. */
const more = (mean: number, count: number): number => {
  const whole = Math.floor(mean);
  if (count < whole) return 0.98;
  return count === whole ? Math.max(0.02, 0.98 * (mean - whole)) : 0.02;
};

/** Calls come in any order until each kind has been called as often as it is on average. */
const guessOrder = (mean: Float64Array): Order => orderFrom(mean.length, (prefix) => {
  const log = new Float64Array(mean.length);
  let end = 1;
  let sum = 0;
  for (let k = 0; k < mean.length; k++) {
    const count = prefix.filter((kind) => kind === k).length;
    const p = count >= MOST ? 1e-6 : more(mean[k]!, count);
    end *= 1 - p;
    log[k] = p;
    sum += p;
  }
  return { log: log.map((p) => Math.log((1 - end) * p / sum)), end: Math.log(end) };
});

/** Share of the parents that make calls whose end must follow a call's end for that to be believed. */
const FOLLOWING = 0.3;

/** Whether parents end a certain time after some call ended, or after their own start. */
const guessEnds = (frame: Frame, grid: Grid, parentKinds: number, mean: Float64Array, callKinds: number, span: number): End[] => {
  const { parentKind, parentStart, parentEnd, callStart, callEnd } = frame;
  const byEnd = Array.from({ length: frame.calls }, (_, c) => c).filter((c) => !Number.isNaN(callEnd[c]!)).toSorted((x, y) => callEnd[x]! - callEnd[y]!);
  const parents = Array.from({ length: frame.parents }, (_, p) => p).filter((p) => !Number.isNaN(parentEnd[p]!)).toSorted((x, y) => parentEnd[x]! - parentEnd[y]!);
  const flat: End = { anchor: START, density: new Float64Array(BINS), base: new Float64Array(BINS) };
  return Array.from({ length: parentKinds }, (_, kind) => {
    const own = parents.filter((p) => parentKind[p] === kind);
    let calls = 0;
    for (let k = 0; k < callKinds; k++) calls += mean[kind * callKinds + k]!;
    if (own.length < 10 || calls < 0.02) return flat;
    const pairs: Pairs = { calls: own.length, offsets: [0], bins: [], group: [] };
    let next = 0;
    for (const p of own) {
      const end = parentEnd[p]!;
      pairs.bins.push(binOf(grid.scale, end - parentStart[p]!));
      pairs.group.push(0);
      while (next < byEnd.length && callEnd[byEnd[next]!]! <= end) next++;
      for (let i = next - 1; i >= 0 && i >= next - REACH; i--) {
        const c = byEnd[i]!;
        if (callEnd[c]! < parentStart[p]!) break;
        if (callStart[c]! < parentStart[p]!) continue;
        pairs.bins.push(binOf(grid.scale, end - callEnd[c]!));
        pairs.group.push(1);
      }
      pairs.offsets.push(pairs.bins.length);
    }
    const stream = fitStream(grid, pairs, [own.length, byEnd.length], span);
    if (stream.expected[1]! < FOLLOWING * Math.min(1, calls) * own.length) return flat;
    return { anchor: LAST_END, density: stream.log[1]!, base: stream.log[0]! };
  });
};

/** Guesses delays and numbers of calls from the times alone, before any call has been given to a parent. */
export const guessShape = (frame: Frame, grid: Grid, parentKinds: number, callKinds: number): Omit<Shape, 'queue' | 'pools'> => {
  const { callKind, callStart, callEnd, offsets, candidates, parentKind, parentStart } = frame;
  const byKind: number[][] = Array.from({ length: callKinds }, () => []);
  for (let c = 0; c < frame.calls; c++) byKind[callKind[c]!]!.push(c);
  const byEnd = byKind.map((calls) => calls.filter((c) => !Number.isNaN(callEnd[c]!)).toSorted((x, y) => callEnd[x]! - callEnd[y]!));
  const parents = new Float64Array(parentKinds);
  for (let p = 0; p < frame.parents; p++) parents[parentKind[p]!]!++;
  const span = Math.max(LEAST_SPAN_US, (callStart[frame.calls - 1] ?? 0) - (callStart[0] ?? 0));

  const anytime = new Float64Array(BINS).fill(-Math.log(1e6));
  const flat: Slot = { anchor: START, density: anytime, base: anytime, within: Math.log(0.99), outlives: Math.log(0.01) };
  const slots: Slot[] = Array.from({ length: slotAt(callKinds, parentKinds, 0, 0, -1) }, () => flat);
  const mean = new Float64Array(parentKinds * callKinds);
  for (let k = 0; k < callKinds; k++) {
    const calls = byKind[k]!;
    const own: Pairs = { calls: calls.length, offsets: [0], bins: [], group: [] };
    for (const c of calls) {
      for (let i = offsets[c]!; i < offsets[c + 1]!; i++) {
        const p = candidates[i]!;
        own.bins.push(binOf(grid.scale, callStart[c]! - parentStart[p]!));
        own.group.push(parentKind[p]!);
      }
      own.offsets.push(own.bins.length);
    }
    const starts = fitStream(grid, own, parents, span);
    // The first of several cannot wait for another of its kind.
    let first = { anchor: START, stream: starts };
    let later = first;
    const repeats = calls.length > REPEATED * parents.reduce((sum, n, kind) => sum + (starts.expected[kind]! > 0.05 * n ? n : 0), 0);
    for (let other = 0; other < callKinds; other++) {
      if (byKind[other]!.length === 0 || calls.length < FEWEST || (other === k && !repeats)) continue;
      for (const ends of [true, false]) {
        const events = ends ? byEnd[other]! : byKind[other]!;
        const at = ends ? callEnd : callStart;
        const pairs: Pairs = { calls: calls.length, offsets: [0], bins: [], group: [] };
        let next = 0;
        for (const c of calls) {
          const time = callStart[c]!;
          while (next < events.length && at[events[next]!]! <= time) next++;
          const oldest = offsets[c]! < offsets[c + 1]! ? parentStart[candidates[offsets[c]!]!]! : Infinity;
          for (let i = next - 1; i >= 0 && i >= next - REACH; i--) {
            const event = events[i]!;
            if (event >= c || callStart[event]! < oldest) continue;
            pairs.bins.push(binOf(grid.scale, time - at[event]!));
            pairs.group.push(0);
          }
          pairs.offsets.push(pairs.bins.length);
        }
        const stream = fitStream(grid, pairs, [events.length], span);
        const found = { anchor: ends ? endOf(other) : startOf(other), stream };
        if (stream.likelihood > later.stream.likelihood + ANCHOR_GAIN) later = found;
        if (other !== k && stream.likelihood > first.stream.likelihood + ANCHOR_GAIN) first = found;
      }
    }
    for (let kind = 0; kind < parentKinds; kind++) {
      mean[kind * callKinds + k] = parents[kind]! > 0 ? starts.expected[kind]! / parents[kind]! : 0;
      const base = starts.log[kind]!;
      const slotOf = ({ anchor, stream }: typeof first): Slot => ({ ...flat, anchor, density: anchor === START ? base : stream.log[0]!, base });
      const [from, second, to] = [slotAt(callKinds, kind, k, 0, -1), slotAt(callKinds, kind, k, 1, -1), slotAt(callKinds, kind, k + 1, 0, -1)];
      slots.fill(slotOf(first), from, second);
      slots.fill(slotOf(later), second, to);
    }
  }
  const orders = Array.from({ length: parentKinds }, (_, kind) => guessOrder(mean.subarray(kind * callKinds, (kind + 1) * callKinds)));
  const ends = guessEnds(frame, grid, parentKinds, mean, callKinds, span);
  const orphan = orphanRates(frame, callKinds, null);
  return { grid, parentKinds, callKinds, slots, ends, orders, orphan };
};
