import type { Micros } from '../../sql/micros.ts';
import type { Held } from './held.ts';

/** One direction of a connection. Positions count bytes from its first; sequence numbers are as on the wire. */
export interface Half {
  started: boolean;
  /** Sequence number of the next byte to hand on, and its position. Before the start: what the peer has first acknowledged; 0 = nothing. */
  next: number;
  position: number;
  /** Of most halves none ever are: they share one empty list, because a list each takes 32 bytes. */
  held: Held[];
  heldBytes: number;
  /** Since when bytes in front of those held, or acknowledged ones, have been missing; -1 = none are. */
  holeSince: number;
  /** Segments seen since then on this direction. */
  holeSegments: number;
  /** Highest position that the peer has acknowledged; -1 = none. */
  acknowledged: number;
  /** Position behind the last byte, as a FIN said it; -1 = not said. */
  finAt: number;
  ended: boolean;
  /** Retransmitted segments not yet reported on a chunk. */
  retransmits: number;
  lastTs: Micros;
}

const NOTHING_HELD: Held[] = [];

/** The side's own list of what is held, to be added to. */
export const heldOf = (side: Half): Held[] => {
  if (side.held === NOTHING_HELD) side.held = [];
  return side.held;
};

export const half = (ts: Micros): Half => ({
  started: false, next: 0, position: 0, held: NOTHING_HELD, heldBytes: 0, holeSince: -1, holeSegments: 0,
  acknowledged: -1, finAt: -1, ended: false, retransmits: 0, lastTs: ts,
});

/** Makes a side that of another connection: a new object each time would lie about until the collector comes by. */
export const renew = (side: Half, ts: Micros): void => {
  side.started = side.ended = false;
  side.next = side.position = side.heldBytes = side.holeSegments = side.retransmits = 0;
  side.held = NOTHING_HELD;
  side.holeSince = side.acknowledged = side.finAt = -1;
  side.lastTs = ts;
};

/** A first byte further behind what the peer expected than this is taken for the beginning all the same. */
const MOST_AWAITED = 64 << 10;

/**
 * Starts a side whose SYN was not captured, at what the peer has said that it expects where this is `likely` the beginning of
 * the connection and not far before `seq`, else at `seq`.
 */
export const startAt = (side: Half, seq: number, likely: boolean): void => {
  if (side.started) return;
  const ahead = (seq - side.next) | 0;
  side.started = true;
  if (!likely || side.next === 0 || ahead < 0 || ahead > MOST_AWAITED) side.next = seq;
};

/** Position of a sequence number, which lies within 2 GiB of the next byte (RFC 9293 §3.4 arithmetic). */
export const positionOf = (side: Half, seq: number): number => side.position + ((seq - side.next) | 0);

/** Held bytes are next in line. */
export const isReady = (side: Half): boolean => side.held[0] !== undefined && side.held[0].position <= side.position;

/** The next byte is missing, although bytes behind it were captured or the peer has received it. */
export const hasHole = (side: Half): boolean => {
  const first = side.held[0];
  return first === undefined ? side.acknowledged > side.position : first.position > side.position;
};
