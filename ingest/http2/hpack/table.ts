import { STATIC, type Entry } from './static-table.ts';

/** Where the encoder's own choice of size is not known, entries are kept up to this; RFC 7541 lets it go up to the peer's setting. */
const MOST_BYTES = 65_536;
const FIRST_BYTES = 4096;
const ENTRY_OVERHEAD = 32;

/** The dynamic table of one direction as an observer can know it; see README.md. */
export interface DynamicTable {
  /** Null = inserted before the capture saw the table, or `beyond` it where the whole table is known. */
  at(index: number): Entry | null;
  /** Every entry since the connection's start is known, so an index behind the last is an error. */
  isWhole(): boolean;
  insert(name: number, value: string | null, nameBytes: number, valueBytes: number): void;
  /** The encoder says how much it keeps (RFC 7541 §6.3). */
  resize(bytes: number): void;
  /** The decoder's side allows the encoder this much (SETTINGS_HEADER_TABLE_SIZE). */
  allow(bytes: number): void;
  /** Insertions may have been missed: all that was in it is in unknown places. */
  forget(): void;
}

export const dynamicTable = (whole: boolean): DynamicTable => {
  const statics = STATIC.length;
  /** A ring, a power of two long. */
  let ring: (Entry | undefined)[] = Array.from({ length: 64 });
  let newest = 0;
  let held = 0;
  let bytes = 0;
  let most = whole ? FIRST_BYTES : MOST_BYTES;
  let isWhole = whole;
  const evict = (): void => {
    while (bytes > most) {
      const slot = (newest - held + ring.length) & (ring.length - 1);
      bytes -= ring[slot]!.size;
      ring[slot] = undefined;
      held--;
    }
  };
  const grow = (): void => {
    const larger: (Entry | undefined)[] = Array.from({ length: ring.length * 2 });
    for (let age = 0; age < held; age++) larger[held - 1 - age] = ring[(newest - 1 - age + ring.length) & (ring.length - 1)];
    newest = held;
    ring = larger;
  };
  return {
    at: (index) => {
      if (index <= statics) return STATIC[index - 1] ?? null;
      const age = index - statics - 1;
      return age < held ? ring[(newest - 1 - age + ring.length) & (ring.length - 1)]! : null;
    },
    isWhole: () => isWhole,
    insert: (name, value, nameBytes, valueBytes) => {
      const size = nameBytes + valueBytes + ENTRY_OVERHEAD;
      if (held === ring.length - 1) grow();
      ring[newest] = { name, value, nameBytes, size };
      newest = (newest + 1) & (ring.length - 1);
      held++;
      bytes += size;
      evict();
    },
    resize: (size) => {
      if (size > MOST_BYTES) isWhole = false;
      most = Math.min(size, MOST_BYTES);
      evict();
    },
    allow: (size) => { most = Math.min(Math.max(most, size), MOST_BYTES); },
    forget: () => {
      ring.fill(undefined);
      held = 0;
      bytes = 0;
      isWhole = false;
      most = MOST_BYTES;
    },
  };
};
