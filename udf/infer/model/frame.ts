import type { Call, InstanceWindow, Served } from '../algorithm.ts';

/** A call has at most this many possible parents: beyond it timing tells nothing, and cost must stay bounded. */
export const MAX_CANDIDATES = 32;
/** Exchanges that are open at once and still looked at; the oldest are dropped first (hung or lost answers). */
const MAX_OPEN = 512;
/** An exchange without an answer counts as being served for this long at most: a proxy's usual time-out. */
const UNANSWERED_US = 60_000_000;

/** Names of parent and call kinds, numbered; 0 stands for all that came after the table was full. */
export interface Vocabulary {
  readonly parents: Map<string, number>;
  readonly calls: Map<string, number>;
}

const MAX_KINDS = 64;
const number = (names: Map<string, number>, name: string): number => {
  const known = names.get(name);
  if (known !== undefined) return known;
  if (names.size + 1 >= MAX_KINDS) return 0;
  names.set(name, names.size + 1);
  return names.size;
};

const outcome = (status: number): string => (status >= 500 ? '5' : status >= 400 ? '4' : '');
const parentKind = (one: Served): string => `${one.operation}\n${outcome(one.status)}${one.end === null ? '?' : ''}`;
const callKind = (one: Call): string => `${one.callee}\n${one.operation}`;

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
}

export const frameOf = (window: InstanceWindow, vocabulary: Vocabulary): Frame => {
  const { served, calls } = window;
  const n = served.length;
  const m = calls.length;
  const zero = Math.min(served[0]?.start ?? Infinity, calls[0]?.start ?? Infinity);
  const parentKinds = new Int32Array(n);
  const parentStart = new Float64Array(n);
  const parentEnd = new Float64Array(n);
  const parentUntil = new Float64Array(n);
  served.forEach((one, i) => {
    parentKinds[i] = number(vocabulary.parents, parentKind(one));
    parentStart[i] = one.start - zero;
    parentEnd[i] = one.end === null ? NaN : one.end - zero;
    parentUntil[i] = (one.end ?? one.start + UNANSWERED_US) - zero;
  });
  const callKinds = new Int32Array(m);
  const callStart = new Float64Array(m);
  const callEnd = new Float64Array(m);
  const offsets = new Int32Array(m + 1);
  const candidates: number[] = [];
  let open: number[] = [];
  let next = 0;
  let dropped = 0;
  calls.forEach((one, c) => {
    callKinds[c] = number(vocabulary.calls, callKind(one));
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
    const from = Math.max(0, open.length - MAX_CANDIDATES);
    dropped += from;
    for (let i = from; i < open.length; i++) {
      const p = open[i]!;
      if (served[p]!.id !== one.id) candidates.push(p);
    }
    offsets[c + 1] = candidates.length;
  });
  return {
    parents: n, calls: m, parentKind: parentKinds, parentStart, parentEnd, parentUntil,
    callKind: callKinds, callStart, callEnd, offsets, candidates: Int32Array.from(candidates), dropped,
  };
};
