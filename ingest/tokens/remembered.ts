import { knownBytes, lengthOf, standAt, type KnownBytes } from '../known-bytes.ts';

/** What was found out for some bytes before. */
export interface Remembered<T> {
  /** null = not known. */
  find(bytes: Uint8Array, at: number, end: number): T | null;
  /** Keeps it for the bytes that `find` was asked for last. */
  keep(bytes: Uint8Array, at: number, end: number, what: T): void;
}

interface Known<T> extends KnownBytes {
  readonly what: T;
}

export interface RememberedLimits {
  /** A power of two; each place keeps what came there last. */
  readonly places: number;
  /** Of longer bytes nothing is kept. */
  readonly longest: number;
  /** Keeps what comes for the second time only: what never comes again costs no copy. */
  readonly twice: boolean;
}

/** Longer bytes choose their place by so many of theirs, at even steps. */
const HASHED_BYTES = 256;

export const remembered = <T>({ places, longest, twice }: RememberedLimits): Remembered<T> => {
  const kept = Array<Known<T> | undefined>(places).fill(undefined);
  const last = new Int32Array(places);
  let buffer: Uint8Array = new Uint8Array(0);
  let view: DataView = new DataView(buffer.buffer);
  let hash = 0;

  const hashOf = (bytes: Uint8Array, at: number, end: number): number => {
    const whole = end - ((end - at) & 3);
    const step = Math.max(4, ((whole - at) / HASHED_BYTES | 0) * 4);
    let mixed = end - at;
    for (let i = at; i < whole; i += step) mixed = Math.imul(mixed ^ view.getInt32(i, true), 0x9e37_79b1) ^ (mixed >>> 13);
    for (let i = whole; i < end; i++) mixed = Math.imul(mixed ^ bytes[i]!, 0x0100_0193);
    return mixed ^ (mixed >>> 16);
  };
  return {
    find: (bytes, at, end) => {
      if (bytes !== buffer) {
        buffer = bytes;
        view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      }
      hash = hashOf(bytes, at, end);
      const known = kept[hash & (places - 1)];
      return known !== undefined && lengthOf(known) === end - at && standAt(known, view, bytes, at) ? known.what : null;
    },
    keep: (bytes, at, end, what) => {
      if (end - at > longest) return;
      const place = hash & (places - 1);
      if (!twice || last[place] === hash) kept[place] = { ...knownBytes(view, bytes, at, end), what };
      last[place] = hash;
    },
  };
};
