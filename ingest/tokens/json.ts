import type { Bag } from './bag.ts';
import { documentReader } from './graphql.ts';
import { fieldWithin } from './keyed-hash.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const MINUS = 0x2d;
const MOST_DEPTH = 32;
const QUERY = 'query';

export const isBlank = (byte: number | undefined): boolean => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
const isDigit = (byte: number): boolean => byte >= 0x30 && byte <= 0x39;
/** Digits, sign, point and exponent. */
const isNumeric = (byte: number): boolean => isDigit(byte) || byte === 0x2b || byte === MINUS || byte === 0x2e || byte === 0x65 || byte === 0x45;
const isLetter = (byte: number): boolean => (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A string with escapes as the bytes that it stands for; null = it is not well-formed. */
const unescaped = (bytes: Uint8Array, at: number, end: number): Uint8Array | null => {
  try {
    return encoder.encode(String(JSON.parse(`"${decoder.decode(bytes.subarray(at, end))}"`)));
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
};

const isWord = (word: string, bytes: Uint8Array, at: number, end: number): boolean => {
  if (end - at !== word.length) return false;
  for (let i = 0; i < word.length; i++) if (bytes[at + i] !== word.charCodeAt(i)) return false;
  return true;
};

/** Six letters may come of one, as `\u0041`; a value longer than this is too long whatever it stands for. */
const LONGEST_ESCAPED = 6 * 80;

export type JsonReader = (bytes: Uint8Array, from: number, end: number, root: number, into: Bag) => number;

/**
 * Puts the strings and numbers of a JSON text (RFC 8259) into `into`, each under the names on its way, without places in lists;
 * stops where the text does or is no JSON. Several texts in a row are read as one. Returns the hash of what a GraphQL query
 * asks, 0 = there is none.
 */
export const jsonReader = (): JsonReader => {
  const parents = new Float64Array(MOST_DEPTH);
  const readDocument = documentReader();
  return (bytes, from, end, root, into) => {
    let objects = 0;
    let depth = 0;
    let field = root;
    let wantsName = false;
    let isQuery = false;
    let kind = 0;
    for (let at = from; at < end;) {
      const byte = bytes[at]!;
      if (byte === QUOTE) {
        let last = at;
        let escaped = false;
        for (let within = 0; within !== QUOTE;) {
          if (++last >= end) return kind;
          within = bytes[last]!;
          if (within === BACKSLASH) { escaped = true; last++; }
        }
        if (wantsName) {
          field = fieldWithin(parents[depth - 1]!, into.nameOf(bytes, at + 1, last));
          isQuery = depth === 1 && isWord(QUERY, bytes, at + 1, last);
        } else {
          const asked = isQuery ? readDocument(bytes, at + 1, last, field, into) : 0;
          if (asked !== 0) kind = asked;
          else if (!escaped) into.add(field, bytes, at + 1, last);
          else if (last - at <= LONGEST_ESCAPED) addEscaped(bytes, at + 1, last, field, into);
        }
        at = last + 1;
      } else if (byte === COLON) { wantsName = false; at++; }
      else if (byte === COMMA) { wantsName = depth > 0 && (objects & (1 << (depth - 1))) !== 0; at++; }
      else if (byte === OPEN_OBJECT || byte === OPEN_LIST) {
        if (depth === MOST_DEPTH || wantsName) return kind;
        parents[depth] = field;
        wantsName = byte === OPEN_OBJECT;
        objects = wantsName ? objects | (1 << depth) : objects & ~(1 << depth);
        depth++;
        at++;
      } else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) {
        if (depth === 0) return kind;
        field = parents[--depth]!;
        wantsName = false;
        if (depth === 0 && into.isFull()) return kind;
        at++;
      } else if (isDigit(byte) || byte === MINUS) {
        let last = at + 1;
        while (last < end && isNumeric(bytes[last]!)) last++;
        // A number that the bytes end in may go on.
        if (last < end || depth === 0) into.add(field, bytes, at, last);
        at = last;
      } else if (isBlank(byte)) at++;
      else if (isLetter(byte)) { while (at < end && isLetter(bytes[at]!)) at++; }
      else return kind;
      if (kind !== 0 && into.isFull()) return kind;
    }
    return kind;
  };
};

const addEscaped = (bytes: Uint8Array, at: number, end: number, field: number, into: Bag): void => {
  const plain = unescaped(bytes, at, end);
  if (plain !== null) into.add(field, plain, 0, plain.length);
};
