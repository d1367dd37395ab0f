import { latin1 } from './texts.ts';

/** Byte classes of RFC 9110 §5.6.2: 1 = may stand in a token. */
const TOKEN = Uint8Array.from({ length: 256 }, (_, byte) => (/[!#$%&'*+\-.^_`|~0-9A-Za-z]/.test(String.fromCharCode(byte)) && byte < 128 ? 1 : 0));

const SP = 0x20;
const LF = 0x0a;
const CR = 0x0d;
const TAB = 0x09;
const ZERO = 0x30;
const SLASH = 0x2f;
const VERSION_LENGTH = 8;
const LONGEST_METHOD = 24;
const LONGEST_LINE = 16_384;

/** Methods by which a message may be recognised in the middle of a connection (RFC 9110 §9.3, 5789, 4918, 3253, 3648, 5842 and UPnP). */
const KNOWN: ReadonlySet<string> = new Set(`GET HEAD POST PUT DELETE CONNECT OPTIONS TRACE PATCH PROPFIND PROPPATCH MKCOL COPY MOVE LOCK UNLOCK VERSION-CONTROL
REPORT CHECKOUT CHECKIN UNCHECKOUT MKWORKSPACE UPDATE LABEL MERGE BASELINE-CONTROL MKACTIVITY ORDERPATCH ACL SEARCH BIND REBIND UNBIND
NOTIFY SUBSCRIBE UNSUBSCRIBE M-SEARCH PURGE LINK UNLINK SOURCE RPC_IN_DATA RPC_OUT_DATA BCOPY BDELETE BMOVE BPROPFIND BPROPPATCH POLL QUERY`.split(/\s+/));

/** Bytes looked at here before the engine's search is called, which costs as much as some sixty of them. */
const NEAR = 64;

/** Where the next line feed of `bytes[at … end)` is; -1 = there is none. */
export const newlineIn = (bytes: Uint8Array, at: number, end: number): number => {
  const near = Math.min(end, at + NEAR);
  for (let i = at; i < near; i++) if (bytes[i] === LF) return i;
  if (near === end) return -1;
  const found = bytes.indexOf(LF, near);
  return found < end ? found : -1;
};

const HTTP = [0x48, 0x54, 0x54, 0x50, 0x2f];

const isHttpVersion = (bytes: Uint8Array, at: number, end: number): boolean => {
  for (let i = 0; i < HTTP.length; i++) if (at + i >= end || bytes[at + i] !== HTTP[i]) return false;
  return true;
};

/** The bytes are, or as far as they go may be, the beginning of `HTTP/`. */
export const mayBeVersion = (bytes: Uint8Array, at: number, end: number): boolean => {
  for (let i = 0; i < HTTP.length && at + i < end; i++) if (bytes[at + i] !== HTTP[i]) return false;
  return true;
};

const PREFACE_LINE = '* HTTP/2.0';

/** The line that ends at `end` is, or is what a loss has left of, the first one of the preface of HTTP/2, which is no request (RFC 9113 §3.4). */
const isPreface = (bytes: Uint8Array, at: number, end: number): boolean => {
  const from = end - PREFACE_LINE.length;
  if (from < at) return false;
  for (let i = 0; i < PREFACE_LINE.length; i++) if (bytes[from + i] !== PREFACE_LINE.charCodeAt(i)) return false;
  return true;
};

/** What bytes at the start of a message look like; `more` = too few to say. */
export type Start = 'request' | 'response' | 'neither' | 'more';

/**
 * Tells what starts at `at`. `strict` is for the middle of a connection, where body bytes may stand: a known method and a
 * whole first line with its version are wanted.
 */
export const startOf = (bytes: Uint8Array, at: number, end: number, strict: boolean): Start => {
  if (isHttpVersion(bytes, at, end)) {
    if (end - at < 12) return 'more';
    return digit(bytes, at + 5) && isStatus(bytes, at, end) ? 'response' : 'neither';
  }
  if (mayBeVersion(bytes, at, end)) return 'more';
  let space = at;
  while (space < end && TOKEN[bytes[space]!] === 1 && space - at <= LONGEST_METHOD) space++;
  if (space === end && space - at <= LONGEST_METHOD) return strict && end - at < 3 ? 'neither' : 'more';
  if (bytes[space] !== SP || space === at) return 'neither';
  const line = newlineIn(bytes, space, end);
  if (line < 0) {
    if (end - at > LONGEST_LINE) return 'neither';
    return !strict || KNOWN.has(latin1(bytes, at, space)) ? 'more' : 'neither';
  }
  const last = bytes[line - 1] === CR ? line - 1 : line;
  let version = last - 1;
  while (version > space && bytes[version] !== SP) version--;
  if (isPreface(bytes, space, last)) return 'neither';
  if (isHttpVersion(bytes, version + 1, last)) return (!strict && version > space) || KNOWN.has(latin1(bytes, at, space)) ? 'request' : 'neither';
  if (strict) return 'neither';
  // HTTP/0.9 (RFC 1945 §4.1), and lines whose version clings to the target: servers answer both.
  if (latin1(bytes, at, space) === 'GET') return bytes[space + 1] === SLASH ? 'request' : 'neither';
  return last - space > VERSION_LENGTH && bytes[space + 1] === SLASH && isHttpVersion(bytes, last - VERSION_LENGTH, last) ? 'request' : 'neither';
};

/**
 * Where in `bytes[at … end)` the method of the next line begins that is a request's, whatever stands before it in its line: the
 * body before it ends where it ends. -1 = there is none.
 */
export const requestLineIn = (bytes: Uint8Array, at: number, end: number): number => {
  let line = at;
  for (let i = at; i < end; i++) {
    if (bytes[i] !== LF) continue;
    const version = i - VERSION_LENGTH - 1;
    if (version > line && bytes[i - 1] === CR && bytes[version - 1] === SP && isHttpVersion(bytes, version, i)) {
      let space = line;
      while (bytes[space] !== SP) space++;
      let method = space;
      while (method > line && space - method < LONGEST_METHOD && isMethodByte(bytes[method - 1]!)) method--;
      if (space + 1 < version && KNOWN.has(latin1(bytes, method, space))) return method;
    }
    line = i + 1;
  }
  return -1;
};

const isMethodByte = (byte: number): boolean => (byte >= 0x41 && byte <= 0x5a) || byte === 0x2d || byte === 0x5f;

/** Of the beginning of a message whose rest was not captured: enough of its first line is there to say what it is. */
export const isTelling = (bytes: Uint8Array, at: number, end: number): boolean => {
  if (isHttpVersion(bytes, at, end)) return end - at >= 12 && isStatus(bytes, at, end);
  let space = at;
  while (space < end && TOKEN[bytes[space]!] === 1) space++;
  if (!KNOWN.has(latin1(bytes, at, space))) return false;
  let after = space + 1;
  while (after < end && bytes[after]! > SP) after++;
  return after > space + 1 && after < end;
};

const digit = (bytes: Uint8Array, at: number): boolean => bytes[at]! >= 0x30 && bytes[at]! <= 0x39;

const isStatus = (bytes: Uint8Array, at: number, end: number): boolean => {
  let space = at + 5;
  while (space < end && (digit(bytes, space) || bytes[space] === 0x2e)) space++;
  if (bytes[space] !== SP) return false;
  while (space < end && (bytes[space] === SP || bytes[space] === TAB)) space++;
  while (space + 3 < end && bytes[space] === ZERO && digit(bytes, space + 3)) space++;
  return space + 3 <= end && digit(bytes, space) && digit(bytes, space + 1) && digit(bytes, space + 2) && (space + 3 === end || !digit(bytes, space + 3));
};
