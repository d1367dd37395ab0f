import type { Micros } from '../../sql/micros.ts';

// One direction of a connection: some of the numbers of `Flows`, from a place `h` on. Positions count bytes from the first of the
// direction; sequence numbers are as on the wire.

/** Sequence number of the next byte to hand on, and its position. Before the start: what the peer has first acknowledged; 0 = nothing. */
export const NEXT = 0;
export const POSITION = 1;
/** Highest position that the peer has acknowledged; -1 = none. */
export const ACKNOWLEDGED = 2;
/** Position behind the last byte, as a FIN said it; -1 = not said; less where it came first. */
export const FIN_AT = 3;
/** Position of the first byte that is held. */
export const HELD_FROM = 4;
/** Since when bytes in front of those held, or acknowledged ones, have been missing; -1 = none are. */
export const HOLE_SINCE = 5;
/** Segments of either direction seen since then. */
export const HOLE_SEGMENTS = 6;
/** Retransmitted segments not yet reported on a chunk. */
export const RETRANSMITS = 7;
/** Capture time of its last packet. */
export const LAST_TS = 8;
/** Its first sequence number is known; its end was handed on: 0 or 1. */
export const STARTED = 9;
export const ENDED = 10;
export const HALF_NUMBERS = 11;

/** Of `HELD_FROM`: no byte is. */
export const NOTHING_HELD = Infinity;

/** Begins a direction of a new connection. */
export const beginHalf = (all: Float64Array, h: number, ts: Micros): void => {
  all.fill(0, h, h + HALF_NUMBERS);
  all[h + ACKNOWLEDGED] = all[h + HOLE_SINCE] = -1;
  all[h + FIN_AT] = NO_FIN;
  all[h + HELD_FROM] = NOTHING_HELD;
  all[h + LAST_TS] = ts;
};

/** Of `FIN_AT`: none has come. */
const NO_FIN = -1;
/** Of `FIN_AT`: one with sequence number `seq` has come, as `FIN_FIRST - seq`, and what it ends is not known. */
const FIN_FIRST = -2;

/** A FIN comes first of a direction, and not where the peer has said that it expects the next byte: what it ends may come yet. */
export const isFinFirst = (all: Float64Array, h: number, seq: number): boolean =>
  all[h + STARTED] === 0 && (all[h + NEXT] === 0 || ((seq - all[h + NEXT]!) | 0) < 0);

/** What may be captured behind the end of its direction: all that a fast link reorders, and a 256th of all numbers. */
const MOST_OVERTAKEN = 16 << 20;

/** Of a direction of which no byte has come: a SYN with that number may be what began it, as far as a FIN or the peer has said where it is. */
export const mayBegin = (all: Float64Array, h: number, seq: number): boolean => {
  const finFirst = all[h + FIN_AT]! <= FIN_FIRST;
  if (all[h + STARTED] === 0 && !finFirst) return true;
  const sent = ((finFirst ? FIN_FIRST - all[h + FIN_AT]! : all[h + NEXT]!) - seq) | 0;
  return sent > 0 && sent <= MOST_OVERTAKEN;
};

/** Notes a FIN: the one that comes first without a beginning, any other at the position behind the last byte. */
export const noteFinFirst = (all: Float64Array, h: number, seq: number): void => { all[h + FIN_AT] = FIN_FIRST - seq; };
export const noteFin = (all: Float64Array, h: number, seq: number): void => { all[h + FIN_AT] = Math.max(NO_FIN, positionOf(all, h, seq)); };

/** Its end was handed on, or nothing of it was seen but that. */
export const isOver = (all: Float64Array, h: number): boolean => all[h + ENDED] === 1 || all[h + FIN_AT]! <= FIN_FIRST;

/** The first byte of a direction is that of `seq`. */
export const beginAt = (all: Float64Array, h: number, seq: number): void => {
  all[h + STARTED] = 1;
  all[h + NEXT] = seq;
  if (all[h + FIN_AT]! <= FIN_FIRST) noteFin(all, h, FIN_FIRST - all[h + FIN_AT]!);
};

/** A first byte further behind what the peer expected than this is taken for the beginning all the same. */
const MOST_AWAITED = 64 << 10;

/**
 * Starts a direction whose SYN was not captured, at what the peer has said that it expects where this is `likely` the beginning of
 * the connection and not far before `seq`, else at `seq`.
 */
export const startAt = (all: Float64Array, h: number, seq: number, likely: boolean): void => {
  const next = all[h + NEXT]!;
  const ahead = (seq - next) | 0;
  beginAt(all, h, likely && next !== 0 && ahead >= 0 && ahead <= MOST_AWAITED ? next : seq);
};

/** Position of a sequence number, which lies within 2 GiB of the next byte (RFC 9293 §3.4 arithmetic). */
export const positionOf = (all: Float64Array, h: number, seq: number): number => all[h + POSITION]! + ((seq - all[h + NEXT]!) | 0);

/** Held bytes are next in line. */
export const isReady = (all: Float64Array, h: number): boolean => all[h + HELD_FROM]! <= all[h + POSITION]!;

/** The next byte is missing, although bytes behind it were captured or the peer has received it. */
export const hasHole = (all: Float64Array, h: number): boolean => {
  const from = all[h + HELD_FROM]!;
  return (from === NOTHING_HELD ? all[h + ACKNOWLEDGED]! : from) > all[h + POSITION]!;
};

/** No byte is held or missing, and no FIN has come. */
export const isSettled = (all: Float64Array, h: number): boolean =>
  all[h + HELD_FROM] === NOTHING_HELD && all[h + HOLE_SINCE]! < 0 && all[h + FIN_AT] === NO_FIN;

/** Whoever acknowledged `ack` to this direction had received bytes of it that have not been handed on yet. */
export const isBehind = (all: Float64Array, h: number, ack: number): boolean => {
  if (ack < 0 || ack === all[h + NEXT] || all[h + STARTED] === 0 || all[h + ENDED] === 1) return false;
  const received = positionOf(all, h, ack);
  const finAt = all[h + FIN_AT]!;
  return (finAt < 0 ? received : Math.min(received, finAt)) > all[h + POSITION]!;
};
