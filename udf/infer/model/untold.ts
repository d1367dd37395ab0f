import { MAX_CANDIDATES, type Frame } from './frame.ts';

/** A pool is always full when so many of its calls take the last of its places, these are busy for so much of the time ... */
const FULL = 0.8;
/** ... and this many times more parents are open than it has places. */
const QUEUE = 3;
/** Its places are what is under way at this share of its calls, or less. */
const NEARLY_ALL = 0.95;
/** Calls of a kind below which nothing is said of it. */
const FEWEST = 50;
/** Share of a kind's calls with more possible parents than are searched, from which on none of them is. */
const CROWDED = 0.5;

const byKind = ({ calls, callKind }: Frame): ReadonlyMap<number, readonly number[]> => {
  const own = new Map<number, number[]>();
  for (let c = 0; c < calls; c++) {
    const known = own.get(callKind[c]!);
    if (known === undefined) own.set(callKind[c]!, [c]);
    else known.push(c);
  }
  return own;
};

/**
 * Kinds of call that all parents send through one pool that is always full: a call leaves when another of its kind has come back,
 * whose of the waiting parents it is its time does not tell, and it would look as if it had waited for that other.
 */
export const fullPools = (frame: Frame): readonly number[] => {
  const { callStart, callEnd, open } = frame;
  return [...byKind(frame)].filter(([, own]) => {
    if (own.length < FEWEST) return false;
    const ends = own.map((c) => callEnd[c]!).filter((end) => !Number.isNaN(end)).toSorted((a, b) => a - b);
    let ended = 0;
    const underWay = own.map((c, n) => {
      while (ended < ends.length && ends[ended]! <= callStart[c]!) ended++;
      return n + 1 - ended;
    });
    const places = underWay.toSorted((a, b) => a - b)[Math.floor(NEARLY_ALL * (own.length - 1))]!;
    const busy = own.reduce((sum, c) => sum + (Number.isNaN(callEnd[c]!) ? 0 : callEnd[c]! - callStart[c]!), 0) / ((ends.at(-1) ?? Infinity) - callStart[own[0]!]!);
    const opened = own.reduce((sum, c) => sum + open[c]!, 0) / own.length;
    return busy >= FULL * places && opened >= QUEUE * places && underWay.filter((n) => n >= places).length >= FULL * own.length;
  }).map(([kind]) => kind);
};

/** Kinds most of whose calls have more possible parents than the search can hold; without values it would choose among the wrong ones. */
export const crowded = (frame: Frame): readonly number[] =>
  [...byKind(frame)].filter(([, own]) => own.filter((c) => frame.open[c]! > MAX_CANDIDATES).length > CROWDED * own.length).map(([kind]) => kind);

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
