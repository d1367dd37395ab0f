import type { Count } from '../../sql/counters.ts';
import type { Bag } from './bag.ts';
import { formTokens, isForm } from './form.ts';
import { inflater } from './inflate.ts';
import { isBlank, jsonReader } from './json.ts';
import { grpcTokens, isFramed } from './protobuf.ts';

/** So much of a body is looked into, and of what comes out of a compressed one. */
export const MOST_BODY_BYTES = 16 << 10;

const ROOT = 0x626f_6479;
const MARKUP = 0x3c;
const OPEN_OBJECT = 0x7b;
const OPEN_LIST = 0x5b;

/** What a body is by its first bytes, whatever its header says; `other` = it is not read. */
export type BodyForm = 'grpc' | 'json' | 'form' | 'gzip' | 'zlib' | 'zstd' | 'markup' | 'other';

/** Behind a byte order mark and blanks. */
const textAt = (bytes: Uint8Array, from: number, end: number): number => {
  let at = from;
  if (bytes[at] === 0xef && bytes[at + 1] === 0xbb && bytes[at + 2] === 0xbf) at += 3;
  while (at < end && isBlank(bytes[at])) at++;
  return at;
};

export const bodyForm = (bytes: Uint8Array, from: number, end: number): BodyForm => {
  const at = textAt(bytes, from, end);
  if (at >= end) return 'other';
  const first = bytes[at];
  if (first === OPEN_OBJECT || first === OPEN_LIST) return 'json';
  if (first === MARKUP) return 'markup';
  if (first === 0x1f && bytes[at + 1] === 0x8b) return 'gzip';
  if (first === 0x78 && (bytes[at + 1] === 0x01 || bytes[at + 1] === 0x9c || bytes[at + 1] === 0xda)) return 'zlib';
  if (first === 0x28 && bytes[at + 1] === 0xb5 && bytes[at + 2] === 0x2f && bytes[at + 3] === 0xfd) return 'zstd';
  if (isFramed(bytes, from, end)) return 'grpc';
  return isForm(bytes, at, end) ? 'form' : 'other';
};

/** It is of a form that is not read, as these bytes alone tell, whatever comes behind them. */
export const isUnread = (bytes: Uint8Array, at: number, end: number): boolean => {
  const form = bodyForm(bytes, at, end);
  return form === 'zstd' || form === 'markup';
};

/** Puts what the beginning of a body carries into a bag; `whole` = the bytes are all of it. Returns the hash of what it says the operation is, 0 = nothing. */
export type ReadBody = (form: BodyForm, bytes: Uint8Array, at: number, end: number, whole: boolean, into: Bag) => number;

export const bodyReader = (count: Count): ReadBody => {
  const copy = new Uint8Array(MOST_BODY_BYTES);
  const opened = new Uint8Array(MOST_BODY_BYTES);
  const inflate = inflater();
  const readJson = jsonReader();
  const readBody: ReadBody = (form, bytes, at, end, whole, into) => {
    switch (form) {
      case 'json': return readJson(bytes, textAt(bytes, at, end), end, ROOT, into);
      case 'grpc': {
        const compressed = grpcTokens(bytes, at, end, ROOT, into);
        if (compressed > 0) count('tokens_messages_compressed', compressed);
        return 0;
      }
      case 'form': {
        // Decoded in place, and the packet is not ours to write to.
        copy.set(bytes.subarray(at, end));
        formTokens(copy, 0, end - at, ROOT, into, whole);
        return 0;
      }
      case 'gzip': case 'zlib': {
        // What came out of the one is not opened again: bodies are compressed once.
        if (bytes === opened) { count('tokens_bodies_other', 1); return 0; }
        const { filled, ended } = inflate(bytes, at, end, opened);
        if (filled === 0) { count(`tokens_bodies_${form}`, 1); return 0; }
        return readBody(bodyForm(opened, 0, filled), opened, 0, filled, ended, into);
      }
      case 'zstd': case 'markup': case 'other': count(`tokens_bodies_${form}`, 1); return 0;
      default: return form satisfies never;
    }
  };
  return readBody;
};
