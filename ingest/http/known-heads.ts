import { finish, type Hash } from '../hash.ts';
import { knownBytes, lengthOf, standAt, type KnownBytes } from '../known-bytes.ts';
import type { Head } from './head.ts';

/** A head that came before, its hash, and the bytes that are it. */
export interface KnownHead extends KnownBytes {
  readonly head: Head;
  readonly hash: Hash;
}

export interface KnownHeads {
  /** The head at `at` if it came before; it may be `likely`. */
  find(bytes: Uint8Array, at: number, end: number, likely: KnownHead | null): KnownHead | null;
  /** Remembers the head of those bytes, where `find` has found none just now, if it comes for the second time. */
  learn(bytes: Uint8Array, at: number, head: Head, hash: Hash): void;
}

const SETS = 2048;
const WAYS = 4;
/** Heads known at once; the slot of one is below. */
export const PLACES = SETS * WAYS;
/** Heads of which it is known that they came before. */
const SEEN = 65_536;
const LONGEST_KEPT = 1024;
/** So many bytes, and how many come with them, choose a head's place: its first line, mostly. */
const PLACED_BYTES = 64;

/**
 * Clients of kept-alive connections send the same heads again, servers the same answers within a second. One is
 * found by words: 54 ns for 121 bytes, against 153 by bytes. One that never comes again costs no copy. Of those in a
 * set the one that was learnt first gives way.
 */
export const knownHeads = (): KnownHeads => {
  const kept = Array<KnownHead | undefined>(PLACES).fill(undefined);
  /** By set: where the next one goes. */
  const nextWay = new Uint8Array(SETS);
  /** By the first half of its hash, the second half of the head that came last. */
  const seen = new Int32Array(SEEN);
  let buffer: Uint8Array = new Uint8Array(0);
  let view: DataView = new DataView(buffer.buffer);
  let set = 0;

  const setOf = (at: number, end: number): number => {
    const to = Math.min(at + PLACED_BYTES, end) - 8;
    let a = end - at;
    let b = 0;
    for (let i = at; i <= to; i += 8) {
      a = Math.imul(a ^ view.getInt32(i, true), 0x01000193);
      b = Math.imul(b ^ view.getInt32(i + 4, true), 0x01000193);
    }
    return finish(a ^ ((b << 13) | (b >>> 19))) & (SETS - 1);
  };
  const isAt = (known: KnownHead | undefined, bytes: Uint8Array, at: number, end: number): known is KnownHead =>
    known !== undefined && at + lengthOf(known) <= end && standAt(known, view, bytes, at);
  return {
    find: (bytes, at, end, likely) => {
      if (bytes !== buffer) {
        buffer = bytes;
        view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      }
      if (likely !== null && isAt(likely, bytes, at, end)) return likely;
      set = setOf(at, end);
      for (let slot = set * WAYS; slot < (set + 1) * WAYS; slot++) {
        const known = kept[slot];
        if (isAt(known, bytes, at, end)) return known;
      }
      return null;
    },
    learn: (bytes, at, head, hash) => {
      const one = hash[0]! & (SEEN - 1);
      if (seen[one] === hash[1] && head.bytes <= LONGEST_KEPT) {
        const slot = set * WAYS + nextWay[set]!;
        nextWay[set] = (nextWay[set]! + 1) % WAYS;
        kept[slot] = { head: { ...head, slot }, hash: Int32Array.from(hash), ...knownBytes(view, bytes, at, at + head.bytes) };
      }
      seen[one] = hash[1]!;
    },
  };
};
