import type { LineOptions } from '../line-options.ts';
import type { Batch, Room } from './batch.ts';
import type { FormName } from './form.ts';

/** What a thread is told to do. */
export type Order =
  | { readonly kind: 'open'; readonly options: LineOptions; readonly form: FormName }
  /** The next `length` bytes of the input are at the start of `bytes`. */
  | { readonly kind: 'read'; readonly bytes: SharedArrayBuffer; readonly length: number; readonly room: Room | null }
  /** The input has ended. */
  | { readonly kind: 'close'; readonly room: Room | null };

/** The answer to each `read` and `close`, in their order. */
export interface Done {
  readonly batch: Batch;
  /** Totals of the line so far. */
  readonly counted: Readonly<Record<string, number>>;
}

/** Which share a thread keeps, given when it starts. */
export interface Seat {
  readonly index: number;
  readonly of: number;
}
