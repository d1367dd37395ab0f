import type { Count } from '../../sql/counters.ts';
import type { Micros } from '../../sql/micros.ts';
import { emptyHash, hashBytes } from '../hash.ts';
import type { Data, End, Gap } from '../reassembly/chunk.ts';
import type { Connection } from '../reassembly/connection.ts';
import type { HeldBytes } from '../reassembly/held-bytes.ts';
import { chunkSize, isEmptyLine } from './chunked.ts';
import { answering } from './exchanges.ts';
import { requestIn } from './found.ts';
import { isTelling, mayBeVersion, newlineIn, startOf } from './grammar.ts';
import { BARE, MOST_BARE_HASHED, parseHead, type Framing, type Head } from './head.ts';
import { knownHeads } from './known-heads.ts';
import type { BodyReader, Message } from './message.ts';
import type { SaidHeads } from './said.ts';
import { drop, first, keep, peerOf, talk, type Side, type Talk } from './talk.ts';
import type { Text } from './texts.ts';

/** Reads the connections that speak HTTP/1.x (RFC 9112), all of them with the same functions over the state of each. */
export interface Http1Parser {
  open(connection: Connection): Talk;
  data(on: Talk, chunk: Data): void;
  gap(on: Talk, chunk: Gap): void;
  end(on: Talk, chunk: End): void;
}

const CR = 0x0d;
const LF = 0x0a;
const MOST_HEAD_BYTES = 256 << 10;
const MOST_LINE_BYTES = 4096;

/** Calls `emit` for each message at its head, and again at its end where that came later; `held` bounds heads that are not whole. */
export const http1Parser = (
  emit: (message: Message) => void, count: Count, strings: Text, sayings: SaidHeads, held: HeldBytes, reader: BodyReader | null = null,
): Http1Parser => {
  const heads = knownHeads();
  const pairs = answering(emit, count);
  /** Of the head read last. */
  const hash = emptyHash();
  /** Sides with bytes of a head or line that is not whole, the one that waits for longest first. */
  const holding = new Map<Side, Talk>();

  const letGo = (side: Side): void => {
    if (side.filled === 0) return;
    drop(side, held);
    holding.delete(side);
  };
  const hold = (on: Talk, side: Side, bytes: Uint8Array, at: number, end: number): void => {
    if (side.filled === 0) holding.set(side, on);
    keep(side, bytes, at, end, held);
    while (held.now > held.most) {
      const oldest = holding.entries().next().value;
      if (oldest === undefined) return;
      count('http1_held_given_up');
      lose(oldest[1], oldest[0], oldest[0].firstTs);
    }
  };
  const finish = (side: Side, state: 'complete' | 'cut', ts: Micros): void => {
    const { message } = side;
    side.message = null;
    side.mode = 'start';
    if (message !== null) { end(side, message, state, ts); pairs.emit(side, message); }
  };
  const end = (side: Side, message: Message, state: 'complete' | 'cut', ts: Micros): void => {
    message.state = state;
    message.lastTs = ts;
    message.retransmits += side.retransmits;
    side.retransmits = 0;
  };
  /** Gives the place in the stream up. Of a head that is not whole, what is there is a message that was cut. */
  const lose = (on: Talk, side: Side, ts: Micros): void => {
    if (side.mode === 'head') {
      const tells = isTelling(side.buffer, 0, side.filled);
      count(tells ? 'http1_heads_cut' : 'http1_starts_cut');
      if (tells) {
        hashBytes(side.buffer, 0, side.filled, hash);
        side.message = messageOf(on, side, parseHead(side.buffer, 0, side.filled, strings));
        if (side.message !== null) pairs.emit(side, side.message);
      }
    }
    letGo(side);
    finish(side, 'cut', ts);
    side.mode = 'lost';
    pairs.lost(on, side);
  };
  /** All bytes of bodies pass here: the place for whoever wants to look into them. */
  const body = (message: Message, bytes: Uint8Array, at: number, to: number, last: boolean): void => {
    message.bodyBytes += to - at;
    if (reader !== null) reader.body(message, bytes, at, to, last);
  };
  /** The message of the head whose hash is in `hash`, which began where the side's `first…` say; null = interim, no message of its own. */
  const messageOf = (on: Talk, side: Side, head: Head): Message | null => {
    const { status } = head;
    on.spoken = true;
    if (status >= 100 && status < 200 && status !== 101) { count('http1_interim'); return null; }
    const { firstTs, firstSeq, firstAck } = side;
    const isRequest = head.method !== null;
    const said = head.slot >= 0 ? head : isRequest ? sayings.request(head.protocol, head.method, head.target, head.host) : sayings.response(head.protocol, status);
    const one: Message = {
      kind: isRequest ? 'request' : 'response', connection: on.connection, direction: side.direction, stream: 0, said, firstTs, seq: firstSeq, ack: firstAck,
      hash0: hash[0]!, hash1: hash[1]!, trace: head.trace, answers: null, state: 'open', lastTs: firstTs,
      bodyBytes: 0, gapBytes: 0, retransmits: 0, pending: null,
    };
    if (isRequest) pairs.asks(on, side, one);
    else one.answers = pairs.answers(on, side, one);
    return one;
  };
  /** Goes on behind a head that ends at `at`; returns where what belongs to its message and is in the chunk ends. */
  const take = (on: Talk, side: Side, head: Head, chunk: Data, at: number): number => {
    const one = messageOf(on, side, head);
    side.mode = 'start';
    if (one === null) return at;
    const { method, status } = one.said;
    if (status === 101 || (status >= 200 && status < 300 && one.answers?.said.method === 'CONNECT')) {
      open(side, one, 'none', 0, chunk, at);
      tunnel(on, side, one);
      return at;
    }
    const bodiless = method === 'CONNECT' || status === 204 || status === 304 || one.answers?.said.method === 'HEAD';
    return open(side, one, bodiless ? 'none' : head.framing, head.length, chunk, at);
  };
  const open = (side: Side, one: Message, framing: Framing, length: number, { ts, end: to, bytes }: Data, at: number): number => {
    if (framing === 'none' || (framing === 'length' && length <= to - at)) {
      const behind = framing === 'none' ? at : at + length;
      body(one, bytes, at, behind, true);
      end(side, one, 'complete', ts);
      pairs.emit(side, one);
      return behind;
    }
    side.message = one;
    side.left = length;
    side.mode = framing === 'length' ? 'fixed' : framing === 'chunked' ? 'size' : 'close';
    pairs.emit(side, one);
    return at;
  };
  /** What follows a 101 or the answer to CONNECT is not HTTP/1. */
  const tunnel = (on: Talk, side: Side, one: Message): void => {
    const asking = peerOf(on, side);
    if (asking.message !== null) finish(asking, 'complete', asking.message.lastTs);
    pairs.letGo(side);
    side.mode = 'opaque';
    asking.mode = 'opaque';
    if (one.said.status !== 101) return;
    count('http1_upgrades');
    on.upgraded = one.answers;
  };
  const start = (on: Talk, side: Side, chunk: Data, from: number): number => {
    const { bytes, end: to } = chunk;
    let at = from;
    while (at < to && (bytes[at] === CR || bytes[at] === LF)) at++;
    if (at === to) return to;
    first(side, chunk, at);
    const { waiting } = peerOf(on, side);
    // The answer to an HTTP/0.9 request is its body (RFC 1945 §6).
    if (waiting.length > 0 && waiting[0]!.said.protocol === 'http/0.9' && !mayBeVersion(bytes, at, to)) {
      hashBytes(bytes, at, Math.min(to, at + MOST_BARE_HASHED), hash);
      return take(on, side, BARE, chunk, at);
    }
    const slot = heads.find(bytes, at, to, side.known);
    if (slot < 0) return head(on, side, chunk, at);
    side.known = slot;
    const known = heads.recall(slot, hash);
    return take(on, side, known, chunk, at + known.bytes);
  };
  /** Reads a head that may have begun earlier; returns where the chunk goes on. */
  const head = (on: Talk, side: Side, chunk: Data, at: number): number => {
    const { bytes, end: to, ts } = chunk;
    const began = side.filled > 0;
    if (began) hold(on, side, bytes, at, to);
    if (began && side.filled === 0) return to;
    const text = began ? side.buffer : bytes;
    const from = began ? 0 : at;
    const until = began ? side.filled : to;
    const strict = began ? side.strict : side.mode === 'lost';
    const kind = startOf(text, from, until, strict);
    if (kind === 'neither') {
      if (side.mode === 'lost' && !began) {
        const next = requestIn(bytes, at, to);
        if (next >= 0) side.mode = 'start';
        return next < 0 ? to : next;
      }
      if (!strict) count('http1_not_a_message');
      lose(on, side, ts);
      // What came before was no message, but one may begin with this segment.
      return began && at === chunk.at ? at : to;
    }
    const found = kind === 'more' ? null : parseHead(text, from, until, strings);
    if (found === null || found.bytes < 0) {
      if (until - from > MOST_HEAD_BYTES) { count('http1_heads_too_long'); lose(on, side, ts); return to; }
      side.mode = 'head';
      side.strict = strict;
      if (!began) hold(on, side, bytes, at, to);
      return to;
    }
    hashBytes(text, from, from + found.bytes, hash);
    if (side.mode === 'start') heads.learn(at, found, hash);
    const rest = to - (until - from - found.bytes);
    letGo(side);
    return take(on, side, found, chunk, rest);
  };
  /** Where the line feed of a line of chunk framing is, which may have begun in bytes held; -1 = not here yet. */
  const line = (on: Talk, side: Side, chunk: Data, at: number): number => {
    const newline = newlineIn(chunk.bytes, at, chunk.end);
    if (newline >= 0 && side.filled === 0) return newline;
    hold(on, side, chunk.bytes, at, newline < 0 ? chunk.end : newline + 1);
    if (newline < 0 && side.filled > MOST_LINE_BYTES) lose(on, side, chunk.ts);
    return newline;
  };
  const spoilt = (on: Talk, side: Side, { ts, end: to }: Data): number => {
    count('http1_bad_chunks');
    lose(on, side, ts);
    return to;
  };
  /** Between the chunks of a body, and behind them. */
  const framing = (on: Talk, side: Side, chunk: Data, at: number): number => {
    const newline = line(on, side, chunk, at);
    if (newline < 0) return chunk.end;
    const text = side.filled === 0 ? chunk.bytes : side.buffer;
    const from = side.filled === 0 ? at : 0;
    const to = side.filled === 0 ? newline : side.filled - 1;
    const empty = isEmptyLine(text, from, to);
    const size = side.mode === 'size' ? chunkSize(text, from, to) : 0;
    letGo(side);
    if (side.mode === 'trailers') {
      if (empty) finish(side, 'complete', chunk.ts);
    } else if (side.mode === 'data_end') {
      if (!empty) return spoilt(on, side, chunk);
      side.mode = 'size';
    } else {
      if (size < 0) return spoilt(on, side, chunk);
      side.left = size;
      side.mode = size === 0 ? 'trailers' : 'data';
    }
    return newline + 1;
  };
  const step = (on: Talk, side: Side, chunk: Data, at: number): number => {
    const { end: to, ts } = chunk;
    switch (side.mode) {
      case 'start': return start(on, side, chunk, at);
      case 'head': return head(on, side, chunk, at);
      case 'fixed': case 'data': {
        const length = Math.min(side.left, to - at);
        side.left -= length;
        body(side.message!, chunk.bytes, at, at + length, side.left === 0 && side.mode === 'fixed');
        if (side.left === 0) { if (side.mode === 'fixed') finish(side, 'complete', ts); else side.mode = 'data_end'; }
        return at + length;
      }
      case 'data_end': case 'size': case 'trailers': return framing(on, side, chunk, at);
      case 'close': body(side.message!, chunk.bytes, at, to, false); side.message!.lastTs = ts; return to;
      case 'opaque': return to;
      // Only where a segment begins may a message be told from a body's bytes.
      case 'lost':
        if (at !== chunk.at) return to;
        first(side, chunk, at);
        return head(on, side, chunk, at);
      default: return side.mode satisfies never;
    }
  };

  return {
    open: talk,
    data: (on, chunk) => {
      const side = on.sides[chunk.direction];
      side.retransmits += chunk.retransmits;
      if (!on.clean) pairs.sends(side, chunk);
      for (let { at } = chunk; at < chunk.end;) at = step(on, side, chunk, at);
    },
    gap: (on, { direction, length, ts, seq }) => {
      const side = on.sides[direction];
      if (side.mode === 'opaque') return;
      if (side.mode === 'start') pairs.lostStart(on, side, seq);
      const { message } = side;
      const inBody = side.mode === 'fixed' || side.mode === 'data';
      if (message !== null && ((inBody && length <= side.left) || side.mode === 'close')) {
        message.gapBytes += length;
        message.bodyBytes += length;
        if (side.mode === 'close') return;
        side.left -= length;
        if (side.left === 0) { if (side.mode === 'fixed') finish(side, 'complete', ts); else side.mode = 'data_end'; }
        return;
      }
      if (message !== null) message.gapBytes += inBody ? side.left : 0;
      lose(on, side, ts);
    },
    end: (on, { direction, ts, why }) => {
      const side = on.sides[direction];
      const { message } = side;
      if (message !== null) finish(side, side.mode === 'close' && why === 'fin' ? 'complete' : 'cut', message.lastTs > ts ? message.lastTs : ts);
      if (side.mode === 'head') lose(on, side, ts);
      letGo(side);
      pairs.ended(on, side, why === 'fin');
      side.mode = 'opaque';
    },
  };
};
