import { BAD, dynamicTable, MOST_TABLE_BYTES, UNSEEN } from './hpack-table.ts';
import { decodeHuffman, mostDecoded } from './hpack-huffman.ts';
import type { Text } from '../http/texts.ts';
import { fieldOf, SKIPPED, STATIC_ENTRIES, STATIC_FIELD, STATIC_NAME_LENGTH, STATIC_VALUE, UNKNOWN, WANTED } from './hpack-static.ts';

/** What a header block says in the fields that are read; one object is filled again for every block. */
export interface HeaderBlock {
  /** By field number; null = not there, or not known. The first of several counts. */
  readonly values: (string | null)[];
  /** Fields whose name or value was sent in bytes that were not captured. */
  unknown: number;
  /** Fields in all, and their size as RFC 9113 §6.5.2 counts it, from below where something is unknown. */
  fields: number;
  bytes: number;
}

export const headerBlock = (): HeaderBlock => ({ values: Array.from({ length: WANTED.length }, () => null), unknown: 0, fields: 0, bytes: 0 });

/** How a block ended: read whole; cut off (its rest was lost); or no header block, after which the table is not known any more. */
export type BlockEnd = 'whole' | 'cut' | 'bad';

export interface HpackDecoder {
  /** Reads the block `bytes[at … end)`. Never throws; `whole` tables of a block that is `bad` are forgotten. */
  decode(bytes: Uint8Array, at: number, end: number, into: HeaderBlock): BlockEnd;
  /** Header blocks of this encoder may have been lost. */
  forget(): void;
}

/** The longest text that is kept of a value. */
const MOST_TEXT = 8192;
/** Fields behind so many bytes of list are not read, only their insertions: an index of one byte may stand for a page of text. */
export const MOST_LIST_BYTES = 256 << 10;
const OVERHEAD = 32;
const HUFFMAN = 0x80;

const latin1: Text = (bytes, at, end) => Buffer.from(bytes.buffer, bytes.byteOffset + at, end - at).toString('latin1');

/** HPACK (RFC 7541) as an observer reads it; `whole` = the encoder's first block is the first one read. */
export const hpackDecoder = (whole: boolean, strings: Text = latin1): HpackDecoder & { readonly table: ReturnType<typeof dynamicTable> } => {
  const table = dynamicTable(whole);
  let scratch = new Uint8Array(256);
  /** Where reading stands; -1 = the bytes ran out, -2 = an integer that cannot be. */
  let next = 0;

  /** Integer with a prefix of `bits` at `at` (RFC 7541 §5.1); -1 with `next` < 0. */
  const integer = (bytes: Uint8Array, at: number, end: number, bits: number): number => {
    const most = (1 << bits) - 1;
    let value = bytes[at]! & most;
    next = at + 1;
    if (value < most) return value;
    for (let shift = 0; shift <= 21; shift += 7) {
      if (next >= end) { next = -1; return -1; }
      const byte = bytes[next++]!;
      value += (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    next = -2;
    return -1;
  };

  // The string read last: text at `text[from … to)`.
  let text: Uint8Array = scratch;
  let from = 0;
  let to = 0;
  /** Reads the string at `at` (RFC 7541 §5.2); false with `next` < 0. */
  const string = (bytes: Uint8Array, at: number, end: number): boolean => {
    if (at >= end) { next = -1; return false; }
    const length = integer(bytes, at, end, 7);
    if (next < 0) return false;
    const start = next;
    if (start + length > end) { next = -1; return false; }
    next = start + length;
    if (bytes[at]! < HUFFMAN) {
      text = bytes;
      from = start;
      to = next;
      return true;
    }
    if (scratch.length < mostDecoded(length)) scratch = new Uint8Array(mostDecoded(length) * 2);
    text = scratch;
    from = 0;
    to = decodeHuffman(bytes, start, next, scratch);
    if (to < 0) { next = -2; return false; }
    return true;
  };
  const put = (into: HeaderBlock, field: number, value: string | null, bytes: number): void => {
    into.fields++;
    into.bytes += bytes + OVERHEAD;
    if (field === UNKNOWN) into.unknown++;
    else if (field !== SKIPPED && into.values[field] === null && into.bytes <= MOST_LIST_BYTES) into.values[field] = value;
  };
  /** An indexed field; false = an index that cannot be. */
  const indexed = (index: number, into: HeaderBlock): boolean => {
    if (index === 0) return false;
    if (index <= STATIC_ENTRIES) {
      put(into, STATIC_FIELD[index]!, STATIC_VALUE[index]!, STATIC_NAME_LENGTH[index]! + STATIC_VALUE[index]!.length);
      return true;
    }
    const slot = table.find(index);
    if (slot === BAD) return false;
    if (slot === UNSEEN) put(into, UNKNOWN, null, 0);
    else put(into, table.field(slot), table.value(slot), table.textBytes(slot));
    return true;
  };

  return {
    table,
    forget: table.forget,
    decode: (bytes, at, end, into) => {
      into.values.fill(null);
      into.unknown = 0;
      into.fields = 0;
      into.bytes = 0;
      let here = at;
      while (here < end) {
        const first = bytes[here]!;
        if (first >= 0x80) {
          const index = integer(bytes, here, end, 7);
          if (next < 0 || !indexed(index, into)) break;
          here = next;
          continue;
        }
        if (first >= 0x20 && first < 0x40) {
          const size = integer(bytes, here, end, 5);
          if (next < 0) break;
          // Only at the beginning of a block (RFC 7541 §4.2).
          if (into.fields > 0 || size > MOST_TABLE_BYTES * 256) { next = -2; break; }
          table.resize(size);
          here = next;
          continue;
        }
        const index = integer(bytes, here, end, first >= 0x40 ? 6 : 4);
        if (next < 0) break;
        let field = SKIPPED;
        let nameBytes = 0;
        if (index === 0) {
          if (!string(bytes, next, end)) break;
          field = fieldOf(text, from, to);
          nameBytes = to - from;
        } else if (index <= STATIC_ENTRIES) {
          field = STATIC_FIELD[index]!;
          nameBytes = STATIC_NAME_LENGTH[index]!;
        } else {
          const slot = table.find(index);
          if (slot === BAD) { next = -2; break; }
          field = slot === UNSEEN ? UNKNOWN : table.field(slot);
          nameBytes = slot === UNSEEN ? 0 : table.nameBytes(slot);
        }
        if (!string(bytes, next, end)) break;
        const value = field === SKIPPED || field === UNKNOWN ? null : strings(text, from, Math.min(to, from + MOST_TEXT));
        put(into, field, value, nameBytes + to - from);
        if (first >= 0x40) table.add(field, nameBytes, value, to - from);
        here = next;
      }
      if (here >= end) return 'whole';
      const bad = next !== -1;
      table.forget();
      return bad ? 'bad' : 'cut';
    },
  };
};
