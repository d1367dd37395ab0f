import type { Micros } from '../../sql/micros.ts';

/** One TCP connection as the capture shows it; made at its first packet, never shared between port reuses. */
export interface Connection {
  /** Dense index, given again after the connection has ended: where later stages keep what they know of it. */
  readonly slot: number;
  /** Outer virtual network, else GRE key or VLAN of the first packet (they may differ by direction); `networkName` spells it. */
  readonly network: number;
  /**
   * Endpoint addresses, network byte order, 4 or 16 bytes each as one character a byte (a typed array takes ten times the
   * memory): `a` is who sent the first packet seen.
   */
  readonly addresses: readonly [string, string];
  readonly ports: readonly [number, number];
  /** Which endpoint sent the SYN; -1 = not seen. */
  opener: -1 | 0 | 1;
  /** Initial sequence numbers as on the wire; -1 = not seen. */
  readonly isn: [number, number];
  /** SYN → first ACK of the opener; null = not captured whole. */
  handshakeUs: number | null;
  /** Capture time of the SYN; null = not seen. */
  openedAt: Micros | null;
  /** What the link layer said of direction a→b at the tap's host: 0 nothing, 1 arriving, 2 leaving. */
  leg: 0 | 1 | 2;
}
