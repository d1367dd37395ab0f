import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonEncoder, jsonLines } from '../../docker/json-lines.ts';
import type { DecodedExchange } from '../../sql/exchange.ts';
import { Uuid } from '../../sql/uuid.ts';
import { newLines } from '../../sql/write/body.ts';
import { exchangeRow } from '../sql/rows.ts';

const plain: DecodedExchange = { ...exchangeRow('default', 1), exchange_id: new Uuid(1, 2, 3, 4) };
const text = fc.oneof(fc.constantFrom('', 'GET', '/a', 'é', '€', '😀', '\ud83d', '"\\\n\u0000'), fc.string({ unit: 'binary' }));
const number = fc.oneof(fc.constantFrom(0, -0, 999_999_999, 1_000_000_000, -1, 0.5, 1e300, NaN), fc.integer(), fc.maxSafeInteger());
const word = fc.integer({ min: -(2 ** 31), max: 2 ** 32 - 1 });
const uuid = fc.tuple(word, word, word, word).map(([a, b, c, d]) => new Uuid(a, b, c, d));
/** Each column has one of few values, so that many come again, or a value of its own. */
const row: fc.Arbitrary<DecodedExchange> = fc.record(Object.fromEntries(Object.entries(plain).map(([column, value]) =>
  [column, column === 'exchange_id' ? uuid : typeof value === 'string' ? text : typeof value === 'number' ? number : fc.option(fc.oneof(text, number))]))) as unknown as fc.Arbitrary<DecodedExchange>;

test('lines are those of JSON.stringify, byte for byte', () => {
  fc.assert(fc.property(fc.array(row, { maxLength: 8 }), (rows) => {
    const printed: string[] = [];
    const lines = jsonLines((bytes) => printed.push(Buffer.from(bytes).toString()) < 0);
    for (const one of rows) lines.push(one);
    lines.close();
    expect(printed.join('')).toBe(rows.map((one) => `${JSON.stringify(one)}\n`).join(''));
  }));
});

test('says where the route is', () => {
  const encode = jsonEncoder();
  const into = newLines();
  encode(plain, into);
  const begin = into.at;
  const { at, behind } = encode({ ...plain, route: '/here' }, into);
  expect(at).toBeGreaterThan(begin);
  expect(into.bytes.subarray(at, behind).toString()).toBe('"/here"');
});

test('writes many rows at a time', () => {
  const sizes: number[] = [];
  const lines = jsonLines((bytes) => { sizes.push(bytes.length); return true; });
  for (let n = 0; n < 1000; n++) lines.push({ ...plain, status: n });
  lines.flush();
  lines.close();
  expect(sizes.length).toBeLessThan(10);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeGreaterThan(500_000);
});
