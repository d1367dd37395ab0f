/** 64 bits of hash, as two 32-bit halves. */
export type Hash = Int32Array;

export const emptyHash = (): Hash => new Int32Array(2);

/** Two 32-bit lanes of MurmurHash3's mixing over a stretch of bytes, into `into`: 64 bits that a wire fact is known by, not a secret. */
export const hashBytes = (bytes: Uint8Array, at: number, end: number, into: Hash): Hash => {
  let a = 0x2f0b_4c21;
  let b = 0x6a09_e667;
  let i = at;
  for (; i + 4 <= end; i += 4) {
    const word = bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24);
    a ^= Math.imul(word, 0xcc9e2d51);
    a = (Math.imul((a << 13) | (a >>> 19), 5) + 0xe6546b64) | 0;
    b ^= Math.imul((word << 16) | (word >>> 16), 0x1b873593);
    b = (Math.imul((b << 17) | (b >>> 15), 9) + 0x38495ab5) | 0;
  }
  for (; i < end; i++) {
    a = Math.imul(a ^ bytes[i]!, 0x01000193);
    b = Math.imul(b ^ bytes[i]!, 0x85ebca6b);
  }
  into[0] = finish(a ^ (end - at));
  into[1] = finish(b ^ a);
  return into;
};

/** Spreads every bit of a word over all of it (MurmurHash3's finaliser). */
export const finish = (word: number): number => {
  const a = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  const b = Math.imul(a ^ (a >>> 13), 0xc2b2ae35);
  return (b ^ (b >>> 16)) >>> 0;
};

/** Four bytes in network order as a signed word, as parts of addresses are hashed and compared. */
export const wordAt = (bytes: Uint8Array, at: number): number => (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
