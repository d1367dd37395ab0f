import type { Micros } from '../../sql/micros.ts';

/** 32 bits of FNV-1a over a text, started from `seed`, then mixed so that all bits depend on all characters. */
const hash = (text: string, seed: number): number => {
  let value = (0x811c9dc5 ^ seed) >>> 0;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
};

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');

/**
 * The trace's id in UUIDv7 layout (RFC 9562): 48 bits of the root's time in ms, 12 bits of the ms's fraction, then a hash of
 * the root's id, so that the same root always gives the same id.
 */
export const traceId = (rootTs: Micros, rootId: string): string => {
  const ms = Math.floor(rootTs / 1000);
  const fraction = Math.floor(((rootTs - ms * 1000) / 1000) * 4096);
  const time = hex(Math.max(0, ms), 12);
  const high = hash(rootId, 1);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hex(fraction, 3)}-${hex(0x8000 | (high & 0x3fff), 4)}-${hex(high >>> 16, 4)}${hex(hash(rootId, 2), 8)}`;
};
