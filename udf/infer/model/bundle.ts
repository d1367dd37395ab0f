import type { Flow, FlowTerms } from './flow.ts';
import type { Frame } from './frame.ts';
import { binOf } from './grid.ts';
import { holdLatest } from './latest.ts';
import type { Prefix } from './order.ts';
import { LAST_END, LAST_START, ORDINALS, slotAt, START, type Shape, type Slot } from './shape.ts';

/** ln likelihood of a parent with its calls: which calls in which order, when each was sent, when the parent ended. */
export interface Bundle {
  /** Of the whole; `list` in order of start. */
  whole(parent: number, list: ArrayLike<number>, length: number): number;
  /** Of one more call after those in `list`. */
  step(parent: number, list: ArrayLike<number>, length: number, call: number): number;
  /** Of the end after those in `list`. */
  finish(parent: number, list: ArrayLike<number>, length: number): number;
  /** Since when the parent could send `call` after those in `list`: when what it waits for has happened, Infinity = not yet. */
  since(parent: number, list: ArrayLike<number>, length: number, call: number): number;
  /** P(a call of that kind is next after those in `list`). */
  wants(parent: number, list: ArrayLike<number>, length: number, kind: number): number;
  /** What speaks for call `at` of `list` being the parent's, by term. */
  terms(parent: number, list: ArrayLike<number>, at: number): Terms;
}

/** Nats: the delay behind what it waits for, its place in the order of calls, and values that flowed. */
export interface Terms extends Partial<FlowTerms> {
  readonly lag: number;
  readonly order: number;
}

/** Earlier calls among which an anchor is looked for: keeps the cost of long lists linear. */
const LOOK_BACK = 24;

/** When the anchor happened that call `at` (or the parent's end, at = length) waits for; NaN = it has not. */
export const anchorTime = (frame: Frame, anchor: number, list: ArrayLike<number>, at: number, time: number): number => {
  const { callKind, callStart, callEnd } = frame;
  if (anchor === LAST_START) return at > 0 ? callStart[list[at - 1]!]! : NaN;
  const kind = anchor === LAST_END ? -1 : (anchor - 3) >> 1;
  const starts = anchor !== LAST_END && (anchor & 1) === 0;
  const from = at > LOOK_BACK ? at - LOOK_BACK : 0;
  let latest = -Infinity;
  for (let j = from; j < at; j++) {
    const call = list[j]!;
    if (kind >= 0 && callKind[call] !== kind) continue;
    const event = starts ? callStart[call]! : callEnd[call]!;
    if (event <= time && event > latest) latest = event;
  }
  return latest === -Infinity ? NaN : latest;
};

/** `weight` is what times and order count for beside the values of `flow`, which count whole. */
export const bundleOf = (frame: Frame, shape: Shape, flow: Flow | null, weight: number): Bundle => {
  const { parentKind, parentStart, parentEnd, callKind, callStart, callEnd } = frame;
  const { slots, ends, orders, callKinds } = shape;
  const scale = shape.grid.scale;

  const slotOf = (parent: number, list: ArrayLike<number>, at: number, call: number): Slot => {
    const own = callKind[call]!;
    let ordinal = 0;
    for (let j = at - 1; j >= 0 && ordinal < ORDINALS - 1; j--) if (callKind[list[j]!] === own) ordinal++;
    return slots[slotAt(callKinds, parentKind[parent]!, own, ordinal, at > 0 ? callKind[list[at - 1]!]! : -1)]!;
  };
  const delay = (parent: number, list: ArrayLike<number>, at: number, call: number): number => {
    const time = callStart[call]!;
    const slot = slotOf(parent, list, at, call);
    const from = slot.anchor === START ? NaN : anchorTime(frame, slot.anchor, list, at, time);
    const lag = from === from ? slot.density[binOf(scale, time - from)]! : slot.base[binOf(scale, time - parentStart[parent]!)]!;
    return lag + (callEnd[call]! > parentEnd[parent]! ? slot.outlives : slot.within);
  };
  const ending = (parent: number, list: ArrayLike<number>, length: number): number => {
    const end = parentEnd[parent]!;
    if (end !== end) return 0;
    const last = ends[parentKind[parent]!]!;
    const from = last.anchor === START || length === 0 ? NaN : anchorTime(frame, last.anchor, list, length, end);
    return from === from ? last.density[binOf(scale, end - from)]! : last.base[binOf(scale, end - parentStart[parent]!)]!;
  };
  const prefixOf = (parent: number, list: ArrayLike<number>, length: number): Prefix => {
    const order = orders[parentKind[parent]!]!;
    let prefix = order.root;
    for (let i = 0; i < length; i++) {
      const kind = callKind[list[i]!]!;
      prefix = prefix.next[kind] ?? order.follow(prefix, kind);
    }
    return prefix;
  };
  const since = (parent: number, list: ArrayLike<number>, at: number, call: number): number => {
    const slot = slotOf(parent, list, at, call);
    if (slot.anchor === START) return parentStart[parent]!;
    // It waits for the last to come back, not for one before.
    if (slot.anchor === LAST_END && at > 0 && !(callEnd[list[at - 1]!]! <= callStart[call]!)) return Infinity;
    const from = anchorTime(frame, slot.anchor, list, at, callStart[call]!);
    return from === from ? from : Infinity;
  };
  const wants = (parent: number, list: ArrayLike<number>, length: number, kind: number): number => prefixOf(parent, list, length).share[kind]!;
  const timed: Bundle = {
    since, wants,
    whole: (parent, list, length) => {
      const order = orders[parentKind[parent]!]!;
      let prefix = order.root;
      let sum = 0;
      for (let i = 0; i < length; i++) {
        const call = list[i]!;
        const kind = callKind[call]!;
        sum += delay(parent, list, i, call) + prefix.log[kind]!;
        prefix = prefix.next[kind] ?? order.follow(prefix, kind);
      }
      return sum + prefix.end + ending(parent, list, length);
    },
    step: (parent, list, length, call) =>
      delay(parent, list, length, call) + prefixOf(parent, list, length).log[callKind[call]!]!,
    finish: (parent, list, length) => prefixOf(parent, list, length).end + ending(parent, list, length),
    terms: (parent, list, at) => {
      const call = list[at]!;
      return { lag: delay(parent, list, at, call), order: prefixOf(parent, list, at).log[callKind[call]!]! };
    },
  };
  holdLatest('times', timed);
  if (flow === null) return timed;
  return holdLatest('times and values', {
    since, wants,
    whole: (parent, list, length) => {
      let sum = weight * timed.whole(parent, list, length);
      for (let i = 0; i < length; i++) sum += flow.score(list[i]!, parent, list, i);
      return sum;
    },
    step: (parent, list, length, call) => weight * timed.step(parent, list, length, call) + flow.score(call, parent, list, length),
    finish: (parent, list, length) => weight * timed.finish(parent, list, length),
    terms: (parent, list, at) => {
      const { lag, order } = timed.terms(parent, list, at);
      return { lag: weight * lag, order: weight * order, ...flow.terms(list[at]!, parent, list, at) };
    },
  });
};
