/** Bytes that all stages of a line hold until others come: out of order, and of heads that are not whole. One bound for all. */
export interface HeldBytes {
  now: number;
  readonly most: number;
}
