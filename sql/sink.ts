import type { Micros } from './micros.ts';

/** What a stage hands its results to: synchronous, called in capture order, never after `close`. */
export interface Sink<T> {
  /** Takes one item; a reused view is valid only during the call. */
  push(item: T): void;
  /** Says that every packet captured up to `watermark` has been seen: time out, evict, emit. */
  advance(watermark: Micros): void;
  /** Ends the input: emits everything still held, then closes the successor. */
  close(): void;
}
