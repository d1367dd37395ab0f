/** A secret of the installation, as two words. */
export type Key = readonly [number, number];

const FINAL_ROUNDS = 4;

/**
 * HalfSipHash-2-4 with 64 bits of output (Aumasson, Bernstein), of which 53 are kept as an integer: a keyed hash made for short
 * input, because the values hashed are few enough to be guessed by whoever has no need of the key.
 */
export const keyedHash = ([k0, k1]: Key, bytes: Uint8Array, at: number, end: number): number => {
  let v0 = k0;
  let v1 = k1 ^ 0xee;
  let v2 = 0x6c79_6765 ^ k0;
  let v3 = 0x7465_6462 ^ k1;
  let first = 0;
  const words = ((end - at) >> 2) + 1;
  for (let word = 0; word < words + 2; word++) {
    let m = 0;
    let rounds = 2;
    if (word < words - 1) {
      const i = at + word * 4;
      m = bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24);
    } else if (word === words - 1) {
      m = (end - at) << 24;
      for (let i = at + word * 4, shift = 0; i < end; i++, shift += 8) m |= bytes[i]! << shift;
    } else {
      rounds = FINAL_ROUNDS;
      if (word === words) v2 ^= 0xee;
      else { first = v1 ^ v3; v1 ^= 0xdd; }
    }
    v3 ^= m;
    for (let round = 0; round < rounds; round++) {
      v0 = (v0 + v1) | 0; v1 = (v1 << 5) | (v1 >>> 27); v1 ^= v0; v0 = (v0 << 16) | (v0 >>> 16);
      v2 = (v2 + v3) | 0; v3 = (v3 << 8) | (v3 >>> 24); v3 ^= v2;
      v0 = (v0 + v3) | 0; v3 = (v3 << 7) | (v3 >>> 25); v3 ^= v0;
      v2 = (v2 + v1) | 0; v1 = (v1 << 13) | (v1 >>> 19); v1 ^= v2; v2 = (v2 << 16) | (v2 >>> 16);
    }
    v0 ^= m;
  }
  return ((v1 ^ v3) & 0x1f_ffff) * 0x1_0000_0000 + (first >>> 0);
};

/** Name of a field within another; 0 = one whose values are not to be kept, and nothing within it either. */
export const fieldWithin = (parent: number, name: number): number => {
  if (parent === 0 || name === 0) return 0;
  const mixed = Math.imul(parent ^ Math.imul(name, 0x9e37_79b1), 0x85eb_ca6b);
  return ((mixed ^ (mixed >>> 15)) >>> 0) || 1;
};
