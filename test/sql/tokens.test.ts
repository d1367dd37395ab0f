import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NO_TOKENS, readTokens, TOKEN_BYTES, writeTokens, type Tokens } from '../../sql/tokens.ts';

const tokens = (pairs: readonly (readonly [field: number, value: number])[]): Tokens =>
  ({ fields: Uint32Array.from(pairs, ([field]) => field), values: Float64Array.from(pairs, ([, value]) => value) });

const written = (given: Tokens): string => {
  const bytes = new Uint8Array(given.values.length * TOKEN_BYTES);
  return Buffer.from(bytes.subarray(0, writeTokens(bytes, 0, given))).toString('latin1');
};

const MOST = 2 ** 53 - 1;

describe('tokens as text', () => {
  test.each<[situation: string, tokens: Tokens, length: number]>([
    ['none', NO_TOKENS, 0],
    ['one', tokens([[1, 2]]), 15],
    ['the least and the most', tokens([[0, 0], [0xffff_ffff, MOST]]), 30],
    ['a value more of a field takes ten letters', tokens([[5, 1], [6, 2], [5, 3]]), 40],
    ['more fields than have a number', tokens(Array.from({ length: 100 }, (_, n) => [n * 40_000_003, n])), 1500],
    ['a field without a number again', tokens([...Array.from({ length: 100 }, (_, n): [number, number] => [n, n]), [99, 1], [59, 2]]), 1525],
  ])('%s', (_, given, length) => {
    const text = written(given);
    expect(text).toHaveLength(length);
    expect(readTokens(text)).toEqual(given);
  });

  test('come back as they were, whatever they are', () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.oneof(fc.nat(5), fc.nat(0xffff_ffff)), fc.integer({ min: 0, max: MOST })), { maxLength: 80 }), (pairs) => {
      expect(readTokens(written(tokens(pairs)))).toEqual(tokens(pairs));
    }));
  });

  test.each([
    ['cut short', written(tokens([[1, 2], [3, 4]])).slice(0, -1)],
    ['a letter that is no digit', `${written(tokens([[1, 2]])).slice(0, -1)} `],
    ['a letter beyond ASCII', `${written(tokens([[1, 2]])).slice(0, -1)}é`],
    ['a number of no field', written(tokens([[1, 2], [1, 4]])).slice(15)],
  ])('a text that is none is told: %s', (_, text) => {
    expect(readTokens(text)).toBeNull();
  });

  test('no text breaks the reading', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
      const read = readTokens(text);
      expect(read === null || read.fields.length === read.values.length).toBe(true);
    }));
  });
});
