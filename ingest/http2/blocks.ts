import type { Micros } from '../../sql/micros.ts';
import { CONTINUATION, END_HEADERS, END_STREAM, HAS_PRIORITY, HEADERS, PADDED, PUSH_PROMISE } from './frame-head.ts';
import type { FrameSide } from './frames.ts';

/** The header block of a direction that is being gathered: where it began, and what its first frame said. */
export interface Block {
  /** False = no block has begun, or its rest is not read. */
  open: boolean;
  stream: number;
  endStream: boolean;
  pushed: boolean;
  ts: Micros;
  seq: number;
  ack: number;
  /** Fragments of frames before this one. */
  held: Uint8Array;
  filled: number;
  /** The whole block: `bytes[at … end)`. */
  bytes: Uint8Array;
  at: number;
  end: number;
}

/** What became of a fragment: more is to come; the block is whole; it cannot be one; it is longer than is held. */
export type Gathered = 'more' | 'whole' | 'malformed' | 'too_long';

const MOST_BLOCK = 256 << 10;
/** So much of a buffer is kept for the next block, uncounted. */
const MOST_SPARE = 512;
const PROMISED_BYTES = 4;
const PRIORITY_BYTES = 5;
const NOTHING = new Uint8Array(0);

export const emptyBlock = (): Block => ({
  open: false, stream: 0, endStream: false, pushed: false, ts: 0 as Micros, seq: 0, ack: 0, held: NOTHING, filled: 0, bytes: NOTHING, at: 0, end: 0,
});

/** Gives up what was gathered, or lets go of a block that has been read. */
export const spoil = (block: Block): void => {
  block.open = false;
  block.filled = 0;
  if (block.held.length > MOST_SPARE) block.held = NOTHING;
};

/** Bytes kept of a block that is not whole. */
export const blockBytes = ({ filled, held }: Block): number => (filled > 0 ? held.length : 0);

const hold = (block: Block, bytes: Uint8Array, at: number, end: number): void => {
  const needed = block.filled + end - at;
  if (block.held.length < needed) {
    const larger = new Uint8Array(needed * 2);
    larger.set(block.held.subarray(0, block.filled));
    block.held = larger;
  }
  block.held.set(bytes.subarray(at, end), block.filled);
  block.filled = needed;
};

/** Takes the payload of the HEADERS, PUSH_PROMISE or CONTINUATION frame that the side is at (RFC 9113 §4.3). */
export const gather = (block: Block, side: FrameSide, bytes: Uint8Array, from: number, to: number): Gathered => {
  const { type, flags, stream } = side;
  let at = from;
  let end = to;
  if (type === CONTINUATION) {
    if (!block.open || block.stream !== stream) return 'malformed';
  } else {
    if (block.open) return 'malformed';
    if ((flags & PADDED) !== 0) end -= bytes[at++] ?? 0;
    if (type === PUSH_PROMISE) at += PROMISED_BYTES;
    else if ((flags & HAS_PRIORITY) !== 0) at += PRIORITY_BYTES;
    if (at > end) return 'malformed';
    block.open = true;
    block.stream = stream;
    block.pushed = type === PUSH_PROMISE;
    block.endStream = type === HEADERS && (flags & END_STREAM) !== 0;
    block.ts = side.ts;
    block.seq = side.seq;
    block.ack = side.ack;
  }
  const last = (flags & END_HEADERS) !== 0;
  if (last && block.filled === 0) {
    block.bytes = bytes;
    block.at = at;
    block.end = end;
  } else {
    if (block.filled + end - at > MOST_BLOCK) return 'too_long';
    hold(block, bytes, at, end);
    if (!last) return 'more';
    block.bytes = block.held;
    block.at = 0;
    block.end = block.filled;
  }
  block.filled = 0;
  block.open = false;
  return 'whole';
};
