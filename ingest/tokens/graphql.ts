import type { Bag } from './bag.ts';
import { remembered } from './remembered.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_OBJECT = 0x7b;
const MINUS = 0x2d;
const POINT = 0x2e;
const UNDERSCORE = 0x5f;
const PLACES = 256;
const LONGEST_QUERY = 4096;

const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= 0x30 && byte <= 0x39;
const isName = (byte: number | undefined): boolean => byte !== undefined && (isDigit(byte) || byte === UNDERSCORE || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a));

/** Where the string ends whose opening quote, escaped as it stands in JSON, is at `at`; -1 = it does not. */
const stringEnd = (bytes: Uint8Array, at: number, end: number): number => {
  for (let i = at + 2; i + 1 < end; i++) if (bytes[i] === BACKSLASH && bytes[i + 1] === QUOTE && bytes[i - 1] !== BACKSLASH) return i;
  return -1;
};

/**
 * The hash of a GraphQL document as it stands in a JSON string: it says what is asked. Strings and numbers written into it are
 * not part of that, they are put into `into` as values of `field`. 0 = it is no document.
 */
export const documentReader = (): ((bytes: Uint8Array, at: number, end: number, field: number, into: Bag) => number) => {
  const known = remembered<number>({ places: PLACES, longest: LONGEST_QUERY, twice: true });
  let bare = new Uint8Array(0);
  return (bytes, at, end, field, into) => {
    const before = known.find(bytes, at, end);
    if (before !== null) return before;
    if (bare.length < end - at) bare = new Uint8Array(end - at);
    let filled = 0;
    let braces = 0;
    for (let i = at; i < end;) {
      const byte = bytes[i]!;
      if (byte === BACKSLASH && bytes[i + 1] === QUOTE) {
        const last = stringEnd(bytes, i, end);
        if (last < 0) break;
        into.add(field, bytes, i + 2, last);
        i = last + 2;
      } else if ((isDigit(byte) || (byte === MINUS && isDigit(bytes[i + 1]))) && i > at && !isName(bytes[i - 1])) {
        let last = i + 1;
        while (last < end && (isDigit(bytes[last]) || bytes[last] === POINT)) last++;
        into.add(field, bytes, i, last);
        i = last;
      } else {
        if (byte === OPEN_OBJECT) braces++;
        bare[filled++] = byte;
        i++;
      }
    }
    const kind = braces === 0 ? 0 : (into.hashOf(bare, 0, filled) % 0x1_0000_0000) || 1;
    if (filled === end - at) known.keep(bytes, at, end, kind);
    return kind;
  };
};
