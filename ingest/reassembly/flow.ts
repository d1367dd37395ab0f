import { micros, type Micros } from '../../sql/micros.ts';
import type { Segment } from '../decode/segment.ts';
import type { Direction } from './chunk.ts';
import type { Connection } from './connection.ts';
import { beginHalf, FIN_AT, HALF_NUMBERS, hasHole, HOLE_SINCE, mayBegin, NEXT, POSITION, STARTED } from './half.ts';

const ACK = 16;

// One connection: its numbers begin at a place `f` of those of all connections.

/** The watermark when its last packet came. */
export const SEEN_AT = 0;
/** Capture time of the SYN, and time from it to the opener's first ACK; `UNKNOWN` = not seen. */
export const OPENED_AT = 1;
export const HANDSHAKE_US = 2;
/** Direction that sent the SYN; -1 = not seen. */
export const OPENER = 3;
/** Initial sequence number of direction 0, behind it that of direction 1; -1 = not seen. */
export const ISN = 4;
/** Of the first packet: network, and what the link layer said of its direction. */
const NETWORK = 6;
const LEG = 7;
/** Whether and why it is over: kept for a while so that late copies of its segments are known as such. */
export const OVER = 8;
/** 1 = bytes are held or missing, or a FIN has come: each of its segments may change what can be handed on. Else 0. */
export const UNSETTLED = 9;
const FIRST_HALF = 10;
/** 256 bytes: four lines of a processor's cache. */
const NUMBERS = FIRST_HALF + 2 * HALF_NUMBERS;

export const UNKNOWN = -Infinity;
/** Values of `OVER`. */
export const [LIVE, FINISHED, RESET] = [0, 1, 2] as const;

/** What is known of all connections: numbers side by side. An object for each, with its directions, takes three times the memory. */
export interface Flows {
  /** Another array once `begin` has needed more room. */
  all: Float64Array;
}

const FIRST_ROOM = 64;

export const noFlows = (): Flows => ({ all: new Float64Array(FIRST_ROOM * NUMBERS) });

export const peerOf = (direction: Direction): Direction => (direction === 0 ? 1 : 0);

export const flowAt = (index: number): number => index * NUMBERS;
export const halfAt = (index: number, direction: number): number => index * NUMBERS + FIRST_HALF + direction * HALF_NUMBERS;

/** Begins a connection with its first segment. */
export const begin = (flows: Flows, index: number, { ts, network, tag, leg }: Segment, seenAt: Micros): void => {
  const f = flowAt(index);
  if (f === flows.all.length) {
    const larger = new Float64Array(flows.all.length * 2);
    larger.set(flows.all);
    flows.all = larger;
  }
  const { all } = flows;
  all[f + SEEN_AT] = seenAt;
  all[f + OPENED_AT] = all[f + HANDSHAKE_US] = UNKNOWN;
  all[f + OPENER] = all[f + ISN] = all[f + ISN + 1] = -1;
  all[f + NETWORK] = network || tag;
  all[f + LEG] = leg;
  all[f + OVER] = LIVE;
  all[f + UNSETTLED] = 0;
  beginHalf(all, halfAt(index, 0), ts);
  beginHalf(all, halfAt(index, 1), ts);
};

const seen = (value: number): number | null => (value === UNKNOWN ? null : value);

/** Puts what SYNs and the handshake said into the connection that later stages have. */
export const tell = (connection: Connection, all: Float64Array): void => {
  const f = flowAt(connection.slot);
  const opener = all[f + OPENER]!;
  const openedAt = seen(all[f + OPENED_AT]!);
  connection.opener = opener < 0 ? -1 : opener === 0 ? 0 : 1;
  connection.isn[0] = all[f + ISN]!;
  connection.isn[1] = all[f + ISN + 1]!;
  connection.handshakeUs = seen(all[f + HANDSHAKE_US]!);
  connection.openedAt = openedAt === null ? null : micros(openedAt);
};

/** The connection as later stages have it. */
export const connectionOf = (all: Float64Array, slot: number, ends: Pick<Connection, 'addresses' | 'ports'>): Connection => {
  const f = flowAt(slot);
  const leg = all[f + LEG]!;
  const connection: Connection = {
    slot, network: all[f + NETWORK]!, ...ends, opener: -1, isn: [-1, -1], handshakeUs: null, openedAt: null, leg: leg === 0 ? 0 : leg === 1 ? 1 : 2,
  };
  tell(connection, all);
  return connection;
};

/**
 * A SYN with another initial sequence number than the one that opened this connection (RFC 9293 §3.10.7.4); of one that is over, or that
 * one end has closed, also the answer to a SYN that was lost.
 */
export const isReused = ({ all }: Flows, index: number, direction: Direction, { flags, seq, ack }: Segment): boolean => {
  const f = flowAt(index);
  const isn = all[f + ISN + direction]!;
  const h = halfAt(index, direction);
  if ((flags & ACK) !== 0 && all[f + OVER] === LIVE) {
    const peer = peerOf(direction);
    const opened = all[f + ISN + peer]!;
    const isClosing = all[h + FIN_AT]! >= 0 || all[halfAt(index, peer) + FIN_AT]! >= 0;
    return isClosing && isn >= 0 && isn !== seq && opened >= 0 && (ack - 1) >>> 0 !== opened;
  }
  if (isn >= 0) return isn !== seq;
  if (all[h + POSITION]! > 0) return ((seq + 1 - all[h + NEXT]!) | 0) !== 0;
  return !mayBegin(all, h, seq);
};

/**
 * New bytes after a reset: it was forged or not meant for this connection, whose ends go on talking. After the FINs of both, bytes from
 * behind that of their sender: the port is used again, and all of the handshake is lost.
 */
export const livesOn = ({ all }: Flows, index: number, direction: Direction, { seq, payloadBytes }: Segment): boolean => {
  const h = halfAt(index, direction);
  if (payloadBytes === 0) return false;
  const ahead = (seq - all[h + NEXT]!) | 0;
  if (all[flowAt(index) + OVER] === RESET) return all[h + STARTED] === 0 || ((ahead + payloadBytes) | 0) > 0;
  return all[h + FIN_AT]! >= 0 && ahead > 0;
};

/** The direction whose hole has been open for longer; -1 = neither has one. */
export const firstHole = ({ all }: Flows, index: number): -1 | Direction => {
  const a = halfAt(index, 0);
  const b = halfAt(index, 1);
  if (!hasHole(all, a)) return hasHole(all, b) ? 1 : -1;
  return hasHole(all, b) && all[b + HOLE_SINCE]! < all[a + HOLE_SINCE]! ? 1 : 0;
};
