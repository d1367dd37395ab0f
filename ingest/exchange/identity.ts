import { finish, hashBytes } from '../hash.ts';

/** What an exchange is known by: facts of the wire that every tap and every replay sees alike. */
export interface WireFacts {
  /** Sequence number of the first byte, and acknowledgement number of the segment that carried it (-1 = none). */
  readonly seq: number;
  readonly ack: number;
  readonly stream: number;
  readonly hash: readonly [number, number];
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Makes ids of a tenant: 122 bits of hash in the layout of a UUID of version 8 (RFC 9562 §5.8). */
export const identities = (tenant: string) => {
  const bytes = new TextEncoder().encode(tenant);
  const [ta, tb] = hashBytes(bytes, 0, bytes.length);
  const mixed = (seed: number, words: readonly number[]): number => {
    let h = seed;
    for (const word of words) {
      h ^= Math.imul(word, 0xcc9e2d51);
      h = (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0;
    }
    return finish(h);
  };
  return (...words: readonly number[]): string => {
    const a = mixed(ta, words);
    const b = mixed(tb ^ 0x9e3779b9, [...words, a]);
    const c = mixed(ta ^ b, [...words, b]);
    const d = mixed(tb ^ c, [...words, c]);
    return uuid(a, (b & 0xffff0fff) | 0x8000, (c & 0x3fffffff) | 0x80000000, d);
  };
};

const uuid = (a: number, b: number, c: number, d: number): string => {
  const h = (word: number, shift: number): string => HEX[(word >>> shift) & 0xff]!;
  return `${h(a, 24)}${h(a, 16)}${h(a, 8)}${h(a, 0)}-${h(b, 24)}${h(b, 16)}-${h(b, 8)}${h(b, 0)}-${h(c, 24)}${h(c, 16)}-${h(c, 8)}${h(c, 0)}${h(d, 24)}${h(d, 16)}${h(d, 8)}${h(d, 0)}`;
};
