/** Takes a byte stream cut anywhere; each buffer is only read during `push` and may be reused after it. */
export interface ByteSink {
  /** Throws CaptureError where the bytes are no capture or stop being one; everything before is kept, later bytes are ignored. */
  push(buffer: Uint8Array): void;
  /** Ends the input; an unfinished record is counted. Repeating it does nothing. */
  close(): void;
  /** Bytes held of a record whose rest has not come yet. */
  pending?(): number;
}

export const u16 = (bytes: Uint8Array, at: number, little: boolean): number =>
  little ? bytes[at]! | (bytes[at + 1]! << 8) : (bytes[at]! << 8) | bytes[at + 1]!;

export const u32 = (bytes: Uint8Array, at: number, little: boolean): number =>
  (little
    ? bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)
    : (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;

export const u8 = (bytes: Uint8Array, at: number): number => bytes[at]!;

/** Room for `length` bytes with the first `kept` of `bytes` in it; doubles, so that growing is linear in all. */
export const grown = (bytes: Uint8Array, kept: number, length: number): Uint8Array => {
  if (length <= bytes.length) return bytes;
  const larger = new Uint8Array(Math.max(length, 2 * bytes.length));
  larger.set(bytes.subarray(0, kept));
  return larger;
};
