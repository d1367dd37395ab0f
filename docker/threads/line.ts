import type { ByteSink } from '../../ingest/capture/bytes.ts';
import { captureReader } from '../../ingest/capture/reader.ts';
import { momentCounter } from '../../ingest/share.ts';
import type { Counters } from '../../sql/counters.ts';
import type { ThreadedOut } from '../capture-line.ts';
import type { LineOptions } from '../line-options.ts';
import type { Batch, Room } from './batch.ts';
import { rowForm } from './form.ts';
import { rowMerger, type Mark } from './merge.ts';
import type { Done } from './talk.ts';

/** A line whose work is shared by threads. */
export interface ThreadedLine extends ByteSink {
  /** Resolves when there is room for more of the input; rejects when a thread is lost. */
  ready(): Promise<void>;
  /** Resolves when the rows of all that was pushed have been handed on; rejects when a thread is lost. */
  settled(): Promise<void>;
  /** Aborts when a thread is lost. */
  readonly lost: AbortSignal;
}

/** A stretch of the input that threads are at, and what they have answered. */
interface Stretch {
  /** Of its memory; null = it is the end of the input. */
  readonly number: number | null;
  readonly marks: readonly Mark[];
  readonly batches: (Batch | undefined)[];
  missing: number;
}

/** Long enough that a message costs nothing beside it, short enough that rows of it fit a processor's cache or nearly so. */
const STRETCH_BYTES = 512 * 1024;
/** Stretches that threads may be behind before more is read, so that none waits for another at every one. */
const READY_BEHIND = 3;

/**
 * Copies the input, stretch by stretch, to where all threads read it, and hands on their rows in the order of one line alone.
 * It reads the capture too, to its packets and no further: for its faults, which are thrown here, its counters and watermarks.
 */
export const threadedLine = ({ team, form, rows: out }: ThreadedOut, options: LineOptions, counters: Counters): ThreadedLine => {
  const merge = rowMerger(team.size, rowForm(form), out, counters.count);
  const behind: Stretch[] = [];
  const memories: Uint8Array<SharedArrayBuffer>[] = [];
  const freeMemories: number[] = [];
  const freeRooms: Room[][] = Array.from({ length: team.size }, () => []);
  const counted: Readonly<Record<string, number>>[] = Array.from({ length: team.size }, () => ({}));
  const waiters = new Set<{ readonly most: number; readonly resolve: () => void; readonly reject: (error: Error) => void }>();
  const lost = new AbortController();
  let failure: Error | null = null;
  let marks: Mark[] = [];
  /** Stretches taken off `behind`. */
  let gone = 0;
  const answered = new Float64Array(team.size);

  const moment = { at: 0, settling: false };
  const reader = captureReader(momentCounter({
    push: () => {},
    advance: (watermark) => { marks.push({ at: moment.at, watermark }); },
    close: () => {},
  }, moment), counters.count);

  const wake = (): void => {
    for (const waiter of waiters) {
      if (failure === null && behind.length > waiter.most) continue;
      waiters.delete(waiter);
      if (failure === null) waiter.resolve();
      else waiter.reject(failure);
    }
  };
  const behindAtMost = (most: number): Promise<void> => new Promise((resolve, reject) => {
    waiters.add({ most, resolve, reject });
    wake();
  });
  const fail = (error: Error): void => {
    failure ??= error;
    lost.abort();
    wake();
  };
  const count = (thread: number, now: Readonly<Record<string, number>>): void => {
    for (const [name, total] of Object.entries(now)) {
      const more = total - (counted[thread]?.[name] ?? 0);
      if (more !== 0) counters.count(name, more);
    }
    counted[thread] = now;
  };
  const handOn = (): void => {
    if (behind[0]?.missing !== 0) return;
    for (let first = behind[0]; first?.missing === 0; first = behind[0]) {
      const batches = first.batches as readonly Batch[];
      merge(batches, first.marks);
      for (const [thread, { room }] of batches.entries()) freeRooms[thread]!.push(room);
      if (first.number === null) out.close();
      else freeMemories.push(first.number);
      behind.shift();
      gone++;
    }
    if (behind.length === 0) out.flush();
    wake();
  };
  const done = (thread: number, { batch, counted: now }: Done): void => {
    const stretch = behind[answered[thread]! - gone]!;
    answered[thread]!++;
    if (now !== null) count(thread, now);
    stretch.batches[thread] = batch;
    stretch.missing--;
    if (failure !== null) return;
    try {
      handOn();
    } catch (error) {
      fail(error instanceof Error ? error : new Error(String(error)));
    }
  };
  const hand = (number: number | null, length: number, memory: SharedArrayBuffer | null): void => {
    behind.push({ number, marks, batches: Array.from({ length: team.size }), missing: team.size });
    marks = [];
    team.order((thread) => {
      const free = freeRooms[thread]!.pop() ?? null;
      return number === null ? { kind: 'close', free } : { kind: 'read', number, memory, length, free };
    });
  };

  team.listen({ done, failed: fail });
  team.order(() => ({ kind: 'open', options, form }));
  return {
    push: (buffer) => {
      for (let at = 0; at < buffer.length; at += STRETCH_BYTES) {
        const piece = buffer.subarray(at, at + STRETCH_BYTES);
        const known = freeMemories.pop();
        const number = known ?? memories.push(new Uint8Array(new SharedArrayBuffer(STRETCH_BYTES))) - 1;
        const memory = memories[number]!;
        memory.set(piece);
        try {
          reader.push(piece.length === STRETCH_BYTES ? memory : piece);
        } finally {
          hand(number, piece.length, known === undefined ? memory.buffer : null);
        }
      }
    },
    pending: () => reader.pending?.() ?? 0,
    close: () => {
      reader.close();
      hand(null, 0, null);
    },
    ready: () => behindAtMost(READY_BEHIND),
    settled: () => behindAtMost(0),
    lost: lost.signal,
  };
};
