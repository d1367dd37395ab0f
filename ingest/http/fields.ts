import { newlineIn } from './grammar.ts';
import { latin1, type Text } from './texts.ts';

/** The fields of a head that are read. */
export interface Fields {
  host: string | null;
  contentLength: number | null;
  /** Content-Length is malformed, or several contradict each other (RFC 9112 §6.3). */
  badLength: boolean;
  transferEncoding: string | null;
  /** Tracing headers by their lower-case names; null = there are none. */
  traces: Map<string, string> | null;
  /** Behind the empty line that ended them; -1 = there was none. */
  end: number;
}

const LF = 0x0a;
const CR = 0x0d;
const SP = 0x20;
const TAB = 0x09;
const COLON = 0x3a;
const ZERO = 0x30;
/** As many digits as a number surely holds exactly. */
const MOST_DIGITS = 15;

/** Names wanted, by their first letter: all other fields are passed over at their first byte. */
const WANTED: readonly (readonly string[] | undefined)[] = Array.from({ length: 256 }, (_, byte) => {
  const names = [
    'host', 'content-length', 'transfer-encoding', 'traceparent', 'b3', 'x-b3-traceid', 'x-b3-spanid', 'x-b3-parentspanid',
    'uber-trace-id', 'sw8', 'x-request-id',
  ].filter((name) => name.startsWith(String.fromCharCode(byte).toLowerCase()));
  return byte < 128 && names.length > 0 ? names : undefined;
});
const LOWER = Uint8Array.from({ length: 256 }, (_, byte) => (byte >= 0x41 && byte <= 0x5a ? byte + 32 : byte));

/** Reads the field lines from `from` to the empty line, or to `end` where there is none; `text` makes the strings that are kept. */
export const readFields = (bytes: Uint8Array, from: number, end: number, text: Text): Fields => {
  const fields: Fields = { host: null, contentLength: null, badLength: false, transferEncoding: null, traces: null, end: -1 };
  for (let at = from; at < end;) {
    const newline = newlineIn(bytes, at, end);
    const next = newline < 0 ? end : newline;
    const first = bytes[at]!;
    if (newline >= 0 && (first === LF || first === CR) && isEmpty(bytes, at, newline)) { fields.end = newline + 1; break; }
    const names = WANTED[first];
    if (names !== undefined) {
      for (const name of names) {
        const value = valueOf(bytes, at, next, name);
        if (value >= 0) { take(name, bytes, value, next, end, fields, text); break; }
      }
    }
    at = next + 1;
  }
  return fields;
};

const isEmpty = (bytes: Uint8Array, at: number, newline: number): boolean => {
  let i = at;
  while (i < newline && bytes[i] === CR) i++;
  return i === newline;
};

/** Where the value of the field line at `at` begins, should the line have that name; else -1. */
const valueOf = (bytes: Uint8Array, at: number, end: number, name: string): number => {
  const { length } = name;
  if (at + length >= end) return -1;
  for (let i = 1; i < length; i++) if (LOWER[bytes[at + i]!] !== name.charCodeAt(i)) return -1;
  let colon = at + length;
  while (colon < end && (bytes[colon] === SP || bytes[colon] === TAB)) colon++;
  return colon < end && bytes[colon] === COLON ? colon + 1 : -1;
};

const isBlank = (byte: number): boolean => byte === SP || byte === CR || byte === TAB;

/** Takes the value that begins at `at` in a line that ends at `newline`; a head ends at `end`. */
const take = (name: string, bytes: Uint8Array, at: number, newline: number, end: number, fields: Fields, text: Text): void => {
  const folded = newline + 1 < end && (bytes[newline + 1] === SP || bytes[newline + 1] === TAB);
  if (folded) { takeText(name, latin1(bytes, at, foldedEnd(bytes, newline, end)).replace(/\r?\n[ \t]+/g, ' ').trim(), fields); return; }
  let begin = at;
  let last = newline;
  while (begin < last && isBlank(bytes[begin]!)) begin++;
  while (last > begin && isBlank(bytes[last - 1]!)) last--;
  if (name === 'content-length' && fields.contentLength === null) {
    const length = numberOf(bytes, begin, last);
    if (length >= 0) { fields.contentLength = length; return; }
  }
  takeText(name, text(bytes, begin, last), fields);
};

/** The number that the bytes spell with digits alone; -1 = they do not, or it is too long. */
const numberOf = (bytes: Uint8Array, at: number, end: number): number => {
  if (end === at || end - at > MOST_DIGITS) return -1;
  let value = 0;
  for (let i = at; i < end; i++) {
    const digit = bytes[i]! - ZERO;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
};

/** End of a field's value with its continuation lines (obs-fold, RFC 9112 §5.2). */
const foldedEnd = (bytes: Uint8Array, newline: number, end: number): number => {
  let at = newline;
  while (at + 1 < end && (bytes[at + 1] === SP || bytes[at + 1] === TAB)) {
    const next = bytes.indexOf(LF, at + 1);
    if (next < 0 || next >= end) return end;
    at = next;
  }
  return at;
};

const takeText = (name: string, value: string, fields: Fields): void => {
  switch (name) {
    case 'host': fields.host ??= value; break;
    case 'content-length': {
      // Repeated and equal is one length; anything else is an error, after which only the connection's end bounds an answer.
      for (const one of value.split(',')) {
        const length = /^\s*\+?\d+\s*$/.test(one) ? Math.min(Number(one), Number.MAX_SAFE_INTEGER) : null;
        if (length === null || (fields.contentLength !== null && fields.contentLength !== length)) fields.badLength = true;
        fields.contentLength ??= length;
      }
      break;
    }
    case 'transfer-encoding': fields.transferEncoding = fields.transferEncoding === null ? value : `${fields.transferEncoding}, ${value}`; break;
    default: {
      fields.traces ??= new Map<string, string>();
      if (!fields.traces.has(name)) fields.traces.set(name, value);
    }
  }
};
