import type { Data, End, Gap } from '../reassembly/chunk.ts';

/** A parser of one connection's bytes, both directions, for the other protocols. */
export interface ConnectionParser {
  data(chunk: Data): void;
  gap(chunk: Gap): void;
  end(chunk: End): void;
}
