import type { Writable } from 'node:stream';

/** Text lines to a stream with backpressure; a reader that goes away (`| head`) ends it quietly. */
export interface LineWriter {
  write(line: string): void;
  /** Takes whole lines as bytes; false = they are its own from then on, because the stream still holds some. */
  writeBytes(lines: Uint8Array): boolean;
  /** Resolves when the stream takes more. */
  ready(): Promise<void>;
  /** The reader is gone: stop producing. */
  closed(): boolean;
  end(): Promise<void>;
}

const BUFFERED_LINES = 512;

export const lineWriter = (stream: Writable): LineWriter => {
  let held: string[] = [];
  let gone = false;
  let full = false;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    gone = true;
    if (error.code !== 'EPIPE') throw error;
  });
  stream.on('drain', () => { full = false; });
  const flush = (): void => {
    if (held.length === 0 || gone) return;
    full = !stream.write(`${held.join('\n')}\n`);
    held = [];
  };
  const ready = async (): Promise<void> => {
    flush();
    if (!full || gone) return;
    await new Promise<void>((resolve) => {
      const go = (): void => { stream.off('drain', go); stream.off('error', go); stream.off('close', go); resolve(); };
      stream.on('drain', go).on('error', go).on('close', go);
    });
  };
  return {
    write: (line) => {
      held.push(line);
      if (held.length >= BUFFERED_LINES) flush();
    },
    writeBytes: (lines) => {
      if (!gone && !stream.write(lines)) full = true;
      return gone || stream.writableLength === 0;
    },
    ready,
    closed: () => gone,
    end: ready,
  };
};
