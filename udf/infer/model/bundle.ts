import type { Frame } from './frame.ts';
import { binOf } from './grid.ts';
import { LAST_END, LAST_START, MAX_COUNT, ORDINALS, patternKey, type Counts, type Shape } from './shape.ts';

/** ln likelihood of one parent with its calls: which calls, when each was sent, when the parent ended. */
export type Bundle = (parent: number, list: ArrayLike<number>, length: number) => number;

/** When the anchor happened that call `at` (or the parent's end, at = length) waits for; NaN = it has not. */
export const anchorTime = (frame: Frame, anchor: number, list: ArrayLike<number>, at: number, time: number): number => {
  const { callKind, callStart, callEnd } = frame;
  let latest = -Infinity;
  if (anchor === LAST_START) return at > 0 ? callStart[list[at - 1]!]! : NaN;
  if (anchor === LAST_END) {
    for (let j = 0; j < at; j++) {
      const end = callEnd[list[j]!]!;
      if (end <= time && end > latest) latest = end;
    }
  } else {
    const kind = (anchor - 3) >> 1;
    const starts = (anchor & 1) === 0;
    for (let j = 0; j < at; j++) {
      const call = list[j]!;
      if (callKind[call] !== kind) continue;
      const event = starts ? callStart[call]! : callEnd[call]!;
      if (event <= time && event > latest) latest = event;
    }
  }
  return latest === -Infinity ? NaN : latest;
};

const MAX_PATTERNS = 4096;

/** ln P of the calls that `list` holds, whatever their times. */
const patternOf = (counts: Counts, frame: Frame, key: number, list: ArrayLike<number>, length: number): number => {
  const known = counts.patterns.get(key);
  if (known !== undefined) return known;
  let sum = counts.none;
  for (let i = 0; i < length; i++) {
    const kind = frame.callKind[list[i]!]!;
    let n = 0;
    let first = true;
    for (let j = 0; j < length; j++) if (frame.callKind[list[j]!] === kind) { n++; if (j < i) first = false; }
    if (first) sum += counts.each[kind * MAX_COUNT + Math.min(n, MAX_COUNT - 1)]! - counts.each[kind * MAX_COUNT]!;
  }
  const value = counts.unseen + sum;
  if (counts.patterns.size < MAX_PATTERNS) counts.patterns.set(key, value);
  return value;
};

export const bundleOf = (frame: Frame, shape: Shape): Bundle => {
  const { parentKind, parentStart, parentEnd, callKind, callStart, callEnd } = frame;
  const { slots, ends, counts, callKinds } = shape;
  const scale = shape.grid.scale;
  return (parent, list, length) => {
    const kind = parentKind[parent]!;
    const start = parentStart[parent]!;
    const end = parentEnd[parent]!;
    let sum = 0;
    let key = 0;
    for (let i = 0; i < length; i++) {
      const call = list[i]!;
      const own = callKind[call]!;
      const time = callStart[call]!;
      let ordinal = 0;
      for (let j = 0; j < i; j++) if (callKind[list[j]!] === own) ordinal++;
      const slot = slots[(kind * callKinds + own) * ORDINALS + (ordinal < ORDINALS ? ordinal : ORDINALS - 1)]!;
      const from = slot.anchor === 0 ? NaN : anchorTime(frame, slot.anchor, list, i, time);
      sum += from === from ? slot.density[binOf(scale, time - from)]! : slot.base[binOf(scale, time - start)]!;
      sum += callEnd[call]! > end ? slot.outlives : slot.within;
      key = (key + patternKey(own)) & 0x3fffffff;
    }
    sum += patternOf(counts[kind]!, frame, key, list, length);
    if (end === end) {
      const last = ends[kind]!;
      const from = last.anchor === 0 || length === 0 ? NaN : anchorTime(frame, last.anchor, list, length, end);
      sum += from === from ? last.density[binOf(scale, end - from)]! : last.base[binOf(scale, end - start)]!;
    }
    return sum;
  };
};
