/** What follows a prefix of calls: ln P by next kind, and of the end of the parent. */
export interface Prefix {
  readonly log: Float64Array;
  /** The same, not its logarithm, by next kind. */
  readonly share: Float64Array;
  readonly end: number;
  /** The prefix with one more call, by kind; made when first asked for. */
  readonly next: (Prefix | undefined)[];
  /** Kinds in their order; where no order that was learnt from begins so, all but the last are sorted, for these tell no more than that. */
  readonly kinds: readonly number[];
  /** Whether an order that was learnt from begins so. */
  readonly known: boolean;
}

/** Which calls a parent kind makes, and in which order. */
export interface Order {
  readonly root: Prefix;
  /** The prefix with one more call of a kind. */
  follow(prefix: Prefix, kind: number): Prefix;
  /** The sequences that it was learnt from, to learn it from again; none for one that a function predicts. */
  readonly learntFrom: { readonly kinds: number; readonly sequences: readonly Sequence[] };
}

/** Kinds of calls in their order, and how often they came so. */
export interface Sequence {
  readonly kinds: readonly number[];
  readonly times: number;
}

/** Prefixes kept for one parent kind beside those of known orders; at the bound all are forgotten and made again as they are needed, so that predictions never depend on what came before. */
const MAX_PREFIXES = 4096;
/** Counts beyond this are one context. */
const MAX_COUNT = 20;

interface Tally {
  readonly next: Float64Array;
  end: number;
  total: number;
  distinct: number;
}

const wholeOf = (kinds: readonly number[]): string => `o${kinds.join(' ')}`;
const sorted = (kinds: readonly number[]): readonly number[] => kinds.toSorted((a, b) => a - b);

/** Contexts of a prefix, the most telling first: the whole order, what was called how often, the last kind. */
const contextsOf = (kinds: readonly number[], known: boolean): readonly string[] => {
  const last = kinds.at(-1) ?? -1;
  const count = Math.min(MAX_COUNT, kinds.filter((kind) => kind === last).length);
  return [
    ...known ? [wholeOf(kinds)] : [],
    `c${sorted(kinds).join(' ')}`,
    `l${last} ${count}`,
    'a',
  ];
};

/**
 * Learns from sequences of call kinds what comes next, by prediction with partial matching: each context's counts, filled in
 * from the next weaker context by as much as it has shown different successors (Witten and Bell, 1991).
 */
export const orderOf = (sequences: Iterable<readonly number[]>, kinds: number): Order => {
  const tallies = new Map<string, Tally>();
  const distinct = new Map<string, { kinds: readonly number[]; times: number }>();
  for (const sequence of sequences) {
    const key = sequence.join(' ');
    const known = distinct.get(key);
    if (known === undefined) distinct.set(key, { kinds: [...sequence], times: 1 });
    else known.times++;
  }
  for (const { kinds: sequence, times } of distinct.values()) {
    for (let n = 0; n <= sequence.length; n++) {
      for (const context of contextsOf(sequence.slice(0, n), true)) {
        const tally = tallies.get(context) ?? { next: new Float64Array(kinds), end: 0, total: 0, distinct: 0 };
        tallies.set(context, tally);
        if (n === sequence.length) {
          if (tally.end === 0) tally.distinct++;
          tally.end += times;
        } else {
          if (tally.next[sequence[n]!] === 0) tally.distinct++;
          tally.next[sequence[n]!]! += times;
        }
        tally.total += times;
      }
    }
  }
  const order = orderFrom(kinds, (prefix, known) => {
    const log = new Float64Array(kinds).fill(1 / (kinds + 1));
    let end = 1 / (kinds + 1);
    for (const context of contextsOf(prefix, known).toReversed()) {
      const tally = tallies.get(context);
      if (tally === undefined) continue;
      const weight = tally.distinct;
      for (let k = 0; k < kinds; k++) log[k] = (tally.next[k]! + weight * log[k]!) / (tally.total + weight);
      end = (tally.end + weight * end) / (tally.total + weight);
    }
    return { log: log.map(Math.log), end: Math.log(end) };
  }, (prefix) => tallies.has(wholeOf(prefix)));
  return { ...order, learntFrom: { kinds, sequences: [...distinct.values()] } };
};

/** An order whose predictions a function makes from the kinds of a prefix, from their order only where that is known. */
export const orderFrom = (
  kinds: number, predict: (prefix: readonly number[], known: boolean) => { log: Float64Array; end: number }, isKnown: (prefix: readonly number[]) => boolean = () => false,
): Order => {
  const make = (prefix: readonly number[], known: boolean): Prefix => {
    const { log, end } = predict(prefix, known);
    return { log, share: log.map(Math.exp), end, next: Array.from({ length: kinds }), kinds: prefix, known };
  };
  const root = make([], isKnown([]));
  const others = new Map<string, Prefix>();
  return {
    root,
    learntFrom: { kinds, sequences: [] },
    follow: (prefix, kind) => {
      const ready = prefix.next[kind];
      if (ready !== undefined) return ready;
      const longer = [...prefix.kinds, kind];
      if (prefix.known && isKnown(longer)) return prefix.next[kind] = make(longer, true);
      const other = [...sorted(prefix.kinds), kind];
      const key = other.join(' ');
      if (others.size >= MAX_PREFIXES) { root.next.fill(undefined); others.clear(); }
      const next = others.get(key) ?? make(other, false);
      others.set(key, next);
      return prefix.next[kind] = next;
    },
  };
};
