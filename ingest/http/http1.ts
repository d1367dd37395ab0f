import type { Count } from '../../sql/counters.ts';
import type { Micros } from '../../sql/micros.ts';
import type { Data, Direction, End, Gap } from '../reassembly/chunk.ts';
import type { Connection } from '../reassembly/connection.ts';
import { answeredBy, type Waiting } from './exchanges.ts';
import { isTelling, mayBeVersion, startOf } from './grammar.ts';
import { hashBytes } from '../hash.ts';
import { BARE, MOST_BARE_HASHED, parseHead, type Head } from './head.ts';
import type { Message } from './message.ts';
import { latin1, type Text } from './texts.ts';

/** A parser of one connection's bytes, both directions; what the protocols have in common. */
export interface ConnectionParser {
  data(chunk: Data): void;
  gap(chunk: Gap): void;
  end(chunk: End): void;
}

const CR = 0x0d;
const LF = 0x0a;
const MOST_HEAD_BYTES = 256 << 10;
const MOST_LINE_BYTES = 4096;
const MOST_WAITING = 1024;

type Mode = 'start' | 'head' | 'fixed' | 'size' | 'data' | 'data_end' | 'trailers' | 'close' | 'opaque' | 'lost';

interface Side {
  mode: Mode;
  /** Bytes of the body or chunk still to come. */
  left: number;
  /** Bytes of a head or line that began in an earlier chunk. */
  buffer: Uint8Array;
  filled: number;
  /** The chunk that brought the first byte of the head being read, and that byte's place. */
  first: { readonly ts: Micros; readonly seq: number; readonly ack: number; readonly position: number; readonly acked: number } | null;
  message: Message | null;
  retransmits: number;
  readonly waiting: Waiting[];
}

const NOTHING = new Uint8Array(0);
const side = (): Side => ({ mode: 'start', left: 0, buffer: NOTHING, filled: 0, first: null, message: null, retransmits: 0, waiting: [] });

/** HTTP/1.x (RFC 9112) over one connection; calls `emit` for each message at its head and at its end. */
export const http1Parser = (connection: Connection, emit: (message: Message) => void, switched: (asked: Message | null) => void, count: Count, strings: Text = latin1): ConnectionParser => {
  const sides = [side(), side()] as const;
  /** No byte has been lost since the last moment at which nothing was waiting. */
  let clean = true;

  const finish = (on: Side, state: 'complete' | 'cut', ts: Micros): void => {
    const { message } = on;
    on.message = null;
    on.mode = 'start';
    if (message === null) return;
    message.state = state;
    message.lastTs = ts;
    message.retransmits += on.retransmits;
    on.retransmits = 0;
    emit(message);
  };
  /** Gives the place in the stream up. Of a head that is not whole, what is there is a message that was cut. */
  const lose = (on: Side, ts: Micros): void => {
    if (on.mode === 'head' && on.first !== null) {
      if (isTelling(on.buffer, 0, on.filled)) {
        count('http1_heads_cut');
        take(on === sides[0] ? 0 : 1, parseHead(on.buffer, 0, on.filled, strings), hashBytes(on.buffer, 0, on.filled), on.first.ts, true);
      } else if (on.filled > 0) count('http1_starts_cut');
    }
    finish(on, 'cut', ts);
    on.mode = 'lost';
    on.filled = 0;
    on.first = null;
    clean = false;
  };
  const body = (on: Side, framing: Head['framing'], length: number, ts: Micros): void => {
    on.left = length;
    if (framing === 'none' || (framing === 'length' && length === 0)) finish(on, 'complete', ts);
    else on.mode = framing === 'length' ? 'fixed' : framing === 'chunked' ? 'size' : 'close';
  };
  const message = (direction: Direction, head: Head, hash: readonly [number, number], answers: Message | null): Message => {
    const { ts, seq, ack } = sides[direction].first!;
    return {
      kind: head.method === null ? 'response' : 'request', connection, direction, stream: 0, protocol: head.version === '1.1' ? 'http/1.1' : `http/${head.version}`,
      firstTs: ts, seq, ack, headHash: hash, method: head.method, target: head.target, host: head.host, status: head.status,
      trace: head.trace, answers, state: 'open', lastTs: ts, bodyBytes: 0, gapBytes: 0, retransmits: 0,
    };
  };
  const request = (direction: Direction, head: Head, hash: readonly [number, number], ts: Micros, partial: boolean): void => {
    const on = sides[direction];
    const one = message(direction, head, hash, null);
    const { position, acked } = on.first!;
    if (on.waiting.length >= MOST_WAITING) { on.waiting.shift(); count('http1_waiting_dropped'); }
    on.waiting.push({ message: one, position, acked });
    on.message = one;
    emit(one);
    if (!partial) body(on, head.method === 'CONNECT' ? 'none' : head.framing, head.length, ts);
  };
  const response = (direction: Direction, head: Head, hash: readonly [number, number], ts: Micros, partial: boolean): void => {
    const on = sides[direction];
    const asking = sides[direction === 0 ? 1 : 0];
    if (head.status >= 100 && head.status < 200 && head.status !== 101) {
      count('http1_interim');
      on.mode = 'start';
      return;
    }
    const { position, acked } = on.first!;
    const index = answeredBy(asking.waiting, position, acked, clean);
    const answers = index < 0 ? null : asking.waiting[index]!.message;
    if (index === 0) asking.waiting.shift();
    else if (index > 0) asking.waiting.splice(0, index + 1);
    if (asking.waiting.length === 0 && on.mode !== 'lost' && asking.mode !== 'lost') clean = true;
    const one = message(direction, head, hash, answers);
    on.message = one;
    emit(one);
    if (partial) return;
    const method = answers?.method ?? null;
    if (head.status === 101 || (method === 'CONNECT' && head.status >= 200 && head.status < 300)) {
      finish(on, 'complete', ts);
      on.mode = 'opaque';
      if (asking.message !== null) finish(asking, 'complete', asking.message.lastTs);
      asking.mode = 'opaque';
      if (head.status === 101) switched(answers);
      return;
    }
    const bodiless = method === 'HEAD' || head.status === 204 || head.status === 304;
    body(on, bodiless ? 'none' : head.framing, head.length, ts);
  };
  const take = (direction: Direction, head: Head, hash: readonly [number, number], ts: Micros, partial: boolean): void => {
    const on = sides[direction];
    on.filled = 0;
    if (head.method === null) response(direction, head, hash, ts, partial);
    else request(direction, head, hash, ts, partial);
    on.first = null;
  };
  const keep = (on: Side, bytes: Uint8Array, at: number, end: number): void => {
    const needed = on.filled + end - at;
    if (on.buffer.length < needed) {
      const larger = new Uint8Array(Math.max(1024, needed * 2));
      larger.set(on.buffer.subarray(0, on.filled));
      on.buffer = larger;
    }
    on.buffer.set(bytes.subarray(at, end), on.filled);
    on.filled = needed;
  };
  /** The answer to an HTTP/0.9 request is its body (RFC 1945 §6). */
  const isBare = (direction: Direction, bytes: Uint8Array, at: number, end: number): boolean =>
    sides[direction === 0 ? 1 : 0].waiting[0]?.message.protocol === 'http/0.9' && !mayBeVersion(bytes, at, end);
  const bare = (chunk: Data, at: number): number => {
    const { direction, ts, seq, ack, position, acked, bytes, end } = chunk;
    sides[direction].first = { ts, seq: (seq + at - chunk.at) >>> 0, ack, position: position + at - chunk.at, acked };
    response(direction, BARE, hashBytes(bytes, at, Math.min(end, at + MOST_BARE_HASHED)), ts, false);
    sides[direction].first = null;
    return at;
  };
  /** Reads a head that may have begun earlier; returns where the chunk goes on. */
  const head = (chunk: Data, at: number, strict: boolean): number => {
    const { direction, bytes, end, ts } = chunk;
    const on = sides[direction];
    const began = on.filled;
    const base = began === 0 ? at : 0;
    if (began > 0) keep(on, bytes, at, end);
    const text = began === 0 ? bytes : on.buffer;
    const textEnd = began === 0 ? end : on.filled;
    on.first ??= { ts, seq: (chunk.seq + at - chunk.at) >>> 0, ack: chunk.ack, position: chunk.position + at - chunk.at, acked: chunk.acked };
    const start = startOf(text, base, textEnd, strict);
    if (start === 'neither') {
      if (on.mode !== 'lost') count('http1_not_a_message');
      lose(on, ts);
      // What came before was no message, but one may begin with this segment.
      return began > 0 && at === chunk.at ? at : end;
    }
    const found = start === 'more' ? null : parseHead(text, base, textEnd, strings);
    if (found === null || found.end < 0) {
      if (textEnd - base > MOST_HEAD_BYTES) { count('http1_heads_too_long'); lose(on, ts); return end; }
      if (began === 0) keep(on, bytes, at, end);
      on.mode = 'head';
      return end;
    }
    const rest = began === 0 ? found.end : end - (on.filled - found.end);
    take(direction, found, hashBytes(text, base, found.end), ts, false);
    return rest;
  };
  /** One line of chunk framing, which may have begun earlier; null = not whole yet. */
  const line = (on: Side, bytes: Uint8Array, at: number, end: number): { readonly text: string; readonly after: number } | null => {
    const newline = bytes.indexOf(LF, at);
    const found = newline >= 0 && newline < end;
    const until = found ? newline : end;
    let text = '';
    for (let i = 0; i < on.filled; i++) text += String.fromCharCode(on.buffer[i]!);
    if (!found) { keep(on, bytes, at, until); return null; }
    for (let i = at; i < until && text.length < MOST_LINE_BYTES; i++) text += String.fromCharCode(bytes[i]!);
    on.filled = 0;
    return { text: text.endsWith('\r') ? text.slice(0, -1) : text, after: newline + 1 };
  };
  const step = (chunk: Data, at: number): number => {
    const { direction, bytes, end, ts } = chunk;
    const on = sides[direction];
    switch (on.mode) {
      case 'opaque': return end;
      case 'close': on.message!.bodyBytes += end - at; on.message!.lastTs = ts; return end;
      case 'start': {
        let begin = at;
        while (begin < end && (bytes[begin] === CR || bytes[begin] === LF)) begin++;
        if (begin === end) return end;
        return isBare(direction, bytes, begin, end) ? bare(chunk, begin) : head(chunk, begin, false);
      }
      case 'head': return head(chunk, at, false);
      // Only where a segment begins may a message be told from a body's bytes.
      case 'lost': return at === chunk.at ? head(chunk, at, true) : end;
      case 'fixed': case 'data': {
        const length = Math.min(on.left, end - at);
        on.left -= length;
        on.message!.bodyBytes += length;
        if (on.left === 0) { if (on.mode === 'fixed') finish(on, 'complete', ts); else on.mode = 'data_end'; }
        return at + length;
      }
      case 'data_end': case 'size': {
        const found = line(on, bytes, at, end);
        if (found === null) { if (on.filled > MOST_LINE_BYTES) lose(on, ts); return end; }
        if (on.mode === 'data_end') {
          if (found.text !== '') { count('http1_bad_chunks'); lose(on, ts); return end; }
          on.mode = 'size';
          return found.after;
        }
        const size = /^\s*([\da-fA-F]{1,13})\s*(?:;|$)/.exec(found.text)?.[1];
        if (size === undefined) { count('http1_bad_chunks'); lose(on, ts); return end; }
        on.left = Number.parseInt(size, 16);
        on.mode = on.left === 0 ? 'trailers' : 'data';
        return found.after;
      }
      case 'trailers': {
        const found = line(on, bytes, at, end);
        if (found === null) { if (on.filled > MOST_LINE_BYTES) lose(on, ts); return end; }
        if (found.text === '') finish(on, 'complete', ts);
        return found.after;
      }
      default: return on.mode satisfies never;
    }
  };

  return {
    data: (chunk) => {
      const on = sides[chunk.direction];
      on.retransmits += chunk.retransmits;
      let { at } = chunk;
      while (at < chunk.end) at = step(chunk, at);
    },
    gap: ({ direction, length, ts, position }) => {
      const on = sides[direction];
      if (on.mode === 'opaque') return;
      // Where an answer was due its first byte is lost; with one request waiting the loss may have been an interim answer.
      const { waiting } = sides[direction === 0 ? 1 : 0];
      if (on.mode === 'start' && clean && waiting.length > 1) waiting.splice(0, answeredBy(waiting, position, -1, true) + 1);
      const { message: open } = on;
      const within = (on.mode === 'fixed' || on.mode === 'data') && length <= on.left;
      if (open !== null && (within || on.mode === 'close')) {
        open.gapBytes += length;
        open.bodyBytes += length;
        if (on.mode === 'close') return;
        on.left -= length;
        if (on.left === 0) { if (on.mode === 'fixed') finish(on, 'complete', ts); else on.mode = 'data_end'; }
        return;
      }
      if (open !== null) open.gapBytes += on.mode === 'fixed' || on.mode === 'data' ? on.left : 0;
      lose(on, ts);
    },
    end: ({ direction, ts, why }) => {
      const on = sides[direction];
      if (on.message !== null) finish(on, on.mode === 'close' && why === 'fin' ? 'complete' : 'cut', on.message.lastTs > ts ? on.message.lastTs : ts);
      if (on.mode === 'head') lose(on, ts);
      on.mode = 'opaque';
    },
  };
};
