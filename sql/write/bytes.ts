/** UTF-8 takes at most three bytes for each unit of a string, and what is escaped two. */
export const MOST_BYTES_A_UNIT = 3;
/** Of a safe integer with its sign, and of a double as JavaScript writes it. */
export const MOST_DIGITS = 25;

const BACKSLASH = 0x5c;
const MINUS = 0x2d;
const ZERO = 0x30;
const ASCII = 0x80;

/** For each ASCII code: 1 = a backslash goes before it. */
const specials = (characters: string): Uint8Array => {
  const table = new Uint8Array(ASCII);
  for (const character of characters) table[character.charCodeAt(0)] = 1;
  return table;
};
export const SYMBOL_SPECIALS = specials(' ,=\n\r\\');
export const TEXT_SPECIALS = specials('"\n\r\\');

/** Writes a text as UTF-8 with its specials escaped and returns where it ends; the caller has made room. */
export const writeEscaped = (bytes: Uint8Array, from: number, text: string, table: Uint8Array): number => {
  let at = from;
  for (let n = 0; n < text.length; n++) {
    const code = text.charCodeAt(n);
    if (code >= ASCII) {
      // Up to the next character that a table may hold: escapes are ASCII, so a run of others needs none.
      let end = n + 1;
      while (end < text.length && text.charCodeAt(end) >= ASCII) end++;
      at += utf8.encodeInto(text.slice(n, end), bytes.subarray(at)).written;
      n = end - 1;
      continue;
    }
    if (table[code] === 1) bytes[at++] = BACKSLASH;
    bytes[at++] = code;
  }
  return at;
};
const utf8 = new TextEncoder();

const BILLION = 1_000_000_000;

/** Writes a safe integer in decimal and returns where it ends. */
export const writeDigits = (bytes: Uint8Array, from: number, value: number): number => {
  let at = from;
  let rest = value;
  if (rest < 0) {
    bytes[at++] = MINUS;
    rest = -rest;
  }
  if (rest < BILLION) return writeSmall(bytes, at, rest | 0, 1);
  // Above 2^31 JavaScript divides doubles: nine digits at a time stay integers.
  const high = Math.floor(rest / BILLION);
  return writeSmall(bytes, writeSmall(bytes, at, high | 0, 1), (rest - high * BILLION) | 0, 9);
};

/** Below a billion, with at least `least` digits. */
const writeSmall = (bytes: Uint8Array, from: number, value: number, least: number): number => {
  let digits = least;
  for (let bound = 10 ** least; bound <= value; bound *= 10) digits++;
  let rest = value;
  for (let at = from + digits - 1; at >= from; at--) {
    const tenth = (rest / 10) | 0;
    bytes[at] = ZERO + rest - tenth * 10;
    rest = tenth;
  }
  return from + digits;
};
