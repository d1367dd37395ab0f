/** The least that a bid raises a price, nats: the assignment found is within this of the best, an item. */
const STEP = 0.02;
/** Bids an item, on average; beyond it what is left over keeps its place. */
const MAX_BIDS = 200;

/** Items and the places each could go to, with what that would gain. */
export interface Offers {
  readonly items: number;
  readonly places: number;
  /** Offers of item j: at offsets[j] up to offsets[j + 1]. */
  readonly offsets: ArrayLike<number>;
  readonly place: ArrayLike<number>;
  readonly gain: ArrayLike<number>;
  /** What an item gains where it goes nowhere. */
  readonly outside: ArrayLike<number>;
}

/**
 * Assigns each item to a place of its own, or to none, so that the sum of gains is the highest: the auction of Bertsekas
 * (1988) on sparse offers. Returns the index of the offer taken, -1 = none; null where the bids ran out.
 */
export const auction = (offers: Offers): Int32Array | null => {
  const { items, places, offsets, place, gain, outside } = offers;
  const price = new Float64Array(places);
  const holder = new Int32Array(places).fill(-1);
  const taken = new Int32Array(items).fill(-1);
  const waiting: number[] = [];
  for (let j = items - 1; j >= 0; j--) waiting.push(j);
  let bids = MAX_BIDS * items;
  while (waiting.length > 0) {
    const item = waiting.pop()!;
    if (bids-- <= 0) return null;
    let best = -1;
    let first = outside[item]!;
    let second = -Infinity;
    for (let i = offsets[item]!; i < offsets[item + 1]!; i++) {
      const value = gain[i]! - price[place[i]!]!;
      if (value > first) { second = first; first = value; best = i; }
      else if (value > second) second = value;
    }
    if (best < 0) { taken[item] = -1; continue; }
    const at = place[best]!;
    price[at] = price[at]! + first - second + STEP;
    const before = holder[at]!;
    if (before >= 0) { taken[before] = -1; waiting.push(before); }
    holder[at] = item;
    taken[item] = best;
  }
  return taken;
};
