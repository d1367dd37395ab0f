import type { Micros } from '../../sql/micros.ts';
import type { Data, Gap } from '../reassembly/chunk.ts';
import {
  CONTINUATION, DATA, DEFAULT_FRAME_BYTES, GOAWAY, HEAD_BYTES, HEADERS, isAllowed, lengthAt, PADDED, PUSH_PROMISE, RST_STREAM, SETTINGS, streamAt,
} from './frame-head.ts';
import { framesAt } from './grammar.ts';

/** A frame and where it began; one object, filled again for each frame. */
export interface Frame {
  length: number;
  type: number;
  flags: number;
  stream: number;
  /** Of the chunk that brought the first byte, and that byte's sequence number. */
  ts: Micros;
  seq: number;
  ack: number;
}

/** Takes what a direction's frames hold. */
export interface FrameHandler {
  /** The header of a DATA frame is there; its body follows in pieces. */
  begin(frame: Frame): void;
  /** Body bytes of a DATA frame, without padding. */
  body(frame: Frame, bytes: Uint8Array, at: number, end: number, ts: Micros): void;
  /** Body bytes of a DATA frame that no packet holds. */
  missing(frame: Frame, length: number): void;
  /** The last byte of a DATA frame. */
  finish(frame: Frame, ts: Micros): void;
  /** Payload of any other frame that is read; not `whole` where its rest was lost. */
  payload(frame: Frame, bytes: Uint8Array, at: number, end: number, ts: Micros, whole: boolean): void;
  /** A frame of a type that no RFC 9113 reader knows; it is skipped. */
  strange(): void;
  /** Frames may have been lost from here on. */
  lost(ts: Micros): void;
  /** Bytes stand where a frame should. */
  malformed(): void;
  found(): void;
}

export interface FrameReader {
  data(chunk: Data): void;
  gap(chunk: Gap): void;
  /** The peer takes frames up to this. */
  allow(frameBytes: number): void;
}

export const PREFACE_BYTES = 24;
/** A payload that is read is kept up to this where it comes in several chunks; more is as good as lost. */
const MOST_PAYLOAD = 256 << 10;

type Mode = 'preface' | 'head' | 'body' | 'payload' | 'skip' | 'lost';

const NOTHING = new Uint8Array(0);

/** Frames of one direction, whatever way its bytes are cut; `mode` says where its first byte stands. */
export const frameReader = (on: FrameHandler, start: 'preface' | 'head' | 'lost'): FrameReader => {
  const frame: Frame = { length: 0, type: 0, flags: 0, stream: 0, ts: 0 as Micros, seq: 0, ack: 0 };
  let mode: Mode = start;
  /** Bytes of the preface, body, payload or skipped frame still to come. */
  let left = start === 'preface' ? PREFACE_BYTES : 0;
  /** Padding behind the body; -1 = its length is the next byte. */
  let padding = 0;
  let buffer: Uint8Array = NOTHING;
  const head = new Uint8Array(HEAD_BYTES);
  let filled = 0;
  let most = DEFAULT_FRAME_BYTES;

  const lose = (ts: Micros): void => {
    filled = 0;
    if (mode === 'lost') return;
    mode = 'lost';
    on.lost(ts);
  };
  const skip = (length: number): void => {
    left = length;
    mode = left === 0 ? 'head' : 'skip';
    filled = 0;
  };
  const ended = (ts: Micros): void => {
    mode = 'head';
    on.finish(frame, ts);
    if (padding > 0) skip(padding);
  };
  /** A frame's header is whole; false = it is none. */
  const begin = (bytes: Uint8Array, at: number, ts: Micros): boolean => {
    filled = 0;
    frame.length = lengthAt(bytes, at);
    frame.type = bytes[at + 3]!;
    frame.flags = bytes[at + 4]!;
    frame.stream = streamAt(bytes, at + 5);
    if (frame.length > most || !isAllowed(frame.type, frame.length, frame.flags, frame.stream)) {
      on.malformed();
      lose(ts);
      return false;
    }
    left = frame.length;
    switch (frame.type) {
      case DATA:
        mode = 'body';
        padding = (frame.flags & PADDED) === 0 ? 0 : -1;
        on.begin(frame);
        if (left === 0) ended(ts);
        break;
      case HEADERS: case CONTINUATION: case PUSH_PROMISE: case RST_STREAM: case SETTINGS: case GOAWAY:
        mode = 'payload';
        if (left === 0) { mode = 'head'; on.payload(frame, bytes, at, at, ts, true); }
        break;
      default:
        if (frame.type > CONTINUATION) on.strange();
        skip(left);
    }
    return true;
  };
  const keep = (bytes: Uint8Array, at: number, end: number): void => {
    const needed = filled + end - at;
    if (buffer.length < needed) {
      const larger = new Uint8Array(Math.max(1024, needed * 2));
      larger.set(buffer.subarray(0, filled));
      buffer = larger;
    }
    buffer.set(bytes.subarray(at, end), filled);
    filled = needed;
  };
  /** Body bytes are told from padding by the first byte of the payload (RFC 9113 §6.1). */
  const unpad = (bytes: Uint8Array, at: number, ts: Micros): void => {
    padding = Math.min(bytes[at]!, left - 1);
    left -= 1 + padding;
    if (left === 0) ended(ts);
  };
  const step = (chunk: Data, at: number): number => {
    const { bytes, end, ts } = chunk;
    switch (mode) {
      case 'preface': case 'skip': {
        const length = Math.min(left, end - at);
        left -= length;
        if (left === 0) mode = 'head';
        return at + length;
      }
      case 'head': {
        if (filled === 0) {
          frame.ts = ts;
          frame.seq = (chunk.seq + at - chunk.at) >>> 0;
          frame.ack = chunk.ack;
          if (end - at >= HEAD_BYTES) return begin(bytes, at, ts) ? at + HEAD_BYTES : end;
        }
        const length = Math.min(HEAD_BYTES - filled, end - at);
        for (let i = 0; i < length; i++) head[filled++] = bytes[at + i]!;
        return filled < HEAD_BYTES || begin(head, 0, ts) ? at + length : end;
      }
      case 'body': {
        if (padding < 0) { unpad(bytes, at, ts); return at + 1; }
        const length = Math.min(left, end - at);
        left -= length;
        on.body(frame, bytes, at, at + length, ts);
        if (left === 0) ended(ts);
        return at + length;
      }
      case 'payload': {
        const length = Math.min(left, end - at);
        left -= length;
        if (left === 0) {
          mode = 'head';
          if (filled === 0) { on.payload(frame, bytes, at, at + length, ts, true); return at + length; }
          keep(bytes, at, at + length);
          const all = filled;
          filled = 0;
          on.payload(frame, buffer, 0, all, ts, true);
          return at + length;
        }
        if (frame.length > MOST_PAYLOAD) { on.payload(frame, bytes, at, at, ts, false); skip(left); } else keep(bytes, at, at + length);
        return at + length;
      }
      case 'lost': {
        const found = framesAt(bytes, at, end);
        if (found < 0) return end;
        mode = 'head';
        on.found();
        return found;
      }
      default: return mode satisfies never;
    }
  };

  return {
    data: (chunk) => {
      let { at } = chunk;
      while (at < chunk.end) at = step(chunk, at);
    },
    gap: ({ length, ts }) => {
      switch (mode) {
        case 'lost': return;
        case 'head': lose(ts); return;
        case 'preface': case 'skip':
          if (length > left) lose(ts); else { left -= length; if (left === 0) mode = 'head'; }
          return;
        case 'payload':
          // What stands before the gap is still true; the frame's length says where the next one begins.
          left -= length;
          on.payload(frame, buffer, 0, filled, ts, false);
          if (left < 0) lose(ts); else skip(left);
          return;
        case 'body': {
          if (padding < 0) padding = 0;
          const within = length <= left + padding;
          on.missing(frame, Math.min(length, left));
          left -= length;
          if (!within) { lose(ts); return; }
          if (left > 0) return;
          padding += left;
          ended(ts);
          return;
        }
        default: mode satisfies never;
      }
    },
    allow: (frameBytes) => { if (frameBytes > most) most = frameBytes; },
  };
};
