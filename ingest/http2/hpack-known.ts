/** The text of a string as it was sent, in Huffman code or not. */
export interface KnownText {
  readonly sent: Uint8Array;
  readonly text: string;
  /** Bytes when decoded, which the text may hold a part of. */
  readonly length: number;
}

export interface KnownTexts {
  /** What was kept of just these bytes; null = nothing. */
  find(bytes: Uint8Array, at: number, end: number): KnownText | null;
  keep(bytes: Uint8Array, at: number, end: number, text: string, length: number): void;
}

const PLACES = 64;
const LONGEST = 128;

const placeOf = (bytes: Uint8Array, at: number, end: number): number => {
  let hash = end - at;
  for (let i = at; i < end; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
  return (hash ^ (hash >>> 15)) & (PLACES - 1);
};

const same = (sent: Uint8Array, bytes: Uint8Array, at: number, end: number): boolean => {
  if (sent.length !== end - at) return false;
  for (let i = 0; i < sent.length; i++) if (sent[i] !== bytes[at + i]) return false;
  return true;
};

/**
 * Values that an encoder spells out again and again instead of naming an entry of its table, as nghttp2 does with `:path`: found by
 * the bytes that were sent, they need no decoding. Each place keeps the last that fell on it, so one encoder's hold at most 24 KiB.
 */
export const knownTexts = (): KnownTexts => {
  const places: (KnownText | undefined)[] = [];
  return {
    find: (bytes, at, end) => {
      if (end - at > LONGEST) return null;
      const known = places[placeOf(bytes, at, end)];
      return known !== undefined && same(known.sent, bytes, at, end) ? known : null;
    },
    keep: (bytes, at, end, text, length) => {
      if (end - at <= LONGEST) places[placeOf(bytes, at, end)] = { sent: bytes.slice(at, end), text, length };
    },
  };
};
