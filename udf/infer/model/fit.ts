import { fitterOf } from './density.ts';
import type { Frame } from './frame.ts';
import { BINS, type Grid } from './grid.ts';
import { orderOf } from './order.ts';
import { orphanRates } from './orphans.ts';
import { choose, noSamples, observe, poolOf, together, type Chosen, type Samples } from './samples.ts';
import { ORDINALS, slotAt, START, type End, type Shape, type Slot } from './shape.ts';
import type { State } from './walk.ts';

/** A call at a place where none was seen: any time in a second. */
const flatLog = new Float64Array(BINS).fill(Math.fround(-Math.log(1e6)));
/** ln likelihood that delays told apart by the call before must gain, a group. */
const PART_GAIN = 5;
/** Fits everything that is to be known of an instance to who has which calls now. */
export const fitShape = (frame: Frame, grid: Grid, state: State, parentKinds: number, callKinds: number): Omit<Shape, 'queue' | 'pools'> => {
  const byKind = new Map<number, Map<number, Samples>>();
  const endSamples = Array.from({ length: parentKinds }, noSamples);
  const sequences: number[][][] = Array.from({ length: parentKinds }, () => []);
  for (let p = 0; p < frame.parents; p++) {
    const kind = frame.parentKind[p]!;
    const list = state.lists[p]!;
    const end = frame.parentEnd[p]!;
    sequences[kind]!.push(list.map((call) => frame.callKind[call]!));
    list.forEach((call, at) => {
      const own = frame.callKind[call]!;
      let ordinal = 0;
      for (let j = 0; j < at; j++) if (frame.callKind[list[j]!] === own) ordinal++;
      const index = (kind * callKinds + own) * ORDINALS + Math.min(ordinal, ORDINALS - 1);
      const before = at > 0 ? frame.callKind[list[at - 1]!]! : -1;
      const parts = byKind.get(index) ?? new Map<number, Samples>();
      byKind.set(index, parts);
      const samples = parts.get(before) ?? noSamples();
      parts.set(before, samples);
      observe(samples, frame, grid, p, list, at, frame.callStart[call]!);
      if (frame.callEnd[call]! > end) samples.late++;
    });
    if (!Number.isNaN(end)) observe(endSamples[kind]!, frame, grid, p, list, list.length, end);
  }

  const fitter = fitterOf(grid);
  const merged = new Map([...byKind].map(([index, parts]) => [index, together([...parts.values()])]));
  const slotPool = poolOf(grid, fitter, merged, (index) => Math.floor(index / ORDINALS) % callKinds * ORDINALS + index % ORDINALS);
  const endPool = poolOf(grid, fitter, endSamples.entries(), () => 0);
  const unknown: Slot = { anchor: START, density: flatLog, base: flatLog, within: Math.log(0.9), outlives: Math.log(0.1) };
  const slots: Slot[] = Array.from({ length: slotAt(callKinds, parentKinds, 0, 0, -1) }, () => unknown);
  for (const [index, samples] of merged) {
    const whole = choose(grid, fitter, samples, slotPool(index), true);
    const parts = byKind.get(index)!;
    const late = Math.log((samples.late + 0.02) / (samples.start.length + 1.02));
    const within = Math.log((samples.start.length - samples.late + 1) / (samples.start.length + 1.02));
    const slotOf = ({ anchor, density, base }: Chosen): Slot => ({ anchor, density: density.log, base: base.log, within, outlives: late });
    const at = index * (callKinds + 1);
    const common = slotOf(whole);
    for (let i = at; i <= at + callKinds; i++) slots[i] = common;
    if (parts.size < 2) continue;
    const own = [...parts].map(([before, part]) => [before, choose(grid, fitter, part, slotPool(index), true)] as const);
    let gain = -whole.likelihood;
    for (const [, chosen] of own) gain += chosen.likelihood - PART_GAIN;
    if (gain > 0) for (const [before, chosen] of own) slots[at + before + 1] = slotOf(chosen);
  }
  const ends: End[] = endSamples.map((samples, kind) => {
    const { anchor, density, base } = choose(grid, fitter, samples, endPool(kind), false);
    return { anchor, density: density.log, base: base.log };
  });
  const orders = sequences.map((all) => orderOf(all, callKinds));

  const orphan = orphanRates(frame, callKinds, state.owner);
  return { grid, parentKinds, callKinds, slots, ends, orders, orphan };
};
