import type { Bundle } from './bundle.ts';
import type { Frame } from './frame.ts';
import { crossed, exchanged, MAX_LIST, without } from './moves.ts';
import { randomOf } from './random.ts';

/** Values kept for each call: a walk comes back to the same few lists of a parent again and again. */
const KEPT_EACH = 16;
const SEED = 0x70617273;

/** ln likelihoods of parents with the calls they have, or nearly these. */
export interface Wholes {
  /** With the calls it has; must be asked for when they have changed. */
  now(parent: number): number;
  without(parent: number, call: number): number;
  /** With `call` and without `out` (-1 = nothing). */
  exchanged(parent: number, out: number, call: number): number;
  /** Of two, in sum, who exchange their calls from `at` on. */
  crossed(parent: number, other: number, at: number): number;
}

/**
 * Remembers what a bundle has said of a list. A list's key is the sum of a number for its parent and one for each call, drawn from 2^44:
 * exact in any order, and two lists that meet in one are not to be expected. The latest to come to a place of the table stays there.
 */
export const wholesOf = (frame: Frame, bundle: Bundle, lists: readonly (readonly number[])[]): Wholes => {
  const random = randomOf(SEED);
  const drawn = (n: number): Float64Array => {
    const numbers = new Float64Array(n);
    for (let i = 0; i < n; i++) numbers[i] = Math.floor((random() + random() / 2 ** 12) * 2 ** 44);
    return numbers;
  };
  const ofParent = drawn(frame.parents);
  const ofCall = drawn(frame.calls);
  const room = 2 ** Math.ceil(Math.log2(KEPT_EACH * Math.max(1, frame.calls)));
  const keys = new Float64Array(room);
  const values = new Float64Array(room);
  const list = new Int32Array(2 * MAX_LIST);
  const current = ofParent.slice();
  /** The place of a key; the parts of it that vary most are its upper ones. */
  const placeOf = (key: number): number => ((key / 2 ** 12) ^ key) & (room - 1);
  const learnt = (key: number, parent: number, calls: ArrayLike<number>, length: number): number => {
    const place = placeOf(key);
    keys[place] = key;
    return values[place] = bundle.whole(parent, calls, length);
  };
  const tail = (calls: readonly number[], at: number): number => {
    let sum = 0;
    for (let i = calls.length - 1; i >= 0 && calls[i]! >= at; i--) sum += ofCall[calls[i]!]!;
    return sum;
  };
  /** With its calls before `at` and those of another from there on, which adds `more` to its key. */
  const tailed = (parent: number, other: number, at: number, more: number): number => {
    const key = current[parent]! + more;
    const place = placeOf(key);
    return keys[place] === key ? values[place]! : learnt(key, parent, list, crossed(lists[parent]!, lists[other]!, at, list));
  };
  return {
    now: (parent) => {
      const own = lists[parent]!;
      const key = current[parent] = ofParent[parent]! + tail(own, 0);
      const place = placeOf(key);
      return keys[place] === key ? values[place]! : learnt(key, parent, own, own.length);
    },
    without: (parent, call) => {
      const key = current[parent]! - ofCall[call]!;
      const place = placeOf(key);
      return keys[place] === key ? values[place]! : learnt(key, parent, list, without(lists[parent]!, call, list));
    },
    exchanged: (parent, out, call) => {
      const key = current[parent]! + ofCall[call]! - (out < 0 ? 0 : ofCall[out]!);
      const place = placeOf(key);
      return keys[place] === key ? values[place]! : learnt(key, parent, list, exchanged(lists[parent]!, out, call, list));
    },
    crossed: (parent, other, at) => {
      const more = tail(lists[other]!, at) - tail(lists[parent]!, at);
      return tailed(parent, other, at, more) + tailed(other, parent, at, -more);
    },
  };
};
