import type { Count } from '../../sql/counters.ts';
import type { Data } from '../reassembly/chunk.ts';
import { NO_ACK } from '../sequence.ts';
import type { Message } from './message.ts';
import { lossOf, passed, peerOf, type Side, type Talk } from './talk.ts';

/** Finds the request that each answer of HTTP/1 answers: in order where no byte was lost, else by place in the two streams. */
export interface Answering {
  /** Bytes were sent on that side; to be told while the connection is not clean. */
  sends(side: Side, chunk: Data): void;
  /** A request was sent on that side. */
  asks(on: Talk, side: Side, one: Message): void;
  /** The request that an answer begun on that side is for; null = none was captured, or that is found out later, before it is emitted. */
  answers(on: Talk, side: Side, one: Message): Message | null;
  /** That side has lost its place: what was there is not known. */
  lost(on: Talk, side: Side): void;
  /** Bytes from there on are lost where a message was to begin. */
  lostStart(on: Talk, side: Side, seq: number): void;
  /** That side has ended. */
  ended(on: Talk, side: Side, fin: boolean): void;
  /** Emits a message of that side, should it not wait for its request. */
  emit(side: Side, one: Message): void;
  /** Lets answers go that wait for their requests. */
  letGo(side: Side): void;
}

const MOST_WAITING = 1024;

export const answering = (out: (message: Message) => void, count: Count): Answering => {
  const letGo = (side: Side): void => {
    if (side.loss.unpaired.length === 0) return;
    for (const one of side.loss.unpaired.splice(0)) if (one.state !== 'open' || one !== side.message) out(one);
  };
  /**
   * All that was asked before the request at `index` had been answered before it was sent, and none of the answers that wait was
   * lost: so the last of them is for the last of those requests, as far back as none of these was lost.
   */
  const pairBack = (side: Side, asking: Side, index: number): void => {
    const { unpaired } = side.loss;
    const from = asking.loss.breaks.findLast((at) => at <= index) ?? 0;
    const shift = index - unpaired.length;
    for (let i = 0; i < unpaired.length; i++) {
      const request = asking.waiting[i + shift];
      if (i + shift >= from && request !== undefined && isPossible(request, unpaired[i]!.seq, unpaired[i]!.ack)) unpaired[i]!.answers = request;
    }
    letGo(side);
  };
  const found = (on: Talk, side: Side, asking: Side, index: number, sure: boolean): Message | null => {
    if (side.loss.unpaired.length > 0) { if (sure) pairBack(side, asking, index); else letGo(side); }
    const request = asking.waiting[index] ?? null;
    passed(asking, index + 1);
    lossOf(side).skipped = false;
    if ((sure && asking.loss.breaks.length === 0) || (asking.waiting.length === 0 && side.mode !== 'lost' && asking.mode !== 'lost')) on.clean = true;
    return request;
  };
  /** Bytes were lost since all was known. */
  const afterLoss = (on: Talk, side: Side, asking: Side, one: Message, ack: number): Message | null => {
    const { waiting, loss: { breaks, resumed, hasty } } = asking;
    const { unpaired, skipped } = side.loss;
    const { seq } = one;
    const follows = !skipped && unpaired.length === 0;
    if (follows && breaks[0] !== 0 && waiting[0] !== undefined && isPossible(waiting[0], seq, ack)) return found(on, side, asking, 0, true);
    const possible = waiting.flatMap((request, at) => (isPossible(request, seq, ack) ? [at] : []));
    const exact = possible.find((at) => waiting[at]!.ack === seq && !hasty.has(waiting[at]!)) ?? -1;
    if (exact >= 0) {
      // It may answer a request that was lost just before, unless that was answered before this one was sent.
      const mine = !breaks.includes(exact) || waiting[exact] === resumed;
      // Requests before it are answered before it: by answers that were lost, or that wait.
      if (mine && (skipped || exact <= unpaired.length)) return found(on, side, asking, exact, true);
      // Nor is the only one that fits meant for sure where requests were lost before or behind it.
    } else if (possible.length === 1 && !breaks.some((at) => at >= possible[0]!)) return found(on, side, asking, possible[0]!, false);
    if (possible.length > 0) {
      if (unpaired.length >= MOST_WAITING) { count('http1_waiting_dropped'); letGo(side); }
      lossOf(side).unpaired.push(one);
    }
    return null;
  };
  return {
    sends: (side, { seq, ack }) => {
      const loss = lossOf(side);
      loss.sentSeq = seq;
      loss.sentAck = ack;
    },
    asks: (on, side, one) => {
      const { waiting, loss: { breaks } } = side;
      if (waiting.length >= MOST_WAITING) { passed(side, 1); count('http1_waiting_dropped'); }
      const { sentSeq, sentAck } = peerOf(on, side).loss;
      if (!on.clean && sentAck !== NO_ACK && ((sentAck - one.seq) | 0) < 0) lossOf(side).hasty.add(one);
      if (breaks.length > 0 && breaks.at(-1) === waiting.length) {
        // Whoever answers had received all that was lost when it sent bytes that the client had before it asked.
        if (sentAck !== NO_ACK && one.ack !== NO_ACK && ((one.ack - sentSeq) | 0) > 0 && ((sentAck - one.seq) | 0) >= 0) lossOf(side).resumed = one;
      }
      waiting.push(one);
    },
    answers: (on, side, one) => {
      const asking = peerOf(on, side);
      // An acknowledgement of what was before the connection says nothing.
      const isn = on.connection.isn[asking.direction];
      const ack = isn >= 0 && ((one.ack - isn) | 0) < 0 ? NO_ACK : one.ack;
      if (!on.clean) return afterLoss(on, side, asking, one, ack);
      const index = firstPossible(asking.waiting, one.seq, ack);
      const request = asking.waiting[index] ?? null;
      passed(asking, index + 1);
      return request;
    },
    lost: (on, side) => {
      if (on.clean) {
        on.clean = false;
        // What was noted of bytes before the connection was clean says nothing of those that went by since.
        for (const one of on.sides) if (one.loss.sentAck !== NO_ACK) one.loss.sentAck = NO_ACK;
      }
      const loss = lossOf(side);
      loss.skipped = true;
      letGo(side);
      if (loss.breaks.at(-1) !== side.waiting.length) loss.breaks.push(side.waiting.length);
    },
    lostStart: (on, side, seq) => {
      // The answer that was due is lost; with one request waiting it may have been an interim one.
      const asking = peerOf(on, side);
      if (on.clean && asking.waiting.length > 1) passed(asking, firstPossible(asking.waiting, seq, NO_ACK) + 1);
    },
    ended: (on, side, fin) => {
      const asking = peerOf(on, side);
      // A client that has closed before had its answers, or waits for all of them.
      if (fin && asking.finished && side.mode === 'start' && side.loss.unpaired.length > 0) pairBack(side, asking, asking.waiting.length);
      letGo(side);
      side.finished = fin;
    },
    emit: (side, one) => { if (side.loss.unpaired.length === 0 || side.loss.unpaired.at(-1) !== one) out(one); },
    letGo,
  };
};

/** By place in the stream, which waiting request a response may answer first; -1 = none. */
const firstPossible = (waiting: readonly Message[], seq: number, ack: number): number => {
  for (let at = 0; at < waiting.length; at++) if (isPossible(waiting[at]!, seq, ack)) return at;
  return -1;
};

// A request that the server had not yet received when it answered, or that was sent after the answer had arrived, is not meant.
const isPossible = (one: Message, seq: number, ack: number): boolean => (ack === NO_ACK || ((one.seq - ack) | 0) < 0) && (one.ack === NO_ACK || ((one.ack - seq) | 0) <= 0);
