import type { Text } from '../http/texts.ts';
import { latin1 } from '../latin1.ts';
import { decodeHuffman, decodedLength, mostDecoded } from './hpack-huffman.ts';
import { fieldOf, FIRST_TRACE, SKIPPED, STATIC_ENTRIES, STATIC_FIELD, STATIC_NAME_LENGTH, STATIC_VALUE, UNKNOWN, WANTED } from './hpack-static.ts';
import { knownTexts } from './hpack-known.ts';
import { addEntry, BAD, dynamicTable, ENTRY_OVERHEAD, forget, MOST_TABLE_BYTES, resize, slotOf, UNSEEN, type DynamicTable } from './hpack-table.ts';

/** What a header block says in the fields that are read; one object is filled again for every block. */
export interface HeaderBlock {
  /** By field number; null = not there, or not known. The first of several counts. */
  readonly values: (string | null)[];
  /** Fields whose name or value was sent in bytes that were not captured. */
  unknown: number;
  /** A tracing header is among them. */
  traced: boolean;
  /** Fields in all, and their size as RFC 9113 §6.5.2 counts it, from below where something is unknown. */
  fields: number;
  bytes: number;
}

export const headerBlock = (): HeaderBlock => ({ values: Array.from({ length: WANTED.length }, () => null), unknown: 0, traced: false, fields: 0, bytes: 0 });

/** How a block ended: read whole; cut off (its rest was lost); or no header block, after which the table is not known any more. */
export type BlockEnd = 'whole' | 'cut' | 'bad';

export interface HpackDecoder {
  readonly table: DynamicTable;
  /** Reads the block `bytes[at … end)`. Never throws; after one that is not `whole` the table is forgotten. */
  decode(bytes: Uint8Array, at: number, end: number, into: HeaderBlock): BlockEnd;
  /** Header blocks of this encoder may have been lost. */
  forget(): void;
}

/** The longest text that is kept of a value. */
const MOST_TEXT = 8192;
/** Fields behind so many bytes of list are not read, only their insertions: an index of one byte may stand for a page of text. */
export const MOST_LIST_BYTES = 256 << 10;
/** First bits of a field's first byte (RFC 7541 §6), and of a string's. */
const INDEXED = 0x80;
const INSERTED = 0x40;
const SIZE_UPDATE = 0x20;
const HUFFMAN = 0x80;
/** Of an index in one byte: the newest entry of the table, and what says that more bytes follow. */
const NEWEST = INDEXED + STATIC_ENTRIES + 1;
const LONG_INDEX = 0xff;

const put = (into: HeaderBlock, field: number, value: string | null, bytes: number): void => {
  into.fields++;
  into.bytes += bytes;
  if (field !== SKIPPED) say(into, field, value);
};
const say = (into: HeaderBlock, field: number, value: string | null): void => {
  if (field === UNKNOWN) into.unknown++;
  else if (into.values[field] === null && into.bytes <= MOST_LIST_BYTES) {
    into.values[field] = value;
    if (field >= FIRST_TRACE) into.traced = true;
  }
};

/** HPACK (RFC 7541) as an observer reads it; `whole` = the encoder's first block is the first one read. */
export const hpackDecoder = (whole: boolean, strings: Text = latin1): HpackDecoder => {
  const table = dynamicTable(whole);
  const known = knownTexts();
  let scratch = new Uint8Array(256);
  /** Where reading stands; -1 = the bytes ran out, -2 = what cannot be. */
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

  // The string read last: sent as `[sentAt … next)`; `length` bytes of text, decoded at `text[from]`.
  let sentAt = 0;
  let huffman = false;
  let text: Uint8Array = scratch;
  let from = 0;
  let length = 0;
  /** Finds the string at `at` (RFC 7541 §5.2); false with `next` < 0. */
  const string = (bytes: Uint8Array, at: number, end: number): boolean => {
    if (at >= end) { next = -1; return false; }
    const sent = integer(bytes, at, end, 7);
    if (next < 0) return false;
    sentAt = next;
    huffman = bytes[at]! >= HUFFMAN;
    if (sentAt + sent > end) { next = -1; return false; }
    next = sentAt + sent;
    return true;
  };
  /** Decodes it; false with `next` < 0. */
  const decoded = (bytes: Uint8Array): boolean => {
    if (!huffman) {
      text = bytes;
      from = sentAt;
      length = next - sentAt;
      return true;
    }
    if (scratch.length < mostDecoded(next - sentAt)) scratch = new Uint8Array(mostDecoded(next - sentAt) * 2);
    text = scratch;
    from = 0;
    length = decodeHuffman(bytes, sentAt, next, scratch);
    if (length < 0) next = -2;
    return length >= 0;
  };
  /** The string as the value of a field, only its length where nobody reads that; `next` < 0 where it is none. */
  const valueOf = (field: number, bytes: Uint8Array): string | null => {
    if (field === SKIPPED || field === UNKNOWN) {
      length = huffman ? decodedLength(bytes, sentAt, next) : next - sentAt;
      if (length < 0) next = -2;
      return null;
    }
    // Ids in tracing headers seldom come twice.
    const mayRepeat = field < FIRST_TRACE;
    const seen = mayRepeat && huffman ? known.find(bytes, sentAt, next) : null;
    if (seen !== null) { length = seen.length; return seen.text; }
    if (!decoded(bytes)) return null;
    const value = (mayRepeat ? strings : latin1)(text, from, from + Math.min(length, MOST_TEXT));
    if (mayRepeat && huffman) known.keep(bytes, sentAt, next, value, length);
    return value;
  };
  const indexed = (index: number, into: HeaderBlock): void => {
    if (index <= STATIC_ENTRIES) {
      if (index === 0) next = -2;
      else put(into, STATIC_FIELD[index]!, STATIC_VALUE[index]!, STATIC_NAME_LENGTH[index]! + STATIC_VALUE[index]!.length + ENTRY_OVERHEAD);
      return;
    }
    const slot = slotOf(table, index);
    if (slot >= 0) put(into, table.fields[slot]!, table.values[slot]!, table.sizes[slot]!);
    else if (slot === UNSEEN) put(into, UNKNOWN, null, ENTRY_OVERHEAD);
    else next = -2;
  };
  /** A field that is spelled out in part at least. */
  const literal = (first: number, bytes: Uint8Array, at: number, end: number, into: HeaderBlock): void => {
    const index = integer(bytes, at, end, first >= INSERTED ? 6 : 4);
    if (next < 0) return;
    let field = SKIPPED;
    let nameBytes = 0;
    if (index === 0) {
      if (!string(bytes, next, end) || !decoded(bytes)) return;
      field = fieldOf(text, from, from + length);
      nameBytes = length;
    } else if (index <= STATIC_ENTRIES) {
      field = STATIC_FIELD[index]!;
      nameBytes = STATIC_NAME_LENGTH[index]!;
    } else {
      const slot = slotOf(table, index);
      if (slot === BAD) { next = -2; return; }
      field = slot === UNSEEN ? UNKNOWN : table.fields[slot]!;
      nameBytes = slot === UNSEEN ? 0 : table.nameBytes[slot]!;
    }
    if (!string(bytes, next, end)) return;
    const value = valueOf(field, bytes);
    if (next < 0) return;
    put(into, field, value, nameBytes + length + ENTRY_OVERHEAD);
    if (first >= INSERTED) addEntry(table, field, nameBytes, value, length);
  };

  return {
    table,
    forget: () => { forget(table); },
    decode: (bytes, at, end, into) => {
      const { values } = into;
      for (let field = 0; field < values.length; field++) values[field] = null;
      into.unknown = into.fields = into.bytes = 0;
      into.traced = false;
      next = at;
      while (next >= 0 && next < end) {
        const here = next;
        const first = bytes[here]!;
        const age = first - NEWEST;
        if (age >= 0 && age < table.held && first < LONG_INDEX) {
          // Nearly all fields of a connection that has spoken for a while: one byte that names an entry of the table.
          const slot = (table.newest - age) & (table.fields.length - 1);
          const field = table.fields[slot]!;
          next = here + 1;
          into.fields++;
          into.bytes += table.sizes[slot]!;
          if (field !== SKIPPED) say(into, field, table.values[slot]!);
        } else if (first >= INDEXED) {
          const index = integer(bytes, here, end, 7);
          if (index >= 0) indexed(index, into);
        } else if (first >= INSERTED || first < SIZE_UPDATE) literal(first, bytes, here, end, into);
        else {
          const size = integer(bytes, here, end, 5);
          // Only at the beginning of a block (RFC 7541 §4.2).
          if (next >= 0 && (into.fields > 0 || size > MOST_TABLE_BYTES * 256)) next = -2;
          else if (next >= 0) resize(table, size);
        }
      }
      if (next >= 0) return 'whole';
      forget(table);
      return next === -1 ? 'cut' : 'bad';
    },
  };
};
