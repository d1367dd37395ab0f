import { STATIC_ENTRIES } from './hpack-static.ts';

/** What an entry costs beside its text (RFC 7541 §4.1). */
export const ENTRY_OVERHEAD = 32;
/** Until the encoder says otherwise (RFC 9113 §6.5.2). */
const DEFAULT_TABLE_BYTES = 4096;
/** The most that is kept of one table, whatever its encoder may use. */
export const MOST_TABLE_BYTES = 64 << 10;

/** Sign of an index that a conforming encoder cannot have sent. */
export const BAD = -1;
/** Sign of an entry that was made before the capture, in lost bytes, or beyond what is kept. */
export const UNSEEN = -2;

/**
 * The dynamic table of one encoder, as an observer knows it. An index counts insertions, newest first, and an encoder only
 * ever names what is still in its table; so an index is right whatever was evicted, and eviction here only bounds memory.
 * A ring of slots, open to the decoder, which looks into it for nearly every field.
 */
export interface DynamicTable {
  fields: Uint8Array;
  nameBytes: Uint32Array;
  /** Bytes of name and value, and the overhead. */
  sizes: Uint32Array;
  /** Null where nobody reads the field. */
  values: (string | null)[];
  newest: number;
  held: number;
  bytes: number;
  limit: number;
  /** No entry was added unseen. */
  complete: boolean;
}

const START_SLOTS = 16;

/** `whole` = no entry was added before the first `add`. */
export const dynamicTable = (whole: boolean): DynamicTable => ({
  fields: new Uint8Array(START_SLOTS), nameBytes: new Uint32Array(START_SLOTS), sizes: new Uint32Array(START_SLOTS),
  values: Array.from({ length: START_SLOTS }, () => null),
  newest: 0, held: 0, bytes: 0, limit: whole ? DEFAULT_TABLE_BYTES : MOST_TABLE_BYTES, complete: whole,
});

/** Slot of the entry with this index (from 1, static entries included), or BAD, UNSEEN. */
export const slotOf = (table: DynamicTable, index: number): number => {
  const age = index - STATIC_ENTRIES - 1;
  if (age < table.held) return (table.newest - age) & (table.fields.length - 1);
  return table.complete || age >= MOST_TABLE_BYTES / ENTRY_OVERHEAD ? BAD : UNSEEN;
};

const grow = (table: DynamicTable): void => {
  const { fields, nameBytes, sizes, values, held, newest } = table;
  const slots = fields.length;
  table.fields = new Uint8Array(slots * 2);
  table.nameBytes = new Uint32Array(slots * 2);
  table.sizes = new Uint32Array(slots * 2);
  table.values = Array.from({ length: slots * 2 }, () => null);
  for (let i = 0; i < held; i++) {
    const slot = (newest - (held - 1 - i)) & (slots - 1);
    table.fields[i] = fields[slot]!;
    table.nameBytes[i] = nameBytes[slot]!;
    table.sizes[i] = sizes[slot]!;
    table.values[i] = values[slot]!;
  }
  table.newest = held - 1;
};

const evict = (table: DynamicTable, until: number): void => {
  while (table.bytes > until && table.held > 0) {
    const slot = (table.newest - table.held + 1) & (table.fields.length - 1);
    table.bytes -= table.sizes[slot]!;
    table.values[slot] = null;
    table.held--;
  }
};

export const addEntry = (table: DynamicTable, field: number, nameBytes: number, value: string | null, valueBytes: number): void => {
  const size = nameBytes + valueBytes + ENTRY_OVERHEAD;
  // An entry larger than the table empties it (RFC 7541 §4.4).
  if (table.bytes + size > table.limit) {
    evict(table, table.limit - size);
    if (size > table.limit) return;
  }
  if (table.held === table.fields.length) grow(table);
  const slot = (table.newest + 1) & (table.fields.length - 1);
  table.newest = slot;
  table.fields[slot] = field;
  table.nameBytes[slot] = nameBytes;
  table.sizes[slot] = size;
  table.values[slot] = value;
  table.bytes += size;
  table.held++;
};

/** The encoder's size update (RFC 7541 §6.3). */
export const resize = (table: DynamicTable, wanted: number): void => {
  table.limit = Math.min(wanted, MOST_TABLE_BYTES);
  // More than is kept: what falls out here may still be named.
  if (wanted > table.limit) table.complete = false;
  // An empty table is a known one.
  if (wanted < ENTRY_OVERHEAD) table.complete = true;
  evict(table, table.limit);
};

/** Entries may have been added unseen: what is known is known no more. */
export const forget = (table: DynamicTable): void => {
  table.complete = false;
  table.limit = MOST_TABLE_BYTES;
  evict(table, 0);
};
