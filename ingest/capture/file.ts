import { readSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import type { ByteSink } from './bytes.ts';
import { compressionOf, decompressor, type Decompressor } from './decompress.ts';
import { CaptureError } from './error.ts';
import { PCAP_HEADER_BYTES } from './pcap.ts';

export { CaptureError } from './error.ts';

export interface ReadOptions {
  /** Waits for more at the end of the file, until `signal` aborts. */
  readonly follow?: boolean;
  readonly signal?: AbortSignal;
  /** Bytes of the file read so far and its size; null for standard input. */
  readonly onBytes?: (read: number, total: number | null) => void;
  /** Awaited between buffers: backpressure. */
  readonly ready?: () => Promise<void>;
}

export interface ReadResult {
  /** What is missing at the end, for people; null where the input was whole. */
  readonly truncated: string | null;
}

/** What is read is still in the processor's own cache when it is decoded. */
const BUFFER_BYTES = 512 * 1024;
/** Compressed input goes in smaller pieces: one piece may yield a thousand times its size. */
const COMPRESSED_PIECE_BYTES = 64 * 1024;
const POLL_MS = 100;

/** One input as buffers; each is valid until the next is asked for. */
interface Source {
  readonly total: number | null;
  next(): Promise<Uint8Array | null>;
  close(): Promise<void>;
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const openFile = async (path: string): Promise<FileHandle> => {
  try {
    return await open(path, 'r');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT') throw new CaptureError('missing', `${path}: no such file`, null, { cause: error });
    throw new CaptureError('unreadable', `${path}: cannot be opened (${reasonOf(error)})`, null, { cause: error });
  }
};

const fileSource = async (path: string, { follow, signal }: ReadOptions): Promise<Source> => {
  const handle = await openFile(path);
  const stat = await handle.stat();
  if (stat.isDirectory()) {
    await handle.close();
    throw new CaptureError('unreadable', `${path}: is a directory; name its files`);
  }
  const buffer = new Uint8Array(BUFFER_BYTES);
  let position = 0;
  /** A file is read here and not by another thread, whose processor would have it in its cache: that takes 6 % of decoding. */
  const fill = async (): Promise<number> => {
    if (!stat.isFile()) return (await handle.read(buffer, 0, BUFFER_BYTES, null)).bytesRead;
    await turn();
    return readSync(handle.fd, buffer, 0, BUFFER_BYTES, null);
  };
  return {
    total: stat.isFile() ? stat.size : null,
    async next() {
      for (;;) {
        if (signal?.aborted) return null;
        const bytesRead = await fill().catch((error: unknown) => {
          throw new CaptureError('unreadable', `${path}: reading failed (${reasonOf(error)})`, null, { cause: error });
        });
        position += bytesRead;
        // The same object each time, or V8 notes for every packet that an old object refers to a new one.
        if (bytesRead > 0) return bytesRead === BUFFER_BYTES ? buffer : buffer.subarray(0, bytesRead);
        if (!follow) return null;
        const { size } = await handle.stat();
        if (stat.isFile() && size < position) {
          throw new CaptureError('corrupt', `the file shrank to ${size} bytes after ${position} had been read: it was written anew`, position);
        }
        await sleep(POLL_MS, undefined, signal ? { signal } : {}).catch(() => undefined);
      }
    },
    close: () => handle.close(),
  };
};

const inputSource = (signal: AbortSignal | undefined): Source => {
  const chunks = process.stdin[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
  const stop = (): void => { process.stdin.destroy(); };
  signal?.addEventListener('abort', stop, { once: true });
  return {
    total: null,
    async next() {
      if (signal?.aborted) return null;
      try {
        const { done, value } = await chunks.next();
        return done ? null : value;
      } catch (error) {
        if (signal?.aborted) return null;
        throw new CaptureError('unreadable', `standard input: reading failed (${reasonOf(error)})`, null, { cause: error });
      }
    },
    async close() {
      signal?.removeEventListener('abort', stop);
      stop();
    },
  };
};

/**
 * Reads a capture (plain, gzip or zstd, told by its first bytes; `-` is standard input) into `into`, which the caller closes.
 * Throws CaptureError for what is missing, unreadable, empty or no capture; damage later on ends the input and is told in the result.
 */
export const readCapture = async (path: string, into: ByteSink, options: ReadOptions = {}): Promise<ReadResult> => {
  const { signal, onBytes, ready } = options;
  const name = path === '-' ? 'standard input' : path;
  const source = path === '-' ? inputSource(signal) : await fileSource(path, options);
  let read = 0;
  let delivered = 0;
  let unpack: Decompressor | null = null;

  const deliver = async (pieces: readonly Uint8Array[]): Promise<void> => {
    for (const piece of pieces) {
      into.push(piece);
      delivered += piece.length;
      await ready?.();
    }
  };
  const unpacked = async (from: Decompressor, work: () => Promise<readonly Uint8Array[]>): Promise<string | null> => {
    let failure: string | null = null;
    let pieces: readonly Uint8Array[];
    try {
      pieces = await work();
    } catch (error) {
      failure = `the compressed data ends early or is damaged after ${read} bytes (${reasonOf(error)})`;
      pieces = from.rest();
    }
    await deliver(pieces);
    return failure;
  };
  const pour = async (): Promise<string | null> => {
    for (let buffer = await source.next(); buffer !== null; buffer = await source.next()) {
      const kind = read === 0 ? compressionOf(buffer) : 'none';
      if (kind !== 'none') unpack = decompressor(kind);
      read += buffer.length;
      if (unpack === null) await deliver([buffer]);
      else for (let at = 0; at < buffer.length; at += COMPRESSED_PIECE_BYTES) {
        const piece = buffer.slice(at, at + COMPRESSED_PIECE_BYTES);
        const from: Decompressor = unpack;
        const failure = await unpacked(from, () => from.write(piece));
        if (failure !== null) return failure;
      }
      onBytes?.(read, source.total);
    }
    if (read === 0 && !signal?.aborted) throw new CaptureError('empty', `${name}: empty, no capture in it`);
    const from: Decompressor | null = unpack;
    const failure = from === null ? null : await unpacked(from, () => from.end());
    if (failure === null && delivered < PCAP_HEADER_BYTES && !signal?.aborted) {
      throw new CaptureError('not_a_capture', `not a capture: ${delivered} bytes are less than any capture starts with`, 0);
    }
    const pending = into.pending?.() ?? 0;
    return failure ?? (pending > 0 && !signal?.aborted ? 'the last record is cut short' : null);
  };

  try {
    return { truncated: await pour() };
  } catch (error) {
    if (!(error instanceof CaptureError)) throw error;
    if (error.kind === 'corrupt') return { truncated: error.message };
    if (error.kind === 'not_a_capture') throw new CaptureError(error.kind, `${name}: ${error.message}`, error.offset, { cause: error });
    throw error;
  } finally {
    await source.close();
  }
};
