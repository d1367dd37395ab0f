import type { DynamicTable } from './table.ts';
import { decodeHuffman } from './huffman.ts';
import { Name, nameIn } from './names.ts';

/** Takes a header: a member of `Name`, and its value where it is kept and known. */
export type OnHeader = (name: number, value: string | null) => void;

/** How a block was read: `bad` = it breaks RFC 7541, and the table with it. */
export type BlockVerdict = 'ok' | 'bad';

const MOST_VALUE_BYTES = 8192;
const MOST_HEADERS = 4096;
const MOST_INTEGER = 2 ** 28;

/** Place in the block and length of the last string: one block is read at a time, and nothing of it stays. */
const state = { at: 0, decoded: 0 };
const scratch = new Uint8Array(MOST_VALUE_BYTES);

/** An integer with a prefix of `bits` (RFC 7541 §5.1), moves `state.at`; -1 = it does not end here or is too large. */
const integer = (bytes: Uint8Array, end: number, bits: number): number => {
  const mask = (1 << bits) - 1;
  let value = bytes[state.at++]! & mask;
  if (value < mask) return value;
  for (let shift = 1; state.at < end && value < MOST_INTEGER && shift < 2 ** 35; shift *= 128) {
    const byte = bytes[state.at++]!;
    value += (byte & 127) * shift;
    if (byte < 128) return value < MOST_INTEGER ? value : -1;
  }
  return -1;
};

/** A string (§5.2) into `scratch`, its length into `state.decoded`; false = it is malformed. */
const string = (bytes: Uint8Array, end: number): boolean => {
  if (state.at >= end) return false;
  const huffman = bytes[state.at]! >= 128;
  const length = integer(bytes, end, 7);
  if (length < 0 || state.at + length > end) return false;
  const { at } = state;
  state.at += length;
  if (huffman) {
    state.decoded = decodeHuffman(bytes, at, at + length, scratch);
    return state.decoded >= 0;
  }
  state.decoded = length;
  const kept = Math.min(length, MOST_VALUE_BYTES);
  for (let i = 0; i < kept; i++) scratch[i] = bytes[at + i]!;
  return true;
};

const text = (): string => {
  const length = Math.min(state.decoded, MOST_VALUE_BYTES);
  let value = '';
  for (let i = 0; i < length; i++) value += String.fromCharCode(scratch[i]!);
  return value;
};

/** Reads the header block `bytes[at … end)` and keeps the table; a value longer than 8 KiB is cut to that. */
export const readBlock = (bytes: Uint8Array, at: number, end: number, table: DynamicTable, onHeader: OnHeader): BlockVerdict => {
  state.at = at;
  for (let headers = 0; state.at < end; headers++) {
    if (headers === MOST_HEADERS) return 'bad';
    const first = bytes[state.at]!;
    if (first >= 128) {
      const index = integer(bytes, end, 7);
      if (index <= 0) return 'bad';
      const entry = table.at(index);
      if (entry === null) {
        if (table.isWhole()) return 'bad';
        onHeader(Name.unknown, null);
      } else onHeader(entry.name, entry.value);
      continue;
    }
    if (first >= 32 && first < 64) {
      const size = integer(bytes, end, 5);
      if (size < 0) return 'bad';
      table.resize(size);
      continue;
    }
    const inserts = first >= 64;
    const index = integer(bytes, end, inserts ? 6 : 4);
    if (index < 0) return 'bad';
    let name: number = Name.unknown;
    let nameBytes = 0;
    if (index === 0) {
      if (!string(bytes, end)) return 'bad';
      nameBytes = state.decoded;
      name = nameIn(scratch, 0, nameBytes);
    } else {
      const entry = table.at(index);
      if (entry === null && table.isWhole()) return 'bad';
      if (entry !== null) { ({ name } = entry); nameBytes = entry.nameBytes; }
    }
    if (!string(bytes, end)) return 'bad';
    const value = name > Name.other ? text() : null;
    if (inserts) table.insert(name, value, nameBytes, state.decoded);
    onHeader(name, value);
  }
  return 'ok';
};
