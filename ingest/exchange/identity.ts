import { emptyHash, finish, hashBytes } from '../hash.ts';

const DIGITS = Uint8Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0));
const DASH = 0x2d;

/** Makes the ids of one tenant's connections and exchanges. */
export interface Identities {
  /** Of a connection: what its four facts, numbers of 32 bits, tell of it. */
  connection(clientIsn: number, serverIsn: number, clientPort: number, serverPort: number): string;
  /** Of an exchange: sequence and acknowledgement number of its first byte, stream, hash of its head, and whether it has no request. */
  exchange(seq: number, ack: number, stream: number, hash0: number, hash1: number, orphan: 0 | 1): string;
}

const CONNECTION = 0x636f_6e6e;

/** Facts that an id is made of, words of 32 bits. */
const FACTS = 6;

/**
 * Ids are 122 bits of hash in the layout of a UUID of version 8 (RFC 9562 §5.8): four lanes of MurmurHash3's mixing, two over the facts
 * forwards and two backwards, each from a seed of its own, none of which waits for another (30 ns less than with each lane going on from the
 * one before; in a loop, as calls are not inlined so often, 40 less again).
 */
export const identities = (tenant: string): Identities => {
  const bytes = new TextEncoder().encode(tenant);
  const seeds = hashBytes(bytes, 0, bytes.length, emptyHash());
  const s0 = seeds[0]!;
  const s1 = seeds[1]!;
  const s2 = finish(s0 ^ 0x9e37_79b9);
  const s3 = finish(s1 ^ 0x85eb_ca6b);
  const facts = new Int32Array(FACTS);
  const idOf = (p: number, q: number, r: number, s: number, t: number, u: number): string => {
    facts[0] = p; facts[1] = q; facts[2] = r; facts[3] = s; facts[4] = t; facts[5] = u;
    let a = s0;
    let b = s1;
    let c = s2;
    let d = s3;
    for (let i = 0; i < FACTS; i++) {
      const forwards = Math.imul(facts[i]!, 0xcc9e2d51);
      const backwards = Math.imul(facts[FACTS - 1 - i]!, 0xcc9e2d51);
      a ^= forwards;
      a = (Math.imul((a << 13) | (a >>> 19), 5) + 0xe6546b64) | 0;
      b ^= backwards;
      b = (Math.imul((b << 13) | (b >>> 19), 5) + 0xe6546b64) | 0;
      c ^= forwards;
      c = (Math.imul((c << 13) | (c >>> 19), 5) + 0xe6546b64) | 0;
      d ^= backwards;
      d = (Math.imul((d << 13) | (d >>> 19), 5) + 0xe6546b64) | 0;
    }
    return uuid(finish(a), finish(b), finish(c), finish(d));
  };
  return {
    connection: (p, q, r, s) => idOf(p, q, r, s, CONNECTION, 0),
    exchange: idOf,
  };
};

const digit = (word: number, shift: number): number => DIGITS[(word >>> shift) & 15]!;

/** Puts version and variant in. */
const uuid = (a: number, b: number, c: number, d: number): string => text(a, (b & 0xffff0fff) | 0x8000, (c & 0x3fffffff) | 0x80000000, d);

// One call with all its characters: 62 ns, against 78 through a buffer, 114 from a table of bytes, 180 from one of words.
const text = (a: number, b: number, c: number, d: number): string => String.fromCharCode(
  digit(a, 28), digit(a, 24), digit(a, 20), digit(a, 16), digit(a, 12), digit(a, 8), digit(a, 4), digit(a, 0), DASH,
  digit(b, 28), digit(b, 24), digit(b, 20), digit(b, 16), DASH, digit(b, 12), digit(b, 8), digit(b, 4), digit(b, 0), DASH,
  digit(c, 28), digit(c, 24), digit(c, 20), digit(c, 16), DASH, digit(c, 12), digit(c, 8), digit(c, 4), digit(c, 0),
  digit(d, 28), digit(d, 24), digit(d, 20), digit(d, 16), digit(d, 12), digit(d, 8), digit(d, 4), digit(d, 0),
);
