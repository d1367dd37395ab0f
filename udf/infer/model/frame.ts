import { servedUntil } from '../../served.ts';
import type { Call, InstanceWindow, Served } from '../algorithm.ts';
import { carriedBy, type Carried } from './carried.ts';

/** A call has at most this many possible parents: beyond it timing tells nothing, and cost must stay bounded. */
export const MAX_CANDIDATES = 32;
/** Exchanges that are open at once and still looked at; the oldest are dropped first (hung or lost answers). */
const MAX_OPEN = 512;

/** Names of parent and call kinds, numbered from 1; 0 stands for all others. */
export interface Vocabulary {
  readonly parents: ReadonlyMap<string, number>;
  readonly calls: ReadonlyMap<string, number>;
}

/** Kinds of parents and of calls that are told apart at one instance; the rarest beyond are one kind. */
const MAX_KINDS = 31;

const numbered = (names: Iterable<string>): ReadonlyMap<string, number> => {
  const times = new Map<string, number>();
  for (const name of names) times.set(name, (times.get(name) ?? 0) + 1);
  const kept = [...times].toSorted((a, b) => b[1] - a[1]).slice(0, MAX_KINDS);
  return new Map(kept.map(([name], i) => [name, i + 1]));
};

const outcome = (status: number): string => (status >= 500 ? '5' : status >= 400 ? '4' : '');
const parentKind = (one: Served): string => `${one.operation}\n${outcome(one.status)}${one.end === null ? '?' : ''}`;
const callKind = (one: Call): string => `${one.callee}\n${one.operation}`;

/** The kinds that a window holds. */
export const vocabularyOf = ({ served, calls }: InstanceWindow): Vocabulary =>
  ({ parents: numbered(served.map(parentKind)), calls: numbered(calls.map(callKind)) });

/** Numbers of parent kinds, by operation and then outcome: their names are put together once a frame, not once an exchange. */
const parentNumbers = ({ parents }: Vocabulary): ((one: Served) => number) => {
  const known = new Map<string, (number | undefined)[]>();
  return (one) => {
    const outcomes = known.get(one.operation) ?? [];
    if (outcomes.length === 0) known.set(one.operation, outcomes);
    const place = (one.status >= 500 ? 2 : one.status >= 400 ? 1 : 0) + (one.end === null ? 3 : 0);
    return outcomes[place] ??= parents.get(parentKind(one)) ?? 0;
  };
};

/** Numbers of call kinds. */
export const callNumbers = ({ calls }: Vocabulary): ((one: Call) => number) => {
  const known = new Map<string, Map<string, number>>();
  return (one) => {
    const operations = known.get(one.callee) ?? new Map<string, number>();
    if (operations.size === 0) known.set(one.callee, operations);
    const found = operations.get(one.operation);
    if (found !== undefined) return found;
    const number = calls.get(callKind(one)) ?? 0;
    operations.set(one.operation, number);
    return number;
  };
};

/** A window as flat arrays; times relative to its first, unknown ends NaN. */
export interface Frame {
  readonly parents: number;
  readonly calls: number;
  readonly parentKind: Int32Array;
  readonly parentStart: Float64Array;
  readonly parentEnd: Float64Array;
  /** When a parent stops being a candidate. */
  readonly parentUntil: Float64Array;
  readonly callKind: Int32Array;
  readonly callStart: Float64Array;
  readonly callEnd: Float64Array;
  /** Candidates of call c: candidates[offsets[c]] up to offsets[c + 1]. */
  readonly offsets: Int32Array;
  readonly candidates: Int32Array;
  /** Candidates left out for a bound. */
  readonly dropped: number;
  /** Exchanges that were open when each call was sent. */
  readonly open: Int32Array;
  /** What the parents and the calls carried; null = nothing is known of any. */
  readonly carried: Carried | null;
}

/** A window with all that was open as candidates of each call; `narrowed` makes of it what the search can bear. */
export const frameOf = (window: InstanceWindow, vocabulary: Vocabulary): Frame => {
  const { served, calls } = window;
  const n = served.length;
  const m = calls.length;
  const zero = Math.min(served[0]?.start ?? Infinity, calls[0]?.start ?? Infinity);
  const parentKinds = new Int32Array(n);
  const parentStart = new Float64Array(n);
  const parentEnd = new Float64Array(n);
  const parentUntil = new Float64Array(n);
  const [parentNumber, callNumber] = [parentNumbers(vocabulary), callNumbers(vocabulary)];
  served.forEach((one, i) => {
    parentKinds[i] = parentNumber(one);
    parentStart[i] = one.start - zero;
    parentEnd[i] = one.end === null ? NaN : one.end - zero;
    parentUntil[i] = servedUntil(one) - zero;
  });
  const callKinds = new Int32Array(m);
  const callStart = new Float64Array(m);
  const callEnd = new Float64Array(m);
  const offsets = new Int32Array(m + 1);
  const candidates: number[] = [];
  const opened = new Int32Array(m);
  let open: number[] = [];
  let next = 0;
  let dropped = 0;
  calls.forEach((one, c) => {
    callKinds[c] = callNumber(one);
    const at = one.start - zero;
    callStart[c] = at;
    callEnd[c] = one.end === null ? NaN : one.end - zero;
    let kept = 0;
    for (const p of open) if (parentUntil[p]! >= at) open[kept++] = p;
    open.length = kept;
    while (next < n && parentStart[next]! <= at) {
      if (parentUntil[next]! >= at) open.push(next);
      next++;
    }
    if (open.length > MAX_OPEN) { dropped += open.length - MAX_OPEN; open = open.slice(-MAX_OPEN); }
    for (const p of open) if (served[p]!.id !== one.id) candidates.push(p);
    offsets[c + 1] = candidates.length;
    opened[c] = offsets[c + 1]! - offsets[c]!;
  });
  return {
    parents: n, calls: m, parentKind: parentKinds, parentStart, parentEnd, parentUntil,
    callKind: callKinds, callStart, callEnd, offsets, candidates: Int32Array.from(candidates), dropped,
    open: opened, carried: carriedBy(served, calls),
  };
};

/**
 * Leaves each call the candidates that may win: those whose worth is within `margin` of the best; where too many are left,
 * the worthiest, among equals the oldest and the youngest.
 */
export const narrowed = (frame: Frame, worth: ArrayLike<number> | null, margin: number): Frame => {
  const offsets = new Int32Array(frame.calls + 1);
  const candidates: number[] = [];
  let { dropped } = frame;
  for (let c = 0; c < frame.calls; c++) {
    const from = frame.offsets[c]!;
    const to = frame.offsets[c + 1]!;
    let best = -Infinity;
    if (worth !== null) for (let i = from; i < to; i++) if (worth[i]! > best) best = worth[i]!;
    let left: number[] = [];
    for (let i = from; i < to; i++) if (worth === null || worth[i]! >= best - margin) left.push(i);
    const over = left.length - MAX_CANDIDATES;
    if (over > 0) {
      dropped += over;
      const rank = (at: number): number => Math.min(at, left.length - 1 - at);
      const order = Array.from(left.keys()).toSorted((x, y) => (worth === null ? 0 : worth[left[y]!]! - worth[left[x]!]!) || rank(x) - rank(y) || x - y);
      order.length = MAX_CANDIDATES;
      left = order.toSorted((x, y) => x - y).map((at) => left[at]!);
    }
    for (const i of left) candidates.push(frame.candidates[i]!);
    offsets[c + 1] = candidates.length;
  }
  return { ...frame, offsets, candidates: Int32Array.from(candidates), dropped };
};

/** The calls of each kind, in order. */
export const callsByKind = (frame: Frame): ReadonlyMap<number, readonly number[]> => {
  const calls = new Map<number, number[]>();
  for (let c = 0; c < frame.calls; c++) {
    const kind = frame.callKind[c]!;
    const own = calls.get(kind);
    if (own === undefined) calls.set(kind, [c]);
    else own.push(c);
  }
  return calls;
};
