import type { Assignment, InstanceWindow } from '../algorithm.ts';
import { fcfs } from '../fcfs.ts';
import { callsByKind, MAX_CANDIDATES, type Frame } from './frame.ts';
import { endsFollowed, FOLLOWED } from './pool.ts';

/** Share of a kind's calls with more possible parents than are searched, from which on none of them is. */
const CROWDED = 0.5;

/** Kinds most of whose calls have more possible parents than the search can hold; without values it would choose among the wrong ones. */
export const crowded = (frame: Frame): readonly number[] =>
  [...callsByKind(frame)].filter(([, own]) => own.filter((c) => frame.open[c]! > MAX_CANDIDATES).length > CROWDED * own.length).map(([kind]) => kind);

/** A window in which nobody can have sent the calls of some kinds. */
export const withoutKinds = (frame: Frame, kinds: readonly number[]): Frame => {
  if (kinds.length === 0) return frame;
  const offsets = new Int32Array(frame.calls + 1);
  const candidates: number[] = [];
  for (let c = 0; c < frame.calls; c++) {
    if (!kinds.includes(frame.callKind[c]!)) for (let i = frame.offsets[c]!; i < frame.offsets[c + 1]!; i++) candidates.push(frame.candidates[i]!);
    offsets[c + 1] = candidates.length;
  }
  return { ...frame, offsets, candidates: Int32Array.from(candidates) };
};

/**
 * How often calls of kinds that go by order are right, 0..1: as often as parents then end after their own; 0 = not known. Where some go through a full pool,
 * only a low figure is believed: such a pool may serve by turns, and then parents end in the order in which they came whosoever the calls are.
 */
export const orderRight = (window: InstanceWindow, frame: Frame, kinds: readonly number[], pooled: readonly number[]): number => {
  if (kinds.length === 0) return 0;
  const places = new Map(window.served.map((one, p) => [one, p]));
  const owner = fcfs().assign(window).map(({ parent }) => (parent === null ? -1 : places.get(parent)!));
  const right = endsFollowed(frame, kinds, owner).share;
  return pooled.length === 0 || right < FOLLOWED ? right : 0;
};

/** What an order says, held right as often as is known. */
export const asOrdered = (one: Assignment, right: number): Assignment =>
  (one.probability < right ? { ...one, probability: right, runnerUpProbability: Math.min(one.runnerUpProbability, 1 - right) } : one);
