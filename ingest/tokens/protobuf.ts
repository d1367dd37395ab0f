import type { Bag } from './bag.ts';
import { fieldWithin } from './keyed-hash.ts';

const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;
const MOST_DEPTH = 16;
const PREFIX_BYTES = 5;
const MOST_VARINT_BYTES = 10;
/** Of so many bytes and more a number may go beyond 53 bits. */
const EXACT_VARINT_BYTES = 8;
/** Shorter lengths are not printable. */
const LEAST_WRAPPED = 0x20;
/** Digits are spelled from the end of this. */
const spelled = new Uint8Array(24);

/** Printable UTF-8, and not nothing: else a text such as `892,159` is taken for fields now and then. */
const isText = (bytes: Uint8Array, at: number, end: number): boolean => {
  for (let i = at; i < end;) {
    const byte = bytes[i]!;
    if (byte >= 0x20 && byte < 0x7f) { i++; continue; }
    if (byte === 0x09 || byte === 0x0a || byte === 0x0d) { i++; continue; }
    const more = byte >= 0xf0 && byte < 0xf5 ? 3 : byte >= 0xe0 && byte < 0xf0 ? 2 : byte >= 0xc2 && byte < 0xe0 ? 1 : 0;
    if (more === 0 || i + more >= end) return false;
    for (let j = 1; j <= more; j++) if ((bytes[i + j]! & 0xc0) !== 0x80) return false;
    i += more + 1;
  }
  return end > at;
};

const varintEnd = (bytes: Uint8Array, at: number, end: number): number => {
  const last = Math.min(end, at + MOST_VARINT_BYTES);
  for (let i = at; i < last; i++) if (bytes[i]! < 0x80) return i + 1;
  return -1;
};

const varint = (bytes: Uint8Array, at: number, end: number): number => {
  let value = 0;
  for (let i = end - 1; i >= at; i--) value = value * 128 + (bytes[i]! & 0x7f);
  return value;
};

/** Adds a number as its digits, so that it equals the same number in a text. */
const addNumber = (value: number, field: number, into: Bag): void => {
  let at = spelled.length;
  let left = value;
  do { spelled[--at] = 0x30 + (left % 10); left = Math.floor(left / 10); } while (left > 0 && at > 0);
  into.add(field, spelled, at, spelled.length);
};

/** A text that is one field of a message and nothing else: tag and length of a UUID in field 4 are printable too. */
const isWrapped = (bytes: Uint8Array, at: number, end: number): boolean =>
  end - at > LEAST_WRAPPED && (bytes[at]! & 7) === BYTES && bytes[at + 1] === end - at - 2;

const encoder = new TextEncoder();

/** The same beyond what a number holds exactly, and below zero. */
const addLongNumber = (bytes: Uint8Array, at: number, end: number, field: number, into: Bag): void => {
  let value = 0n;
  for (let i = end - 1; i >= at; i--) value = value * 128n + BigInt(bytes[i]! & 0x7f);
  const digits = encoder.encode(BigInt.asIntN(64, value).toString());
  into.add(field, digits, 0, digits.length);
};

/** Walks the fields of a message; with `into` null only tells whether they fill the bytes exactly. */
const walk = (bytes: Uint8Array, from: number, end: number, field: number, depth: number, into: Bag | null): boolean => {
  for (let at = from; at < end;) {
    const tagEnd = varintEnd(bytes, at, end);
    if (tagEnd < 0) return false;
    const tag = varint(bytes, at, tagEnd);
    const number = Math.floor(tag / 8);
    if (number === 0 || number >= 0x2000_0000) return false;
    at = tagEnd;
    const name = into === null ? 0 : fieldWithin(field, number);
    switch (tag & 7) {
      case VARINT: {
        const valueEnd = varintEnd(bytes, at, end);
        if (valueEnd < 0) return false;
        if (into !== null) {
          if (valueEnd - at < EXACT_VARINT_BYTES) addNumber(varint(bytes, at, valueEnd), name, into);
          else addLongNumber(bytes, at, valueEnd, name, into);
        }
        at = valueEnd;
        break;
      }
      case FIXED64: case FIXED32: {
        const valueEnd = at + ((tag & 7) === FIXED64 ? 8 : 4);
        if (valueEnd > end) return false;
        into?.add(name, bytes, at, valueEnd);
        at = valueEnd;
        break;
      }
      case BYTES: {
        const lengthEnd = varintEnd(bytes, at, end);
        if (lengthEnd < 0) return false;
        const valueEnd = lengthEnd + varint(bytes, at, lengthEnd);
        if (valueEnd > end) return false;
        if (into !== null) {
          const isMessage = depth < MOST_DEPTH && (isText(bytes, lengthEnd, valueEnd)
            ? isWrapped(bytes, lengthEnd, valueEnd) : walk(bytes, lengthEnd, valueEnd, name, depth + 1, null));
          if (isMessage) walk(bytes, lengthEnd, valueEnd, name, depth + 1, into);
          else into.add(name, bytes, lengthEnd, valueEnd);
        }
        at = valueEnd;
        break;
      }
      default: return false;
    }
  }
  return true;
};

/** Puts the scalars of a protobuf message, read without its schema, into `into`, each under the numbers on its way. */
export const protobufTokens = (bytes: Uint8Array, at: number, end: number, root: number, into: Bag): void => { walk(bytes, at, end, root, 0, into); };

/** Where the message behind the prefix at `at` ends, as the prefix says. */
const framedEnd = (bytes: Uint8Array, at: number): number =>
  at + PREFIX_BYTES + bytes[at + 1]! * 0x100_0000 + ((bytes[at + 2]! << 16) | (bytes[at + 3]! << 8) | bytes[at + 4]!);

/** The messages of one side of a gRPC call, by their prefixes; returns how many were compressed, which are passed over. */
export const grpcTokens = (bytes: Uint8Array, from: number, end: number, root: number, into: Bag): number => {
  let compressed = 0;
  for (let at = from; at + PREFIX_BYTES <= end && !into.isFull();) {
    const begin = at + PREFIX_BYTES;
    const next = framedEnd(bytes, at);
    if (bytes[at] === 0) protobufTokens(bytes, begin, Math.min(end, next), root, into);
    else compressed++;
    at = next;
  }
  return compressed;
};

/** Whether the bytes begin with a message of gRPC, not compressed, that ends where they do or where another begins. */
export const isFramed = (bytes: Uint8Array, at: number, end: number): boolean => {
  if (end - at < PREFIX_BYTES || bytes[at] !== 0) return false;
  const next = framedEnd(bytes, at);
  // gRPC-Web ends an answer with a frame of trailers, marked by the highest bit.
  return next === end || (next < end && (bytes[next]! & 0x7f) <= 1);
};
