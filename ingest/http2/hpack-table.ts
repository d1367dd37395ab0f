import { STATIC_ENTRIES } from './hpack-static.ts';

/** What an entry costs beside its text (RFC 7541 §4.1). */
export const ENTRY_OVERHEAD = 32;
/** Until the encoder says otherwise (RFC 9113 §6.5.2). */
export const DEFAULT_TABLE_BYTES = 4096;
/** The most that is kept of one table, whatever its encoder may use. */
export const MOST_TABLE_BYTES = 64 << 10;

/** Sign of an index that a conforming encoder cannot have sent. */
export const BAD = -1;
/** Sign of an entry that was made before the capture, in lost bytes, or beyond what is kept. */
export const UNSEEN = -2;

/**
 * The dynamic table of one encoder, as an observer knows it. An index counts insertions, newest first, and an encoder only
 * ever names what is still in its table; so an index is right whatever was evicted, and eviction here only bounds memory.
 */
export interface DynamicTable {
  /** Slot of the entry with this index (from 1, static entries included), or BAD, UNSEEN. */
  find(index: number): number;
  field(slot: number): number;
  value(slot: number): string | null;
  nameBytes(slot: number): number;
  /** Bytes of name and value. */
  textBytes(slot: number): number;
  add(field: number, nameBytes: number, value: string | null, valueBytes: number): void;
  /** The encoder's size update (RFC 7541 §6.3). */
  resize(bytes: number): void;
  /** Entries may have been added unseen: what is known is known no more. */
  forget(): void;
  bytes(): number;
  entries(): number;
}

const START_SLOTS = 16;

/** `whole` = no entry was added before the first `add`. */
export const dynamicTable = (whole: boolean): DynamicTable => {
  let complete = whole;
  let limit = whole ? DEFAULT_TABLE_BYTES : MOST_TABLE_BYTES;
  let fields = new Uint8Array(START_SLOTS);
  let nameLengths = new Uint32Array(START_SLOTS);
  let sizes = new Uint32Array(START_SLOTS);
  let values: (string | null)[] = Array.from({ length: START_SLOTS }, () => null);
  let newest = 0;
  let held = 0;
  let bytes = 0;

  const slotAt = (age: number): number => (newest - age) & (fields.length - 1);
  const grow = (): void => {
    const order = Array.from({ length: held }, (_, i) => slotAt(held - 1 - i));
    const next = { fields: new Uint8Array(fields.length * 2), names: new Uint32Array(fields.length * 2), sizes: new Uint32Array(fields.length * 2) };
    const texts: (string | null)[] = Array.from({ length: fields.length * 2 }, () => null);
    for (const [i, slot] of order.entries()) {
      next.fields[i] = fields[slot]!;
      next.names[i] = nameLengths[slot]!;
      next.sizes[i] = sizes[slot]!;
      texts[i] = values[slot]!;
    }
    ({ fields, names: nameLengths, sizes } = next);
    values = texts;
    newest = held - 1;
  };
  const evict = (until: number): void => {
    while (bytes > until && held > 0) {
      const slot = slotAt(held - 1);
      bytes -= sizes[slot]!;
      values[slot] = null;
      held--;
    }
  };

  return {
    find: (index) => {
      const age = index - STATIC_ENTRIES - 1;
      if (age < held) return slotAt(age);
      return complete || age >= MOST_TABLE_BYTES / ENTRY_OVERHEAD ? BAD : UNSEEN;
    },
    field: (slot) => fields[slot]!,
    value: (slot) => values[slot]!,
    nameBytes: (slot) => nameLengths[slot]!,
    textBytes: (slot) => sizes[slot]! - ENTRY_OVERHEAD,
    add: (field, nameBytes, value, valueBytes) => {
      const size = nameBytes + valueBytes + ENTRY_OVERHEAD;
      // An entry larger than the table empties it (RFC 7541 §4.4).
      evict(limit - size);
      if (size > limit) return;
      if (held === fields.length) grow();
      newest = (newest + 1) & (fields.length - 1);
      fields[newest] = field;
      nameLengths[newest] = nameBytes;
      sizes[newest] = size;
      values[newest] = value;
      bytes += size;
      held++;
    },
    resize: (wanted) => {
      limit = Math.min(wanted, MOST_TABLE_BYTES);
      // More than is kept: what falls out here may still be named.
      if (wanted > limit) complete = false;
      // An empty table is a known one.
      if (wanted < ENTRY_OVERHEAD) complete = true;
      evict(limit);
    },
    forget: () => {
      complete = false;
      limit = MOST_TABLE_BYTES;
      evict(0);
    },
    bytes: () => bytes,
    entries: () => held,
  };
};
