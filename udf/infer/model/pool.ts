import { callsByKind, type Frame } from './frame.ts';
import { BINS } from './grid.ts';
import { LAST_END, LAST_START, ORDINALS, slotAt, START, type Pools, type Shape } from './shape.ts';

/** A pool is always full when so many of its calls take the last of its places, these are busy for so much of the time ... */
const FULL = 0.8;
/** ... and this many times more parents are open than it has places. */
const QUEUE = 3;
/** Its places are what is under way at this share of its calls, or less. */
const NEARLY_ALL = 0.95;
/** Calls of a kind below which nothing is said of it. */
const FEWEST = 50;

/**
 * What it costs a call through a full pool that another parent has waited longer, nats. Those who wait at a channel or a semaphore are
 * served one after the other; by the truth of one such pool 98 % of its calls keep to that.
 */
const POOL_TURN = 4;

export const NO_POOLS: Pools = { kinds: [], next: 'first come' };

/**
 * Kinds of call that all parents send through one pool that is always full: a call leaves when another of its kind has come back, so
 * its time says nothing of whose it is, and it would look as if it had waited for that other.
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
    return busy >= FULL * places && opened >= QUEUE * places && underWay.filter((n) => n >= places).length >= FULL * own.length;
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

/** How often parents must end after their own calls through a pool for turns to be believed; about as often calls are then right. */
export const FOLLOWED = 0.4;

/**
 * How often a parent ends next after its own call has come back from a pool, and not after another's: near 1 where who has which calls
 * is right and parents wait for nothing else, one of all that are open where it is not.
 */
export const endsFollowed = ({ parents, parentEnd, calls, callKind, callEnd }: Frame, kinds: readonly number[], owner: ArrayLike<number>): number => {
  const back = Array.from({ length: calls }, (_, c) => c)
    .filter((c) => kinds.includes(callKind[c]!) && !Number.isNaN(callEnd[c]!)).toSorted((a, b) => callEnd[a]! - callEnd[b]!);
  const ended = Array.from({ length: parents }, (_, p) => p).filter((p) => !Number.isNaN(parentEnd[p]!)).toSorted((p, q) => parentEnd[p]! - parentEnd[q]!);
  const having = new Set(back.map((c) => owner[c]!));
  let next = 0;
  let seen = 0;
  let followed = 0;
  for (const p of ended) {
    while (next < back.length && callEnd[back[next]!]! <= parentEnd[p]!) next++;
    if (!having.has(p)) continue;
    seen++;
    if (next > 0 && owner[back[next - 1]!] === p) followed++;
  }
  return seen > 0 ? followed / seen : 0;
};
