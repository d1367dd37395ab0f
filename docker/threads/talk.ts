import type { LineOptions } from '../line-options.ts';
import type { Batch, Room } from './batch.ts';
import type { FormName } from './form.ts';

/** What a thread is told to do; `free` is the room of a batch whose rows have been taken, which is handed over. */
export type Order =
  | { readonly kind: 'open'; readonly options: LineOptions; readonly form: FormName }
  /** The next `length` bytes of the input are at the start of the memory of that number, told where it is new. */
  | { readonly kind: 'read'; readonly number: number; readonly memory: SharedArrayBuffer | null; readonly length: number; readonly free: Room | null }
  /** The input has ended. */
  | { readonly kind: 'close'; readonly free: Room | null };

/** The answer to each `read` and `close`, in their order. */
export interface Done {
  /** Its room is handed over. */
  readonly batch: Batch;
  /** Totals of the line so far; null = not told this time. */
  readonly counted: Readonly<Record<string, number>> | null;
}

/** Which share a thread keeps, given when it starts. */
export interface Seat {
  readonly index: number;
  readonly of: number;
}

/** The memory of a room, which is handed over with what tells of it. */
export const memoryOf = (room: Room | null): ArrayBuffer[] => (room === null ? [] : [room.bytes, room.index]);
