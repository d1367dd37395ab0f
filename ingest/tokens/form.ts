import type { Bag } from './bag.ts';
import { fieldWithin } from './keyed-hash.ts';

const AMPERSAND = 0x26;
const SEMICOLON = 0x3b;
const EQUALS = 0x3d;
const PERCENT = 0x25;
const PLUS = 0x2b;

const hexDigit = (byte: number | undefined): number => {
  if (byte === undefined) return -1;
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x61 + 10 : -1;
};

/** Decodes `%41`, and + as a blank where `plus`, in place; returns where it ends then. */
export const decodePercent = (bytes: Uint8Array, at: number, end: number, plus: boolean): number => {
  let to = at;
  for (let i = at; i < end; i++) {
    const byte = bytes[i]!;
    const high = byte === PERCENT && i + 2 < end ? hexDigit(bytes[i + 1]) : -1;
    const low = high < 0 ? -1 : hexDigit(bytes[i + 2]);
    if (low >= 0) { bytes[to++] = high * 16 + low; i += 2; }
    else bytes[to++] = plus && byte === PLUS ? 0x20 : byte;
  }
  return to;
};

const isTruth = (bytes: Uint8Array, at: number, end: number): boolean => {
  const first = bytes[at]! | 0x20;
  const last = bytes[end - 1]! | 0x20;
  return last === 0x65 && ((end - at === 4 && first === 0x74) || (end - at === 5 && first === 0x66));
};

/**
 * Puts the pairs of a query or of a form (application/x-www-form-urlencoded) into `into`; rewrites the bytes it is given. Of one
 * that is not `whole` the last value may go on.
 */
export const formTokens = (bytes: Uint8Array, from: number, end: number, root: number, into: Bag, whole: boolean): void => {
  for (let at = from; at < end;) {
    let next = at;
    let equals = -1;
    for (; next < end && bytes[next] !== AMPERSAND && bytes[next] !== SEMICOLON; next++) if (equals < 0 && bytes[next] === EQUALS) equals = next;
    if (equals > at && (whole || next < end)) {
      const nameEnd = decodePercent(bytes, at, equals, true);
      const valueEnd = decodePercent(bytes, equals + 1, next, true);
      if (!isTruth(bytes, equals + 1, valueEnd)) into.add(fieldWithin(root, into.nameOf(bytes, at, nameEnd)), bytes, equals + 1, valueEnd);
    }
    at = next + 1;
  }
};

/** It begins as a form does: a name and a value. */
export const isForm = (bytes: Uint8Array, at: number, end: number): boolean => {
  for (let i = at; i < end; i++) {
    const byte = bytes[i]!;
    if (byte === EQUALS) return i > at;
    if (byte <= 0x20 || byte >= 0x7f || byte === 0x3c || byte === 0x7b) return false;
  }
  return false;
};
