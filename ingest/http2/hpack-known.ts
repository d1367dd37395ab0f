/** The text of a string as it was sent, in Huffman code or not. */
export interface KnownText {
  /** The first `sentBytes` of it. */
  readonly sent: Uint8Array;
  sentBytes: number;
  text: string;
  /** Bytes when decoded, which the text may hold a part of. */
  length: number;
}

export interface KnownTexts {
  /** What was kept of just these bytes; null = nothing. */
  find(bytes: Uint8Array, at: number, end: number): KnownText | null;
  keep(bytes: Uint8Array, at: number, end: number, text: string, length: number): void;
}

const PLACES = 64;
/** Of what was sent; Huffman code is a quarter shorter than its text. */
const LONGEST = 64;

const placeOf = (bytes: Uint8Array, at: number, end: number): number => {
  let hash = end - at;
  for (let i = at; i < end; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
  return (hash ^ (hash >>> 15)) & (PLACES - 1);
};

const same = ({ sent, sentBytes }: KnownText, bytes: Uint8Array, at: number, end: number): boolean => {
  if (sentBytes !== end - at) return false;
  for (let i = 0; i < sentBytes; i++) if (sent[i] !== bytes[at + i]) return false;
  return true;
};

/**
 * Values that an encoder spells out again and again instead of naming an entry of its table, as nghttp2 does with `:path`: found by
 * the bytes that were sent, they need no decoding. Each place keeps the last that fell on it, so one encoder's hold at most 16 KiB.
 */
export const knownTexts = (): KnownTexts => {
  const places: (KnownText | undefined)[] = [];
  return {
    find: (bytes, at, end) => {
      if (end - at > LONGEST) return null;
      const known = places[placeOf(bytes, at, end)];
      return known !== undefined && same(known, bytes, at, end) ? known : null;
    },
    keep: (bytes, at, end, text, length) => {
      if (end - at > LONGEST) return;
      const place = placeOf(bytes, at, end);
      // Written over, not made anew: where every value differs, this is done for each.
      const known = places[place] ?? { sent: new Uint8Array(LONGEST), sentBytes: 0, text, length };
      places[place] = known;
      for (let i = at; i < end; i++) known.sent[i - at] = bytes[i]!;
      known.sentBytes = end - at;
      known.text = text;
      known.length = length;
    },
  };
};
