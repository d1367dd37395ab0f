/** What follows a prefix of calls: ln P by next kind, and of the end of the parent. */
export interface Prefix {
  readonly log: Float64Array;
  readonly end: number;
  /** The prefix with one more call, by kind; made when first asked for. */
  readonly next: (Prefix | undefined)[];
  readonly contexts: readonly string[];
  readonly kinds: readonly number[];
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

/** Prefixes kept for one parent kind; at the bound all are forgotten and made again as they are needed, so that predictions never depend on what came before. */
const MAX_PREFIXES = 4096;
/** Counts beyond this are one context. */
const MAX_COUNT = 20;

interface Tally {
  readonly next: Float64Array;
  end: number;
  total: number;
  distinct: number;
}

/** Contexts of a prefix, the most telling first: the whole order, what was called how often, the last kind. */
const contextsOf = (kinds: readonly number[]): readonly string[] => {
  const last = kinds.at(-1) ?? -1;
  const count = Math.min(MAX_COUNT, kinds.filter((kind) => kind === last).length);
  return [
    `o${kinds.join(' ')}`,
    `c${kinds.toSorted((a, b) => a - b).join(' ')}`,
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
      for (const context of contextsOf(sequence.slice(0, n))) {
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
  const order = orderFrom(kinds, (contexts) => {
    const log = new Float64Array(kinds).fill(1 / (kinds + 1));
    let end = 1 / (kinds + 1);
    for (const context of contexts.toReversed()) {
      const tally = tallies.get(context);
      if (tally === undefined) continue;
      const weight = tally.distinct;
      for (let k = 0; k < kinds; k++) log[k] = (tally.next[k]! + weight * log[k]!) / (tally.total + weight);
      end = (tally.end + weight * end) / (tally.total + weight);
    }
    return { log: log.map(Math.log), end: Math.log(end) };
  });
  return { ...order, learntFrom: { kinds, sequences: [...distinct.values()] } };
};

/** An order whose predictions a function makes from the contexts of a prefix and its kinds. */
export const orderFrom = (kinds: number, predict: (contexts: readonly string[], prefix: readonly number[]) => { log: Float64Array; end: number }): Order => {
  const make = (prefix: readonly number[]): Prefix => {
    const contexts = contextsOf(prefix);
    return { ...predict(contexts, prefix), next: Array.from({ length: kinds }), contexts, kinds: prefix };
  };
  let made = 1;
  const root = make([]);
  return {
    root,
    learntFrom: { kinds, sequences: [] },
    follow: (prefix, kind) => {
      const known = prefix.next[kind];
      if (known !== undefined) return known;
      if (made++ >= MAX_PREFIXES) { root.next.fill(undefined); made = 1; }
      const next = make([...prefix.kinds, kind]);
      prefix.next[kind] = next;
      return next;
    },
  };
};
