import type { Bundle } from './bundle.ts';
import type { State } from './fit.ts';
import type { Frame } from './frame.ts';
import { auction } from './matching.ts';

/** What is handed out anew: one call, that call and all after it, or all calls of a parent. */
export type Extent = 'one' | 'rest' | 'all';

/** Whether call c can be a call of parent p. */
export const fits = (frame: Frame, call: number, parent: number): boolean => {
  const { offsets, candidates } = frame;
  for (let i = offsets[call]!; i < offsets[call + 1]!; i++) if (candidates[i] === parent) return true;
  return false;
};

const merge = (a: readonly number[], b: readonly number[]): number[] => {
  const to: number[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (j >= b.length || (i < a.length && a[i]! < b[j]!)) to.push(a[i++]!);
    else to.push(b[j++]!);
  }
  return to;
};

/**
 * Takes the ordinal-th call of a kind (or more, by `extent`) from every parent and hands them out anew in the best way
 * given all else: the exact optimum over permutations that single moves would need many steps for. Returns the gain in ln
 * likelihood.
 */
export const rematch = (frame: Frame, bundle: Bundle, state: State, value: Float64Array, orphan: Float64Array, kind: number, ordinal: number, extent: Extent): number => {
  const { owner, lists } = state;
  const items: (readonly number[])[] = [];
  const rests: (readonly number[])[] = [];
  const from: number[] = [];
  for (let p = 0; p < frame.parents; p++) {
    const list = lists[p]!;
    let at = -1;
    if (extent === 'all') at = list.length > 0 ? 0 : -1;
    else for (let i = 0, n = 0; i < list.length; i++) if (frame.callKind[list[i]!] === kind && n++ === ordinal) { at = i; break; }
    if (at < 0) { rests.push(list); continue; }
    items.push(extent === 'one' ? [list[at]!] : list.slice(at));
    from.push(p);
    rests.push(extent === 'one' ? [...list.slice(0, at), ...list.slice(at + 1)] : list.slice(0, at));
  }
  if (extent === 'one') for (let c = 0; c < frame.calls; c++) if (owner[c]! < 0 && frame.callKind[c] === kind && frame.offsets[c + 1]! > frame.offsets[c]!) { items.push([c]); from.push(-1); }
  if (items.length === 0) return 0;

  const rest = new Float64Array(frame.parents).fill(NaN);
  const restOf = (p: number): number => {
    if (Number.isNaN(rest[p]!)) rest[p] = bundle.whole(p, rests[p]!, rests[p]!.length);
    return rest[p]!;
  };
  const offsets = [0];
  const place: number[] = [];
  const gain: number[] = [];
  const outside: number[] = [];
  let before = 0;
  items.forEach((calls, j) => {
    const own = from[j]!;
    let alone = 0;
    for (const call of calls) alone += orphan[frame.callKind[call]!]!;
    outside.push(alone);
    before += own < 0 ? alone : value[own]! - restOf(own);
    for (let i = frame.offsets[calls[0]!]!; i < frame.offsets[calls[0]! + 1]!; i++) {
      const q = frame.candidates[i]!;
      if (q === own) { place.push(q); gain.push(value[q]! - restOf(q)); continue; }
      let all = true;
      for (let n = 1; n < calls.length && all; n++) all = fits(frame, calls[n]!, q);
      if (!all) continue;
      const list = merge(rests[q]!, calls);
      const one = bundle.whole(q, list, list.length) - restOf(q);
      if (one < alone - 3 && extent === 'one') continue;
      place.push(q);
      gain.push(one);
    }
    offsets.push(place.length);
  });
  const taken = auction({ items: items.length, places: frame.parents, offsets, place, gain, outside });
  if (taken === null) return 0;
  let after = 0;
  for (let j = 0; j < items.length; j++) after += taken[j]! < 0 ? outside[j]! : gain[taken[j]!]!;
  if (after <= before + 1e-6) return 0;
  const now = rests.map((one) => one as number[]);
  for (let j = 0; j < items.length; j++) if (from[j]! >= 0) value[from[j]!] = rest[from[j]!]!;
  const set = (p: number, list: readonly number[]): void => {
    const own = lists[p]!;
    own.length = 0;
    own.push(...list);
  };
  for (let j = 0; j < items.length; j++) if (from[j]! >= 0) set(from[j]!, now[from[j]!]!);
  for (let j = 0; j < items.length; j++) {
    const offer = taken[j]!;
    if (offer < 0) { for (const call of items[j]!) owner[call] = -1; continue; }
    const q = place[offer]!;
    set(q, merge(now[q]!, items[j]!));
    for (const call of items[j]!) owner[call] = q;
    value[q] = restOf(q) + gain[offer]!;
  }
  return after - before;
};
