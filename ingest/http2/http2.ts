import type { Count } from '../../sql/counters.ts';
import type { Micros } from '../../sql/micros.ts';
import { emptyHash, hashBytes } from '../hash.ts';
import type { Message } from '../http/message.ts';
import type { ConnectionParser } from '../http/connection-parser.ts';
import type { Holder } from '../http/holding.ts';
import type { Begun, Over } from '../http/parser.ts';
import type { Direction } from '../reassembly/chunk.ts';
import type { Connection } from '../reassembly/connection.ts';
import { blockBytes, emptyBlock, gather, spoil, type Block } from './blocks.ts';
import { dropFrame, frameBytes, frameSide, missFrames, readFrames, type FrameHandler, type FrameSide } from './frames.ts';
import { ACK, CONTINUATION, GOAWAY, HEADERS, PUSH_PROMISE, RST_STREAM, SETTINGS, word } from './frame-head.ts';
import { timeoutUs } from './grpc.ts';
import { grpcStatusIn, protocolIn, statusIn, traceIn } from './heads.ts';
import { headerBlock, hpackDecoder, MOST_LIST_BYTES } from './hpack-decode.ts';
import { AUTHORITY, GRPC_TIMEOUT, HOST, METHOD, PATH, STATUS } from './hpack-static.ts';
import { streamTable } from './streams.ts';

const SETTING_BYTES = 6;
const MAX_FRAME_SIZE = 5;
/** Of the block read last: those of all connections are read one after another. */
const hash = emptyHash();

/** HTTP/2 (RFC 9113) over one connection; see README.md for what is known when. */
export const http2Parser = (connection: Connection, emit: (item: Message | Over) => void, count: Count, begun: Begun): ConnectionParser => {
  let client: Direction | -1 = begun.upgraded?.direction ?? begun.preface;
  const over = (one: Message): Over => ({ kind: 'over', connection, direction: one.direction === 0 ? 1 : 0, ts: one.lastTs, stream: one.stream });
  /**
   * The request that asked for the upgrade is stream 1, half closed (RFC 7540 §3.2). It was answered by the 101 as far as HTTP/1
   * goes; the final answer, where it comes, writes the row of the same id again.
   */
  const asked: Message | null = begun.upgraded === null ? null : {
    ...begun.upgraded, said: { ...begun.upgraded.said, slot: -1, protocol: 'h2' }, pending: null, grpcStatus: null, messages: null, reset: null,
  };
  const streams = streamTable(emit, (one) => { emit(over(one)); }, count, begun.reader);
  const fields = headerBlock();
  const { values } = fields;
  const { heads } = begun;
  const tables = [hpackDecoder(begun.whole, begun.strings), hpackDecoder(begun.whole, begun.strings)] as const;
  const blocks = [emptyBlock(), emptyBlock()] as const;

  const request = (direction: Direction, block: Block): void => {
    const { stream } = block;
    if (streams.find(stream)?.request) return;
    const method = values[METHOD] ?? null;
    const path = values[PATH] ?? null;
    // Trailers of a request from before the capture have no pseudo-header; a request shows one that is static.
    if (method === null && path === null) { count('h2_heads_unknown'); return; }
    const host = values[AUTHORITY] ?? values[HOST] ?? null;
    const timeout = values[GRPC_TIMEOUT] ?? null;
    // CONNECT has no path (RFC 9113 §8.5).
    const said = heads.request(protocolIn(values), method, path ?? (method === 'CONNECT' ? host : null), host);
    hashBytes(block.bytes, block.at, block.end, hash);
    const one: Message = {
      kind: 'request', connection, direction, stream, said, firstTs: block.ts, seq: block.seq, ack: block.ack, hash0: hash[0]!, hash1: hash[1]!,
      trace: fields.traced ? traceIn(values) : null, answers: null, state: 'open', lastTs: block.ts, bodyBytes: 0, gapBytes: 0, retransmits: 0, pending: null,
      grpcStatus: null, messages: null, firstMessageTs: null, lastMessageTs: null, deadlineUs: timeout === null ? null : timeoutUs(timeout), reset: null,
    };
    streams.open(stream, one);
    emit(one);
  };
  const askAgain = (one: Message): void => {
    const { state } = one;
    for (const now of ['open', state] as const) {
      one.state = now;
      emit(one);
    }
  };
  const response = (direction: Direction, block: Block): void => {
    const known = streams.find(block.stream);
    if (known?.response) {
      const grpcStatus = grpcStatusIn(values);
      if (grpcStatus !== null) known.response.grpcStatus = grpcStatus;
      return;
    }
    const status = statusIn(values);
    if (status >= 100 && status < 200) { count('h2_interim'); return; }
    if (status === 0) {
      // The first block after a request that was seen is the head; of any other only its trailers end the stream.
      const isHead = fields.unknown > 0 && (known?.request ? !known.touched[direction] : !block.endStream);
      count('h2_heads_unknown');
      if (!isHead) { if (block.endStream) streams.drop(block.stream, false); return; }
    }
    const stream = known ?? streams.open(block.stream, null);
    const { request: answers } = stream;
    if (answers !== null && answers === asked) askAgain(asked);
    // Only an orphan is known by it.
    if (answers === null) hashBytes(block.bytes, block.at, block.end, hash);
    const one: Message = {
      kind: 'response', connection, direction, stream: block.stream, said: heads.response(answers === null ? protocolIn(values) : answers.said.protocol, status),
      firstTs: block.ts, seq: block.seq, ack: block.ack, hash0: hash[0]!, hash1: hash[1]!,
      trace: null, answers, state: 'open', lastTs: block.ts, bodyBytes: 0, gapBytes: 0, retransmits: 0, pending: null,
      grpcStatus: grpcStatusIn(values), messages: null, firstMessageTs: null, lastMessageTs: null, deadlineUs: null, reset: null,
    };
    stream.response = one;
    emit(one);
  };
  /** Takes a whole header block; false = it was none. */
  const head = (direction: Direction, block: Block): boolean => {
    if (tables[direction].decode(block.bytes, block.at, block.end, fields) !== 'whole') { count('h2_bad_blocks'); return false; }
    if (fields.unknown > 0) count('h2_unknown_headers', fields.unknown);
    if (fields.bytes > MOST_LIST_BYTES) count('h2_header_lists_too_long');
    // A promise asks in the server's direction: only its answer is an exchange that was sent.
    if (block.pushed) { count('h2_pushed'); return true; }
    if (client < 0) {
      if (values[METHOD] !== null || values[PATH] !== null) client = direction;
      else if (values[STATUS] !== null) client = direction === 0 ? 1 : 0;
      else if (connection.opener >= 0) client = connection.opener;
      else { count('h2_heads_unknown'); return true; }
    }
    if (direction === client) request(direction, block);
    else response(direction, block);
    return true;
  };
  const spoilt = (direction: Direction): void => {
    spoil(blocks[direction]);
    tables[direction].forget();
    streams.touch(direction);
  };
  const headers = (side: FrameSide, bytes: Uint8Array, at: number, end: number, ts: Micros): void => {
    const { direction } = side;
    const block = blocks[direction];
    const gathered = gather(block, side, bytes, at, end);
    switch (gathered) {
      case 'more': return;
      case 'whole':
        if (!head(direction, block)) streams.touch(direction);
        spoil(block);
        if (block.endStream && !block.pushed) streams.end(block.stream, direction, ts);
        return;
      case 'malformed': count('h2_malformed'); spoilt(direction); return;
      case 'too_long': count('h2_blocks_too_long'); spoilt(direction); return;
      default: gathered satisfies never;
    }
  };
  const settings = (direction: Direction, bytes: Uint8Array, at: number, end: number): void => {
    const peer = sides[direction === 0 ? 1 : 0];
    for (let i = at; i + SETTING_BYTES <= end; i += SETTING_BYTES) {
      if (((bytes[i]! << 8) | bytes[i + 1]!) === MAX_FRAME_SIZE) peer.most = Math.max(peer.most, word(bytes, i + 2));
    }
  };
  const handler: FrameHandler = {
    body: (side, bytes, at, end, ts) => { streams.content(side.stream, side.direction, bytes, at, end, ts); },
    missing: (side, length) => { streams.missing(side.stream, side.direction, length); },
    finish: (side, ts) => { streams.end(side.stream, side.direction, ts); },
    payload: (side, bytes, at, end, ts, whole) => {
      const { direction, type, flags } = side;
      switch (type) {
        case HEADERS: case PUSH_PROMISE: case CONTINUATION:
          if (type === CONTINUATION && at === end) count('h2_empty_continuations');
          if (whole) headers(side, bytes, at, end, ts);
          else spoilt(direction);
          return;
        case RST_STREAM:
          if (!whole) return;
          count('h2_resets');
          if (direction === client) streams.abandon(side.stream, ts, word(bytes, at));
          else streams.refuse(side.stream, ts, word(bytes, at));
          return;
        case GOAWAY:
          if (!whole) return;
          count('h2_goaways');
          if (direction !== client) streams.dropAbove(word(bytes, at) & 0x7fff_ffff);
          return;
        case SETTINGS: if (whole && (flags & ACK) === 0) settings(direction, bytes, at, end); return;
        default:
      }
    },
    strange: () => { count('h2_unknown_frames'); },
    malformed: () => { count('h2_malformed'); },
    found: () => { count('h2_found_again'); },
    lost: ({ direction }) => { count('h2_lost'); spoilt(direction); },
  };
  const sideOf = (direction: Direction): FrameSide =>
    frameSide(direction, begun.missed[direction] ? 'lost' : begun.preface === direction ? 'preface' : 'head');
  const sides = [sideOf(0), sideOf(1)] as const;
  const holderOf = (direction: Direction): Holder => ({
    counted: 0,
    giveUp: () => {
      count('h2_held_given_up');
      dropFrame(sides[direction]);
      spoilt(direction);
    },
  });
  const holders = [holderOf(0), holderOf(1)] as const;
  const tell = (direction: Direction): void => {
    const holder = holders[direction];
    const bytes = blockBytes(blocks[direction]) + frameBytes(sides[direction]);
    if (bytes !== holder.counted) begun.holding.holds(holder, bytes);
  };
  if (asked !== null) streams.open(1, asked);

  return {
    data: (chunk) => {
      if (chunk.retransmits > 0) streams.retransmitted(chunk.direction, chunk.retransmits);
      streams.advance(chunk.ts);
      readFrames(sides[chunk.direction], chunk, handler);
      tell(chunk.direction);
    },
    gap: (gap) => { missFrames(sides[gap.direction], gap, handler); tell(gap.direction); },
    end: ({ direction }) => {
      streams.close(direction);
      if (holders[direction].counted > 0) begun.holding.holds(holders[direction], 0);
    },
  };
};
