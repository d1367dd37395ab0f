import { describe, expect, test } from 'vitest';
import { count, latency, moment, rate, share, span } from '../../../udf/page/format.ts';

describe('figures for people', () => {
  test.each<[us: number | null, text: string]>([
    [null, '–'], [0, '0 µs'], [999, '999 µs'], [1_000, '1 ms'], [12_345, '12.3 ms'], [999_499, '999 ms'], [1_500_000, '1.5 s'], [99_900_000, '99.9 s'], [120_000_000, '2 min'],
  ])('latency %s', (us, text) => { expect(latency(us)).toBe(text); });

  test.each<[n: number, text: string]>([[0, '0'], [999, '999'], [1_000, '1k'], [12_345, '12.3k'], [999_400, '999k'], [999_600, '1M'], [3_140_000, '3.14M'], [2e9, '2G']])('count %s', (n, text) => { expect(count(n)).toBe(text); });

  test.each<[perSecond: number, text: string]>([[0, '0/s'], [1.234, '1.23/s'], [12_345, '12.3k/s'], [0.5, '30/min'], [0.001, '3.6/h']])('rate %s', (perSecond, text) => { expect(rate(perSecond)).toBe(text); });

  test.each<[situation: string, of1: number, text: string]>([
    ['none', 0, '0 %'], ['all', 1, '100 %'], ['hardly any is not none', 0.00001, '< 0.1 %'], ['nearly all is not all', 0.99999, '> 99.9 %'],
    ['a few', 0.0123, '1.2 %'], ['a part', 0.456, '46 %'], ['most', 0.9949, '99.5 %'],
  ])('share: %s', (_, of1, text) => { expect(share(of1)).toBe(text); });

  test.each<[us: number, text: string]>([[500_000, '500 ms'], [45e6, '45 s'], [3_600e6, '1 h'], [5_400e6, '1 h 30 min'], [90_061e6, '1 d 1 h']])('span %s', (us, text) => { expect(span(us)).toBe(text); });

  test('moments are UTC', () => { expect(moment(1_700_000_000_000_000)).toBe('2023-11-14 22:13:20'); });
});
