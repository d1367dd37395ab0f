import type { Writable } from 'node:stream';

/** Lines of text to a stream with backpressure; a reader that goes away (`| head`) ends it quietly. */
export interface LineWriter {
  /** Takes whole lines; false = the bytes are its own from then on, because the stream still holds some. */
  write(lines: Uint8Array): boolean;
  /** Resolves when the stream takes more. */
  ready(): Promise<void>;
  /** The reader is gone: stop producing. */
  closed(): boolean;
  end(): Promise<void>;
}

export const lineWriter = (stream: Writable): LineWriter => {
  let gone = false;
  let full = false;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    gone = true;
    if (error.code !== 'EPIPE') throw error;
  });
  stream.on('drain', () => { full = false; });
  const ready = async (): Promise<void> => {
    if (!full || gone) return;
    await new Promise<void>((resolve) => {
      const go = (): void => { stream.off('drain', go); stream.off('error', go); stream.off('close', go); resolve(); };
      stream.on('drain', go).on('error', go).on('close', go);
    });
  };
  return {
    write: (lines) => {
      if (!gone && !stream.write(lines)) full = true;
      return gone || stream.writableLength === 0;
    },
    ready,
    closed: () => gone,
    end: ready,
  };
};
