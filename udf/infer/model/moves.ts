import type { Frame } from './frame.ts';

/** Calls that one parent may have; more stay with nobody. */
export const MAX_LIST = 256;

/** Whether call c can be a call of parent p. */
export const fits = (frame: Frame, call: number, parent: number): boolean => {
  const { offsets, candidates } = frame;
  for (let i = offsets[call]!; i < offsets[call + 1]!; i++) if (candidates[i] === parent) return true;
  return false;
};

/** Copies a list but for one call; returns the new length. */
export const without = (list: readonly number[], call: number, to: Int32Array): number => {
  let n = 0;
  for (let i = 0; i < list.length; i++) if (list[i] !== call) to[n++] = list[i]!;
  return n;
};

/** Copies a list with `call` in its place and without `out` (-1 = nothing). Calls are numbered by start: order of number is order of time. */
export const exchanged = (list: readonly number[], out: number, call: number, to: Int32Array): number => {
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

/** Copies the calls of one list before call `at` and those of another from `at` on. */
export const crossed = (head: readonly number[], tail: readonly number[], at: number, to: Int32Array): number => {
  let n = 0;
  for (let i = 0; i < head.length; i++) if (head[i]! < at) to[n++] = head[i]!;
  for (let i = 0; i < tail.length; i++) if (tail[i]! >= at) to[n++] = tail[i]!;
  return n;
};

/** Whether all calls of a list from call `at` on can be calls of a parent. */
export const fitFrom = (frame: Frame, list: readonly number[], at: number, parent: number): boolean => {
  for (let i = list.length - 1; i >= 0 && list[i]! >= at; i--) if (!fits(frame, list[i]!, parent)) return false;
  return true;
};

/** Which of the calls of its kind a call is in a list, counted from 0. */
export const ordinalOf = (frame: Frame, call: number, list: readonly number[]): number => {
  let n = 0;
  for (let i = 0; i < list.length && list[i]! < call; i++) if (frame.callKind[list[i]!] === frame.callKind[call]) n++;
  return n;
};

/** The ordinal-th call of a kind in a list; -1 = none. */
export const nth = (frame: Frame, list: readonly number[], kind: number, ordinal: number): number => {
  let n = 0;
  for (let i = 0; i < list.length; i++) if (frame.callKind[list[i]!] === kind && n++ === ordinal) return list[i]!;
  return -1;
};

/** The call of a kind in a list that was sent nearest in time to call c and can be `parent`'s; -1 = none. */
export const nearest = (frame: Frame, list: readonly number[], c: number, parent: number): number => {
  const { callKind, callStart } = frame;
  let found = -1;
  let near = Infinity;
  for (let i = 0; i < list.length; i++) {
    const one = list[i]!;
    if (callKind[one] !== callKind[c]) continue;
    const gap = Math.abs(callStart[one]! - callStart[c]!);
    if (gap < near && fits(frame, one, parent)) { near = gap; found = one; }
  }
  return found;
};
