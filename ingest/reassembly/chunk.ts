import type { Micros } from '../../sql/micros.ts';
import type { Connection } from './connection.ts';

/** Whose bytes: 0 = of the connection's endpoint `a`, 1 = of `b`. */
export type Direction = 0 | 1;

/** Bytes in order, each once, as the capture's first copy has them; a reused view, valid only during `push`. */
export interface Data {
  readonly kind: 'data';
  readonly connection: Connection;
  readonly direction: Direction;
  /** Capture time of the segment that brought them. */
  readonly ts: Micros;
  /** Sequence number of the first byte, as on the wire but signed: V8 holds such numbers without a box. */
  readonly seq: number;
  /** How far the sender had received the other direction when it sent this, in the same form, or `NO_ACK`. */
  readonly ack: number;
  readonly bytes: Uint8Array;
  readonly at: number;
  readonly end: number;
  /** Segments that were retransmitted among these bytes. */
  readonly retransmits: number;
}

/** Bytes that no packet holds. */
export interface Gap {
  readonly kind: 'gap';
  readonly connection: Connection;
  readonly direction: Direction;
  readonly ts: Micros;
  /** Sequence number of the first of them, as that of data. */
  readonly seq: number;
  readonly length: number;
}

/** A direction's end: FIN, a reset, or given up (eviction, idleness, end of capture). */
export interface End {
  readonly kind: 'end';
  readonly connection: Connection;
  readonly direction: Direction;
  readonly ts: Micros;
  readonly why: 'fin' | 'reset' | 'given_up';
}

export type Chunk = Data | Gap | End;
