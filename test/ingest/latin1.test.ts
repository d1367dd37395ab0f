import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { latin1 } from '../../ingest/latin1.ts';

test('one character a byte, at every length and place', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 120 }), fc.nat(120), fc.nat(120), (bytes, a, b) => {
    const at = Math.min(a, b, bytes.length);
    const end = Math.min(Math.max(a, b), bytes.length);
    expect(latin1(bytes, at, end)).toBe(Buffer.from(bytes).toString('latin1', at, end));
  }));
});
