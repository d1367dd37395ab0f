import type { Count } from '../../sql/counters.ts';
import type { Micros } from '../../sql/micros.ts';
import type { Sink } from '../../sql/sink.ts';
import type { Chunk, Data, Direction } from '../reassembly/chunk.ts';
import type { Connection } from '../reassembly/connection.ts';
import type { HeldBytes } from '../reassembly/held-bytes.ts';
import type { ConnectionParser } from './connection-parser.ts';
import { holding, type Holding } from './holding.ts';
import { http1Parser } from './http1.ts';
import type { BodyReader, Message } from './message.ts';
import type { Talk } from './talk.ts';
import { saidHeads, type SaidHeads } from './said.ts';
import { textCache, type Text } from './texts.ts';

/** A direction of a connection has ended: what its sender has not answered by now stays unanswered. */
export interface Over {
  readonly kind: 'over';
  readonly connection: Connection;
  readonly direction: Direction;
  readonly ts: Micros;
  /** The end is that of one stream, where given. */
  readonly stream?: number;
}

/** What is known of a connection when its parser is made. */
export interface Begun {
  /** All that was sent on it is seen. */
  readonly whole: boolean;
  /** Bytes of that direction went by before. */
  readonly missed: readonly [boolean, boolean];
  /** The request that its sender's 101 answered. */
  readonly upgraded: Message | null;
  /** Who sends the preface; -1 = it is not seen. */
  readonly preface: -1 | Direction;
  /** Makes strings of bytes, the same ones for the same bytes. */
  readonly strings: Text;
  readonly heads: SaidHeads;
  readonly holding: Holding;
  readonly reader: BodyReader | null;
}

/** Makes a parser for a connection whose bytes are not HTTP/1; see `protocolOf`. */
export type MakeParser = (connection: Connection, emit: (item: Message | Over) => void, count: Count, begun: Begun) => ConnectionParser;

/** Parsers of other protocols on the same door; `null` = its connections are counted and passed over. */
export interface Protocols {
  readonly http2: { readonly parser: MakeParser; readonly beginsWithFrame: (bytes: Uint8Array, at: number, end: number) => boolean } | null;
}

const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';
/** Of the preface, so much cannot be anything else; less is held until more comes. */
const ENOUGH_PREFACE = 16;

/** How many bytes from `at` are those of the connection preface of RFC 9113 §3.4; -1 = another one comes before its end. */
const prefaceBytes = ({ bytes, at, end }: Data): number => {
  const length = Math.min(end - at, PREFACE.length);
  for (let i = 0; i < length; i++) if (bytes[at + i] !== PREFACE.charCodeAt(i)) return -1;
  return length;
};

/** A record of TLS that begins a handshake (RFC 8446 §5.1). */
const isTls = ({ bytes, at, end }: Data): boolean => end - at >= 3 && bytes[at] === 0x16 && bytes[at + 1] === 3 && bytes[at + 2]! <= 4;

const PASS: ConnectionParser = { data: () => {}, gap: () => {}, end: () => {} };

/** What is known of the protocol of one connection. */
interface Speaking {
  /** As long as it speaks HTTP/1. */
  readonly http1: Talk;
  /** Of another protocol, when it speaks that. */
  parser: ConnectionParser | null;
  readonly seen: [boolean, boolean];
  /** All from the first byte on. */
  whole: boolean;
  held: Data | null;
}

/** Reads the messages out of connections, each with the parser of its protocol, picked from the first bytes. */
export const httpParser = (next: Sink<Message | Over>, count: Count, protocols: Protocols, held: HeldBytes, reader: BodyReader | null = null): Sink<Chunk> => {
  const ended: number[] = [];
  const connections: (Speaking | undefined)[] = [];
  const strings = textCache();
  const heads = saidHeads();
  const parts = holding(held);
  const emit = (item: Message | Over): void => { next.push(item); };
  const http1 = http1Parser(emit, count, strings, heads, held, reader);
  const opened = ({ connection }: Chunk): Speaking => {
    const on: Speaking = { http1: http1.open(connection), parser: null, seen: [false, false], whole: connection.openedAt !== null, held: null };
    connections[connection.slot] = on;
    return on;
  };
  const switchTo2 = (on: Speaking, { connection, direction }: Data, preface: boolean): void => {
    count('h2_connections');
    if (!preface && on.http1.upgraded === null && !on.whole) count('h2_without_preface');
    const { upgraded } = on.http1;
    const missed: [boolean, boolean] = upgraded === null ? [on.seen[0], on.seen[1]] : [false, false];
    if (preface) missed[direction] = false;
    const known = on.whole || preface || upgraded !== null;
    if (!known) missed[direction === 0 ? 1 : 0] = true;
    // A server may speak first; the preface is still to come then.
    const { opener } = connection;
    const expected = on.whole && opener >= 0 && opener !== direction && !on.seen[opener === 0 ? 0 : 1] ? opener : -1;
    on.parser = protocols.http2?.parser(connection, emit, count, { whole: known, missed, upgraded, preface: preface ? direction : upgraded?.direction ?? expected, strings, heads, holding: parts, reader }) ?? PASS;
  };
  /** Where the bytes behind the 101 of an upgrade to HTTP/2 begin, if it is one. */
  const upgradedAt = ({ bytes, at, end }: Data): number => {
    for (let i = at; i + 3 < end; i++) {
      if (bytes[i] === 0x0d && bytes[i + 1] === 0x0a && bytes[i + 2] === 0x0d && bytes[i + 3] === 0x0a) {
        return protocols.http2?.beginsWithFrame(bytes, i + 4, end) === true ? i + 4 : -1;
      }
    }
    return -1;
  };
  /** Another protocol may begin: no message of HTTP/1 has been read, or it has been left by an upgrade. */
  const mayChange = ({ parser, http1: { spoken, upgraded } }: Speaking): boolean => parser === null && (!spoken || upgraded !== null);
  const isHttp2 = (chunk: Data): boolean =>
    chunk.bytes[chunk.at] === 0 && protocols.http2?.beginsWithFrame(chunk.bytes, chunk.at, chunk.end) === true;
  /** Hands bytes to the parser of the connection's protocol. */
  const parse = ({ parser, http1: on }: Speaking, chunk: Data): void => {
    if (parser === null) http1.data(on, chunk);
    else parser.data(chunk);
  };
  const read = (on: Speaking, chunk: Data): void => {
    const { bytes, at, direction } = chunk;
    if (mayChange(on)) {
      if (!on.seen[0] && !on.seen[1] && isTls(chunk)) count('tls_connections');
      if (bytes[at] === PREFACE.charCodeAt(0)) {
        const length = prefaceBytes(chunk);
        if (length >= ENOUGH_PREFACE) switchTo2(on, chunk, true);
        else if (length === chunk.end - at) { on.held = { ...chunk, bytes: bytes.slice(at, chunk.end), at: 0, end: length }; return; }
      } else if (isHttp2(chunk)) switchTo2(on, chunk, false);
    }
    const before = on.http1.upgraded;
    parse(on, chunk);
    on.seen[direction] = true;
    if (before !== null || on.http1.upgraded === null || on.parser !== null) return;
    const rest = upgradedAt(chunk);
    if (rest < 0) return;
    switchTo2(on, chunk, false);
    parse(on, { ...chunk, at: rest, seq: (chunk.seq + rest - at) | 0, retransmits: 0 });
  };
  /** What was held goes on with what came now, as if it had come with it but for its time. */
  const release = (on: Speaking, more: Chunk): void => {
    const before = on.held;
    if (before === null || before.direction !== more.direction) return;
    on.held = null;
    if (more.kind !== 'data') { parse(on, before); return; }
    const joined = new Uint8Array(before.end + Math.min(more.end - more.at, PREFACE.length));
    joined.set(before.bytes);
    joined.set(more.bytes.subarray(more.at, more.at + joined.length - before.end), before.end);
    if (prefaceBytes({ ...before, bytes: joined, end: joined.length }) >= ENOUGH_PREFACE) switchTo2(on, before, true);
    parse(on, before);
  };
  return {
    push: (chunk) => {
      const { slot } = chunk.connection;
      const on = connections[slot] ?? opened(chunk);
      if (on.held !== null) release(on, chunk);
      switch (chunk.kind) {
        case 'data': read(on, chunk); return;
        case 'gap':
          if (on.parser !== null) { on.parser.gap(chunk); return; }
          on.whole = false;
          http1.gap(on.http1, chunk);
          return;
        case 'end': {
          if (on.parser === null) http1.end(on.http1, chunk);
          else on.parser.end(chunk);
          next.push({ kind: 'over', connection: chunk.connection, direction: chunk.direction, ts: chunk.ts });
          ended[slot] = (ended[slot] ?? 0) + 1;
          if (ended[slot] === 2) { ended[slot] = 0; connections[slot] = undefined; }
          return;
        }
        default: chunk satisfies never;
      }
    },
    advance: next.advance,
    close: next.close,
  };
};
