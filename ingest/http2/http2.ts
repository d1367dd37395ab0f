import type { Count } from '../../sql/counters.ts';
import type { Micros } from '../../sql/micros.ts';
import { hashBytes } from '../hash.ts';
import type { Message } from '../http/message.ts';
import type { ConnectionParser } from '../http/http1.ts';
import type { Begun, Over } from '../http/parser.ts';
import type { Direction } from '../reassembly/chunk.ts';
import type { Connection } from '../reassembly/connection.ts';
import { traceOf } from '../trace.ts';
import { frameReader, type Frame, type FrameHandler, type FrameReader } from './frames.ts';
import { ACK, CONTINUATION, END_HEADERS, END_STREAM, GOAWAY, HAS_PRIORITY, HEADERS, PADDED, PUSH_PROMISE, RST_STREAM, SETTINGS, word } from './frame-head.ts';
import { isGrpc, timeoutUs } from './grpc.ts';
import { headerBlock, hpackDecoder, MOST_LIST_BYTES } from './hpack-decode.ts';
import { AUTHORITY, CONTENT_TYPE, FIRST_TRACE, GRPC_STATUS, GRPC_TIMEOUT, HOST, METHOD, PATH, STATUS, WANTED } from './hpack-static.ts';
import { streamTable } from './streams.ts';

const SETTING_BYTES = 6;
const MAX_FRAME_SIZE = 5;
const MOST_BLOCK = 256 << 10;

/** Where a header block began, and what its first frame said. */
interface Start extends Pick<Frame, 'ts' | 'seq' | 'ack'> {
  readonly stream: number;
  readonly endStream: boolean;
  readonly pushed: boolean;
}

/** HTTP/2 (RFC 9113) over one connection; see README.md for what is known when. */
export const http2Parser = (connection: Connection, emit: (item: Message | Over) => void, count: Count, begun: Begun): ConnectionParser => {
  let client: Direction | -1 = begun.upgraded?.direction ?? begun.preface;
  const over = (request: Message): Over => ({ kind: 'over', connection, direction: request.direction === 0 ? 1 : 0, ts: request.lastTs, stream: request.stream });
  /**
   * The request that asked for the upgrade is stream 1, half closed (RFC 7540 §3.2). It was answered by the 101 as far as HTTP/1
   * goes; the final answer, where it comes, writes the row of the same id again.
   */
  const asked: Message | null = begun.upgraded === null ? null : { ...begun.upgraded, protocol: 'h2', grpcStatus: null, messages: null, reset: null };
  const streams = streamTable(emit, (request) => { emit(over(request)); }, count);
  const block = headerBlock();
  const tables = [hpackDecoder(begun.whole, begun.strings), hpackDecoder(begun.whole, begun.strings)] as const;

  const message = (direction: Direction, stream: number, protocol: string, start: Start, hash: readonly [number, number], answers: Message | null): Message => {
    const { values } = block;
    const asks = direction === client;
    let traces: Map<string, string> | null = null;
    for (let field = asks ? FIRST_TRACE : WANTED.length; field < WANTED.length; field++) {
      const value = values[field];
      if (typeof value !== 'string') continue;
      traces ??= new Map();
      traces.set(WANTED[field]!, value);
    }
    const method = asks ? values[METHOD] ?? null : null;
    const host = asks ? values[AUTHORITY] ?? values[HOST] ?? null : null;
    return {
      kind: asks ? 'request' : 'response', connection, direction, stream, protocol, firstTs: start.ts, seq: start.seq, ack: start.ack, headHash: hash,
      // CONNECT has no path (RFC 9113 §8.5).
      method, target: asks ? values[PATH] ?? (method === 'CONNECT' ? host : null) : null, host,
      status: asks ? 0 : Number(values[STATUS] ?? 0), trace: traces === null ? null : traceOf(traces), answers, state: 'open', lastTs: start.ts,
      bodyBytes: 0, gapBytes: 0, retransmits: 0, grpcStatus: null, messages: null, firstMessageTs: null, lastMessageTs: null,
      deadlineUs: asks && values[GRPC_TIMEOUT] ? timeoutUs(values[GRPC_TIMEOUT]) : null, reset: null,
    };
  };
  const protocolOf = (): string => (isGrpc(block.values[CONTENT_TYPE] ?? null) ? 'grpc' : 'h2');
  const grpcStatus = (on: Message): void => {
    const status = block.values[GRPC_STATUS] ?? null;
    if (status !== null && /^\d{1,4}$/.test(status)) on.grpcStatus = Number(status);
  };
  const request = (direction: Direction, id: number, start: Start, hash: readonly [number, number]): void => {
    const { values } = block;
    if (streams.find(id)?.request) return;
    // Trailers of a request from before the capture have no pseudo-header; a request shows one that is static.
    if (values[METHOD] === null && values[PATH] === null) { count('h2_heads_unknown'); return; }
    const one = message(direction, id, protocolOf(), start, hash, null);
    streams.open(id, one);
    emit(one);
  };
  const askAgain = (one: Message): void => {
    const { state } = one;
    for (const now of ['open', state] as const) {
      one.state = now;
      emit(one);
    }
  };
  const response = (direction: Direction, id: number, endStream: boolean, start: Start, hash: readonly [number, number]): void => {
    const status = Number(block.values[STATUS] ?? 0);
    const known = streams.find(id);
    if (known?.response) { grpcStatus(known.response); return; }
    if (status >= 100 && status < 200) { count('h2_interim'); return; }
    if (status === 0) {
      // The first block after a request that was seen is the head; of any other only its trailers end the stream.
      const isHead = block.unknown > 0 && (known?.request ? !known.touched[direction] : !endStream);
      count('h2_heads_unknown');
      if (!isHead) { if (endStream) streams.drop(id, false); return; }
    }
    const stream = known ?? streams.open(id, null);
    if (stream.request !== null && stream.request === asked) askAgain(asked);
    const one = message(direction, id, stream.request?.protocol ?? protocolOf(), start, hash, stream.request);
    grpcStatus(one);
    stream.response = one;
    emit(one);
  };
  /** Takes a whole header block; false = it was none. */
  const head = (direction: Direction, bytes: Uint8Array, at: number, end: number, start: Start): boolean => {
    if (tables[direction].decode(bytes, at, end, block) !== 'whole') { count('h2_bad_blocks'); return false; }
    if (block.unknown > 0) count('h2_unknown_headers', block.unknown);
    if (block.bytes > MOST_LIST_BYTES) count('h2_header_lists_too_long');
    // A promise asks in the server's direction: only its answer is an exchange that was sent.
    if (start.pushed) { count('h2_pushed'); return true; }
    if (client < 0) {
      if (block.values[METHOD] !== null || block.values[PATH] !== null) client = direction;
      else if (block.values[STATUS] !== null) client = direction === 0 ? 1 : 0;
      else if (connection.opener >= 0) client = connection.opener;
      else { count('h2_heads_unknown'); return true; }
    }
    const hash = hashBytes(bytes, at, end);
    if (direction === client) request(direction, start.stream, start, hash);
    else response(direction, start.stream, start.endStream, start, hash);
    return true;
  };
  const control = (direction: Direction, frame: Frame, bytes: Uint8Array, at: number, end: number, ts: Micros): void => {
    if (frame.type === RST_STREAM) {
      count('h2_resets');
      if (direction === client) streams.abandon(frame.stream, ts, word(bytes, at));
      else streams.refuse(frame.stream, ts, word(bytes, at));
    } else if (frame.type === GOAWAY) {
      count('h2_goaways');
      if (direction !== client) streams.dropAbove(word(bytes, at) & 0x7fff_ffff);
    } else if (frame.type === SETTINGS && (frame.flags & ACK) === 0) {
      for (let i = at; i + SETTING_BYTES <= end; i += SETTING_BYTES) {
        if (((bytes[i]! << 8) | bytes[i + 1]!) === MAX_FRAME_SIZE) readers[direction === 0 ? 1 : 0].allow(word(bytes, i + 2));
      }
    }
  };
  const handler = (direction: Direction): FrameHandler => {
    let open: Start | null = null;
    let held = new Uint8Array(0);
    let filled = 0;
    const spoilt = (): void => {
      open = null;
      filled = 0;
      tables[direction].forget();
      streams.touch(direction);
    };
    const fragment = (bytes: Uint8Array, at: number, end: number, last: boolean, ts: Micros): void => {
      if (open === null) return;
      const start = open;
      if (last && filled === 0) {
        open = null;
        if (!head(direction, bytes, at, end, start)) streams.touch(direction);
        if (start.endStream && !start.pushed) streams.end(start.stream, direction, ts);
        return;
      }
      if (filled + end - at > MOST_BLOCK) { count('h2_blocks_too_long'); spoilt(); return; }
      if (held.length < filled + end - at) {
        const larger = new Uint8Array((filled + end - at) * 2);
        larger.set(held.subarray(0, filled));
        held = larger;
      }
      held.set(bytes.subarray(at, end), filled);
      const all = filled + end - at;
      filled = last ? 0 : all;
      if (last) fragment(held, 0, all, true, ts);
    };
    return {
      begin: () => {},
      body: ({ stream }, bytes, at, end, ts) => { streams.content(stream, direction, bytes, at, end, ts); },
      missing: ({ stream }, length) => { streams.missing(stream, direction, length); },
      finish: ({ stream, flags }, ts) => { if ((flags & END_STREAM) !== 0) streams.end(stream, direction, ts); },
      payload: (frame, bytes, from, to, ts, whole) => {
        const { type, flags, stream } = frame;
        const heads = type === HEADERS || type === PUSH_PROMISE || type === CONTINUATION;
        if (!whole) { if (heads) spoilt(); return; }
        if (!heads) { control(direction, frame, bytes, from, to, ts); return; }
        if (type === CONTINUATION ? open?.stream !== stream : open !== null) { count('h2_malformed'); spoilt(); return; }
        if (type === CONTINUATION && from === to) count('h2_empty_continuations');
        if (type === CONTINUATION) { fragment(bytes, from, to, (flags & END_HEADERS) !== 0, ts); return; }
        let at = from;
        const padding = (flags & PADDED) === 0 ? 0 : bytes[at++] ?? 0;
        if (type === PUSH_PROMISE) at += 4;
        else if ((flags & HAS_PRIORITY) !== 0) at += 5;
        if (at + padding > to) { count('h2_malformed'); spoilt(); return; }
        open = { ts: frame.ts, seq: frame.seq, ack: frame.ack, stream, endStream: type === HEADERS && (flags & END_STREAM) !== 0, pushed: type === PUSH_PROMISE };
        filled = 0;
        fragment(bytes, at, to - padding, (flags & END_HEADERS) !== 0, ts);
      },
      strange: () => { count('h2_unknown_frames'); },
      malformed: () => { count('h2_malformed'); },
      found: () => { count('h2_found_again'); },
      lost: () => { count('h2_lost'); spoilt(); },
    };
  };
  const reader = (direction: Direction): FrameReader =>
    frameReader(handler(direction), begun.missed[direction] ? 'lost' : begun.preface === direction ? 'preface' : 'head');
  const readers = [reader(0), reader(1)] as const;
  if (begun.upgraded !== null) {
    streams.open(1, asked);
  }

  return {
    data: (chunk) => {
      if (chunk.retransmits > 0) streams.retransmitted(chunk.direction, chunk.retransmits);
      streams.advance(chunk.ts);
      readers[chunk.direction].data(chunk);
    },
    gap: (gap) => { readers[gap.direction].gap(gap); },
    end: ({ direction }) => { streams.close(direction); },
  };
};
