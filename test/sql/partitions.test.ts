import { describe, expect, test } from 'vitest';
import { coldPartitions, fitting, type Partition } from '../../sql/partitions.ts';

const DAY = 86_400_000;
const day = (n: number, values: Partial<Partition> = {}): Partition =>
  ({ name: String(n), rows: 10, diskBytes: 100, isParquet: false, isActive: false, firstMs: n * DAY, lastMs: n * DAY + DAY / 2, ...values });
const five = [day(1), day(2), day(3, { isParquet: true }), day(4), day(5, { isActive: true, diskBytes: 1e9 })];

describe('cold partitions', () => {
  test.each([
    ['older than a day', DAY, ['1', '2']], ['older than three days', 3 * DAY, ['1']], ['older than nothing', 0, ['1', '2', '4']], ['older than all', 9 * DAY, []],
  ])('%s', (_, age, expected) => { expect(coldPartitions(five, age).map(({ name }) => name)).toEqual(expected); });
  test('of an empty table there are none', () => { expect(coldPartitions([], 0)).toEqual([]); });
});

describe('the newest partitions that fit', () => {
  test.each([
    ['all, the active one counted by its rows', 500, 5], ['not the oldest', 499, 4], ['two', 200, 2], ['at least the newest', 1, 1],
  ])('%s', (_, bytes, expected) => { expect(fitting(five, bytes)).toBe(expected); });
  test('of an empty table none', () => { expect(fitting([], 5)).toBe(0); });
});
