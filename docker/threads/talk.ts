import type { LineOptions } from '../line-options.ts';
import type { ToldBatch } from './batch.ts';
import type { FormName } from './form.ts';

/** What a thread is told to do; `free` is the room of a batch whose rows have been taken. */
export type Order =
  | { readonly kind: 'open'; readonly options: LineOptions; readonly form: FormName }
  /** The next `length` bytes of the input are at the start of the memory of that number, told where it is new. */
  | { readonly kind: 'read'; readonly number: number; readonly memory: SharedArrayBuffer | null; readonly length: number; readonly free: number | null }
  /** The input has ended. */
  | { readonly kind: 'close'; readonly free: number | null };

/** The answer to each `read` and `close`, in their order. */
export interface Done {
  readonly batch: ToldBatch;
  /** Totals of the line so far. */
  readonly counted: Readonly<Record<string, number>>;
}

/** Which share a thread keeps, given when it starts. */
export interface Seat {
  readonly index: number;
  readonly of: number;
}
