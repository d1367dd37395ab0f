import { latin1 } from './texts.ts';

const CR = 0x0d;
const MOST_DIGITS = 13;
const MOST_LINE_BYTES = 4096;

/** The line `bytes[at … end)`, its line feed not among them, holds nothing. */
export const isEmptyLine = (bytes: Uint8Array, at: number, end: number): boolean => at === end || (at + 1 === end && bytes[at] === CR);

/** The size that a line before a chunk gives, its extensions passed over (RFC 9112 §7.1); -1 = it gives none. */
export const chunkSize = (bytes: Uint8Array, at: number, end: number): number => {
  const last = end > at && bytes[end - 1] === CR ? end - 1 : end;
  if (last === at || last - at > MOST_DIGITS) return unusual(bytes, at, last);
  let size = 0;
  for (let i = at; i < last; i++) {
    const digit = hexDigit(bytes[i]!);
    if (digit < 0) return unusual(bytes, at, last);
    size = size * 16 + digit;
  }
  return size;
};

const unusual = (bytes: Uint8Array, at: number, end: number): number => {
  const digits = /^\s*([\da-fA-F]{1,13})\s*(?:;|$)/.exec(latin1(bytes, at, Math.min(end, at + MOST_LINE_BYTES)))?.[1];
  return digits === undefined ? -1 : Number.parseInt(digits, 16);
};

const hexDigit = (byte: number): number => {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
};
