import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { timeIndex } from '../../../udf/source/time-index.ts';

const SECOND = 1_000_000;
interface Item { readonly name: string; readonly from: number; readonly to: number }
const items = fc.array(fc.record({
  address: fc.constantFrom('a', 'b'), from: fc.integer({ min: -30 * SECOND, max: 30 * SECOND }),
  lasts: fc.oneof(fc.integer({ min: 0, max: 3 * SECOND }), fc.integer({ min: 0, max: 90 * SECOND })), gone: fc.boolean(),
}), { maxLength: 40 });
const moment = fc.integer({ min: -40 * SECOND, max: 120 * SECOND });

test('what was at an address between two moments is found, each once, and nothing that was elsewhere, taken away or seconds off', () => {
  fc.assert(fc.property(items, moment, moment, (rows, one, other) => {
    const index = timeIndex<Item>((item) => item);
    const made = rows.map(({ address, from, lasts, gone }, n) => ({ address, gone, item: { name: `${n}`, from, to: from + lasts } }));
    for (const { address, item } of made) index.add(address, item);
    for (const { address, item, gone } of made) if (gone) index.delete(address, item);
    const [from, to] = [Math.min(one, other), Math.max(one, other)];
    const within = (slack: number): readonly string[] =>
      made.filter(({ address, gone, item }) => address === 'a' && !gone && item.from <= to + slack && item.to >= from - slack).map(({ item }) => item.name);
    const found = index.between('a', from, to).map(({ name }) => name);
    expect(new Set(found).size).toBe(found.length);
    expect(found).toEqual(expect.arrayContaining([...within(0)]));
    expect(within(SECOND)).toEqual(expect.arrayContaining(found));
    expect(index.between('a').map(({ name }) => name).toSorted()).toEqual(within(Infinity).toSorted());
  }));
});

test('an address of which nothing is left has nothing', () => {
  const index = timeIndex<Item>((item) => item);
  const item = { name: 'x', from: 0, to: 100 * SECOND };
  index.add('a', item);
  index.delete('a', item);
  expect([index.between('a'), index.between('b', 0, 1)]).toEqual([[], []]);
});
