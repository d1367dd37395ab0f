/** Frame types of RFC 9113 §6. */
export const DATA = 0;
export const HEADERS = 1;
export const PRIORITY = 2;
export const RST_STREAM = 3;
export const SETTINGS = 4;
export const PUSH_PROMISE = 5;
export const PING = 6;
export const GOAWAY = 7;
export const WINDOW_UPDATE = 8;
export const CONTINUATION = 9;

export const END_STREAM = 0x1;
export const ACK = 0x1;
export const END_HEADERS = 0x4;
export const PADDED = 0x8;
export const HAS_PRIORITY = 0x20;

export const HEAD_BYTES = 9;
/** What a frame may hold before a setting says otherwise (RFC 9113 §4.2). */
export const DEFAULT_FRAME_BYTES = 16_384;

export const lengthAt = (bytes: Uint8Array, at: number): number => (bytes[at]! << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]!;
export const word = (bytes: Uint8Array, at: number): number => ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
/** The reserved bit is ignored (RFC 9113 §4.1). */
export const streamAt = (bytes: Uint8Array, at: number): number => word(bytes, at) & 0x7fff_ffff;

/** Whether RFC 9113 §6 allows a frame of this length and type on this stream; unknown types may have any. */
export const isAllowed = (type: number, length: number, flags: number, stream: number): boolean => {
  switch (type) {
    case DATA: return stream > 0 && (flags & PADDED) <= length * PADDED;
    case HEADERS: return stream > 0 && length >= ((flags & PADDED) === 0 ? 0 : 1) + ((flags & HAS_PRIORITY) === 0 ? 0 : 5);
    case PRIORITY: return stream > 0 && length === 5;
    case RST_STREAM: return stream > 0 && length === 4;
    case SETTINGS: return stream === 0 && length % 6 === 0 && ((flags & ACK) === 0 || length === 0);
    case PUSH_PROMISE: return stream > 0 && length >= 4;
    case PING: return stream === 0 && length === 8;
    case GOAWAY: return stream === 0 && length >= 8;
    case WINDOW_UPDATE: return length === 4;
    case CONTINUATION: return stream > 0;
    default: return true;
  }
};
