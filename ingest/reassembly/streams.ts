import type { Count } from '../../sql/counters.ts';
import { micros, type Micros } from '../../sql/micros.ts';
import type { Segment } from '../decode/segment.ts';
import { NO_ACK } from '../sequence.ts';
import type { Chunk, Data, Direction, End } from './chunk.ts';
import type { Connection } from './connection.ts';
import { firstHole, flowAt, halfAt, UNSETTLED, type Flows } from './flow.ts';
import {
  ACKNOWLEDGED, ENDED, FIN_AT, hasHole, HELD_FROM, HOLE_SEGMENTS, HOLE_SINCE, isBehind, isReady, isSettled, NEXT, NOTHING_HELD, POSITION, RETRANSMITS,
} from './half.ts';
import type { HeldBytes } from './held-bytes.ts';
import { hold, type HeldList } from './held.ts';
import type { ReassemblyLimits } from './limits.ts';

/** Hands on the bytes of both directions of connections in the order in which their ends saw them. */
export interface Streams {
  /** Bytes that are next in line. */
  data(index: number, direction: Direction, ts: Micros, ack: number, bytes: Uint8Array, at: number, end: number): void;
  /** Bytes up to a position are missing for good. */
  gap(index: number, direction: Direction, until: number, ts: Micros): void;
  /** The direction is over, should it not have been. */
  end(index: number, direction: Direction, ts: Micros, why: End['why']): void;
  /** Holds bytes of a segment, from `from` on, for those before that `position`; returns how many were new. */
  hold(index: number, direction: Direction, position: number, ack: number, segment: Segment, from: number): number;
  /** Hands on what is held and next in line of one direction. */
  release(index: number, direction: Direction): void;
  /** Hands on what is held and in line of both. */
  drain(index: number, ts: Micros): void;
  /** Gives holes up whose time or room is over. */
  check(index: number, ts: Micros): void;
  /** Gives all holes of a connection up. */
  finish(index: number, ts: Micros): void;
  /** Looks after the holes of all connections, and calls `looked` with each that had one. */
  advance(watermark: Micros, looked: (index: number) => void): void;
}

/** Segments that may still overtake an acknowledged hole in the capture (several receive queues) before it is given up. */
const OVERTAKING = 64;

const NOBODY: Connection = { slot: -1, network: 0, addresses: ['', ''], ports: [0, 0], opener: -1, isn: [-1, -1], handshakeUs: null, openedAt: null, leg: 0 };

export const streams = (flows: Flows, connectionAt: (index: number) => Connection, push: (chunk: Chunk) => void, count: Count, limits: ReassemblyLimits, held: HeldBytes): Streams => {
  /** What is held, by the place of the direction. */
  const lists = new Map<number, HeldList>();
  const withHoles = new Set<number>();
  /** Filled anew for each stretch of bytes, so that none is made a packet. */
  const view: { -readonly [key in keyof Data]: Data[key] } = {
    kind: 'data', connection: NOBODY, direction: 0, ts: micros(0), seq: 0, ack: 0, bytes: new Uint8Array(0), at: 0, end: 0, retransmits: 0,
  };

  const gap = (index: number, direction: Direction, until: number, ts: Micros): void => {
    const { all } = flows;
    const h = halfAt(index, direction);
    const length = until - all[h + POSITION]!;
    if (length <= 0) return;
    count('gaps');
    count('gap_bytes', length);
    push({ kind: 'gap', connection: connectionAt(index), direction, ts, seq: all[h + NEXT]! | 0, length });
    all[h + NEXT] = (all[h + NEXT]! + length) >>> 0;
    all[h + POSITION] = until;
  };
  const data = (index: number, direction: Direction, ts: Micros, ack: number, bytes: Uint8Array, at: number, end: number): void => {
    const { all } = flows;
    const h = halfAt(index, direction);
    const seq = all[h + NEXT]!;
    view.connection = connectionAt(index);
    view.direction = direction;
    view.ts = ts;
    view.seq = seq | 0;
    view.ack = ack < 0 ? NO_ACK : ack | 0;
    view.bytes = bytes;
    view.at = at;
    view.end = end;
    view.retransmits = all[h + RETRANSMITS]! | 0;
    if (view.retransmits > 0) all[h + RETRANSMITS] = 0;
    all[h + NEXT] = (seq + end - at) >>> 0;
    all[h + POSITION] = all[h + POSITION]! + end - at;
    push(view);
  };
  const end = (index: number, direction: Direction, ts: Micros, why: End['why']): void => {
    const h = halfAt(index, direction);
    if (flows.all[h + ENDED] === 1) return;
    flows.all[h + ENDED] = 1;
    push({ kind: 'end', connection: connectionAt(index), direction, ts, why });
  };
  const firstHeld = (h: number): HeldList['list'][number] => lists.get(h)!.list[0]!;
  const heldBytes = (h: number): number => lists.get(h)?.bytes ?? 0;
  const releaseFirst = (index: number, direction: Direction): void => {
    const { all } = flows;
    const h = halfAt(index, direction);
    const mine = lists.get(h)!;
    const first = mine.list.shift()!;
    mine.bytes -= first.bytes.length;
    held.now -= first.bytes.length;
    all[h + HELD_FROM] = mine.list[0]?.position ?? NOTHING_HELD;
    if (mine.list.length === 0) lists.delete(h);
    const skip = all[h + POSITION]! - first.position;
    if (skip < first.bytes.length) data(index, direction, first.ts, first.ack, first.bytes, skip, first.bytes.length);
  };
  const settle = (index: number, direction: Direction, ts: Micros): void => {
    const { all } = flows;
    const h = halfAt(index, direction);
    if (all[h + FIN_AT]! >= 0 && all[h + POSITION]! >= all[h + FIN_AT]!) end(index, direction, ts, 'fin');
    if (!hasHole(all, h)) { all[h + HOLE_SINCE] = -1; return; }
    if (all[h + HOLE_SINCE]! >= 0) return;
    all[h + HOLE_SINCE] = ts;
    all[h + HOLE_SEGMENTS] = 0;
    withHoles.add(index);
  };
  /**
   * In the order in which the ends must have seen it: bytes sent after receiving others wait until those have been handed on or
   * given up, so that an answer never comes before its request. Holes start their clocks.
   */
  const drain = (index: number, ts: Micros): void => {
    const { all } = flows;
    const a = halfAt(index, 0);
    const b = halfAt(index, 1);
    for (;;) {
      const ready0 = isReady(all, a);
      const ready1 = isReady(all, b);
      if (!ready0 && !ready1) break;
      const free0 = ready0 && !isBehind(all, b, firstHeld(a).ack);
      const free1 = ready1 && !isBehind(all, a, firstHeld(b).ack);
      const earlier = ready0 && (!ready1 || firstHeld(a).ordinal < firstHeld(b).ordinal) ? 0 : 1;
      if (free0 !== free1) releaseFirst(index, free0 ? 0 : 1);
      else if (free0 || (ready0 && ready1)) releaseFirst(index, earlier);
      else if (hasHole(all, ready0 ? b : a)) break;
      else releaseFirst(index, ready0 ? 0 : 1);
    }
    settle(index, 0, ts);
    settle(index, 1, ts);
    flows.all[flowAt(index) + UNSETTLED] = isSettled(all, a) && isSettled(all, b) ? 0 : 1;
  };
  /** Gives the first hole up: what is missing becomes a gap, what is behind it goes on. */
  const giveUp = (index: number, direction: Direction, ts: Micros): void => {
    const h = halfAt(index, direction);
    const first = lists.get(h)?.list[0];
    gap(index, direction, first === undefined ? flows.all[h + ACKNOWLEDGED]! : first.position, first?.ts ?? ts);
    flows.all[h + HOLE_SINCE] = -1;
    drain(index, ts);
  };
  const checkOne = (index: number, direction: Direction, ts: Micros): void => {
    const h = halfAt(index, direction);
    for (;;) {
      const { all } = flows;
      if (all[h + HOLE_SINCE]! < 0) return;
      const from = all[h + HELD_FROM]!;
      const acknowledged = from === NOTHING_HELD || all[h + ACKNOWLEDGED]! >= from;
      const age = ts - all[h + HOLE_SINCE]!;
      const over = heldBytes(halfAt(index, 0)) + heldBytes(halfAt(index, 1)) > limits.heldBytes || held.now > held.most || age > limits.holeUs
        || (acknowledged && (age > limits.acknowledgedHoleUs || all[h + HOLE_SEGMENTS]! > OVERTAKING));
      if (!over) return;
      if (!acknowledged) count('holes_not_acknowledged');
      giveUp(index, direction, ts);
    }
  };
  const checkBoth = (index: number, ts: Micros): void => {
    checkOne(index, 0, ts);
    checkOne(index, 1, ts);
  };
  return {
    data,
    gap,
    end,
    hold: (index, direction, position, ack, { bytes, end: to, ts, ordinal }, from) => {
      const { all } = flows;
      const h = halfAt(index, direction);
      const mine = lists.get(h) ?? { list: [], bytes: 0 };
      const last = mine.list.at(-1);
      if (position > all[h + POSITION]! && (last === undefined || last.position + last.bytes.length !== position)) count('segments_out_of_order');
      const fresh = hold(mine.list, { position, bytes: bytes.subarray(Math.min(from, to), to), ts, ordinal, ack });
      if (fresh === 0) return 0;
      lists.set(h, mine);
      mine.bytes += fresh;
      held.now += fresh;
      all[h + HELD_FROM] = mine.list[0]!.position;
      flows.all[flowAt(index) + UNSETTLED] = 1;
      return fresh;
    },
    release: (index, direction) => { while (isReady(flows.all, halfAt(index, direction))) releaseFirst(index, direction); },
    drain,
    check: (index, ts) => { if (withHoles.size > 0 && withHoles.has(index)) checkBoth(index, ts); },
    finish: (index, ts) => {
      drain(index, ts);
      for (let direction = firstHole(flows, index); direction >= 0; direction = firstHole(flows, index)) giveUp(index, direction === 0 ? 0 : 1, ts);
      withHoles.delete(index);
    },
    advance: (watermark, looked) => {
      const { all } = flows;
      for (const index of withHoles) {
        checkBoth(index, watermark);
        if (all[halfAt(index, 0) + HOLE_SINCE]! < 0 && all[halfAt(index, 1) + HOLE_SINCE]! < 0) withHoles.delete(index);
        looked(index);
      }
    },
  };
};
