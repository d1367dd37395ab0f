import { isResponse, share, valuesOf } from './carried.ts';
import type { Frame } from './frame.ts';
import { chanceOf, commonsOf, type Link } from './links.ts';
import type { State } from './walk.ts';

const STRONGEST = 0.99;
const WEAKEST = 0.003;
/** Calls that what was known before is worth. */
const BEFORE = 2;
/** Other possible parents of a call that are looked at; of more, evenly spread ones. */
const OTHERS = 12;

/** What one link shows of one call under an assignment. */
export interface Showing {
  /** Index of the link. */
  readonly link: number;
  readonly call: number;
  /** Whether its parent, or an earlier sibling, could share with it. */
  readonly possible: boolean;
  /** Whether it does. */
  readonly shared: boolean;
  /** Others that it might have belonged to and could have shared with, and how many of them do. */
  readonly others: number;
  readonly strays: number;
  /** P(one of the others shares) by how common the values are. */
  readonly chance: number;
}

/** Visits, call by call, what the links show under an assignment: with those that a call is given to, and with all others it may belong to. */
export const eachShowing = (wide: Frame, links: readonly Link[], { lists }: State, visit: (showing: Showing) => void): void => {
  const { carried, parentKind, callKind, callStart, callEnd, offsets, candidates } = wide;
  if (carried === null || links.length === 0) return;
  const parentCommons = commonsOf(parentKind, carried.parents);
  const callCommons = commonsOf(callKind, carried.calls);
  const byKind = new Map<number, number[]>();
  links.forEach(({ callKind: kind }, at) => { byKind.set(kind, [...(byKind.get(kind) ?? []), at]); });
  let possible = false;
  let found = false;
  /** Whether parent p with the calls of `list` that came before c could share, and does. */
  const look = ({ source, sourceKind, sourceField }: Link, values: Int32Array, c: number, p: number, list: readonly number[]): void => {
    possible = false;
    found = false;
    const one = (theirs: Int32Array | null): void => {
      if (theirs === null) return;
      possible = true;
      if (share(values, theirs)) found = true;
    };
    if (source === 'parent') {
      if (parentKind[p] === sourceKind) one(valuesOf(carried.parents[p] ?? null, sourceField));
      return;
    }
    for (let j = 0; j < list.length && list[j]! < c; j++) {
      const d = list[j]!;
      if (callKind[d] !== sourceKind || (isResponse(sourceField) && !(callEnd[d]! <= callStart[c]!))) continue;
      one(valuesOf(carried.calls[d] ?? null, sourceField));
      if (found) return;
    }
  };
  lists.forEach((list, p) => {
    for (const c of list) {
      for (const at of byKind.get(callKind[c]!) ?? []) {
        const link = links[at]!;
        const values = valuesOf(carried.calls[c] ?? null, link.field);
        if (values === null) continue;
        look(link, values, c, p, list);
        const own = { possible, shared: found };
        const all = offsets[c + 1]! - offsets[c]!;
        const step = Math.max(1, all / OTHERS);
        let others = 0;
        let strays = 0;
        for (let i = 0; i < all; i += step) {
          const q = candidates[offsets[c]! + Math.floor(i)]!;
          if (q === p) continue;
          look(link, values, c, q, lists[q]!);
          if (possible) others += step;
          if (found) strays += step;
        }
        const commons = (link.source === 'parent' ? parentCommons : callCommons)(link.sourceKind, link.sourceField);
        visit({ link: at, call: c, ...own, others, strays, chance: chanceOf(commons, values) });
      }
    }
  });
};

/** How often calls share with their parents and earlier siblings under an assignment, and with all others, beyond chance. */
export const measured = (wide: Frame, links: readonly Link[], state: State): readonly Link[] => {
  const shared = new Float64Array(links.length);
  const chances = new Float64Array(links.length);
  const strays = new Float64Array(links.length);
  const n = new Float64Array(links.length);
  /** Calls with no earlier sibling to share with, who share with another's. */
  const lost = new Float64Array(links.length);
  eachShowing(wide, links, state, (one) => {
    const excess = one.strays - one.others * one.chance;
    strays[one.link]! += excess;
    if (!one.possible) { lost[one.link]! += excess; return; }
    n[one.link]!++;
    if (one.shared) shared[one.link]!++;
    chances[one.link]! += one.chance;
  });
  return links.map((link, l) => {
    const q = n[l]! > 0 ? Math.min(0.999, chances[l]! / n[l]!) : 0;
    const seen = Math.max(0, (shared[l]! / Math.max(1, n[l]!) - q) / (1 - q));
    const all = n[l]! + Math.max(0, lost[l]!) + BEFORE;
    const strength = (seen * n[l]! + BEFORE * link.strength) / all;
    const astray = (Math.max(0, strays[l]!) + BEFORE * link.astray) / all;
    return { ...link, strength: Math.min(STRONGEST, Math.max(WEAKEST, strength)), astray };
  });
};
