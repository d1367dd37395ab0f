/** Code lengths of RFC 7541 Appendix B by symbol; the last is EOS. The code is canonical: lengths say all of it. */
const LENGTHS = Uint8Array.from([
  13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28,
  6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6, 5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10,
  13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6,
  15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5, 6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28,
  20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23, 24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24,
  22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23, 21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23,
  26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25, 19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27,
  20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23, 26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26,
  30,
]);
const EOS = 256;
const LONGEST = 30;

const ROOT = 0;
const FAILED = 0xffff;
/** Inner nodes of the code's tree: as many as symbols, less one. */
const NODES = LENGTHS.length - 1;

/** The tree as child of node by bit: inner node ≥ 0, or -1 - symbol. */
const tree = (): Int16Array => {
  const children = new Int16Array(NODES * 2);
  let nodes = 1;
  let code = 0;
  for (let length = 1; length <= LONGEST; length++, code *= 2) {
    for (let symbol = 0; symbol < LENGTHS.length; symbol++) {
      if (LENGTHS[symbol] !== length) continue;
      let node = ROOT;
      for (let bit = length - 1; bit > 0; bit--) {
        const slot = node * 2 + (Math.floor(code / 2 ** bit) & 1);
        if (children[slot] === 0) children[slot] = nodes++;
        node = children[slot]!;
      }
      children[node * 2 + (code & 1)] = -1 - symbol;
      code++;
    }
  }
  return children;
};

/**
 * What a node becomes after eight bits, and the symbols they complete: at most one and a second (codes have five bits or
 * more). `TO` is the next node or FAILED (EOS was spelled out); `SYMBOLS` holds count << 16 | second << 8 | first.
 */
const TO = new Uint16Array(NODES << 8);
const SYMBOLS = new Uint32Array(NODES << 8);
/** 1 = a string may end in this node: what follows the last symbol is at most seven bits of ones (RFC 7541 §5.2). */
const MAY_END = new Uint8Array(NODES);

const fill = (children: Int16Array): void => {
  for (let from = 0; from < NODES; from++) {
    for (let byte = 0; byte < 256; byte++) {
      let node = from;
      let symbols = 0;
      for (let bit = 7; bit >= 0 && node !== FAILED; bit--) {
        const child = children[node * 2 + ((byte >> bit) & 1)]!;
        if (child >= 0) { node = child; continue; }
        if (-1 - child === EOS) { node = FAILED; continue; }
        const count = symbols >>> 16;
        symbols = ((count + 1) << 16) | (symbols & 0xffff) | ((-1 - child) << (count * 8));
        node = ROOT;
      }
      TO[(from << 8) | byte] = node;
      SYMBOLS[(from << 8) | byte] = symbols;
    }
  }
  let node = ROOT;
  for (let ones = 0; ones < 8; ones++) {
    MAY_END[node] = 1;
    node = children[node * 2 + 1]!;
  }
};
fill(tree());

/** No string becomes longer than its bits by the shortest code. */
export const mostDecoded = (bytes: number): number => Math.floor((bytes * 8) / 5);

/** How long `bytes[at … end)` is when decoded; -1 = not a valid code. */
export const decodedLength = (bytes: Uint8Array, at: number, end: number): number => {
  let node = ROOT;
  let length = 0;
  for (let i = at; i < end; i++) {
    const step = (node << 8) | bytes[i]!;
    length += SYMBOLS[step]! >>> 16;
    node = TO[step]!;
    if (node === FAILED) return -1;
  }
  return MAY_END[node] === 1 ? length : -1;
};

/** Decodes `bytes[at … end)` into `out`, which has room for `mostDecoded`; returns the length, -1 = not a valid code. */
export const decodeHuffman = (bytes: Uint8Array, at: number, end: number, out: Uint8Array): number => {
  let node = ROOT;
  let length = 0;
  for (let i = at; i < end; i++) {
    const step = (node << 8) | bytes[i]!;
    const symbols = SYMBOLS[step]!;
    if (symbols !== 0) {
      out[length++] = symbols;
      if (symbols >= 0x2_0000) out[length++] = symbols >>> 8;
    }
    node = TO[step]!;
    if (node === FAILED) return -1;
  }
  return MAY_END[node] === 1 ? length : -1;
};
