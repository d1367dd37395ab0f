import { latin1 } from './grammar.ts';
import { traceOf } from '../trace.ts';
import type { TraceHeaders } from './message.ts';

/** How a message's body ends, before what it answers is known. */
export type Framing = 'none' | 'length' | 'chunked' | 'close';

/** What is read from a head; nothing else of it is kept. */
export interface Head {
  readonly method: string | null;
  readonly target: string | null;
  /** `1.1`, `1.0`, …; `0.9` where the request has none. */
  readonly version: string;
  /** 0 in a request. */
  readonly status: number;
  readonly host: string | null;
  readonly framing: Framing;
  /** Content-Length; 0 where there is none. */
  readonly length: number;
  readonly upgrade: boolean;
  readonly trace: TraceHeaders | null;
}

const LF = 0x0a;
const CR = 0x0d;
const SP = 0x20;
const TAB = 0x09;
const COLON = 0x3a;

interface Fields {
  host: string | null;
  contentLength: number | null;
  /** Content-Length is malformed, or several contradict each other (RFC 9112 §6.3). */
  badLength: boolean;
  transferEncoding: string | null;
  upgrade: boolean;
  readonly traces: Map<string, string>;
}

const WANTED: ReadonlySet<string> = new Set([
  'host', 'content-length', 'transfer-encoding', 'upgrade', 'traceparent', 'b3', 'x-b3-traceid', 'x-b3-spanid', 'x-b3-parentspanid',
  'uber-trace-id', 'sw8', 'x-request-id',
]);
const WANTED_LENGTHS: Uint8Array = Uint8Array.from({ length: 32 }, (_, length) => ([...WANTED].some((name) => name.length === length) ? 1 : 0));

/** Reads the head `bytes[at … end)`, which ends with its empty line; whatever it holds, it never throws. */
export const parseHead = (bytes: Uint8Array, at: number, end: number): Head => {
  const newline = bytes.indexOf(LF, at);
  const lineEnd = newline < 0 || newline >= end ? end : newline;
  const last = lineEnd > at && bytes[lineEnd - 1] === CR ? lineEnd - 1 : lineEnd;
  const fields: Fields = { host: null, contentLength: null, badLength: false, transferEncoding: null, upgrade: false, traces: NO_TRACES };
  const read = readFields(bytes, lineEnd + 1, end, fields);
  const chunked = /(^|[\s,;])chunked\b/i.test(read.transferEncoding ?? '');
  const length = read.contentLength ?? 0;
  const isResponse = bytes[at] === 0x48 && bytes[at + 4] === 0x2f;
  if (isResponse) {
    const [, version = '1.1', status = '0'] = /^HTTP\/([\d.]*)[ \t]+0*(\d{3})(?!\d)/.exec(latin1(bytes, at, Math.min(last, at + 40))) ?? [];
    return {
      method: null, target: null, version, status: Number(status), host: null, upgrade: read.upgrade, trace: null,
      framing: chunked ? 'chunked' : read.transferEncoding !== null || read.contentLength === null || read.badLength ? 'close' : 'length',
      length,
    };
  }
  let space = at;
  while (space < last && bytes[space] !== SP) space++;
  let versionAt = last;
  while (versionAt > space && bytes[versionAt - 1] !== SP) versionAt--;
  const versioned = versionAt > space && bytes[versionAt] === 0x48 && bytes[versionAt + 4] === 0x2f;
  let targetAt = space;
  while (targetAt < last && bytes[targetAt] === SP) targetAt++;
  let targetEnd = versioned || newline < 0 || newline >= end ? Math.max(versionAt, targetAt) : last;
  while (targetEnd > targetAt && bytes[targetEnd - 1] === SP) targetEnd--;
  return {
    method: latin1(bytes, at, space), target: latin1(bytes, targetAt, targetEnd),
    version: versioned ? latin1(bytes, versionAt + 5, last) : '0.9',
    status: 0, host: read.host, upgrade: read.upgrade, trace: traceOf(read.traces),
    framing: chunked ? 'chunked' : read.contentLength === null ? 'none' : 'length',
    length,
  };
};

const NO_TRACES: Map<string, string> = new Map();

const readFields = (bytes: Uint8Array, from: number, end: number, fields: Fields): Fields => {
  let at = from;
  while (at < end) {
    const newline = bytes.indexOf(LF, at);
    const next = newline < 0 || newline >= end ? end : newline;
    let colon = at;
    const reach = Math.min(next, at + WANTED_LENGTHS.length);
    while (colon < reach && bytes[colon] !== COLON) colon++;
    let nameEnd = colon;
    while (nameEnd > at && (bytes[nameEnd - 1] === SP || bytes[nameEnd - 1] === TAB)) nameEnd--;
    if (colon < reach && WANTED_LENGTHS[nameEnd - at] === 1 && bytes[at] !== SP && bytes[at] !== TAB) {
      const name = latin1(bytes, at, nameEnd).toLowerCase();
      if (WANTED.has(name)) {
        const valueEnd = foldedEnd(bytes, next, end);
        take(name, latin1(bytes, colon + 1, valueEnd).replace(/\r?\n[ \t]+/g, ' ').trim(), fields);
      }
    }
    at = next + 1;
  }
  return fields;
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

const take = (name: string, value: string, fields: Fields): void => {
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
    case 'upgrade': fields.upgrade = true; break;
    default: {
      if (fields.traces === NO_TRACES) Object.assign(fields, { traces: new Map() });
      if (!fields.traces.has(name)) fields.traces.set(name, value);
    }
  }
};
