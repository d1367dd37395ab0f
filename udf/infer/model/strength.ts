import { isResponse, share, valuesOf } from './carried.ts';
import type { Frame } from './frame.ts';
import { chanceOf, commonsOf, type Link } from './links.ts';
import type { State } from './sample.ts';

const STRONGEST = 0.99;
const WEAKEST = 0.003;
/** Calls that what was known before is worth. */
const BEFORE = 2;

/** How often calls share with their parents and earlier siblings under an assignment, beyond chance. */
export const measured = (frame: Frame, links: readonly Link[], { lists }: State): readonly Link[] => {
  const { carried, parentKind, callKind, callStart, callEnd } = frame;
  if (carried === null || links.length === 0) return links;
  const parentCommons = commonsOf(parentKind, carried.parents);
  const callCommons = commonsOf(callKind, carried.calls);
  const shared = new Float64Array(links.length);
  const chance = new Float64Array(links.length);
  const n = new Float64Array(links.length);
  const byKind = new Map<number, number[]>();
  links.forEach(({ callKind: kind }, at) => { byKind.set(kind, [...(byKind.get(kind) ?? []), at]); });
  lists.forEach((list, p) => {
    list.forEach((c, at) => {
      for (const l of byKind.get(callKind[c]!) ?? []) {
        const link = links[l]!;
        const values = valuesOf(carried.calls[c] ?? null, link.field);
        if (values === null) continue;
        let possible = false;
        let found = false;
        const look = (theirs: Int32Array | null): void => {
          if (theirs === null) return;
          possible = true;
          if (!found && share(values, theirs)) found = true;
        };
        if (link.source === 'parent') {
          if (parentKind[p] === link.sourceKind) look(valuesOf(carried.parents[p] ?? null, link.sourceField));
        } else {
          for (let j = 0; j < at; j++) {
            const d = list[j]!;
            if (callKind[d] !== link.sourceKind || (isResponse(link.sourceField) && !(callEnd[d]! <= callStart[c]!))) continue;
            look(valuesOf(carried.calls[d] ?? null, link.sourceField));
          }
        }
        if (!possible) continue;
        n[l]!++;
        if (found) shared[l]!++;
        chance[l]! += chanceOf((link.source === 'parent' ? parentCommons : callCommons)(link.sourceKind, link.sourceField), values);
      }
    });
  });
  return links.map((link, l) => {
    const q = n[l]! > 0 ? Math.min(0.999, chance[l]! / n[l]!) : 0;
    const seen = Math.max(0, (shared[l]! / Math.max(1, n[l]!) - q) / (1 - q));
    const strength = (seen * n[l]! + BEFORE * link.strength) / (n[l]! + BEFORE);
    return { ...link, strength: Math.min(STRONGEST, Math.max(WEAKEST, strength)) };
  });
};
