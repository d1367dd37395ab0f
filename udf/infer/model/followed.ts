import type { Frame } from './frame.ts';

/** However often parents end after their own calls, these are not held to be right more often than this. */
const SUREST = 0.95;

/** How often parents end next after a call of their own has come back, and not after another's. */
export interface Followed {
  /** Near 1 where who has which calls is right and parents wait for nothing else, one of all that are open where it is not. */
  readonly share: number;
  /** The same, where nobody else's call comes back by chance before the parent ends. */
  readonly undisturbed: number;
}

/**
 * Of the parents that could have calls of some kinds; an order that gives all of them to a few, which then end after their own,
 * is wrong with those that are left without.
 */
export const endsFollowed = ({ parents, parentEnd, calls, callKind, callEnd, offsets, candidates }: Frame, kinds: readonly number[], owner: ArrayLike<number>): Followed => {
  if (kinds.length === 0) return { share: 0, undisturbed: 0 };
  const own = Array.from({ length: calls }, (_, c) => c).filter((c) => kinds.includes(callKind[c]!) && !Number.isNaN(callEnd[c]!));
  const able = new Uint8Array(parents);
  for (const c of own) for (let i = offsets[c]!; i < offsets[c + 1]!; i++) able[candidates[i]!] = 1;
  const back = own.toSorted((a, b) => callEnd[a]! - callEnd[b]!);
  // Of a parent that ends after all of them a window does not show enough.
  const last = callEnd[back.at(-1) ?? -1] ?? -Infinity;
  const ended = Array.from({ length: parents }, (_, p) => p).filter((p) => able[p] === 1 && parentEnd[p]! <= last).toSorted((p, q) => parentEnd[p]! - parentEnd[q]!);
  const after: number[] = [];
  let next = 0;
  for (const p of ended) {
    while (next < back.length && callEnd[back[next]!]! <= parentEnd[p]!) next++;
    if (next > 0 && owner[back[next - 1]!] === p) after.push(parentEnd[p]! - callEnd[back[next - 1]!]!);
  }
  if (after.length === 0) return { share: 0, undisturbed: 0 };
  const share = after.length / ended.length;
  const usual = after.toSorted((a, b) => a - b)[after.length >> 1]!;
  const span = callEnd[back.at(-1)!]! - callEnd[back[0]!]!;
  return { share, undisturbed: Math.min(SUREST, share * Math.exp(span > 0 ? usual * back.length / span : 0)) };
};
