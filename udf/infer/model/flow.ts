import { isResponse, share, valuesOf } from './carried.ts';
import { combined, sharesOf } from './combined.ts';
import { narrowed, type Frame } from './frame.ts';
import { holdLatest } from './latest.ts';
import { chanceOf, COMMON, commonsOf, type Link } from './links.ts';
import { astrayOf, hitOf, missOf } from './telling.ts';

/** Nats for values that stood in the parent's request (`token`) or its answer (`echo`), or in what an earlier sibling asked or was answered (`sibling`). */
export interface FlowTerms {
  readonly token: number;
  readonly echo: number;
  readonly sibling: number;
}

/** What the values that a call shares with its parent and its earlier siblings say, in nats. */
export interface Flow {
  /** Of call c at parent p after the calls in `list` up to `at`, against a parent met by chance. */
  score(c: number, p: number, list: ArrayLike<number>, at: number): number;
  /** The same by where the values came from. */
  terms(c: number, p: number, list: ArrayLike<number>, at: number): FlowTerms;
  /** How much better the candidate would be than the call's next best, by values alone. */
  margin(c: number, p: number): number;
}

/** Fields of one call that count; the most telling are taken. */
const GROUPS = 6;
/** Sources of one value that are looked at, the latest. */
const SOURCES = 64;
/** A candidate whose values speak this much less for it than for another is not looked at. */
const MARGIN = 8;
/** Sources of one field that are told apart, of parents and of siblings; more say the same again. */
const PER_FIELD = 2;

interface Group {
  readonly field: number;
  readonly parents: readonly Link[];
  readonly calls: readonly Link[];
}

/** The links of each kind of call, by field; those that carry most first. */
const groupsOf = (frame: Frame, links: readonly Link[]): readonly (readonly Group[])[] => {
  const kinds = frame.callKind.reduce((most, kind) => Math.max(most, kind), 0) + 1;
  return Array.from({ length: kinds }, (_, kind) => {
    const own = links.filter(({ callKind }) => callKind === kind);
    const fields = [...new Set(own.map(({ field }) => field))].map((field) => {
      const all = own.filter((link) => link.field === field).toSorted((a, b) => b.strength - a.strength);
      const from = (source: Link['source']): readonly Link[] => all.filter((link) => link.source === source).slice(0, PER_FIELD);
      return { field, worth: all[0]?.strength ?? 0, parents: from('parent'), calls: from('call') };
    });
    return fields.toSorted((a, b) => b.worth - a.worth).slice(0, GROUPS);
  });
};

/** Calls by kind, field and value. */
const postingsOf = (frame: Frame, links: readonly Link[]): ((link: Link) => ReadonlyMap<number, readonly number[]>) => {
  const name = (kind: number, field: number): string => `${kind} ${field}`;
  const wanted = new Map<string, Map<number, number[]>>();
  for (const { source, sourceKind, sourceField } of links) if (source === 'call') wanted.set(name(sourceKind, sourceField), new Map());
  for (const [key, postings] of wanted) {
    const [kind, field] = key.split(' ').map(Number);
    frame.carried?.calls.forEach((load, c) => {
      if (frame.callKind[c] !== kind) return;
      for (const value of valuesOf(load, field!) ?? []) {
        const at = postings.get(value);
        if (at === undefined) postings.set(value, [c]);
        else at.push(c);
      }
    });
  }
  return ({ sourceKind, sourceField }) => wanted.get(name(sourceKind, sourceField)) ?? new Map<number, readonly number[]>();
};

/** Greatest index of an ordered list whose item is below `limit`; -1 = none. */
const below = (list: readonly number[], limit: number): number => {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle]! < limit) low = middle + 1;
    else high = middle;
  }
  return low - 1;
};

/** A set of calls just before another. */
interface Near {
  readonly base: number;
  readonly bits: Uint32Array;
}

const nearOf = (calls: Iterable<number>, before: number): Near => {
  let base = before;
  for (const call of calls) if (call < base) base = call;
  const bits = new Uint32Array((before - base + 31) >> 5);
  for (const call of calls) bits[(call - base) >> 5]! |= 1 << ((call - base) & 31);
  return { base, bits };
};

/** A link from earlier siblings that counts for one call. */
interface Rule {
  readonly kind: number;
  /** Whether the sibling must have been answered. */
  readonly answered: boolean;
  readonly group: number;
  readonly hit: number;
  readonly miss: number;
  readonly near: Near;
}

/** Weighs the values of a frame (`more`: see `combined`), and leaves each call the candidates for which they do not speak far less than for another. */
export const flowOf = (wide: Frame, links: readonly Link[], more: number): { readonly frame: Frame; readonly flow: Flow | null } => {
  const { carried, callKind, callStart, callEnd, parentKind, offsets, candidates, parentStart } = wide;
  if (carried === null || links.length === 0) return { frame: narrowed(wide, null, 0), flow: null };
  const groups = groupsOf(wide, links);
  const parentCommons = commonsOf(parentKind, carried.parents);
  const callCommons = commonsOf(callKind, carried.calls);
  const postings = postingsOf(wide, links);
  const total = offsets[wide.calls]!;
  const fixed = new Float32Array(total * GROUPS);
  const worth = new Float64Array(total);
  const top = new Float64Array(wide.calls);
  /** Sibling links that count for a call, and the calls that share with it. */
  const rules: (readonly Rule[])[] = [];
  const hits = new Float64Array(GROUPS);
  const misses = new Float64Array(GROUPS);

  for (let c = 0; c < wide.calls; c++) {
    const own = groups[callKind[c]!]!;
    const from = offsets[c]!;
    const to = offsets[c + 1]!;
    const mine: Rule[] = [];
    const sources: [number, number, ReadonlySet<number>][] = [];
    const first = from < to ? parentStart[candidates[from]!]! : Infinity;
    own.forEach((group, k) => {
      const values = valuesOf(carried.calls[c] ?? null, group.field);
      if (values === null) return;
      for (const link of group.parents) {
        const chance = chanceOf(parentCommons(link.sourceKind, link.sourceField), values);
        if (chance > COMMON) continue;
        const astray = astrayOf(link, to - from - 1);
        const hit = hitOf(link, chance, astray);
        const miss = missOf(link, astray);
        for (let i = from; i < to; i++) {
          const p = candidates[i]!;
          if (parentKind[p] !== link.sourceKind) continue;
          const theirs = valuesOf(carried.parents[p] ?? null, link.sourceField);
          if (theirs === null) continue;
          const at = i * GROUPS + k;
          if (share(values, theirs)) { if (hit > fixed[at]!) fixed[at] = hit; }
          else if (fixed[at]! <= 0 && miss < fixed[at]!) fixed[at] = miss;
        }
      }
      for (const link of group.calls) {
        const chance = chanceOf(callCommons(link.sourceKind, link.sourceField), values);
        if (chance > COMMON) continue;
        const astray = astrayOf(link, to - from - 1);
        const hit = hitOf(link, chance, astray);
        const posted = postings(link);
        const found = new Set<number>();
        for (const value of values) {
          const list = posted.get(value) ?? [];
          for (let i = below(list, c), n = 0; i >= 0 && n < SOURCES && callStart[list[i]!]! >= first; i--, n++) {
            if (!isResponse(link.sourceField) || callEnd[list[i]!]! <= callStart[c]!) found.add(list[i]!);
          }
        }
        mine.push({
          kind: link.sourceKind, answered: isResponse(link.sourceField), group: k,
          hit, miss: missOf(link, astray), near: nearOf(found, c),
        });
        sources.push([k, hit, found]);
      }
    });
    rules.push(mine);
    // what a sibling shares speaks for the sibling's parents, the less the likelier another parent is for it
    const passed = new Float64Array((to - from) * GROUPS);
    for (const [k, hit, found] of sources) {
      for (const d of found) {
        for (let i = from, j = offsets[d]!; i < to && j < offsets[d + 1]!;) {
          if (candidates[i]! < candidates[j]!) i++;
          else if (candidates[i]! > candidates[j]!) j++;
          else {
            const at = (i - from) * GROUPS + k;
            passed[at] = Math.max(passed[at]!, hit + worth[j]! - top[d]!);
            i++;
            j++;
          }
        }
      }
    }
    const expected = new Float64Array(GROUPS);
    for (const { group, miss } of mine) expected[group] = Math.min(expected[group]!, miss);
    for (let i = from; i < to; i++) {
      for (let k = 0; k < GROUPS; k++) {
        const one = fixed[i * GROUPS + k]!;
        hits[k] = Math.max(one, passed[(i - from) * GROUPS + k]!);
        misses[k] = Math.min(one, expected[k]!);
      }
      worth[i] = combined(hits, misses, GROUPS, more);
    }
    top[c] = -Infinity;
    for (let i = from; i < to; i++) if (worth[i]! > top[c]!) top[c] = worth[i]!;
  }

  const frame = narrowed(wide, worth, MARGIN);
  const kept = new Float32Array(frame.candidates.length * GROUPS);
  const merit = new Float64Array(frame.candidates.length);
  for (let c = 0; c < frame.calls; c++) {
    for (let i = frame.offsets[c]!, j = offsets[c]!; i < frame.offsets[c + 1]!; i++, j++) {
      while (candidates[j] !== frame.candidates[i]) j++;
      kept.set(fixed.subarray(j * GROUPS, (j + 1) * GROUPS), i * GROUPS);
      merit[i] = worth[j]!;
    }
  }
  /** Whether a sibling gave a field's hit, or its miss. */
  const hitBySibling = new Uint8Array(GROUPS);
  const missedSibling = new Uint8Array(GROUPS);
  const placeOf = (c: number, p: number): number => {
    for (let i = frame.offsets[c]!; i < frame.offsets[c + 1]!; i++) if (frame.candidates[i] === p) return i;
    return -1;
  };
  /** Fills `hits` and `misses` with what each field says. */
  const gather = (c: number, p: number, list: ArrayLike<number>, at: number): void => {
    const place = placeOf(c, p);
    hitBySibling.fill(0);
    missedSibling.fill(0);
    for (let k = 0; k < GROUPS; k++) {
      const one = place < 0 ? 0 : kept[place * GROUPS + k]!;
      hits[k] = one > 0 ? one : 0;
      misses[k] = one < 0 ? one : 0;
    }
    const own = rules[c]!;
    for (let r = 0; r < own.length; r++) {
      const { kind, answered, group, hit, miss, near: { base, bits } } = own[r]!;
      if (hits[group]! >= hit) continue;
      let seen = false;
      for (let j = at - 1; j >= 0; j--) {
        const d = list[j]!;
        if (callKind[d] !== kind) continue;
        if (d >= base && ((bits[(d - base) >> 5]! >>> ((d - base) & 31)) & 1) === 1) { hits[group] = hit; hitBySibling[group] = 1; seen = false; break; }
        if (!answered || callEnd[d]! <= callStart[c]!) seen = true;
      }
      if (seen && miss < misses[group]!) { misses[group] = miss; missedSibling[group] = 1; }
    }
  };
  return {
    frame,
    flow: holdLatest('values', {
      score: (c, p, list, at) => {
        gather(c, p, list, at);
        return combined(hits, misses, GROUPS, more);
      },
      terms: (c, p, list, at) => {
        gather(c, p, list, at);
        const shares = sharesOf(hits, misses, GROUPS, more);
        const terms = { token: 0, echo: 0, sibling: 0 };
        groups[callKind[c]!]!.forEach(({ field }, k) => {
          const bySibling = hits[k]! > 0 ? hitBySibling[k] === 1 : missedSibling[k] === 1;
          terms[bySibling ? 'sibling' : isResponse(field) ? 'echo' : 'token'] += shares[k]!;
        });
        return terms;
      },
      margin: (c, p) => {
        let own = -Infinity;
        let other = -Infinity;
        for (let i = frame.offsets[c]!; i < frame.offsets[c + 1]!; i++) {
          if (frame.candidates[i] === p) own = merit[i]!;
          else if (merit[i]! > other) other = merit[i]!;
        }
        return own - other;
      },
    }),
  };
};
