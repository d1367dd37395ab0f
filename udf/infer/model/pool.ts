import { callsByKind, type Frame } from './frame.ts';
import { BINS } from './grid.ts';
import { LAST_END, LAST_START, ORDINALS, slotAt, START, type Pools, type Shape } from './shape.ts';

/** A pool is full when so many of its calls take the last of its places, and no more than so many find one beyond: without it the number under way has no such edge (at most a third, 4 %, on captures and traces without a pool). */
const FULL = 0.6;
const BEYOND = 0.01;
/** Its places are what is under way at this share of its calls, or less. */
const NEARLY_ALL = 0.95;
/** They are busy for so much of the time, and so many parents are open, or there is nothing to wait for. */
const BUSY = 0.4;
const OPEN = 2;
/** Calls of a kind below which nothing is said of it. */
const FEWEST = 50;

/**
 * What it costs a call through a full pool that another parent has waited longer, nats. Those who wait at a channel or a semaphore are
 * served one after the other; by the truth of one such pool 98 % of its calls keep to that.
 */
const POOL_TURN = 4;

export const NO_POOLS: Pools = { kinds: [], next: 'first come' };

/**
 * Kinds of call that all parents send through one pool that is often full: a call then leaves when another of its kind has come back,
 * so its time says nothing of whose it is, and it would look as if it had waited for that other.
 */
export const fullPools = (frame: Frame): readonly number[] => {
  const { callStart, callEnd, open } = frame;
  return [...callsByKind(frame)].filter(([, own]) => {
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
    const counted = (least: number): number => underWay.filter((n) => n >= least).length;
    return busy >= BUSY * places && opened >= OPEN && counted(places) >= FULL * own.length && counted(places + 1) <= BEYOND * own.length;
  }).map(([kind]) => kind);
};

/** Whoever's it is, a call through a full pool leaves when it does. */
const anytime = new Float64Array(BINS);

/** The shape with no delays for calls through full pools: their parents wait, for the first since what they did before came back. */
export const withPools = <S extends Omit<Shape, 'queue' | 'pools'>>(shape: S, pools: Pools): S & Pick<Shape, 'pools'> => {
  const { parentKinds, callKinds } = shape;
  const again = pools.next === 'by turns' ? LAST_START : START;
  const slots = [...shape.slots];
  for (const kind of pools.kinds) {
    for (let parent = 0; parent < parentKinds; parent++) {
      for (let ordinal = 0; ordinal < ORDINALS; ordinal++) {
        for (let before = -1; before < callKinds; before++) {
          const at = slotAt(callKinds, parent, kind, ordinal, before);
          slots[at] = { ...slots[at]!, anchor: before < 0 ? START : ordinal === 0 ? LAST_END : again, density: anytime, base: anytime };
        }
      }
    }
  }
  return { ...shape, slots, pools };
};

/** Nats that it costs a call of each kind that another parent has waited longer; `turn` where there is no full pool. */
export const turnsBy = ({ callKinds, pools }: Pick<Shape, 'callKinds' | 'pools'>, turn: number): Float64Array =>
  Float64Array.from({ length: callKinds }, (_, kind) => (pools.kinds.includes(kind) ? POOL_TURN : turn));

/** What speaks for a rule of who is next at full pools. */
export interface Rule {
  /** How often parents end after their own calls through them: about as many of these are right. */
  readonly followed: number;
  /** Nats that it costs such a call that others have waited longer. */
  readonly overtaken: number;
  /** ln likelihood of all that was seen. */
  readonly likelihood: number;
}

/** How often parents must end after their own calls for a rule to be believed. */
const FOLLOWED = 0.4;
/** Nats a call, at most, that a rule may cost: where the search finds who has the calls at most 0.07 by turns and 0.02 by who came first. */
const TURNS_COST = 0.08;
const FIRST_COME_COST = 0.03;
/** Nats a call by which who came first must be the likelier of the two: it explains turns that are too many to follow almost as well. */
const LIKELIER = 0.2;

/** The rule that calls through full pools keep to; null where neither is kept to well enough to follow it. */
export const ruleKept = <R extends Rule>(turns: R, firstCome: R, calls: number): R | null => {
  const kept = ({ followed, overtaken }: Rule, most: number): boolean => followed >= FOLLOWED && overtaken <= most;
  if (kept(firstCome, FIRST_COME_COST) && firstCome.likelihood > turns.likelihood + LIKELIER * calls) return firstCome;
  return kept(turns, TURNS_COST) ? turns : null;
};
