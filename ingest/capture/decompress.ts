import * as zlib from 'node:zlib';
import { Decompress } from 'fzstd';

/** Decompresses a stream piece by piece: what a piece yields is handed over before the next one is asked for. */
export interface Decompressor {
  /** Resolves to what `piece` yielded; rejects where the data is damaged, after handing over what came before to `rest`. */
  write(piece: Uint8Array): Promise<readonly Uint8Array[]>;
  /** Rejects where the compressed data ends early. */
  end(): Promise<readonly Uint8Array[]>;
  /** What came out before a rejection. */
  rest(): readonly Uint8Array[];
}

export type Compression = 'none' | 'gzip' | 'zstd';

export const compressionOf = (start: Uint8Array): Compression => {
  if (start[0] === 0x1f && start[1] === 0x8b) return 'gzip';
  if (start[0] === 0x28 && start[1] === 0xb5 && start[2] === 0x2f && start[3] === 0xfd) return 'zstd';
  return 'none';
};

const OUTPUT_BYTES = 1024 * 1024;

/** A transform of node:zlib, driven by its input: the output of one write is bounded by the format's ratio. */
const native = (transform: zlib.Gunzip): Decompressor => {
  let yielded: Uint8Array[] = [];
  let failure: Error | null = null;
  let wake: (() => void) | null = null;
  const take = (): readonly Uint8Array[] => {
    const taken = yielded;
    yielded = [];
    return taken;
  };
  const settle = (): void => { wake?.(); };
  transform.on('data', (chunk: Uint8Array) => { yielded.push(chunk); });
  transform.on('error', (error: Error) => { failure ??= error; settle(); });
  transform.on('end', settle);
  const settled = async (begin: () => void): Promise<readonly Uint8Array[]> => {
    if (failure) throw failure;
    await new Promise<void>((resolve) => { wake = resolve; begin(); });
    if (failure) throw failure;
    return take();
  };
  return {
    write: (piece) => settled(() => { transform.write(piece, settle); }),
    end: () => settled(() => { transform.end(); }),
    rest: take,
  };
};

const zstdInJavaScript = (): Decompressor => {
  let yielded: Uint8Array[] = [];
  const take = (): readonly Uint8Array[] => {
    const taken = yielded;
    yielded = [];
    return taken;
  };
  const stream = new Decompress((chunk) => { if (chunk.length > 0) yielded.push(chunk); });
  return {
    write: async (piece) => { stream.push(piece); return take(); },
    end: async () => { stream.push(new Uint8Array(0), true); return take(); },
    rest: take,
  };
};

/** zstd of node:zlib, where this Node has it (22.15 and later). */
type ZlibWithZstd = typeof zlib & { createZstdDecompress?: (options: { chunkSize: number }) => zlib.Gunzip };

export const decompressor = (kind: Exclude<Compression, 'none'>): Decompressor => {
  if (kind === 'gzip') return native(zlib.createGunzip({ chunkSize: OUTPUT_BYTES }));
  const zstd = (zlib as ZlibWithZstd).createZstdDecompress;
  return zstd ? native(zstd({ chunkSize: OUTPUT_BYTES })) : zstdInJavaScript();
};
