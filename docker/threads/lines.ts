import type { EncodedSink } from './merge.ts';

/** Of a write: many rows, so that writing costs little a row, few enough that they are still in the processor's cache. */
const WRITE_BYTES = 256 * 1024;

/** Puts rows together, to be written many at once; `write` says whether it is done with the bytes, else they are its own. */
export const encodedLines = (write: (bytes: Uint8Array) => boolean): EncodedSink => {
  let room = Buffer.allocUnsafe(WRITE_BYTES);
  let filled = 0;
  const flush = (): void => {
    if (filled === 0) return;
    if (!write(room.subarray(0, filled))) room = Buffer.allocUnsafe(WRITE_BYTES);
    filled = 0;
  };
  const add = (bytes: Uint8Array, from: number, end: number): void => {
    room.set(bytes.subarray(from, end), filled);
    filled += end - from;
  };
  return {
    push: ({ bytes, from, hole, behind, end, route }) => {
      const length = end - from + (route === null ? 0 : route.length - (behind - hole));
      if (filled + length > room.length) {
        flush();
        if (length > room.length) room = Buffer.allocUnsafe(length);
      }
      if (route === null) { add(bytes, from, end); return; }
      add(bytes, from, hole);
      room.set(route, filled);
      filled += route.length;
      add(bytes, behind, end);
    },
    advance: () => {},
    flush,
    close: flush,
  };
};
