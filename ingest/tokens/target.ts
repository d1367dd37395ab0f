import type { Bag } from './bag.ts';
import { decodePercent, formTokens } from './form.ts';
import { fieldWithin } from './keyed-hash.ts';

const SLASH = 0x2f;
const QUESTION = 0x3f;
const HASH = 0x23;
const COLON = 0x3a;
/** Of longer targets the rest is not read. */
const MOST_TARGET = 2048;

/** Where the path begins: behind scheme and authority, where the target has them (RFC 9112 §3.2.2). */
const pathAt = (bytes: Uint8Array, end: number): number => {
  if (bytes[0] === SLASH) return 0;
  for (let at = 0; at + 2 < end && bytes[at] !== SLASH && bytes[at] !== QUESTION; at++) {
    if (bytes[at] !== COLON || bytes[at + 1] !== SLASH || bytes[at + 2] !== SLASH) continue;
    let slash = at + 3;
    while (slash < end && bytes[slash] !== SLASH && bytes[slash] !== QUESTION) slash++;
    return slash;
  }
  return 0;
};

/** Puts the segments of a target's path, each by its place, and the values of its query into a bag. */
export const targetTokens = (pathRoot: number, queryRoot: number): ((target: string, into: Bag) => void) => {
  const bytes = new Uint8Array(MOST_TARGET);
  return (target, into) => {
    const length = Math.min(target.length, MOST_TARGET);
    let end = 0;
    for (; end < length; end++) {
      const code = target.charCodeAt(end);
      if (code === HASH) break;
      bytes[end] = code;
    }
    // A target of which only a part is read may end within a value.
    const whole = end === target.length || end < length;
    let place = 0;
    for (let at = pathAt(bytes, end); at < end;) {
      if (bytes[at] === QUESTION) { formTokens(bytes, at + 1, end, queryRoot, into, whole); return; }
      let next = at;
      while (next < end && bytes[next] !== SLASH && bytes[next] !== QUESTION) next++;
      if (next > at) {
        place++;
        if (whole || next < end) into.add(fieldWithin(pathRoot, place), bytes, at, decodePercent(bytes, at, next, false));
      }
      at = next < end && bytes[next] === SLASH ? next + 1 : next;
    }
  };
};
