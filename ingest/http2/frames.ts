import type { Micros } from '../../sql/micros.ts';
import type { Data, Direction, Gap } from '../reassembly/chunk.ts';
import {
  CONTINUATION, DATA, DEFAULT_FRAME_BYTES, END_STREAM, GOAWAY, HEAD_BYTES, HEADERS, isAllowed, lengthAt, PADDED, PUSH_PROMISE, RST_STREAM, SETTINGS, streamAt,
} from './frame-head.ts';
import { framesAt } from './grammar.ts';

type Mode = 'preface' | 'head' | 'body' | 'payload' | 'skip' | 'lost';

/**
 * How far the frames of one direction have been read, and the frame that is being read. Plain state, as `MessageCounter`:
 * several frames come in each packet.
 */
export interface FrameSide {
  readonly direction: Direction;
  /** What the next byte is. */
  mode: Mode;
  /** Bytes of the preface, body, payload or skipped frame still to come. */
  left: number;
  /** Padding behind the body; -1 = its length is the next byte. */
  padding: number;
  /** Bytes of a payload or frame header that began in an earlier chunk. */
  buffer: Uint8Array;
  filled: number;
  /** The peer takes frames up to this. */
  most: number;
  length: number;
  type: number;
  flags: number;
  stream: number;
  /** Of the chunk that brought the frame's first byte, and that byte's sequence number. */
  ts: Micros;
  seq: number;
  ack: number;
}

/** Takes what the frames of a direction hold; the frame is the one that the side is at. */
export interface FrameHandler {
  /** Body bytes of a DATA frame, without padding. */
  body(side: FrameSide, bytes: Uint8Array, at: number, end: number, ts: Micros): void;
  /** Body bytes of a DATA frame that no packet holds. */
  missing(side: FrameSide, length: number): void;
  /** The last byte of a DATA frame that ends its stream. */
  finish(side: FrameSide, ts: Micros): void;
  /** Payload of any other frame that is read; not `whole` where its rest was lost. */
  payload(side: FrameSide, bytes: Uint8Array, at: number, end: number, ts: Micros, whole: boolean): void;
  /** A frame of a type that no RFC 9113 reader knows; it is skipped. */
  strange(): void;
  /** Frames may have been lost from here on. */
  lost(side: FrameSide): void;
  /** Bytes stand where a frame should. */
  malformed(): void;
  found(): void;
}

export const PREFACE_BYTES = 24;
/** A payload that is read is kept up to this where it comes in several chunks; more is as good as lost. */
const MOST_PAYLOAD = 256 << 10;
/** A longer buffer is let go when its payload has been read; a shorter one is not counted as held. */
const MOST_SPARE = 512;

export const frameSide = (direction: Direction, mode: 'preface' | 'head' | 'lost'): FrameSide => ({
  direction, mode, left: mode === 'preface' ? PREFACE_BYTES : 0, padding: 0, buffer: new Uint8Array(HEAD_BYTES), filled: 0, most: DEFAULT_FRAME_BYTES,
  length: 0, type: 0, flags: 0, stream: 0, ts: 0 as Micros, seq: 0, ack: 0,
});

const shrink = (side: FrameSide): void => { if (side.buffer.length > MOST_SPARE) side.buffer = new Uint8Array(HEAD_BYTES); };
const lose = (side: FrameSide, on: FrameHandler): void => {
  side.filled = 0;
  shrink(side);
  if (side.mode === 'lost') return;
  side.mode = 'lost';
  on.lost(side);
};
const skip = (side: FrameSide, length: number): void => {
  side.left = length;
  side.mode = length === 0 ? 'head' : 'skip';
  side.filled = 0;
};
const ended = (side: FrameSide, on: FrameHandler, ts: Micros): void => {
  side.mode = 'head';
  if ((side.flags & END_STREAM) !== 0) on.finish(side, ts);
  if (side.padding > 0) skip(side, side.padding);
};

/** Takes the frame header at `at`, which is whole; false = it is none, and the place is lost. */
const begin = (side: FrameSide, bytes: Uint8Array, at: number, on: FrameHandler): boolean => {
  side.filled = 0;
  side.length = lengthAt(bytes, at);
  side.type = bytes[at + 3]!;
  side.flags = bytes[at + 4]!;
  side.stream = streamAt(bytes, at + 5);
  if (side.length <= side.most && isAllowed(side.type, side.length, side.flags, side.stream)) return true;
  on.malformed();
  lose(side, on);
  return false;
};

/** Goes on with the payload of the frame that has begun; it is not all in the chunk, or padded. */
const enter = (side: FrameSide, on: FrameHandler, bytes: Uint8Array, at: number, ts: Micros): void => {
  side.left = side.length;
  switch (side.type) {
    case DATA:
      side.mode = 'body';
      side.padding = (side.flags & PADDED) === 0 ? 0 : -1;
      if (side.left === 0) ended(side, on, ts);
      return;
    case HEADERS: case CONTINUATION: case PUSH_PROMISE: case RST_STREAM: case SETTINGS: case GOAWAY:
      side.mode = 'payload';
      if (side.left === 0) { side.mode = 'head'; on.payload(side, bytes, at, at, ts, true); }
      return;
    default:
      if (side.type > CONTINUATION) on.strange();
      skip(side, side.left);
  }
};

/** A frame that the chunk holds whole, as nearly all are; `at … end` is its payload. */
const whole = (side: FrameSide, on: FrameHandler, bytes: Uint8Array, at: number, end: number, ts: Micros): void => {
  switch (side.type) {
    case DATA:
      if (end > at) on.body(side, bytes, at, end, ts);
      if ((side.flags & END_STREAM) !== 0) on.finish(side, ts);
      return;
    case HEADERS: case CONTINUATION: case PUSH_PROMISE: case RST_STREAM: case SETTINGS: case GOAWAY:
      on.payload(side, bytes, at, end, ts, true);
      return;
    default:
      if (side.type > CONTINUATION) on.strange();
  }
};

const keep = (side: FrameSide, bytes: Uint8Array, at: number, end: number): void => {
  const needed = side.filled + end - at;
  if (side.buffer.length < needed) {
    const larger = new Uint8Array(Math.min(Math.max(side.length, HEAD_BYTES), needed * 2));
    larger.set(side.buffer.subarray(0, side.filled));
    side.buffer = larger;
  }
  side.buffer.set(bytes.subarray(at, end), side.filled);
  side.filled = needed;
};

/** A frame header of which the chunk holds a part. */
const pieceOfHead = (side: FrameSide, on: FrameHandler, bytes: Uint8Array, at: number, end: number, ts: Micros): number => {
  const stop = Math.min(at + HEAD_BYTES - side.filled, end);
  keep(side, bytes, at, stop);
  if (side.filled < HEAD_BYTES) return stop;
  if (!begin(side, side.buffer, 0, on)) return end;
  enter(side, on, bytes, stop, ts);
  return stop;
};
const pieceOfBody = (side: FrameSide, on: FrameHandler, bytes: Uint8Array, at: number, end: number, ts: Micros): number => {
  if (side.padding < 0) {
    // Body bytes are told from padding by the first byte of the payload (RFC 9113 §6.1).
    side.padding = Math.min(bytes[at]!, side.left - 1);
    side.left -= 1 + side.padding;
    if (side.left === 0) ended(side, on, ts);
    return at + 1;
  }
  const stop = Math.min(at + side.left, end);
  side.left -= stop - at;
  on.body(side, bytes, at, stop, ts);
  if (side.left === 0) ended(side, on, ts);
  return stop;
};
const pieceOfPayload = (side: FrameSide, on: FrameHandler, bytes: Uint8Array, at: number, end: number, ts: Micros): number => {
  const stop = Math.min(at + side.left, end);
  side.left -= stop - at;
  if (side.left === 0) {
    side.mode = 'head';
    if (side.filled === 0) { on.payload(side, bytes, at, stop, ts, true); return stop; }
    keep(side, bytes, at, stop);
    const all = side.filled;
    side.filled = 0;
    on.payload(side, side.buffer, 0, all, ts, true);
    shrink(side);
  } else if (side.length > MOST_PAYLOAD) {
    on.payload(side, bytes, at, at, ts, false);
    skip(side, side.left);
  } else keep(side, bytes, at, stop);
  return stop;
};

/** Reads what a chunk holds of its direction's frames, whatever way they are cut. */
export const readFrames = (side: FrameSide, chunk: Data, on: FrameHandler): void => {
  const { bytes, end, ts } = chunk;
  let { at } = chunk;
  while (at < end) {
    switch (side.mode) {
      case 'head': {
        if (side.filled === 0) {
          side.ts = ts;
          side.seq = (chunk.seq + at - chunk.at) | 0;
          side.ack = chunk.ack;
        }
        if (side.filled > 0 || end - at < HEAD_BYTES) { at = pieceOfHead(side, on, bytes, at, end, ts); break; }
        if (!begin(side, bytes, at, on)) return;
        at += HEAD_BYTES;
        const stop = at + side.length;
        if (stop > end || (side.type === DATA && (side.flags & PADDED) !== 0)) { enter(side, on, bytes, at, ts); break; }
        whole(side, on, bytes, at, stop, ts);
        at = stop;
        break;
      }
      case 'body': at = pieceOfBody(side, on, bytes, at, end, ts); break;
      case 'payload': at = pieceOfPayload(side, on, bytes, at, end, ts); break;
      case 'preface': case 'skip': {
        const length = Math.min(side.left, end - at);
        side.left -= length;
        if (side.left === 0) side.mode = 'head';
        at += length;
        break;
      }
      case 'lost':
        at = framesAt(bytes, at, end);
        if (at < 0) return;
        side.mode = 'head';
        on.found();
        break;
      default: side.mode satisfies never;
    }
  }
};

/** Bytes kept of a frame that is not whole. */
export const frameBytes = ({ filled, buffer }: FrameSide): number => (filled > 0 && buffer.length > HEAD_BYTES ? buffer.length : 0);

/** Lets go of what is kept of a frame; the next one is still found by its length. */
export const dropFrame = (side: FrameSide): void => {
  if (side.mode !== 'payload') return;
  skip(side, side.left);
  side.buffer = new Uint8Array(HEAD_BYTES);
};

/** Bytes of the direction that no packet holds. */
export const missFrames = (side: FrameSide, { length, ts }: Gap, on: FrameHandler): void => {
  switch (side.mode) {
    case 'lost': return;
    case 'head': lose(side, on); return;
    case 'preface': case 'skip':
      if (length > side.left) lose(side, on);
      else {
        side.left -= length;
        if (side.left === 0) side.mode = 'head';
      }
      return;
    case 'payload':
      // What stands before the gap is still true; the frame's length says where the next one begins.
      side.left -= length;
      on.payload(side, side.buffer, 0, side.filled, ts, false);
      if (side.left < 0) lose(side, on);
      else { skip(side, side.left); shrink(side); }
      return;
    case 'body': {
      if (side.padding < 0) side.padding = 0;
      const within = length <= side.left + side.padding;
      on.missing(side, Math.min(length, side.left));
      side.left -= length;
      if (!within) { lose(side, on); return; }
      if (side.left > 0) return;
      side.padding += side.left;
      ended(side, on, ts);
      return;
    }
    default: side.mode satisfies never;
  }
};
