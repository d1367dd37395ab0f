import type { Count } from '../../sql/counters.ts';
import type { Message } from '../http/message.ts';

/** The beginning of a body of which more is to come. */
export interface Kept {
  bytes: Uint8Array;
  filled: number;
  /** What is here says enough: no more is kept. */
  closed: boolean;
}

export interface KeptBodies {
  /** Adds what stands `behind` so many bytes of the body; one whose beginning has been given up is not begun again. */
  add(message: Message, bytes: Uint8Array, at: number, end: number, behind: number): void;
  /** What was kept of the message, and forgets it; the bytes are valid until the next `add`. */
  take(message: Message): Readonly<Kept>;
}

const LEAST_BYTES = 512;
/** All bodies together; at the bound the one begun first is given up, which is counted. */
const MOST_BYTES = 64 << 20;
const MOST_SPARE = 64;
const NOTHING: Readonly<Kept> = { bytes: new Uint8Array(0), filled: 0, closed: false };
/** So many first bytes say that a body is not read. */
const TELLING_BYTES = 64;

/** Keeps bodies until they are whole; of those that `isUnread` knows by their first bytes, only these. */
export const keptBodies = (isUnread: (bytes: Uint8Array, at: number, end: number) => boolean, count: Count, most: number = MOST_BYTES): KeptBodies => {
  const bodies = new Map<Message, Kept>();
  const spare: Kept[] = [];
  let held = 0;

  const letGo = (message: Message, kept: Kept): void => {
    bodies.delete(message);
    held -= kept.bytes.length;
    if (spare.length < MOST_SPARE) spare.push(kept);
  };
  const begin = (message: Message, closed: boolean): Kept => {
    const kept = spare.pop() ?? { bytes: new Uint8Array(LEAST_BYTES), filled: 0, closed };
    kept.filled = 0;
    kept.closed = closed;
    held += kept.bytes.length;
    bodies.set(message, kept);
    return kept;
  };
  const append = (kept: Kept, bytes: Uint8Array, at: number, end: number): void => {
    const needed = kept.filled + end - at;
    if (kept.bytes.length < needed) {
      const larger = new Uint8Array(Math.max(needed, kept.bytes.length * 2));
      larger.set(kept.bytes.subarray(0, kept.filled));
      held += larger.length - kept.bytes.length;
      kept.bytes = larger;
    }
    kept.bytes.set(bytes.subarray(at, end), kept.filled);
    kept.filled = needed;
  };
  return {
    add: (message, bytes, at, end, behind) => {
      const known = bodies.get(message);
      if (known?.closed === true || (known === undefined && behind > 0)) return;
      const telling = Math.min(end, at + TELLING_BYTES);
      const closed = known === undefined && isUnread(bytes, at, telling);
      append(known ?? begin(message, closed), bytes, at, closed ? telling : end);
      for (const [oldest, body] of bodies) {
        if (held <= most) return;
        count('tokens_bodies_given_up');
        letGo(oldest, body);
      }
    },
    take: (message) => {
      const kept = bodies.get(message);
      if (kept === undefined) return NOTHING;
      letGo(message, kept);
      return kept;
    },
  };
};
