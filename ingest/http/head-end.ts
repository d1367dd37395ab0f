import { newlineIn } from './grammar.ts';
import type { Head } from './head.ts';

const CR = 0x0d;

/** A head that was never sent: what stands for one before the answer to an HTTP/0.9 request. */
export const BARE: Head = {
  method: null, target: null, version: '0.9', status: 0, host: null, framing: 'close', length: 0, upgrade: false, trace: null,
};
/** How much of such an answer stands for its head in ids. */
export const MOST_BARE_HASHED = 64;

/** Where the head that starts at `at` ends: behind its empty line, or behind the only line of an HTTP/0.9 request; -1 = not yet. */
export const endOfHead = (bytes: Uint8Array, at: number, end: number): number => {
  let from = at;
  for (let lines = 0; ; lines++) {
    const newline = newlineIn(bytes, from, end);
    if (newline < 0) return -1;
    let last = newline;
    while (last > from && bytes[last - 1] === CR) last--;
    if (lines > 0 && last === from) return newline + 1;
    if (lines === 0 && !versioned(bytes, at, newline)) return newline + 1;
    from = newline + 1;
  }
};

const versioned = (bytes: Uint8Array, at: number, newline: number): boolean => {
  if (bytes[at + 4] === 0x2f && bytes[at] === 0x48) return true;
  let last = newline;
  while (last > at && bytes[last - 1] === CR) last--;
  return bytes[last - 8] === 0x48 && bytes[last - 4] === 0x2f;
};
