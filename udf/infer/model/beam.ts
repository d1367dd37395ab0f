import type { Bundle } from './bundle.ts';
import type { Frame } from './frame.ts';
import { holdLatest } from './latest.ts';
import { MAX_LIST } from './moves.ts';
import { charge } from './turn.ts';

/** Calls of a parent, shared by all ways that give it these; what they come to with one more call, and in the end, is found once for all. */
interface Held {
  readonly calls: readonly number[];
  /** Sum over the calls of a mix of call and parent. */
  readonly key: number;
  /** The call that the following four are of, with `calls` before it. */
  next: number;
  /** ln likelihood that it is the parent's. */
  step: number;
  /** Since when the parent could have sent it. */
  since: number;
  /** P(the parent sends one of its kind next). */
  wants: number;
  /** The calls with that one; null = no way has gone there yet. */
  grown: Held | null;
  /** ln likelihood that these were all; NaN = not asked for yet. */
  finish: number;
}

/** One way to have assigned all calls so far. */
interface Hypothesis {
  score: number;
  /** Sum of the keys of what open parents have: equal for hypotheses with the same future. */
  key: number;
  /** What each open parent has, by its place; undefined = nothing yet. */
  readonly open: (Held | undefined)[];
  /** Index of its latest decision; -1 = none yet. */
  last: number;
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
  /** Nats for each parent that has waited longer, by kind of call. */
  readonly turns: Float64Array;
}

const holding = (calls: readonly number[], key: number): Held => ({ calls, key, next: -1, step: 0, since: 0, wants: 0, grown: null, finish: NaN });

const mix = (call: number, parent: number): number => {
  let h = Math.imul(call + 1, 0x9e3779b1) ^ Math.imul(parent + 1, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  return (h ^ (h >>> 13)) >>> 0;
};

/**
 * Assigns all calls in order of time, keeping the likeliest ways at each: multiple hypothesis tracking (Reid, 1979).
 * Ways that agree on all open parents have the same future, so only the likelier one is kept. Returns the owner of each call.
 */
export const beamSearch = (frame: Frame, bundle: Bundle, { orphan, turns }: Costs, { width, spread }: Reach): Int32Array => {
  const { callKind, callStart, offsets, candidates, parentUntil } = frame;
  let beam: Hypothesis[] = [{ score: 0, key: 0, open: [], last: -1 }];
  /** Those that follow, in the place of those before. */
  let ways: Hypothesis[] = [];
  const closing = Array.from({ length: frame.parents }, (_, p) => p).toSorted((p, q) => parentUntil[p]! - parentUntil[q]!);
  let next = 0;
  /** Places of parents in `open`, from their first call to their end; -1 = none. */
  const places = new Int32Array(frame.parents).fill(-1);
  const free: number[] = [];
  let most = 0;
  const nothing: (Held | undefined)[] = [];
  const placeOf = (q: number): number => {
    if (places[q]! < 0) places[q] = free.pop() ?? most++;
    return places[q]!;
  };
  const heldBy = ({ open }: Hypothesis, q: number): Held => (places[q]! < 0 ? undefined : open[places[q]!]) ?? (nothing[q] ??= holding([], 0));

  const close = (until: number): void => {
    const from = next;
    while (next < closing.length && parentUntil[closing[next]!]! < until) next++;
    if (next === from) return;
    for (const one of beam) {
      for (let i = from; i < next; i++) {
        const p = closing[i]!;
        const has = heldBy(one, p);
        if (Number.isNaN(has.finish)) has.finish = bundle.finish(p, has.calls, has.calls.length);
        one.score += has.finish;
        one.key -= has.key;
        if (places[p]! >= 0) one.open[places[p]!] = undefined;
      }
    }
    for (let i = from; i < next; i++) {
      const p = closing[i]!;
      if (places[p]! >= 0) free.push(places[p]!);
      places[p] = -1;
      nothing[p] = undefined;
    }
    let kept = 0;
    for (const one of beam) {
      let same = 0;
      while (same < kept && beam[same]!.key !== one.key) same++;
      if (same === kept) beam[kept++] = one;
      else if (beam[same]!.score < one.score) beam[same] = one;
    }
    beam.length = kept;
  };

  const held: Held[] = [];
  const charges: number[] = [];
  /** What the candidates of a call have, and what each would be charged for those that have waited longer for one of its kind, as far as they want one. */
  const line = (c: number, way: Hypothesis): void => {
    const from = offsets[c]!;
    const n = offsets[c + 1]! - from;
    for (let i = 0; i < n; i++) {
      const q = candidates[from + i]!;
      const one = held[i] = heldBy(way, q);
      if (one.next === c) continue;
      const { calls } = one;
      one.next = c;
      one.grown = null;
      one.step = bundle.step(q, calls, calls.length, c);
      if (n < 2) continue;
      one.since = bundle.since(q, calls, calls.length, c);
      one.wants = bundle.wants(q, calls, calls.length, callKind[c]!);
    }
    for (let i = 0; i < n; i++) {
      const { since } = held[i]!;
      let overtaken = 0;
      if (n > 1) for (let j = 0; j < n; j++) if (held[j]!.since < since) overtaken += held[j]!.wants;
      charges[i] = charge(turns[callKind[c]!]!, overtaken);
    }
  };
  /** Puts the likeliest of the first n continuations in `order`, at most `width`, among equals the first; returns how many. */
  const take = (n: number): number => {
    let taken = 0;
    for (let i = 0; i < n; i++) {
      if (taken === width && scores[i]! <= scores[order[taken - 1]!]!) continue;
      let at = taken < width ? taken++ : taken - 1;
      while (at > 0 && scores[order[at - 1]!]! < scores[i]!) { order[at] = order[at - 1]!; at--; }
      order[at] = i;
    }
    return taken;
  };
  /** Decisions, each with the index of the one before it; ways share their past. Lists of numbers, as so many objects would cost their collection. */
  const decided: number[] = [];
  const deciders: number[] = [];
  const earlier: number[] = [];
  const decide = (c: number, owner: number, before: number): number => {
    decided.push(c);
    deciders.push(owner);
    return earlier.push(before) - 1;
  };
  holdLatest('search', [placeOf, heldBy, close, line, take, decide]);
  const order = new Int32Array(width);
  const children = new Int32Array(width);
  const scores: number[] = [];
  const owners: number[] = [];
  const origins: number[] = [];
  for (let c = 0; c < frame.calls; c++) {
    close(callStart[c]!);
    let n = 0;
    let best = -Infinity;
    const lone = orphan[callKind[c]!]!;
    for (let h = 0; h < beam.length; h++) {
      const { score } = beam[h]!;
      line(c, beam[h]!);
      let peak = -Infinity;
      let crowd = 0;
      for (let i = offsets[c]!; i < offsets[c + 1]!; i++) {
        const { calls, step } = held[i - offsets[c]!]!;
        if (calls.length >= MAX_LIST) continue;
        const value = score + step - charges[i - offsets[c]!]!;
        if (value > peak) { crowd = crowd * Math.exp(peak - value) + 1; peak = value; } else crowd += Math.exp(value - peak);
        if (value < best - spread) continue;
        if (value > best) best = value;
        scores[n] = value;
        owners[n] = candidates[i]!;
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
    children.fill(0, 0, beam.length);
    const taken = take(kept);
    for (let i = 0; i < taken; i++) children[origins[order[i]!]!]!++;
    for (let i = 0; i < taken; i++) {
      const from = order[i]!;
      const origin = beam[origins[from]!]!;
      // The last to go on from a way takes over what it is made of.
      const way = --children[origins[from]!]! === 0 ? origin : { score: 0, key: origin.key, open: origin.open.slice(), last: origin.last };
      const owner = owners[from]!;
      if (owner >= 0) {
        const had = heldBy(way, owner);
        const key = mix(c, owner);
        // A list that is spread into another gets room for sixteen more; most parents have their first call here.
        way.open[placeOf(owner)] = had.grown ??= holding(had.calls.length === 0 ? [c] : [...had.calls, c], had.key + key);
        way.key += key;
      }
      way.score = scores[from]!;
      way.last = decide(c, owner, way.last);
      ways[i] = way;
    }
    ways.length = taken;
    [beam, ways] = [ways, beam];
  }
  close(Infinity);
  const owner = new Int32Array(frame.calls).fill(-1);
  let top = beam[0]!;
  for (const one of beam) if (one.score > top.score) top = one;
  for (let at = top.last; at >= 0; at = earlier[at]!) owner[decided[at]!] = deciders[at]!;
  return owner;
};
