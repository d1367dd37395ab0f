import type { Frame } from './frame.ts';
import { nth } from './moves.ts';

/** Durations are exchanged among this many neighbours, so that slow drifts of load stay. */
const BLOCK = 64;
const SHUFFLES = 4;
/** Pairs that chance must turn round before their absence says anything. */
const FEWEST = 8;
/** A queue makes overtaking at least this much rarer, nats: e^1.5 = 4.5 times. Found: event loops 3.6-4.9, others below 0.8. */
const LEAST = 1.5;
/** Later starters that are compared with one parent. */
const REACH = 64;

const overtakings = (starts: readonly number[], durations: readonly number[]): number => {
  let n = 0;
  for (let i = 0; i < starts.length; i++) {
    const end = starts[i]! + durations[i]!;
    for (let j = i + 1; j < starts.length && j <= i + REACH && starts[j]! < end; j++) {
      if (starts[j]! > starts[i]! && starts[j]! + durations[j]! < end) n++;
    }
  }
  return n;
};

/**
 * How many times rarer a parent of a kind overtakes an earlier one than if durations fell by chance, as a cost in nats for
 * each overtaking; 0 = no queue. An event loop or a single worker serves in order. Measured on the parents alone, before any
 * call is assigned, so that it cannot confirm an assignment's mistakes.
 */
export const queueCost = (frame: Frame, kind: number, random: () => number): number => {
  const starts: number[] = [];
  const durations: number[] = [];
  for (let p = 0; p < frame.parents; p++) {
    if (frame.parentKind[p] !== kind || Number.isNaN(frame.parentEnd[p]!)) continue;
    starts.push(frame.parentStart[p]!);
    durations.push(frame.parentEnd[p]! - frame.parentStart[p]!);
  }
  const seen = overtakings(starts, durations);
  let chance = 0;
  for (let round = 0; round < SHUFFLES; round++) {
    const shuffled = [...durations];
    for (let from = 0; from < shuffled.length; from += BLOCK) {
      for (let i = Math.min(from + BLOCK, shuffled.length) - 1; i > from; i--) {
        const j = from + Math.floor(random() * (i - from + 1));
        [shuffled[i], shuffled[j]] = [shuffled[j]!, shuffled[i]!];
      }
    }
    chance += overtakings(starts, shuffled) / SHUFFLES;
  }
  const cost = chance < FEWEST ? 0 : Math.log(chance / (seen + 0.5));
  return cost < LEAST ? 0 : cost;
};

/**
 * What an assignment costs for calls that overtake one another at parents that serve in order: of call c at parent p, against
 * the same calls of the other parents that c could have; `other` counts as parent `at`'s.
 */
export const overtaking = (frame: Frame, queue: Float64Array, lists: readonly (readonly number[])[], c: number, p: number, ordinal: number, other: number, at: number): number => {
  const { parentKind, parentStart, callKind, callStart, offsets, candidates } = frame;
  if (p < 0 || queue[parentKind[p]!] === 0) return 0;
  let n = 0;
  for (let i = offsets[c]!; i < offsets[c + 1]!; i++) {
    const q = candidates[i]!;
    if (q === p || parentKind[q] !== parentKind[p]) continue;
    const one = q === at ? other : nth(frame, lists[q]!, callKind[c]!, ordinal);
    if (one < 0 || one === c) continue;
    if ((parentStart[q]! - parentStart[p]!) * (callStart[one]! - callStart[c]!) < 0) n++;
  }
  return n * queue[parentKind[p]!]!;
};
