import type { Micros } from '../../sql/micros.ts';

/** Bytes that came before those in front of them; a copy, because the packet's buffer is reused. */
export interface Held {
  readonly position: number;
  readonly bytes: Uint8Array;
  readonly ts: Micros;
  readonly ordinal: number;
  readonly ack: number;
}

/** What is held of one direction. */
export interface HeldList {
  readonly list: Held[];
  bytes: number;
}

/** A copy in memory shared with others of a moment: one of its own takes longer to get and to give back than all else that is done for a segment. */
const copied = (bytes: Uint8Array): Uint8Array => {
  const copy = Buffer.allocUnsafe(bytes.length);
  copy.set(bytes);
  return copy;
};

/**
 * Puts a segment's bytes among those held, in order of position and without overlap: where a byte is there already, the
 * copy that came first stays. Returns how many bytes were new.
 */
export const hold = (list: Held[], add: Held): number => {
  const { position, bytes, ts, ordinal, ack } = add;
  const last = list.at(-1);
  // Nearly always: behind a hole, one segment after the other.
  if (bytes.length > 0 && (last === undefined || last.position + last.bytes.length <= position)) {
    list.push({ position, bytes: copied(bytes), ts, ordinal, ack });
    return bytes.length;
  }
  let from = add.position;
  const to = add.position + add.bytes.length;
  let fresh = 0;
  let at = list.findLastIndex((held) => held.position <= from);
  if (at < 0) at = 0;
  while (from < to) {
    const here = list[at];
    if (here !== undefined && here.position + here.bytes.length <= from) { at++; continue; }
    if (here !== undefined && here.position <= from) { from = here.position + here.bytes.length; at++; continue; }
    const until = here === undefined ? to : Math.min(to, here.position);
    list.splice(at, 0, { ...add, position: from, bytes: copied(add.bytes.subarray(from - add.position, until - add.position)) });
    fresh += until - from;
    from = until;
    at++;
  }
  return fresh;
};
