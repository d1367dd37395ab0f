import { chunkSize, isEmptyLine } from './chunked.ts';
import { newlineIn, requestLineIn, startOf } from './grammar.ts';
import { parseHead } from './head.ts';
import { latin1 } from './texts.ts';

const SP = 0x20;
const LF = 0x0a;
/** A method of which so little is here is not known by it. */
const LONGEST_METHOD = 24;

/**
 * Where among a segment's bytes `bytes[at … end)`, behind the rest of a body of unknown length, the next request begins; -1 = nowhere
 * for sure. What is sent within a body looks the same (the parts of a batch, a log), but is not followed at once by another
 * request or the segment's end: the one found has to be whole and followed by those.
 */
export const requestIn = (bytes: Uint8Array, at: number, end: number): number => {
  for (let from = at; from < end;) {
    const begin = requestLineIn(bytes, from, end);
    if (begin < 0) return -1;
    const behind = behindRequest(bytes, begin, end);
    if (behind === end || (behind >= 0 && isRequest(bytes, behind, end))) return begin;
    from = begin + 1;
    while (from < end && bytes[from - 1] !== LF) from++;
  }
  return -1;
};

/** A request begins at `at`, of which at least the method is here. */
const isRequest = (bytes: Uint8Array, at: number, end: number): boolean => {
  const start = startOf(bytes, at, end, true);
  if (start !== 'more') return start === 'request';
  for (let i = at; i < Math.min(end, at + LONGEST_METHOD); i++) if (bytes[i] === SP) return true;
  return false;
};

/** Where the request at `at` ends; -1 = it is none, or not whole. */
const behindRequest = (bytes: Uint8Array, at: number, end: number): number => {
  if (startOf(bytes, at, end, true) !== 'request') return -1;
  const { bytes: length, framing, length: body } = parseHead(bytes, at, end, latin1);
  if (length < 0) return -1;
  const from = at + length;
  if (framing === 'chunked') return behindChunks(bytes, from, end);
  const to = framing === 'length' ? from + body : from;
  return to <= end ? to : -1;
};

const behindChunks = (bytes: Uint8Array, from: number, end: number): number => {
  for (let at = from, trailers = false; at < end;) {
    const newline = newlineIn(bytes, at, end);
    if (newline < 0) return -1;
    if (trailers) { if (isEmptyLine(bytes, at, newline)) return newline + 1; at = newline + 1; continue; }
    const size = chunkSize(bytes, at, newline);
    if (size < 0) return -1;
    trailers = size === 0;
    at = newline + 1;
    if (trailers) continue;
    const behind = newlineIn(bytes, at + size, end);
    if (at + size > end || behind < 0 || !isEmptyLine(bytes, at + size, behind)) return -1;
    at = behind + 1;
  }
  return -1;
};
