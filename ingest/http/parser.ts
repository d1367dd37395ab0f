import type { Count } from '../../sql/counters.ts';
import type { Micros } from '../../sql/micros.ts';
import type { Sink } from '../../sql/sink.ts';
import type { Chunk, Data, Direction } from '../reassembly/chunk.ts';
import type { Connection } from '../reassembly/connection.ts';
import { http1Parser, type ConnectionParser } from './http1.ts';
import type { Message } from './message.ts';

/** A direction of a connection has ended: what its sender has not answered by now stays unanswered. */
export interface Over {
  readonly kind: 'over';
  readonly connection: Connection;
  readonly direction: Direction;
  readonly ts: Micros;
}

/** Makes a parser for a connection whose bytes are not HTTP/1; see `protocolOf`. */
export type MakeParser = (connection: Connection, emit: (message: Message) => void, count: Count) => ConnectionParser;

/** Parsers of other protocols on the same door; `null` = its connections are counted and passed over. */
export interface Protocols {
  readonly http2: MakeParser | null;
}

const PREFACE = 'PRI * HTTP/2.0\r\n';
const P = 0x50;

/** The connection preface of RFC 9113 §3.4 begins with a line that HTTP/1 can never send. */
const isHttp2 = ({ bytes, at, end }: Data): boolean => {
  if (end - at < PREFACE.length) return false;
  for (let i = 0; i < PREFACE.length; i++) if (bytes[at + i] !== PREFACE.charCodeAt(i)) return false;
  return true;
};

const PASS: ConnectionParser = { data: () => {}, gap: () => {}, end: () => {} };

/** Reads the messages out of connections, each with the parser of its protocol, picked from the first bytes. */
export const httpParser = (next: Sink<Message | Over>, count: Count, protocols: Protocols): Sink<Chunk> => {
  const parsers: (ConnectionParser | undefined)[] = [];
  const emit = (message: Message): void => { next.push(message); };
  const http2 = (connection: Connection): ConnectionParser => {
    count('h2_connections');
    return protocols.http2?.(connection, emit, count) ?? PASS;
  };
  const made = (connection: Connection): ConnectionParser => {
    const parser = http1Parser(connection, emit, () => { count('http1_upgrades'); }, count);
    parsers[connection.slot] = parser;
    return parser;
  };
  const ends = new Uint8Array(2);
  const ended: number[] = [];
  return {
    push: (chunk) => {
      const { slot } = chunk.connection;
      if (chunk.kind === 'data' && chunk.bytes[chunk.at] === P && isHttp2(chunk)) parsers[slot] = http2(chunk.connection);
      const parser = parsers[slot] ?? made(chunk.connection);
      switch (chunk.kind) {
        case 'data': parser.data(chunk); return;
        case 'gap': parser.gap(chunk); return;
        case 'end': {
          parser.end(chunk);
          next.push({ kind: 'over', connection: chunk.connection, direction: chunk.direction, ts: chunk.ts });
          ended[slot] = (ended[slot] ?? 0) + 1;
          if (ended[slot] === ends.length) { ended[slot] = 0; parsers[slot] = undefined; }
          return;
        }
        default: chunk satisfies never;
      }
    },
    advance: next.advance,
    close: next.close,
  };
};
