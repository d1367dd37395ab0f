import type { Micros } from '../../sql/micros.ts';

/** One captured frame; a reused view, valid only during `push`. */
export interface Packet {
  ts: Micros;
  /** Position in the tap's input, from 1 (Wireshark's frame number): breaks ties of time. */
  ordinal: number;
  /** LINKTYPE_ value of the interface (tcpdump.org/linktypes.html). */
  linkType: number;
  /** What the capture says of the direction at the tap's host: 0 = nothing, 1 = arriving, 2 = leaving. */
  leg: 0 | 1 | 2;
  /** The frame is `bytes[at … end)`; the buffer belongs to the reader. */
  bytes: Uint8Array;
  at: number;
  end: number;
  /** Bytes the frame had on the wire, ≥ end - at. */
  wireBytes: number;
}
