import type { Count } from '../../sql/counters.ts';
import { micros, type Micros } from '../../sql/micros.ts';
import type { Sink } from '../../sql/sink.ts';
import type { Segment } from '../decode/segment.ts';
import { NO_ACK } from '../sequence.ts';
import type { Chunk, Data, Direction } from './chunk.ts';
import type { Connection } from './connection.ts';
import type { HeldBytes } from './held-bytes.ts';
import { flowTable } from './flow-table.ts';
import { hasHole, heldOf, isReady, positionOf, startAt } from './half.ts';
import { hold } from './held.ts';
import { activityList } from './activity.ts';
import { rawText } from './raw-text.ts';
import { awaits, firstHole, flowOf, livesOn, reused, type Flow } from './flow.ts';
import { LINGER_US, MOST_LINGERING, REASSEMBLY_LIMITS, type ReassemblyLimits } from './limits.ts';

const FIN = 1;
const SYN = 2;
const RST = 4;
const ACK = 16;

/** Segments that may still overtake an acknowledged hole in the capture (several receive queues) before it is given up. */
const OVERTAKING = 64;
/** A segment further ahead than any window can be (RFC 7323: 1 GiB) belongs to another connection or is forged. */
const WINDOW = 2 ** 30;

const NOBODY: Connection = { slot: -1, network: 0, addresses: ['', ''], ports: [0, 0], opener: -1, isn: [-1, -1], handshakeUs: null, openedAt: null, leg: 0 };

/** Puts the bytes of each direction of each connection in order; see README.md for the rules. */
export const tcpReassembler = (next: Sink<Chunk>, count: Count, limits: ReassemblyLimits = REASSEMBLY_LIMITS, held: HeldBytes = { now: 0, most: limits.heldBytesAll }): Sink<Segment> => {
  const table = flowTable(limits.flows);
  const flows: (Flow | undefined)[] = [];
  /** What was in each place last. */
  const places: Flow[] = [];
  const activity = activityList();
  const withHoles = new Set<Flow>();
  /** Connections that are over, in the order of their ends, with the time of the end. */
  const lingering = new Map<number, Micros>();
  /** The watermark; what is timed by it depends on no order of packets of different connections. */
  let now = micros(0);
  /** Filled anew for each stretch of bytes, so that none is made a packet. */
  const data: { -readonly [key in keyof Data]: Data[key] } = {
    kind: 'data', connection: NOBODY, direction: 0, ts: micros(0), seq: 0, ack: 0, bytes: new Uint8Array(0), at: 0, end: 0, retransmits: 0,
  };

  const emitGap = (flow: Flow, direction: Direction, until: number, ts: Micros): void => {
    const side = flow.halves[direction];
    const length = until - side.position;
    if (length <= 0) return;
    count('gaps');
    count('gap_bytes', length);
    next.push({ kind: 'gap', connection: flow.connection, direction, ts, seq: side.next | 0, length });
    side.next = (side.next + length) >>> 0;
    side.position = until;
  };
  const emitData = (flow: Flow, direction: Direction, ts: Micros, ack: number, bytes: Uint8Array, at: number, end: number): void => {
    const side = flow.halves[direction];
    data.connection = flow.connection;
    data.direction = direction;
    data.ts = ts;
    data.seq = side.next | 0;
    data.ack = ack < 0 ? NO_ACK : ack | 0;
    data.bytes = bytes;
    data.at = at;
    data.end = end;
    data.retransmits = side.retransmits;
    side.retransmits = 0;
    side.next = (side.next + end - at) >>> 0;
    side.position += end - at;
    next.push(data);
  };
  const finish = (flow: Flow, direction: Direction, ts: Micros, why: 'fin' | 'reset' | 'given_up'): void => {
    const side = flow.halves[direction];
    if (side.ended) return;
    side.ended = true;
    next.push({ kind: 'end', connection: flow.connection, direction, ts, why });
  };
  const release = (flow: Flow, direction: Direction): void => {
    const side = flow.halves[direction];
    const first = side.held.shift()!;
    side.heldBytes -= first.bytes.length;
    held.now -= first.bytes.length;
    const skip = side.position - first.position;
    if (skip < first.bytes.length) emitData(flow, direction, first.ts, first.ack, first.bytes, skip, first.bytes.length);
  };
  const settle = (flow: Flow, direction: Direction, ts: Micros): void => {
    const side = flow.halves[direction];
    if (side.finAt >= 0 && side.position >= side.finAt) finish(flow, direction, ts, 'fin');
    if (!hasHole(side)) { side.holeSince = -1; return; }
    if (side.holeSince < 0) { side.holeSince = ts; side.holeSegments = 0; withHoles.add(flow); }
  };
  /**
   * Hands on what is held and in line, in the order in which the ends must have seen it: bytes sent after receiving others
   * wait until those have been handed on or given up, so that an answer never comes before its request. Holes start their clocks.
   */
  const drain = (flow: Flow, ts: Micros): void => {
    for (;;) {
      const next0 = isReady(flow.halves[0]);
      const next1 = isReady(flow.halves[1]);
      if (!next0 && !next1) break;
      const free0 = next0 && !awaits(flow, 0, flow.halves[0].held[0]!.ack);
      const free1 = next1 && !awaits(flow, 1, flow.halves[1].held[0]!.ack);
      const earlier = next0 && (!next1 || flow.halves[0].held[0]!.ordinal < flow.halves[1].held[0]!.ordinal) ? 0 : 1;
      if (free0 !== free1) release(flow, free0 ? 0 : 1);
      else if (free0 || (next0 && next1)) release(flow, earlier);
      else if (hasHole(flow.halves[next0 ? 1 : 0])) break;
      else release(flow, next0 ? 0 : 1);
    }
    settle(flow, 0, ts);
    settle(flow, 1, ts);
  };
  /** Gives the first hole up: what is missing becomes a gap, what is behind it goes on. */
  const giveUp = (flow: Flow, direction: Direction, ts: Micros): void => {
    const side = flow.halves[direction];
    const first = side.held[0];
    emitGap(flow, direction, first === undefined ? side.acknowledged : first.position, first?.ts ?? ts);
    side.holeSince = -1;
    drain(flow, ts);
  };
  const check = (flow: Flow, direction: Direction, ts: Micros): void => {
    for (;;) {
      const side = flow.halves[direction];
      if (side.holeSince < 0) return;
      const hole = side.held[0]?.position ?? side.acknowledged;
      const acknowledged = side.acknowledged >= hole;
      const age = ts - side.holeSince;
      const over = flow.halves[0].heldBytes + flow.halves[1].heldBytes > limits.heldBytes || held.now > held.most || age > limits.holeUs
        || (acknowledged && (age > limits.acknowledgedHoleUs || side.holeSegments > OVERTAKING));
      if (!over) return;
      if (!acknowledged) count('holes_not_acknowledged');
      giveUp(flow, direction, ts);
    }
  };
  const close = (index: number, ts: Micros, why: 'reset' | 'given_up', linger: Flow['over'] = null): void => {
    const flow = flows[index];
    if (flow === undefined || flow.over !== null) { forget(index); return; }
    drain(flow, ts);
    for (let direction = firstHole(flow); direction >= 0; direction = firstHole(flow)) giveUp(flow, direction === 0 ? 0 : 1, ts);
    for (const direction of [0, 1] as const) finish(flow, direction, ts, why);
    withHoles.delete(flow);
    if (linger !== null && lingering.size < MOST_LINGERING) {
      flow.over = linger;
      lingering.set(index, now);
      return;
    }
    forget(index);
  };
  const forget = (index: number): void => {
    lingering.delete(index);
    flows[index] = undefined;
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
    const { bytes, srcAt, dstAt, addressBytes, srcPort, dstPort } = segment;
    const connection: Connection = {
      slot: index, network: segment.network || segment.tag, ports: [srcPort, dstPort], opener: -1, isn: [-1, -1], handshakeUs: null, openedAt: null,
      addresses: [rawText(bytes, srcAt, addressBytes), rawText(bytes, dstAt, addressBytes)], leg: segment.leg,
    };
    activity.touch(index);
    flows[index] = places[index] = flowOf(connection, segment.ts, now, places[index]);
    return index;
  };
  const synchronize = (flow: Flow, direction: Direction, segment: Segment): void => {
    const { connection } = flow;
    const side = flow.halves[direction];
    const other = flow.halves[direction === 0 ? 1 : 0];
    connection.isn[direction] = segment.seq;
    if (!side.started) { side.started = true; side.next = (segment.seq + 1) >>> 0; }
    if ((segment.flags & ACK) === 0) {
      connection.opener = direction;
      connection.openedAt ??= segment.ts;
    } else {
      connection.opener = direction === 0 ? 1 : 0;
      if (!other.started) { other.started = true; other.next = segment.ack; connection.isn[direction === 0 ? 1 : 0] = (segment.ack - 1) >>> 0; }
    }
  };
  const payload = (flow: Flow, direction: Direction, segment: Segment): void => {
    const side = flow.halves[direction];
    const { at, end, payloadBytes, ts, ordinal, bytes } = segment;
    const seq = (segment.flags & SYN) !== 0 ? (segment.seq + 1) >>> 0 : segment.seq;
    startAt(side, seq, flow.connection.openedAt !== null);
    const delta = (seq - side.next) | 0;
    if (delta > WINDOW || delta < -WINDOW) { count('segments_out_of_window'); return; }
    if (delta + payloadBytes <= 0) {
      if (payloadBytes === 1 && delta === -1) { count('keep_alives'); return; }
      count('retransmitted_segments');
      side.retransmits++;
      return;
    }
    if (side.ended || (side.finAt >= 0 && side.position + delta >= side.finAt)) { count('segments_after_end'); return; }
    if (delta < 0) { count('retransmitted_segments'); side.retransmits++; }
    const ack = (segment.flags & ACK) !== 0 ? segment.ack : -1;
    const behind = Math.max(0, -delta);
    const cut = end - at < payloadBytes;
    if (cut && delta <= 0) while (isReady(side)) release(flow, direction);
    if (delta <= 0 && side.held.length === 0 && (cut || !awaits(flow, direction, ack))) {
      if (at + behind < end) emitData(flow, direction, ts, ack, bytes, at + behind, end);
    } else {
      const last = side.held.at(-1);
      if (delta > 0 && (last === undefined || last.position + last.bytes.length !== side.position + delta)) count('segments_out_of_order');
      const fresh = hold(heldOf(side), { position: side.position + delta + behind, bytes: bytes.subarray(Math.min(at + behind, end), end), ts, ordinal, ack });
      if (fresh === 0 && end > at) side.retransmits++;
      side.heldBytes += fresh;
      held.now += fresh;
    }
    if (cut && delta <= 0) {
      count('segments_cut_short');
      emitGap(flow, direction, positionOf(side, seq) + payloadBytes, ts);
    }
  };

  return {
    push: (segment) => {
      const { ts, flags } = segment;
      let index = table.find(segment);
      if (index >= 0 && (flags & SYN) !== 0 && reused(flows[index], table.direction(), segment)) {
        count('ports_reused');
        close(index, ts, 'given_up');
        index = table.find(segment);
      }
      if (index >= 0 && flows[index]!.over !== null) {
        if (!livesOn(flows[index]!, table.direction(), segment)) {
          if (segment.payloadBytes > 0) count('segments_after_end');
          return;
        }
        forget(index);
        index = table.find(segment);
      }
      if (index < 0) {
        if ((flags & RST) !== 0) { count('resets_without_connection'); return; }
        index = open(segment);
        table.find(segment);
      }
      const flow = flows[index]!;
      const direction = table.direction();
      const side = flow.halves[direction];
      const other = flow.halves[direction === 0 ? 1 : 0];
      side.lastTs = ts;
      if (flow.seenAt !== now) {
        flow.seenAt = now;
        activity.touch(index);
      }
      if ((flags & SYN) !== 0) synchronize(flow, direction, segment);
      else if (flow.connection.handshakeUs === null && flow.connection.openedAt !== null && direction === flow.connection.opener && other.started) {
        flow.connection.handshakeUs = ts - flow.connection.openedAt;
      }
      if (segment.payloadBytes > 0) payload(flow, direction, segment);
      if ((flags & ACK) !== 0 && !other.started) other.next ||= segment.ack;
      else if ((flags & ACK) !== 0) {
        const acknowledged = positionOf(other, segment.ack) - (other.finAt >= 0 && positionOf(other, segment.ack) > other.finAt ? 1 : 0);
        if (acknowledged > other.acknowledged && acknowledged - other.position < WINDOW) {
          other.acknowledged = acknowledged;
          if (acknowledged > other.position && !other.ended) drain(flow, ts);
        }
      }
      if ((flags & FIN) !== 0) {
        startAt(side, segment.seq, flow.connection.openedAt !== null);
        side.finAt = positionOf(side, segment.seq) + segment.payloadBytes;
      }
      side.holeSegments++;
      other.holeSegments++;
      if (side.held.length > 0 || other.held.length > 0 || side.finAt >= 0 || side.holeSince >= 0 || other.holeSince >= 0) drain(flow, ts);
      if (withHoles.size > 0 && withHoles.has(flow)) { check(flow, 0, ts); check(flow, 1, ts); }
      if ((flags & RST) !== 0) close(index, ts, 'reset', 'reset');
      else if (flow.halves[0].ended && flow.halves[1].ended) close(index, ts, 'given_up', 'fin');
    },
    advance: (watermark) => {
      now = watermark;
      for (const flow of withHoles) {
        check(flow, 0, watermark);
        check(flow, 1, watermark);
        if (flow.halves[0].holeSince < 0 && flow.halves[1].holeSince < 0) withHoles.delete(flow);
      }
      for (const [index, since] of lingering) {
        if (watermark - since <= LINGER_US) break;
        forget(index);
      }
      for (let index = activity.oldest(); index >= 0; index = activity.oldest()) {
        if (watermark - flows[index]!.seenAt <= limits.idleUs) break;
        count('flows_idle');
        close(index, watermark, 'given_up');
      }
      next.advance(watermark);
    },
    close: () => {
      for (let index = activity.oldest(); index >= 0; index = activity.oldest()) {
        const flow = flows[index]!;
        close(index, flow.halves[0].lastTs > flow.halves[1].lastTs ? flow.halves[0].lastTs : flow.halves[1].lastTs, 'given_up');
      }
      next.close();
    },
  };
};
