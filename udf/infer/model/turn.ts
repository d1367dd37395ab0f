import type { Bundle } from './bundle.ts';
import type { Frame } from './frame.ts';

/**
 * What it costs a call that another parent has waited longer for one of its kind, nats: less while learning, when more of what is taken
 * for waiting is wrong. Loops, pools and locks mostly serve in turn, and most where delays are long and say least. README.md has what
 * other costs gave.
 */
export const TURN_LEARNING = 0.3;
export const TURN_DECIDING = 0.6;
/** Beyond so many, one more that has waited longer says nothing: the call waited aside. */
const MOST = 6;

export const charge = (turn: number, overtaken: number): number => turn * (overtaken < MOST ? overtaken : MOST);

/** Charges for overtaking, where each parent waits since what its next call waits for has happened. */
export interface Turns {
  /** Must be told when the calls of a parent have changed. */
  note(parent: number): void;
  /** Nats for those that call c overtakes and for those that overtake it, were it in `list` of `parent`; `other` would then be the calls of `at` (-1 = none). */
  cost(c: number, parent: number, list: ArrayLike<number>, length: number, at: number, other: ArrayLike<number>, otherLength: number): number;
}

export const turnsOf = (frame: Frame, bundle: Bundle, costs: Float64Array, lists: readonly (readonly number[])[]): Turns => {
  const { callKind, offsets, candidates } = frame;
  const since = new Float64Array(frame.calls);
  const note = (parent: number): void => {
    const list = lists[parent]!;
    for (let i = 0; i < list.length; i++) since[list[i]!] = bundle.since(parent, list, i, list[i]!);
  };
  for (let p = 0; p < frame.parents; p++) note(p);
  return {
    note,
    cost: (c, parent, list, length, at, other, otherLength) => {
      const kind = callKind[c]!;
      let place = 0;
      while (place < length && list[place] !== c) place++;
      const waited = bundle.since(parent, list, place, c);
      let overtaken = 0;
      let overtaking = 0;
      for (let i = offsets[c]!; i < offsets[c + 1]!; i++) {
        const q = candidates[i]!;
        if (q === parent) continue;
        const theirs = q === at ? other : lists[q]!;
        const n = q === at ? otherLength : theirs.length;
        let before = -1;
        let after = 0;
        for (; after < n && theirs[after]! <= c; after++) if (theirs[after] !== c && callKind[theirs[after]!] === kind) before = after;
        while (after < n && callKind[theirs[after]!] !== kind) after++;
        if (after < n && (q === at ? bundle.since(q, theirs, after, theirs[after]!) : since[theirs[after]!]!) < waited) overtaken++;
        if (before >= 0 && (q === at ? bundle.since(q, theirs, before, theirs[before]!) : since[theirs[before]!]!) > waited) overtaking++;
      }
      return charge(costs[kind]!, overtaken) + charge(costs[kind]!, overtaking);
    },
  };
};

/** Nats that calls of some kinds cost, in all, for those that have waited longer. */
export const overtakingCost = (frame: Frame, bundle: Bundle, costs: Float64Array, owner: ArrayLike<number>, lists: readonly (readonly number[])[], kinds: readonly number[]): number => {
  const turns = turnsOf(frame, bundle, costs, lists);
  let sum = 0;
  for (let c = 0; c < frame.calls; c++) {
    const p = owner[c]!;
    if (p >= 0 && kinds.includes(frame.callKind[c]!)) sum += turns.cost(c, p, lists[p]!, lists[p]!.length, -1, [], 0);
  }
  return sum / 2;  // who overtakes and who is overtaken are both charged
};
