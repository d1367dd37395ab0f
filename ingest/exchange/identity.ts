import { Uuid } from '../../sql/uuid.ts';
import { emptyHash, finish, hashBytes } from '../hash.ts';

/** Makes the ids of one tenant's connections and exchanges. */
export interface Identities {
  /** Of a connection: what its four facts, numbers of 32 bits, tell of it. */
  connection(clientIsn: number, serverIsn: number, clientPort: number, serverPort: number): Uuid;
  /** Of an exchange: sequence and acknowledgement number of its first byte, stream, hash of its head, and whether it has no request. */
  exchange(seq: number, ack: number, stream: number, hash0: number, hash1: number, orphan: 0 | 1): Uuid;
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
  const idOf = (p: number, q: number, r: number, s: number, t: number, u: number): Uuid => {
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

/** Puts version and variant in. */
const uuid = (a: number, b: number, c: number, d: number): Uuid => new Uuid(a, (b & 0xffff0fff) | 0x8000, (c & 0x3fffffff) | 0x80000000, d);
