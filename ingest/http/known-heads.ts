import { finish, type Hash } from '../hash.ts';
import type { Head } from './head.ts';

export interface KnownHeads {
  /** Slot of the head at `at` if it came before, else -1; it may be the one of slot `likely`. */
  find(bytes: Uint8Array, at: number, end: number, likely: number): number;
  /** The head of a slot that `find` has given, and its hash put into `hash`. */
  recall(slot: number, hash: Hash): Head;
  /** Remembers the head at `at` of the bytes in which `find` has found none just now, if it comes for the second time. */
  learn(at: number, head: Head, hash: Hash): void;
}

const SETS = 2048;
const WAYS = 4;
/** Heads known at once; the slot of one is below. */
export const PLACES = SETS * WAYS;
/** Heads of which it is known that they came before. */
const SEEN = 32_768;
const WORD_BYTES = 8;
const LEAST_KEPT = WORD_BYTES;
const LONGEST_KEPT = 1024;
/** Words of all that is known; when they are full all is forgotten. */
const FIRST_WORDS = 2_048;
const MOST_WORDS = 524_288;
/** So many bytes, and how many come with them, choose a head's set: its first line, mostly. */
const PLACED_BYTES = 64;

/**
 * Clients of kept-alive connections send the same heads again, servers the same answers within a second. One is
 * compared by eight bytes at a time, read as doubles, which JavaScript has no faster way to compare. One that never comes again costs
 * no copy. Of those in a set the one that was learnt first gives way.
 */
export const knownHeads = (): KnownHeads => {
  const heads = Array<Head | undefined>(PLACES).fill(undefined);
  const hashes = new Int32Array(2 * PLACES);
  /** By slot: how long its head is (0 = there is none), and where its words begin: those of its bytes, then its last eight bytes. */
  const lengths = new Int32Array(PLACES);
  const begins = new Int32Array(PLACES);
  let words = new Float64Array(FIRST_WORDS);
  let used = 0;
  /** By set: which of it is given away next. */
  const ways = new Uint8Array(SETS);
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
  const isAt = (slot: number, at: number, end: number): boolean => {
    const length = lengths[slot]!;
    if (length === 0 || at + length > end) return false;
    // Read once: within the loops the compiler would look them up at each step.
    const has = view;
    const known = words;
    let word = begins[slot]!;
    const last = at + length - WORD_BYTES;
    let i = at;
    for (; i + 3 * WORD_BYTES <= last; i += 4 * WORD_BYTES, word += 4) {
      if (has.getFloat64(i, true) !== known[word] || has.getFloat64(i + WORD_BYTES, true) !== known[word + 1]
        || has.getFloat64(i + 2 * WORD_BYTES, true) !== known[word + 2] || has.getFloat64(i + 3 * WORD_BYTES, true) !== known[word + 3]) return false;
    }
    for (; i <= last; i += WORD_BYTES) if (has.getFloat64(i, true) !== known[word++]) return false;
    return has.getFloat64(last, true) === known[word];
  };
  /** Room for so many words; begins anew where there would be too many. */
  const roomFor = (more: number): void => {
    if (used + more <= words.length) return;
    if (words.length < MOST_WORDS) {
      const larger = new Float64Array(words.length * 2);
      larger.set(words);
      words = larger;
      return;
    }
    lengths.fill(0);
    used = 0;
  };
  /** Copies a head; false = as doubles its bytes are not all told apart from others: a zero equals its negative, and nothing itself. */
  const copy = (at: number, length: number): boolean => {
    const last = at + length - WORD_BYTES;
    let word = used;
    for (let i = at; i <= last; i += WORD_BYTES) words[word++] = view.getFloat64(i, true);
    words[word] = view.getFloat64(last, true);
    for (let i = used; i <= word; i++) if (!(words[i]! < 0 || words[i]! > 0)) return false;
    return true;
  };

  return {
    find: (bytes, at, end, likely) => {
      if (bytes !== buffer) {
        buffer = bytes;
        view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      }
      if (likely >= 0 && isAt(likely, at, end)) return likely;
      set = setOf(at, end);
      for (let slot = set * WAYS; slot < (set + 1) * WAYS; slot++) if (isAt(slot, at, end)) return slot;
      return -1;
    },
    recall: (slot, hash) => {
      hash[0] = hashes[slot * 2]!;
      hash[1] = hashes[slot * 2 + 1]!;
      return heads[slot]!;
    },
    learn: (at, head, hash) => {
      const one = hash[0]! & (SEEN - 1);
      const again = seen[one] === hash[1];
      seen[one] = hash[1]!;
      if (!again || head.bytes < LEAST_KEPT || head.bytes > LONGEST_KEPT) return;
      roomFor(LONGEST_KEPT / WORD_BYTES + 1);
      if (!copy(at, head.bytes)) return;
      const slot = set * WAYS + ways[set]!;
      ways[set] = (ways[set]! + 1) % WAYS;
      heads[slot] = { ...head, slot };
      hashes.set(hash, slot * 2);
      lengths[slot] = head.bytes;
      begins[slot] = used;
      used += (head.bytes >> 3) + 1;
    },
  };
};
