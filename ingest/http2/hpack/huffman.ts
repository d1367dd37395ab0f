/**
 * Lengths in bits of the codes for bytes 0…255 and the end of the string (RFC 7541 Appendix B). The code is canonical: codes
 * count up by length, then by byte, so the lengths say all.
 */
const LENGTHS = Uint8Array.of(
  13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28, 6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8,
  11, 8, 6, 6, 6, 5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10, 13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7,
  7, 7, 8, 7, 8, 13, 19, 13, 14, 6, 15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5, 6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28, 20,
  22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23, 24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24, 22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24,
  21, 22, 23, 23, 21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23, 26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25, 19, 21, 26, 27, 27, 26, 27,
  24, 21, 21, 26, 26, 28, 27, 27, 27, 20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23, 26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26, 30,
);
const STATES = 256;
const FAILED = 1 << 18;
const EMITS = 1 << 17;
const MAY_END = 1 << 16;

/** Four bits a step: `[state * 16 + bits]` = next state | byte << 8 | flags. A byte takes five bits or more, so a step gives one at most. */
const steps = (): Uint32Array => {
  const children: number[][] = [[]];
  const depths: number[] = [0];
  let code = 0;
  let length = 0;
  const symbols = Array.from(LENGTHS.keys()).toSorted((a, b) => LENGTHS[a]! - LENGTHS[b]! || a - b);
  for (const symbol of symbols) {
    code *= 2 ** (LENGTHS[symbol]! - length);
    length = LENGTHS[symbol]!;
    let node = 0;
    for (let bit = length - 1; bit > 0; bit--) {
      const side = Math.floor(code / 2 ** bit) % 2;
      let child = children[node]![side];
      if (child === undefined) {
        child = children.push([]) - 1;
        depths[child] = depths[node]! + 1;
        children[node]![side] = child;
      }
      node = child;
    }
    children[node]![code % 2] = -1 - symbol;
    code++;
  }
  // Padding is up to seven ones, the beginning of the code that ends a string (§5.2).
  const padding = new Set([0]);
  for (let node = 0; depths[node]! < 7;) { node = children[node]![1]!; padding.add(node); }
  const table = new Uint32Array(STATES * 16);
  for (const at of table.keys()) {
    let node = at >> 4;
    let flags = 0;
    for (let bit = 3; bit >= 0 && flags !== FAILED; bit--) {
      const child = children[node]![(at >> bit) & 1]!;
      if (child === -257) flags = FAILED;
      else if (child < 0) { flags = EMITS | ((-1 - child) << 8); node = 0; } else node = child;
    }
    table[at] = node | flags | (padding.has(node) ? MAY_END : 0);
  }
  return table;
};

const TABLE = steps();

/**
 * Decodes `bytes[at … end)` into `out` as far as it holds them. Returns the decoded length, which may be more than `out`
 * holds; -1 = not a string of this code.
 */
export const decodeHuffman = (bytes: Uint8Array, at: number, end: number, out: Uint8Array): number => {
  let state = 0;
  let last = MAY_END;
  let length = 0;
  for (let i = at; i < end; i++) {
    const byte = bytes[i]!;
    const high = TABLE[(state << 4) | (byte >> 4)]!;
    if ((high & EMITS) !== 0) out[length++] = high >> 8;
    last = TABLE[((high & 0xff) << 4) | (byte & 15)]!;
    if (((high | last) & FAILED) !== 0) return -1;
    if ((last & EMITS) !== 0) out[length++] = last >> 8;
    state = last & 0xff;
  }
  return (last & MAY_END) === 0 ? -1 : length;
};
