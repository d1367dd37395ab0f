import {
  ACK, CONTINUATION, DATA, DEFAULT_FRAME_BYTES, END_HEADERS, END_STREAM, GOAWAY, HAS_PRIORITY, HEAD_BYTES, HEADERS, isAllowed, lengthAt, PADDED,
  PING, PRIORITY, RST_STREAM, SETTINGS, WINDOW_UPDATE, word,
} from './frame-head.ts';
import { headerBlock, hpackDecoder } from './hpack-decode.ts';
import { METHOD, SCHEME, STATUS } from './hpack-static.ts';

/** Bits of the bytes that must have fallen as they do, where frames are looked for: at a segment's beginning, and within one. */
const ENOUGH = 44;
/** The same of a connection known to be HTTP/2, where the last frame may end with the segment: no chance hits that. */
const ENOUGH_KNOWN = 34;
const EXACT_END = 24;
const ENOUGH_WITHIN = 80;

const MOST_STREAM = 2 ** 28;
const MOST_ERROR = 0xd;
const MOST_SETTING = 0x10;
const MOST_GOAWAY = 1024;

/** How sure the frame at `at` is by itself, in bits; -1 = it is none. */
const evidence = (bytes: Uint8Array, at: number, end: number): number => {
  const length = lengthAt(bytes, at);
  const type = bytes[at + 3]!;
  const flags = bytes[at + 4]!;
  const id = word(bytes, at + 5);
  if (type > CONTINUATION || length > DEFAULT_FRAME_BYTES || id > MOST_STREAM || !isAllowed(type, length, flags, id)) return -1;
  const payload = at + HEAD_BYTES;
  const whole = payload + length <= end;
  switch (type) {
    case DATA: return (flags & ~(END_STREAM | PADDED)) === 0 && id % 2 === 1 ? 12 : -1;
    case HEADERS: {
      if ((flags & ~(END_STREAM | END_HEADERS | PADDED | HAS_PRIORITY)) !== 0 || id % 2 === 0) return -1;
      return whole && (flags & END_HEADERS) !== 0 ? blockEvidence(bytes, payload, payload + length, flags) : 8;
    }
    case PRIORITY: return flags === 0 ? 40 : -1;
    case RST_STREAM: return flags === 0 && (!whole || word(bytes, payload) <= MOST_ERROR) ? 50 : -1;
    case SETTINGS: {
      if ((flags & ~ACK) !== 0) return -1;
      for (let i = payload; i + 6 <= Math.min(payload + length, end); i += 6) if (bytes[i] !== 0 || bytes[i + 1]! > MOST_SETTING || bytes[i + 1] === 0) return -1;
      return 56;
    }
    case PING: return (flags & ~ACK) === 0 ? 64 : -1;
    case GOAWAY: return flags === 0 && length <= MOST_GOAWAY ? 50 : -1;
    case WINDOW_UPDATE: return flags === 0 && (!whole || (word(bytes, payload) > 0 && word(bytes, payload) < 2 ** 31)) ? 48 : -1;
    // A pushed or continued block cannot be the first thing.
    default: return 0;
  }
};

/** A header block that says what it is in static entries, as nearly all do: 40 bits. */
const blockEvidence = (bytes: Uint8Array, payload: number, frameEnd: number, flags: number): number => {
  const padded = (flags & PADDED) !== 0;
  const at = payload + (padded ? 1 : 0) + ((flags & HAS_PRIORITY) === 0 ? 0 : 5);
  const end = frameEnd - (padded ? bytes[payload]! : 0);
  if (end <= at) return -1;
  const into = headerBlock();
  if (hpackDecoder(false).decode(bytes, at, end, into) !== 'whole') return -1;
  const method = into.values[METHOD];
  const status = into.values[STATUS];
  if (typeof method === 'string') return /^[A-Z-]{3,24}$/.test(method) && typeof into.values[SCHEME] === 'string' ? 44 : 8;
  if (typeof status === 'string') return /^[1-5]\d\d$/.test(status) ? 44 : -1;
  return 8;
};

/** Frames follow each other from `at` to the end of the bytes (the last may reach beyond): how sure, in bits; -1 = they do not. */
const chain = (bytes: Uint8Array, at: number, end: number, enough: number, exactEnd = 0): number => {
  let bits = 0;
  let here = at;
  while (end - here >= HEAD_BYTES) {
    const more = evidence(bytes, here, end);
    if (more < 0) return -1;
    bits += more;
    if (bits >= enough) return bits;
    here += HEAD_BYTES + lengthAt(bytes, here);
  }
  return here === end ? bits + exactEnd : bits;
};

/** The segment `bytes[at … end)` begins with a frame of HTTP/2, beyond reasonable doubt. */
export const beginsWithFrame = (bytes: Uint8Array, at: number, end: number): boolean =>
  end - at >= HEAD_BYTES && bytes[at] === 0 && bytes[at + 3]! <= CONTINUATION && chain(bytes, at, end, ENOUGH) >= ENOUGH;

/** Where frames begin in the segment `bytes[at … end)` of a connection known to be HTTP/2; -1 = nowhere that can be told. */
export const framesAt = (bytes: Uint8Array, at: number, end: number): number => {
  if (end - at >= HEAD_BYTES && chain(bytes, at, end, ENOUGH_KNOWN, EXACT_END) >= ENOUGH_KNOWN) return at;
  for (let here = at + 1; here + HEAD_BYTES <= end; here++) {
    if (bytes[here] === 0 && bytes[here + 3]! <= CONTINUATION && chain(bytes, here, end, ENOUGH_WITHIN) >= ENOUGH_WITHIN) return here;
  }
  return -1;
};
