import type { Micros } from '../../sql/micros.ts';
import type { Segment } from '../decode/segment.ts';
import type { Direction } from './chunk.ts';
import type { Connection } from './connection.ts';
import { half, hasHole, positionOf, renew, type Half } from './half.ts';

const ACK = 16;

/** What is known of one connection. */
export interface Flow {
  /** Why it is over, if it is: kept for a while so that late copies of its segments are known as such. */
  over: 'fin' | 'reset' | null;
  /** The watermark when its last packet came. */
  seenAt: Micros;
  connection: Connection;
  readonly halves: readonly [Half, Half];
}

/** What is to be known of a connection, in the place of one that is over if there was one there. */
export const flowOf = (connection: Connection, ts: Micros, seenAt: Micros, before: Flow | undefined): Flow => {
  if (before === undefined) return { connection, over: null, seenAt, halves: [half(ts), half(ts)] };
  before.connection = connection;
  before.over = null;
  before.seenAt = seenAt;
  for (const side of before.halves) renew(side, ts);
  return before;
};

/** A SYN with another initial sequence number than the one that opened this connection (RFC 9293 §3.10.7.4); of one that is over, also the answer to a SYN that was lost. */
export const reused = (flow: Flow | undefined, direction: Direction, segment: Segment): boolean => {
  if (flow === undefined || ((segment.flags & ACK) !== 0 && flow.over === null)) return false;
  const isn = flow.connection.isn[direction];
  const side = flow.halves[direction];
  return isn >= 0 ? isn !== segment.seq : side.started && side.position > 0 && ((segment.seq + 1 - side.next) | 0) !== 0;
};

/** New bytes after a reset: it was forged or not meant for this connection, whose ends go on talking. */
export const livesOn = (flow: Flow, direction: Direction, segment: Segment): boolean => {
  const side = flow.halves[direction];
  return flow.over === 'reset' && segment.payloadBytes > 0 && (!side.started || ((segment.seq + segment.payloadBytes - side.next) | 0) > 0);
};

/** Whoever sent this had received bytes of the other direction that have not been handed on yet. */
export const awaits = (flow: Flow, direction: Direction, ack: number): boolean => {
  const other = flow.halves[direction === 0 ? 1 : 0];
  if (ack < 0 || !other.started || other.ended) return false;
  const received = positionOf(other, ack);
  return (other.finAt < 0 ? received : Math.min(received, other.finAt)) > other.position;
};

/** The direction whose hole has been open for longer; -1 = neither has one. */
export const firstHole = ({ halves: [a, b] }: Flow): -1 | Direction => {
  if (!hasHole(a)) return hasHole(b) ? 1 : -1;
  return hasHole(b) && b.holeSince < a.holeSince ? 1 : 0;
};
