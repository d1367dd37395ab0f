/** Counts the messages of one direction of a gRPC call by their 5-byte prefixes (compressed flag, length), whatever frames carry them. */
export interface MessageCounter {
  take(bytes: Uint8Array, at: number, end: number): void;
  /** Bytes were lost: where the next message begins is not known. */
  lose(): void;
  /** Messages begun; null = not known. */
  total(): number | null;
}

const PREFIX_BYTES = 5;

export const messageCounter = (): MessageCounter => {
  let prefix = 0;
  let length = 0;
  let left = 0;
  let total = 0;
  let known = true;
  return {
    take: (bytes, from, end) => {
      for (let at = from; known && at < end;) {
        if (left > 0) {
          const taken = Math.min(left, end - at);
          left -= taken;
          at += taken;
          continue;
        }
        const byte = bytes[at++]!;
        if (prefix === 0) { length = 0; known = byte < 2; } else length = length * 256 + byte;
        if (++prefix < PREFIX_BYTES) continue;
        prefix = 0;
        left = length;
        total++;
      }
    },
    lose: () => { known = false; },
    total: () => (known ? total : null),
  };
};

/** The content type of gRPC over HTTP/2: application/grpc, +proto and the like; not gRPC-Web. */
export const isGrpc = (contentType: string | null): boolean => contentType !== null && /^application\/grpc(?![-\w])/i.test(contentType);
