import { traceOf } from '../trace.ts';
import { readFields, type Fields } from './fields.ts';
import { newlineIn } from './grammar.ts';
import type { Said, TraceHeaders } from './message.ts';
import { latin1, type Text } from './texts.ts';

/** How a message's body ends, before what it answers is known. */
export type Framing = 'none' | 'length' | 'chunked' | 'close';

/** What is read from a head; nothing else of it is kept. */
export interface Head extends Said {
  readonly framing: Framing;
  /** Content-Length; 0 where there is none. */
  readonly length: number;
  readonly trace: TraceHeaders | null;
  /** How long it is with its empty line, or with the only line of an HTTP/0.9 request; -1 = its end is not among the bytes given. */
  readonly bytes: number;
}

/** A head that was never sent: what stands for one before the answer to an HTTP/0.9 request. */
export const BARE: Head = {
  slot: -1, method: null, target: null, protocol: 'http/0.9', status: 0, host: null, framing: 'close', length: 0, trace: null, bytes: -1,
};
/** How much of such an answer stands for its head in ids. */
export const MOST_BARE_HASHED = 64;

const CR = 0x0d;
const SP = 0x20;
const H = 0x48;
const SLASH = 0x2f;
const DOT = 0x2e;
const ONE = 0x31;
const ZERO = 0x30;
/** `HTTP/1.1`, and the blank behind it with a status. */
const VERSION_BYTES = 8;
const STATUS_BYTES = 12;

/** Reads the head that begins at `at`, as far as it is within `bytes[at … end)`; it never throws. `text` makes its strings. */
export const parseHead = (bytes: Uint8Array, at: number, end: number, text: Text = latin1): Head => {
  const newline = newlineIn(bytes, at, end);
  const lineEnd = newline < 0 ? end : newline;
  const last = lineEnd > at && bytes[lineEnd - 1] === CR ? lineEnd - 1 : lineEnd;
  const bare = newline >= 0 && !isVersioned(bytes, at, last);
  const fields = readFields(bytes, lineEnd + 1, bare ? lineEnd + 1 : end, text);
  if (bare) fields.end = lineEnd + 1;
  return bytes[at] === H && bytes[at + 4] === SLASH ? response(bytes, at, last, fields) : request(bytes, at, last, newline < 0, fields, text);
};

/** Its first line has a version, wherever that stands: fields follow. */
const isVersioned = (bytes: Uint8Array, at: number, end: number): boolean => {
  if (bytes[at + 4] === SLASH && bytes[at] === H) return true;
  let last = end;
  while (last > at && bytes[last - 1] === CR) last--;
  return bytes[last - 8] === H && bytes[last - 4] === SLASH;
};

const isChunked = ({ transferEncoding }: Fields): boolean =>
  transferEncoding !== null && (transferEncoding === 'chunked' || /(^|[\s,;])chunked\b/i.test(transferEncoding));

const response = (bytes: Uint8Array, at: number, last: number, fields: Fields): Head => {
  const usual = last - at >= STATUS_BYTES ? usualVersion(bytes, at) : null;
  const status = usual === null || bytes[at + VERSION_BYTES] !== SP ? -1 : threeDigits(bytes, at + VERSION_BYTES + 1, last);
  const { protocol, code } = usual !== null && status >= 0 ? { protocol: usual, code: status } : statusLine(latin1(bytes, at, Math.min(last, at + 40)));
  return {
    slot: -1, method: null, target: null, protocol, status: code, host: null, trace: null,
    framing: isChunked(fields) ? 'chunked' : fields.transferEncoding !== null || fields.contentLength === null || fields.badLength ? 'close' : 'length',
    length: fields.contentLength ?? 0, bytes: fields.end < 0 ? -1 : fields.end - at,
  };
};

/** Status lines off the beaten track: other versions, several blanks, zeros before the code. */
const statusLine = (line: string): { readonly protocol: string; readonly code: number } => {
  const [, version = '1.1', code = '0'] = /^HTTP\/([\d.]*)[ \t]+0*(\d{3})(?!\d)/.exec(line) ?? [];
  return { protocol: `http/${version}`, code: Number(code) };
};

const request = (bytes: Uint8Array, at: number, last: number, endless: boolean, fields: Fields, text: Text): Head => {
  let space = at;
  while (space < last && bytes[space] !== SP) space++;
  let versionAt = last;
  while (versionAt > space && bytes[versionAt - 1] !== SP) versionAt--;
  const versioned = versionAt > space && bytes[versionAt] === H && bytes[versionAt + 4] === SLASH;
  let targetAt = space;
  while (targetAt < last && bytes[targetAt] === SP) targetAt++;
  let targetEnd = versioned || endless ? Math.max(versionAt, targetAt) : last;
  while (targetEnd > targetAt && bytes[targetEnd - 1] === SP) targetEnd--;
  const usual = last - versionAt === VERSION_BYTES ? usualVersion(bytes, versionAt) : null;
  return {
    slot: -1, method: text(bytes, at, space), target: text(bytes, targetAt, targetEnd),
    protocol: versioned ? usual ?? `http/${latin1(bytes, versionAt + 5, last)}` : 'http/0.9',
    status: 0, host: fields.host, trace: fields.traces === null ? null : traceOf(fields.traces),
    framing: isChunked(fields) ? 'chunked' : fields.contentLength === null ? 'none' : 'length',
    length: fields.contentLength ?? 0, bytes: fields.end < 0 ? -1 : fields.end - at,
  };
};

/** The version in `HTTP/1.1` or `HTTP/1.0`; null = another. */
const usualVersion = (bytes: Uint8Array, at: number): 'http/1.1' | 'http/1.0' | null => {
  if (bytes[at + 5] !== ONE || bytes[at + 6] !== DOT) return null;
  const minor = bytes[at + 7];
  return minor === ONE ? 'http/1.1' : minor === ZERO ? 'http/1.0' : null;
};

/** The number of exactly three digits at `at`; -1 = it has fewer or more. */
const threeDigits = (bytes: Uint8Array, at: number, end: number): number => {
  const a = bytes[at]! - ZERO;
  const b = bytes[at + 1]! - ZERO;
  const c = bytes[at + 2]! - ZERO;
  if (a < 0 || a > 9 || b < 0 || b > 9 || c < 0 || c > 9) return -1;
  if (at + 3 < end && bytes[at + 3]! >= ZERO && bytes[at + 3]! <= ZERO + 9) return -1;
  return a * 100 + b * 10 + c;
};
