import type { Micros } from '../../sql/micros.ts';

/** A file format: finds the records in a stretch of bytes. */
export interface Framing {
  /** Bytes that `read` needs from its `at` to get on: of a record header first, of the whole record once that is known. */
  need: number;
  /**
   * Hands on every whole record of `bytes[at … end)` and returns where it stopped.
   * Stopping past `end` means that so many of the next bytes are to be skipped.
   */
  read(bytes: Uint8Array, at: number, end: number): number;
}

/** Where a format puts what it finds. */
export interface FramingOut {
  packet(ts: Micros, linkType: number, bytes: Uint8Array, at: number, end: number, wireBytes: number, leg: 0 | 1 | 2): void;
  count(name: string): void;
  /** Gives up the input at `at` of the bytes being read. */
  corrupt(at: number, found: string): never;
}

/** Longest record taken for one: libpcap and Wireshark cap packets at 256 KiB, USB and jumbo writers go above. */
export const MOST_RECORD_BYTES = 16 * 1024 * 1024;
