import { eachField, isResponse, valuesOf, type Load } from './carried.ts';
import type { Frame } from './frame.ts';

/** A way that values flow: a field of a call of one kind shares a value with a field of its parent or of an earlier sibling. */
export interface Link {
  readonly callKind: number;
  /** See `fieldOf`. */
  readonly field: number;
  /** Whether the source is the parent or an earlier call of it. */
  readonly source: 'parent' | 'call';
  readonly sourceKind: number;
  readonly sourceField: number;
  /** P(they share | they belong together). */
  readonly strength: number;
  /** Others that a call may belong to and shares with beyond chance, on average. */
  readonly astray: number;
}

/** How common each value is in one field of one kind of exchanges. */
export interface Commons {
  /** Exchanges that have the field. */
  total: number;
  readonly by: Map<number, number>;
}
const MISSED = 0.7;
const FLOOR = 0.3;

/** The chance that another exchange's field holds one of the values. */
export const chanceOf = ({ total, by }: Commons, values: Int32Array): number => {
  let sum = 0;
  for (const value of values) sum += Math.max(0, (by.get(value) ?? 0) - MISSED);
  return Math.min(1, Math.max(FLOOR, sum) / Math.max(1, total));
};

/** Commons by kind and field. */
export const commonsOf = (kinds: Int32Array, loads: readonly (Load | null)[]): ((kind: number, field: number) => Commons) => {
  const all = new Map<number, Map<number, Commons>>();
  loads.forEach((load, at) => {
    if (load === null) return;
    const byField = all.get(kinds[at]!) ?? new Map<number, Commons>();
    all.set(kinds[at]!, byField);
    eachField(load, (field, from, to) => {
      const commons = byField.get(field) ?? { total: 0, by: new Map<number, number>() };
      byField.set(field, commons);
      commons.total++;
      for (let i = from; i < to; i++) commons.by.set(load.values[i]!, (commons.by.get(load.values[i]!) ?? 0) + 1);
    });
  });
  const none: Commons = { total: 0, by: new Map() };
  return (kind, field) => all.get(kind)?.get(field) ?? none;
};

/** A field whose values chance gives this often says nothing. */
export const COMMON = 0.5;
/** Earlier calls that a call is compared with: bounds the cost at any concurrency. */
const REACH = 1024;
/** A link is believed from this strength and this many calls on. */
const WEAKEST = 0.05;
const FEWEST = 8;
const STRONGEST = 0.99;

interface Tally {
  readonly callKind: number;
  readonly field: number;
  readonly sourceKind: number;
  readonly sourceField: number;
  shared: number;
  last: number;
  /** Sum of the chance to share with one, and with all but one, of those that a call may belong to. */
  common: number;
  chance: number;
  calls: number;
}

/**
 * Finds the ways that values flow from the excess of shared values over chance among all that a call may belong to:
 * no assignment is needed, so nothing wrong can confirm itself.
 */
export const findLinks = (frame: Frame): readonly Link[] => {
  const { carried } = frame;
  if (carried === null) return [];
  return [
    ...excess(frame, 'parent', frame.parentKind, carried.parents, (c, visit) => {
      for (let i = frame.offsets[c]!; i < frame.offsets[c + 1]!; i++) visit(frame.candidates[i]!);
    }),
    ...excess(frame, 'call', frame.callKind, carried.calls, (c, visit) => {
      const first = frame.offsets[c]! < frame.offsets[c + 1]! ? frame.parentStart[frame.candidates[frame.offsets[c]!]!]! : Infinity;
      for (let d = c - 1; d >= 0 && d >= c - REACH && frame.callStart[d]! >= first; d--) visit(d);
    }),
  ];
};

type EachSource = (call: number, visit: (source: number) => void) => void;

const excess = (frame: Frame, source: Link['source'], kinds: Int32Array, loads: readonly (Load | null)[], eachSource: EachSource): Link[] => {
  const calls = frame.carried?.calls ?? [];
  const commons = commonsOf(kinds, loads);
  const tallies = new Map<string, Tally>();
  const places = new Map<number, number[]>();
  const possible = (c: number, other: number, field: number): boolean =>
    source === 'parent' || !isResponse(field) || frame.callEnd[other]! <= frame.callStart[c]!;
  // which pairs of fields share anything at all
  calls.forEach((load, c) => {
    if (load === null) return;
    places.clear();
    load.values.forEach((value, i) => {
      const at = places.get(value);
      if (at === undefined) places.set(value, [i]);
      else at.push(i);
    });
    eachSource(c, (other) => {
      const theirs = loads[other] ?? null;
      if (theirs === null) return;
      for (let j = 0; j < theirs.values.length; j++) {
        const at = places.get(theirs.values[j]!);
        if (at === undefined) continue;
        const sourceField = theirs.fields[j]!;
        if (!possible(c, other, sourceField)) continue;
        for (const i of at) {
          if (source === 'call' && isResponse(load.fields[i]!)) continue;
          const callKind = frame.callKind[c]!;
          const sourceKind = kinds[other]!;
          const key = `${callKind} ${load.fields[i]!} ${sourceKind} ${sourceField}`;
          let tally = tallies.get(key);
          if (tally === undefined) {
            tally = { callKind, field: load.fields[i]!, sourceKind, sourceField, shared: 0, last: -1, common: 0, chance: 0, calls: 0 };
            tallies.set(key, tally);
          }
          const pair = c * 2 ** 24 + other;
          if (tally.last === pair) continue;
          tally.last = pair;
          tally.shared++;
        }
      }
    });
  });
  const byKind = new Map<number, Tally[]>();
  for (const tally of tallies.values()) {
    if (tally.shared < FEWEST) continue;
    const known = byKind.get(tally.callKind);
    if (known === undefined) byKind.set(tally.callKind, [tally]);
    else known.push(tally);
  }
  const counts = new Map<number, number>();
  const ended = new Map<number, number>();
  calls.forEach((load, c) => {
    if (load === null) return;
    const own = byKind.get(frame.callKind[c]!);
    if (own === undefined) return;
    counts.clear();
    ended.clear();
    eachSource(c, (other) => {
      const kind = kinds[other]!;
      counts.set(kind, (counts.get(kind) ?? 0) + 1);
      if (source === 'call' && frame.callEnd[other]! <= frame.callStart[c]!) ended.set(kind, (ended.get(kind) ?? 0) + 1);
    });
    for (const tally of own) {
      const n = (source === 'call' && isResponse(tally.sourceField) ? ended : counts).get(tally.sourceKind) ?? 0;
      if (n === 0) continue;
      const values = valuesOf(load, tally.field);
      if (values === null) continue;
      tally.calls++;
      const chance = chanceOf(commons(tally.sourceKind, tally.sourceField), values);
      tally.common += chance;
      tally.chance += (n - 1) * chance;
    }
  });
  return [...tallies.values()].flatMap((tally): Link[] => {
    if (tally.calls < FEWEST || tally.common > COMMON * tally.calls) return [];
    const strength = Math.min(STRONGEST, (tally.shared - tally.chance) / tally.calls);
    if (strength < WEAKEST) return [];
    const { callKind, field, sourceKind, sourceField } = tally;
    return [{ callKind, field, source, sourceKind, sourceField, strength, astray: 0 }];
  });
};
