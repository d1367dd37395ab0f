import type { Micros } from '../../sql/micros.ts';

/** One TCP segment between its innermost endpoints; a reused view, valid only during `push`. */
export interface Segment {
  ts: Micros;
  ordinal: number;
  /** Innermost virtual network that tells flows apart (VXLAN, Geneve) as `kind * 2**32 + id`, 0 = none; `networkName` spells it. */
  network: number;
  /** GRE key, else VLAN, in the same form. It may differ between the directions of a flow, so it names a flow but tells none apart. */
  tag: number;
  /** What the link layer says of the direction at the tap's host: 0 = nothing, 1 = arriving, 2 = leaving. */
  leg: 0 | 1 | 2;
  /** Holds addresses and payload; belongs to the decoder. */
  bytes: Uint8Array;
  /** Offsets of source and destination address in `bytes`, each `addressBytes` (4 or 16) long. */
  srcAt: number;
  dstAt: number;
  addressBytes: 4 | 16;
  srcPort: number;
  dstPort: number;
  /** Unsigned 32 bit. */
  seq: number;
  ack: number;
  /** TCP flags as on the wire: FIN 1, SYN 2, RST 4, PSH 8, ACK 16. */
  flags: number;
  /** The captured payload is `bytes[at … end)`. */
  at: number;
  end: number;
  /** Payload length on the wire, > end - at where the capture cut it short. */
  payloadBytes: number;
}
