import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { remembered } from '../../../ingest/tokens/remembered.ts';
import { bytesOf } from './read.ts';

describe.each([false, true])('with twice = %s', (twice) => {
  test('what is found was kept for these very bytes, wherever they stand', () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.string({ maxLength: 9, unit: fc.constantFrom('a', 'b') }), fc.nat(5)), { maxLength: 60 }), (texts) => {
      const known = remembered<string>({ places: 8, longest: 6, twice });
      for (const [text, shift] of texts) {
        const bytes = bytesOf(`${'-'.repeat(shift)}${text}|`);
        const found = known.find(bytes, shift, shift + text.length);
        if (found === null) known.keep(bytes, shift, shift + text.length, text);
        expect(text.length > 6 ? [null] : [null, text]).toContain(found);
      }
    }), { numRuns: 300 });
  });
});

test.each([[false, [null, 1, 1]], [true, [null, null, 1]]])('with twice = %s, finds %j', (twice, wanted) => {
  const known = remembered<number>({ places: 8, longest: 600, twice });
  const bytes = bytesOf('x'.repeat(599));
  expect(wanted.map(() => {
    const found = known.find(bytes, 0, bytes.length);
    if (found === null) known.keep(bytes, 0, bytes.length, 1);
    return found;
  })).toEqual(wanted);
});
