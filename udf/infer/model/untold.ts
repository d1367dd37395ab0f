import type { Assignment, InstanceWindow } from '../algorithm.ts';
import { endsFollowed } from './followed.ts';
import { callsByKind, MAX_CANDIDATES, type Frame } from './frame.ts';

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
 * How often calls of some kinds that go by order are right in a window, 0..1; 0 = not known. About as often as parents then end after their own,
 * of the kind after which they do most: the others come back at some time before.
 */
export const orderRight = ({ served }: InstanceWindow, whole: Frame, inTurn: readonly Assignment[], kinds: readonly number[]): number => {
  if (kinds.length === 0) return 0;
  const places = new Map(served.map((one, p) => [one, p]));
  const owner = inTurn.map(({ parent }) => (parent === null ? -1 : places.get(parent)!));
  return kinds.reduce((most, kind) => Math.max(most, endsFollowed(whole, [kind], owner).share), 0);
};

/** What an order says, held right as often as is known. */
export const asOrdered = (one: Assignment, right: number): Assignment =>
  (one.probability < right ? { ...one, probability: right, runnerUpProbability: Math.min(one.runnerUpProbability, 1 - right) } : one);
