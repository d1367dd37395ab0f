import { expect, test } from 'vitest';
import { keyedHash, type Key } from '../../../ingest/tokens/keyed-hash.ts';

/** Key and input of the reference implementation's vectors: bytes 0, 1, 2, … */
const KEY: Key = [0x0302_0100, 0x0706_0504];
const INPUT = Uint8Array.from({ length: 64 }, (_, i) => i);

test('is the reference function with 64 bits of output, cut to 53', () => {
  const first = Uint8Array.of(0x21, 0x8d, 0x1f, 0x59, 0xb9, 0xb8, 0x3c, 0xc8);
  const view = new DataView(first.buffer);
  expect(keyedHash(KEY)(INPUT, 0, 0)).toBe((view.getUint32(4, true) & 0x1f_ffff) * 0x1_0000_0000 + view.getUint32(0, true));
});

test('tells apart inputs of every length, and keys', () => {
  const seen = new Set(Array.from(INPUT, (end) => keyedHash(KEY)(INPUT, 0, end)));
  expect(seen.size).toBe(INPUT.length);
  expect(keyedHash([1, 2])(INPUT, 0, 9)).not.toBe(keyedHash(KEY)(INPUT, 0, 9));
});
