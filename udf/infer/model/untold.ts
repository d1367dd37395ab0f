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
