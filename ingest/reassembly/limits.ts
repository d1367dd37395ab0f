/** Bounds of the reassembly; at each something is given up and counted. */
export interface ReassemblyLimits {
  /** Connections known at once. */
  readonly flows: number;
  /** Bytes held for missing ones before them: of one direction, and altogether. */
  readonly heldBytes: number;
  readonly heldBytesAll: number;
  /** Packet time, µs: a hole that the receiver has acknowledged is given up after the first, any other after the second. */
  readonly acknowledgedHoleUs: number;
  readonly holeUs: number;
  /** A connection without packets is forgotten after this. */
  readonly idleUs: number;
}

export const REASSEMBLY_LIMITS: ReassemblyLimits = {
  flows: 1_000_000,
  heldBytes: 4 << 20,
  heldBytesAll: 256 << 20,
  acknowledgedHoleUs: 100_000,
  holeUs: 30_000_000,
  idleUs: 600_000_000,
};

/** How long, and how many at most, connections that are over are remembered: twice the usual longest retransmission back-off. */
export const LINGER_US = 60_000_000;
export const MOST_LINGERING = 65_536;
