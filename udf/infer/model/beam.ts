import type { Bundle } from './bundle.ts';
import type { Frame } from './frame.ts';
import { MAX_LIST } from './moves.ts';
import { charge } from './turn.ts';

/** A run of decisions, newest first; runs share their past. */
interface Decision {
  readonly call: number;
  readonly owner: number;
  readonly before: Decision | null;
}

/** One way to have assigned all calls so far. */
interface Hypothesis {
  score: number;
  /** Sum over the calls of open parents of a mix of call and parent: equal for hypotheses with the same future. */
  key: number;
  /** Calls of each open parent that has any. */
  readonly open: Map<number, number[]>;
  last: Decision | null;
}

/** What is kept at each call. */
export interface Reach {
  /** Ways at most. */
  readonly width: number;
  /** Ways this much less likely than the best are dropped, nats. */
  readonly spread: number;
}

/** What else an assignment costs. */
export interface Costs {
  /** ln of the rate at which calls of each kind come without a parent. */
  readonly orphan: Float64Array;
  /** Nats for each parent that has waited longer. */
  readonly turn: number;
}

const NONE: readonly number[] = [];

const mix = (call: number, parent: number): number => {
  let h = Math.imul(call + 1, 0x9e3779b1) ^ Math.imul(parent + 1, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  return (h ^ (h >>> 13)) >>> 0;
};

/**
 * Assigns all calls in order of time, keeping the likeliest ways at each: multiple hypothesis tracking (Reid, 1979).
 * Ways that agree on all open parents have the same future, so only the likelier one is kept. Returns the owner of each call.
 */
export const beamSearch = (frame: Frame, bundle: Bundle, { orphan, turn }: Costs, { width, spread }: Reach): Int32Array => {
  const { callKind, callStart, offsets, candidates, parentUntil } = frame;
  let beam: Hypothesis[] = [{ score: 0, key: 0, open: new Map(), last: null }];
  const closing = Array.from({ length: frame.parents }, (_, p) => p).toSorted((p, q) => parentUntil[p]! - parentUntil[q]!);
  let next = 0;

  const close = (until: number): void => {
    const from = next;
    while (next < closing.length && parentUntil[closing[next]!]! < until) next++;
    if (next === from) return;
    for (const one of beam) {
      for (let i = from; i < next; i++) {
        const p = closing[i]!;
        const list = one.open.get(p) ?? NONE;
        one.score += bundle.finish(p, list, list.length);
        for (const call of list) one.key -= mix(call, p);
        one.open.delete(p);
      }
    }
    if (beam.length < 2) return;
    const kept = new Map<number, Hypothesis>();
    for (const one of beam) {
      const other = kept.get(one.key);
      if (other === undefined || other.score < one.score) kept.set(one.key, one);
    }
    beam = [...kept.values()];
  };

  const since: number[] = [];
  const wanting: number[] = [];
  const charges: number[] = [];
  /** Charges the candidates of a call for those that have waited longer for one of its kind, as far as they want one. */
  const line = (c: number, open: Hypothesis['open']): void => {
    const from = offsets[c]!;
    const n = offsets[c + 1]! - from;
    if (n < 2) { charges[0] = 0; return; }
    for (let i = 0; i < n; i++) {
      const q = candidates[from + i]!;
      const list = open.get(q) ?? NONE;
      since[i] = bundle.since(q, list, list.length, c);
      wanting[i] = bundle.wants(q, list, list.length, callKind[c]!);
    }
    for (let i = 0; i < n; i++) {
      let overtaken = 0;
      for (let j = 0; j < n; j++) if (since[j]! < since[i]!) overtaken += wanting[j]!;
      charges[i] = charge(turn, overtaken);
    }
  };
  const scores: number[] = [];
  const owners: number[] = [];
  const origins: number[] = [];
  for (let c = 0; c < frame.calls; c++) {
    close(callStart[c]!);
    let n = 0;
    let best = -Infinity;
    const lone = orphan[callKind[c]!]!;
    for (let h = 0; h < beam.length; h++) {
      const { score, open } = beam[h]!;
      line(c, open);
      let peak = -Infinity;
      let crowd = 0;
      for (let i = offsets[c]!; i < offsets[c + 1]!; i++) {
        const q = candidates[i]!;
        const list = open.get(q) ?? NONE;
        if (list.length >= MAX_LIST) continue;
        const value = score + bundle.step(q, list, list.length, c) - charges[i - offsets[c]!]!;
        if (value > peak) { crowd = crowd * Math.exp(peak - value) + 1; peak = value; } else crowd += Math.exp(value - peak);
        if (value < best - spread) continue;
        if (value > best) best = value;
        scores[n] = value;
        owners[n] = q;
        origins[n++] = h;
      }
      // Nobody must be likelier than all parents together: in a crowd each of them is unlikely.
      const alone = score + lone - (crowd > 1 ? Math.log(crowd) : 0);
      if (alone < best - spread) continue;
      if (alone > best) best = alone;
      scores[n] = alone;
      owners[n] = -1;
      origins[n++] = h;
    }
    let kept = 0;
    for (let i = 0; i < n; i++) {
      if (scores[i]! < best - spread) continue;
      scores[kept] = scores[i]!;
      owners[kept] = owners[i]!;
      origins[kept++] = origins[i]!;
    }
    if (kept === 1) {
      const one = beam[origins[0]!]!;
      const owner = owners[0]!;
      if (owner >= 0) {
        // The only way left: its lists are nobody else's.
        const list = one.open.get(owner);
        if (list === undefined) one.open.set(owner, [c]);
        else list.push(c);
        one.key += mix(c, owner);
      }
      one.score = scores[0]!;
      one.last = { call: c, owner, before: one.last };
      beam = [one];
      continue;
    }
    const order = Array.from({ length: kept }, (_, i) => i).toSorted((x, y) => scores[y]! - scores[x]! || x - y);
    if (order.length > width) order.length = width;
    beam = order.map((i): Hypothesis => {
      const origin = beam[origins[i]!]!;
      const owner = owners[i]!;
      const open = new Map(origin.open);
      let key = origin.key;
      if (owner >= 0) {
        open.set(owner, [...(open.get(owner) ?? NONE), c]);
        key += mix(c, owner);
      }
      return { score: scores[i]!, key, open, last: { call: c, owner, before: origin.last } };
    });
  }
  close(Infinity);
  const owner = new Int32Array(frame.calls).fill(-1);
  let top = beam[0]!;
  for (const one of beam) if (one.score > top.score) top = one;
  for (let one = top.last; one !== null; one = one.before) owner[one.call] = one.owner;
  return owner;
};
