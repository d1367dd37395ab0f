import type { Count } from '../../sql/counters.ts';
import { micros, type Micros } from '../../sql/micros.ts';
import type { Sink } from '../../sql/sink.ts';
import type { Segment } from '../decode/segment.ts';
import { activityList } from './activity.ts';
import type { Chunk, Direction, End } from './chunk.ts';
import type { Connection } from './connection.ts';
import {
  begin, connectionOf, FINISHED, flowAt, halfAt, HANDSHAKE_US, ISN, isReused, LIVE, livesOn, noFlows, OPENED_AT, OPENER, OVER, peerOf, RESET, SEEN_AT, tell, UNKNOWN, UNSETTLED,
} from './flow.ts';
import { flowTable } from './flow-table.ts';
import {
  ACKNOWLEDGED, beginAt, ENDED, FIN_AT, HELD_FROM, HOLE_SEGMENTS, isBehind, isFinFirst, isOver, LAST_TS, NEXT, NOTHING_HELD, noteFin, noteFinFirst, POSITION,
  positionOf, RETRANSMITS, STARTED, startAt,
} from './half.ts';
import type { HeldBytes } from './held-bytes.ts';
import { LINGER_US, MOST_LINGERING, REASSEMBLY_LIMITS, type ReassemblyLimits } from './limits.ts';
import { streams } from './streams.ts';

const FIN = 1;
const SYN = 2;
const RST = 4;
const ACK = 16;

/** A segment further ahead than any window can be (RFC 7323: 1 GiB) belongs to another connection or is forged. */
const WINDOW = 2 ** 30;

/** Puts the bytes of each direction of each connection in order; see README.md for the rules. */
export const tcpReassembler = (next: Sink<Chunk>, count: Count, limits: ReassemblyLimits = REASSEMBLY_LIMITS, held: HeldBytes = { now: 0, most: limits.heldBytesAll }): Sink<Segment> => {
  const table = flowTable(limits.flows);
  const flows = noFlows();
  /** Connections of which something was handed on; nobody knows of the others. */
  const told: (Connection | undefined)[] = [];
  const activity = activityList();
  /** Connections that are over, in the order of their ends, with the time of the end. */
  const lingering = new Map<number, Micros>();
  /** The watermark; what is timed by it depends on no order of packets of different connections. */
  let now = micros(0);

  const connectionAt = (index: number): Connection => {
    const known = told[index];
    if (known !== undefined) return known;
    const made = connectionOf(flows.all, index, table.ends(index));
    told[index] = made;
    return made;
  };
  const inOrder = streams(flows, connectionAt, (chunk) => { next.push(chunk); }, count, limits, held);

  const close = (index: number, ts: Micros, why: End['why'], linger: number = LIVE): void => {
    const f = flowAt(index);
    if (flows.all[f + OVER] !== LIVE) { forget(index); return; }
    inOrder.finish(index, ts);
    if (told[index] !== undefined) for (const direction of [0, 1] as const) inOrder.end(index, direction, ts, why);
    if (linger !== LIVE && lingering.size < MOST_LINGERING) {
      flows.all[f + OVER] = linger;
      lingering.set(index, now);
      return;
    }
    forget(index);
  };
  /** Both directions have ended. */
  const isDone = (index: number): boolean => isOver(flows.all, halfAt(index, 0)) && isOver(flows.all, halfAt(index, 1));
  const forget = (index: number): void => {
    lingering.delete(index);
    told[index] = undefined;
    activity.remove(index);
    table.remove(index);
  };
  const open = (segment: Segment): number => {
    if (table.size() >= limits.flows) {
      count('flows_evicted');
      close(activity.oldest(), segment.ts, 'given_up');
      table.find(segment);
    }
    const index = table.insert();
    count('connections');
    begin(flows, index, segment, now);
    activity.touch(index);
    return index;
  };
  /** Notes that a packet of the connection came, in the direction at `h`. */
  const touch = (f: number, h: number, index: number, ts: Micros): void => {
    const { all } = flows;
    all[h + LAST_TS] = ts;
    if (all[f + SEEN_AT] === now) return;
    all[f + SEEN_AT] = now;
    activity.touch(index);
  };
  const synchronize = (index: number, direction: Direction, { seq, ack, flags, ts }: Segment): void => {
    const { all } = flows;
    const f = flowAt(index);
    const h = halfAt(index, direction);
    const peer = halfAt(index, peerOf(direction));
    all[f + ISN + direction] = seq;
    if (all[h + STARTED] === 0) beginAt(all, h, (seq + 1) >>> 0);
    if ((flags & ACK) === 0) {
      all[f + OPENER] = direction;
      if (all[f + OPENED_AT] === UNKNOWN) all[f + OPENED_AT] = ts;
    } else {
      all[f + OPENER] = peerOf(direction);
      if (all[peer + STARTED] === 0) { beginAt(all, peer, ack); all[f + ISN + peerOf(direction)] = (ack - 1) >>> 0; }
    }
    if (told[index] !== undefined) tell(told[index], all);
  };
  /** The opener's first segment after the answer to its SYN. */
  const shakeHands = (index: number, direction: Direction, ts: Micros): void => {
    const { all } = flows;
    const f = flowAt(index);
    const openedAt = all[f + OPENED_AT]!;
    if (openedAt === UNKNOWN || direction !== all[f + OPENER] || all[halfAt(index, peerOf(direction)) + STARTED] === 0) return;
    all[f + HANDSHAKE_US] = ts - openedAt;
    if (told[index] !== undefined) tell(told[index], all);
  };
  const payload = (index: number, direction: Direction, segment: Segment): void => {
    const { all } = flows;
    const h = halfAt(index, direction);
    const { at, end, payloadBytes, ts, bytes } = segment;
    const seq = (segment.flags & SYN) !== 0 ? (segment.seq + 1) >>> 0 : segment.seq;
    if (all[h + STARTED] === 0) startAt(all, h, seq, all[flowAt(index) + OPENED_AT] !== UNKNOWN);
    const delta = (seq - all[h + NEXT]!) | 0;
    if (delta > WINDOW || delta < -WINDOW) { count('segments_out_of_window'); return; }
    if (delta + payloadBytes <= 0) {
      if (payloadBytes === 1 && delta === -1) { count('keep_alives'); return; }
      count('retransmitted_segments');
      all[h + RETRANSMITS]! += 1;
      return;
    }
    const position = all[h + POSITION]! + delta;
    if (all[h + ENDED] === 1 || (all[h + FIN_AT]! >= 0 && position >= all[h + FIN_AT]!)) { count('segments_after_end'); return; }
    if (delta < 0) { count('retransmitted_segments'); all[h + RETRANSMITS]! += 1; }
    const ack = (segment.flags & ACK) !== 0 ? segment.ack : -1;
    const behind = Math.max(0, -delta);
    const cut = end - at < payloadBytes;
    if (cut && delta <= 0) inOrder.release(index, direction);
    if (delta <= 0 && all[h + HELD_FROM] === NOTHING_HELD && (cut || !isBehind(all, halfAt(index, peerOf(direction)), ack))) {
      if (at + behind < end) inOrder.data(index, direction, ts, ack, bytes, at + behind, end);
    } else {
      const fresh = inOrder.hold(index, direction, position + behind, ack, segment, at + behind);
      if (fresh === 0 && end > at) all[h + RETRANSMITS]! += 1;
    }
    if (cut && delta <= 0) {
      count('segments_cut_short');
      inOrder.gap(index, direction, positionOf(all, h, seq) + payloadBytes, ts);
    }
  };
  /** What the sender of a segment says that it has received of the other direction. */
  const acknowledge = (index: number, peer: number, { ack, ts }: Segment): void => {
    const { all } = flows;
    if (all[peer + STARTED] === 0) { if (all[peer + NEXT] === 0) all[peer + NEXT] = ack; return; }
    const finAt = all[peer + FIN_AT]!;
    const received = positionOf(all, peer, ack);
    const acknowledged = received - (finAt >= 0 && received > finAt ? 1 : 0);
    if (acknowledged <= all[peer + ACKNOWLEDGED]! || acknowledged - all[peer + POSITION]! >= WINDOW) return;
    all[peer + ACKNOWLEDGED] = acknowledged;
    if (acknowledged > all[peer + POSITION]! && all[peer + ENDED] === 0) inOrder.drain(index, ts);
  };
  const finish = (index: number, direction: Direction, { seq, payloadBytes }: Segment): void => {
    const { all } = flows;
    const f = flowAt(index);
    const h = halfAt(index, direction);
    all[f + UNSETTLED] = 1;
    if (isFinFirst(all, h, seq)) { noteFinFirst(all, h, seq); return; }
    if (all[h + STARTED] === 0) startAt(all, h, seq, all[f + OPENED_AT] !== UNKNOWN);
    noteFin(all, h, (seq + payloadBytes) >>> 0);
  };

  /**
   * The usual segment, of a connection that goes on with nothing held, missing or ended: it brings the next bytes, or none, and its sender
   * had received all that came before. Does with it what `push` would, 55 ns sooner; false = it is another.
   */
  const takeIfUsual = (index: number, direction: Direction, { ts, flags, seq, ack, at, end, payloadBytes, bytes }: Segment): boolean => {
    const { all } = flows;
    const f = flowAt(index);
    const h = halfAt(index, direction);
    const peer = halfAt(index, peerOf(direction));
    if ((flags & (SYN | FIN | RST | ACK)) !== ACK || all[f + OVER] !== LIVE || all[f + UNSETTLED] === 1 || payloadBytes !== end - at
      || all[h + STARTED] === 0 || all[h + NEXT] !== seq || all[peer + STARTED] === 0 || all[peer + NEXT] !== ack) return false;
    touch(f, h, index, ts);
    if (all[f + HANDSHAKE_US] === UNKNOWN) shakeHands(index, direction, ts);
    if (payloadBytes > 0) inOrder.data(index, direction, ts, ack, bytes, at, end);
    if (flows.all[peer + POSITION]! > flows.all[peer + ACKNOWLEDGED]!) flows.all[peer + ACKNOWLEDGED] = flows.all[peer + POSITION]!;
    return true;
  };

  return {
    push: (segment) => {
      const { ts, flags } = segment;
      let index = table.find(segment);
      if (index >= 0 && takeIfUsual(index, table.direction(), segment)) return;
      if (index >= 0 && (flags & SYN) !== 0 && isReused(flows, index, table.direction(), segment)) {
        count('ports_reused');
        close(index, ts, 'given_up');
        index = table.find(segment);
      }
      if (index >= 0 && flows.all[flowAt(index) + OVER] !== LIVE) {
        if (!livesOn(flows, index, table.direction(), segment)) {
          if (segment.payloadBytes > 0) count('segments_after_end');
          return;
        }
        if (flows.all[flowAt(index) + OVER] === FINISHED) count('ports_reused');
        forget(index);
        index = table.find(segment);
      }
      if (index < 0) {
        if ((flags & RST) !== 0) { count('resets_without_connection'); return; }
        index = open(segment);
      }
      const direction = table.direction();
      const { all } = flows;
      const f = flowAt(index);
      const h = halfAt(index, direction);
      const peer = halfAt(index, peerOf(direction));
      touch(f, h, index, ts);
      if ((flags & SYN) !== 0) synchronize(index, direction, segment);
      else if (all[f + HANDSHAKE_US] === UNKNOWN) shakeHands(index, direction, ts);
      if (segment.payloadBytes > 0) payload(index, direction, segment);
      if ((flags & ACK) !== 0) acknowledge(index, peer, segment);
      if ((flags & FIN) !== 0) finish(index, direction, segment);
      if (all[f + UNSETTLED] === 1) {
        all[h + HOLE_SEGMENTS]! += 1;
        all[peer + HOLE_SEGMENTS]! += 1;
        inOrder.drain(index, ts);
        inOrder.check(index, ts);
      }
      if ((flags & RST) !== 0) close(index, ts, 'reset', RESET);
      else if (isDone(index)) close(index, ts, 'given_up', FINISHED);
    },
    advance: (watermark) => {
      now = watermark;
      inOrder.advance(watermark, (index) => { if (isDone(index)) close(index, watermark, 'given_up', FINISHED); });
      for (const [index, since] of lingering) {
        if (watermark - since <= LINGER_US) break;
        forget(index);
      }
      for (let index = activity.oldest(); index >= 0; index = activity.oldest()) {
        if (watermark - flows.all[flowAt(index) + SEEN_AT]! <= limits.idleUs) break;
        count('flows_idle');
        close(index, watermark, 'given_up');
      }
      next.advance(watermark);
    },
    close: () => {
      for (let index = activity.oldest(); index >= 0; index = activity.oldest()) {
        const [a, b] = [flows.all[halfAt(index, 0) + LAST_TS]!, flows.all[halfAt(index, 1) + LAST_TS]!];
        close(index, micros(Math.max(a, b)), 'given_up');
      }
      next.close();
    },
  };
};
