import type { Bundle } from './bundle.ts';
import type { State } from './fit.ts';
import type { Frame } from './frame.ts';
import { fits, rematch } from './rematch.ts';
import { ORDINALS, type Shape } from './shape.ts';

/** A parent is not given more calls than this. */
const MAX_LIST = 256;

/** A generator of numbers in [0, 1), the same for the same seed (mulberry32). */
export const randomOf = (seed: number): (() => number) => {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
};

export interface Sampler {
  readonly state: State;
  /** ln likelihood of each parent's bundle. */
  readonly value: Float64Array;
  /** Computes the likelihoods anew, after the state was set from outside. */
  refresh(): void;
  /** Gives every call, in order of time, to the parent that it fits best so far. */
  greedy(): void;
  /** Takes over an assignment. */
  adopt(owners: ArrayLike<number>): void;
  /** Visits calls, each choosing anew among its moves at a temperature (0 = the best); returns how many moved. */
  sweep(temperature: number, active: Uint8Array | null, marks: Float64Array | null, next: Uint8Array | null): number;
  /** Best reassignments, kind by kind, until nothing gains or `rounds` are over. */
  improve(rounds: number): void;
  total(): number;
}

/** What a first guess must lose to a lone call before it leaves it alone, nats: its later calls may yet explain it. */
const GREEDY_ORPHAN = 30;

const STAY = 0;
const MOVE = 1;
const SWAP = 2;
const CROSS = 3;

const without = (list: readonly number[], call: number, to: Int32Array): number => {
  let n = 0;
  for (let i = 0; i < list.length; i++) if (list[i] !== call) to[n++] = list[i]!;
  return n;
};
/** Calls are numbered by start, so number order is time order. */
const withCall = (list: readonly number[], out: number, call: number, to: Int32Array): number => {
  let n = 0;
  let placed = false;
  for (let i = 0; i < list.length; i++) {
    const one = list[i]!;
    if (one === out) continue;
    if (!placed && one > call) { to[n++] = call; placed = true; }
    to[n++] = one;
  }
  if (!placed) to[n++] = call;
  return n;
};

export const samplerOf = (frame: Frame, bundle: Bundle, { orphan, queue }: Pick<Shape, 'orphan' | 'queue'>, random: () => number): Sampler => {
  const { callKind, callStart, offsets, candidates } = frame;
  const owner = new Int32Array(frame.calls).fill(-1);
  const lists: number[][] = Array.from({ length: frame.parents }, () => []);
  const value = new Float64Array(frame.parents);
  for (let p = 0; p < frame.parents; p++) value[p] = bundle.whole(p, lists[p]!, 0);

  const a = new Int32Array(2 * MAX_LIST);
  const b = new Int32Array(2 * MAX_LIST);
  /** The parts of two lists before and from call `at` on, exchanged; false where a call could not be the other's. */
  let crossA = 0;
  let crossB = 0;
  const cross = (from: readonly number[], to: readonly number[], at: number, p: number, q: number): boolean => {
    let n = 0;
    let m = 0;
    for (let i = 0; i < from.length; i++) if (from[i]! < at) a[n++] = from[i]!;
    for (let i = 0; i < to.length; i++) {
      if (to[i]! < at) b[m++] = to[i]!;
      else { if (!fits(frame, to[i]!, p)) return false; a[n++] = to[i]!; }
    }
    for (let i = 0; i < from.length; i++) {
      if (from[i]! < at) continue;
      if (!fits(frame, from[i]!, q)) return false;
      b[m++] = from[i]!;
    }
    crossA = n;
    crossB = m;
    return true;
  };
  const put = (parent: number, from: Int32Array, n: number): void => {
    const list = lists[parent]!;
    list.length = n;
    for (let i = 0; i < n; i++) { list[i] = from[i]!; owner[from[i]!] = parent; }
    value[parent] = bundle.whole(parent, list, n);
  };

  const queued = queue.some((cost) => cost > 0);
  /** Which of the calls of its kind a call is at its parent, counted from 0. */
  const ordinalOf = (call: number, list: readonly number[]): number => {
    let n = 0;
    for (let i = 0; i < list.length && list[i]! < call; i++) if (callKind[list[i]!] === callKind[call]) n++;
    return n;
  };
  const nth = (list: readonly number[], kind: number, ordinal: number): number => {
    let n = 0;
    for (let i = 0; i < list.length; i++) if (callKind[list[i]!] === kind && n++ === ordinal) return list[i]!;
    return -1;
  };
  /** Cost of call c at parent p for the same calls of others that it overtakes or is overtaken by; `other` counts as `at`'s. */
  const overtaking = (c: number, p: number, ordinal: number, other: number, at: number): number => {
    if (p < 0 || queue[frame.parentKind[p]!] === 0) return 0;
    let n = 0;
    for (let i = offsets[c]!; i < offsets[c + 1]!; i++) {
      const q = candidates[i]!;
      if (q === p || frame.parentKind[q] !== frame.parentKind[p]) continue;
      const one = q === at ? other : nth(lists[q]!, callKind[c]!, ordinal);
      if (one < 0 || one === c) continue;
      if ((frame.parentStart[q]! - frame.parentStart[p]!) * (callStart[one]! - callStart[c]!) < 0) n++;
    }
    return n * queue[frame.parentKind[p]!]!;
  };
  const optionMove: number[] = [];
  const optionParent: number[] = [];
  const optionOther: number[] = [];
  const optionDelta: number[] = [];

  const step = (c: number, temperature: number, marks: Float64Array | null): number => {
    const p = owner[c]!;
    const kind = callKind[c]!;
    let n = 1;
    optionMove[0] = STAY; optionParent[0] = p; optionOther[0] = -1; optionDelta[0] = 0;
    const mine = p < 0 ? null : lists[p]!;
    const left = mine === null ? -orphan[kind]! : bundle.whole(p, a, without(mine, c, a)) - value[p]!;
    if (p >= 0) { optionMove[n] = MOVE; optionParent[n] = -1; optionOther[n] = -1; optionDelta[n++] = left + orphan[kind]!; }
    for (let i = offsets[c]!; i < offsets[c + 1]!; i++) {
      const q = candidates[i]!;
      if (q === p) continue;
      const theirs = lists[q]!;
      if (theirs.length >= MAX_LIST) continue;
      optionMove[n] = MOVE; optionParent[n] = q; optionOther[n] = -1;
      optionDelta[n++] = left + bundle.whole(q, b, withCall(theirs, -1, c, b)) - value[q]!;
      if (mine === null) continue;
      let other = -1;
      let near = Infinity;
      for (let j = 0; j < theirs.length; j++) {
        const one = theirs[j]!;
        if (callKind[one] !== kind) continue;
        const gap = Math.abs(callStart[one]! - callStart[c]!);
        if (gap < near && fits(frame, one, p)) { near = gap; other = one; }
      }
      if (other >= 0) {
        optionMove[n] = SWAP; optionParent[n] = q; optionOther[n] = other;
        optionDelta[n++] = bundle.whole(p, a, withCall(mine, c, other, a)) + bundle.whole(q, b, withCall(theirs, other, c, b)) - value[p]! - value[q]!;
      }
      const lastMine = mine[mine.length - 1]!;
      const lastTheirs = theirs.length === 0 ? -1 : theirs[theirs.length - 1]!;
      if ((lastMine > c || lastTheirs > c) && cross(mine, theirs, c, p, q)) {
        optionMove[n] = CROSS; optionParent[n] = q; optionOther[n] = -1;
        optionDelta[n++] = bundle.whole(p, a, crossA) + bundle.whole(q, b, crossB) - value[p]! - value[q]!;
      }
    }
    if (queued && p >= 0 && mine !== null) {
      const ordinal = ordinalOf(c, mine);
      for (let i = 1; i < n; i++) {
        const q = optionParent[i]!;
        const theirs = q < 0 ? -1 : nth(lists[q]!, kind, ordinal);
        const other = optionMove[i] === MOVE ? -1 : theirs;
        const before = overtaking(c, p, ordinal, theirs, q) + (other < 0 ? 0 : overtaking(other, q, ordinal, c, p) );
        const after = overtaking(c, q, ordinal, other, p) + (other < 0 ? 0 : overtaking(other, p, ordinal, c, q));
        optionDelta[i]! += before - after;
      }
    }
    let top = 0;
    for (let i = 1; i < n; i++) if (optionDelta[i]! > optionDelta[top]!) top = i;
    let picked = top;
    if (temperature > 0) {
      const peak = optionDelta[top]!;
      let sum = 0;
      for (let i = 0; i < n; i++) sum += Math.exp((optionDelta[i]! - peak) / temperature);
      let at = random() * sum;
      for (picked = 0; picked < n - 1; picked++) {
        at -= Math.exp((optionDelta[picked]! - peak) / temperature);
        if (at < 0) break;
      }
      if (marks !== null) {
        for (let i = 0; i < n; i++) {
          const share = Math.exp((optionDelta[i]! - peak) / temperature) / sum;
          if (share < 1e-6) continue;
          const q = optionParent[i]!;
          if (q < 0) { marks[offsets[frame.calls]! + c]! += share; continue; }
          for (let j = offsets[c]!; j < offsets[c + 1]!; j++) if (candidates[j] === q) { marks[j]! += share; break; }
        }
      }
    }
    if (picked === 0 || optionDelta[picked] === 0) return 0;
    const q = optionParent[picked]!;
    if (optionMove[picked] === MOVE) {
      if (p >= 0) put(p, a, without(lists[p]!, c, a));
      if (q >= 0) put(q, b, withCall(lists[q]!, -1, c, b));
      else owner[c] = -1;
    } else if (optionMove[picked] === SWAP) {
      const other = optionOther[picked]!;
      const n1 = withCall(lists[p]!, c, other, a);
      const n2 = withCall(lists[q]!, other, c, b);
      put(p, a, n1);
      put(q, b, n2);
    } else {
      cross(lists[p]!, lists[q]!, c, p, q);
      const n1 = crossA;
      const n2 = crossB;
      put(p, a, n1);
      put(q, b, n2);
    }
    return 1;
  };

  const refresh = (): void => {
    for (let p = 0; p < frame.parents; p++) value[p] = bundle.whole(p, lists[p]!, lists[p]!.length);
  };

  const state: State = { owner, lists };
  return {
    state,
    value,
    refresh,
    greedy: () => {
      for (let c = 0; c < frame.calls; c++) {
        let best = -1;
        let most = orphan[callKind[c]!]! - GREEDY_ORPHAN;
        for (let i = offsets[c]!; i < offsets[c + 1]!; i++) {
          const q = candidates[i]!;
          const list = lists[q]!;
          if (list.length >= MAX_LIST) continue;
          const gain = bundle.step(q, list, list.length, c);
          if (gain > most) { most = gain; best = q; }
        }
        if (best >= 0) { lists[best]!.push(c); owner[c] = best; }
      }
      refresh();
    },
    adopt: (owners) => {
      for (const list of lists) list.length = 0;
      for (let c = 0; c < frame.calls; c++) {
        owner[c] = owners[c]!;
        if (owner[c]! >= 0) lists[owner[c]!]!.push(c);
      }
      refresh();
    },
    sweep: (temperature, active, marks, next) => {
      let moved = 0;
      for (let c = 0; c < frame.calls; c++) {
        if (active !== null && active[c] === 0) continue;
        if (offsets[c + 1] === offsets[c]) continue;
        moved += step(c, temperature, marks);
        if (next !== null) next[c] = 1;
      }
      return moved;
    },
    improve: (rounds) => {
      const kinds = new Set(callKind);
      for (let round = 0; round < rounds; round++) {
        let gain = 0;
        for (const extent of ['all', 'rest', 'one'] as const) {
          if (extent === 'all') { gain += rematch(frame, bundle, state, value, orphan, 0, 0, extent); continue; }
          for (const kind of kinds) for (let o = 0; o < ORDINALS; o++) gain += rematch(frame, bundle, state, value, orphan, kind, o, extent);
        }
        if (gain < 0.5) return;
      }
    },
    total: () => value.reduce((sum, one) => sum + one, 0),
  };
};
