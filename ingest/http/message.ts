import type { Micros } from '../../sql/micros.ts';
import type { Tokens } from '../../sql/tokens.ts';
import type { Direction } from '../reassembly/chunk.ts';
import type { Connection } from '../reassembly/connection.ts';

/** Tracing headers as sent; only salted hashes of them leave the decoder. */
export interface TraceHeaders {
  readonly trace: string | null;
  readonly span: string | null;
  readonly parent: string | null;
}

/** RST_STREAM, as it stopped an HTTP/2 stream. */
export interface Reset {
  readonly by: 'client' | 'server';
  /** Error code (RFC 9113 §7). */
  readonly code: number;
  /** The time that the call was given was over. */
  readonly late: boolean;
}

/** What a head says of its message. Heads that come again are one object. */
export interface Said {
  /**
   * Dense index where later stages keep what they make of it, which may hold what they made of another one: it is given again.
   * -1 = it is not known to come again.
   */
  readonly slot: number;
  /** `http/0.9`, `http/1.0`, `http/1.1`, `h2`, `grpc`. */
  readonly protocol: string;
  /** Null in a response. */
  readonly method: string | null;
  readonly target: string | null;
  readonly host: string | null;
  /** 0 in a request. */
  readonly status: number;
}

/**
 * An exchange that is not settled: a request, and its answer when that has begun. Only who pairs looks into it; the request carries
 * it, so that nothing has to be looked for.
 */
export interface Pending {
  request: Message;
  /** The watermark when it began. */
  since: Micros;
  response: Message | null;
  /** Emitted already because of its age. */
  aged: boolean;
  /** Who would answer has ended; the request may still be on its way. */
  answerOver: boolean;
  /** Neighbours in the order of their starts: of its connection, and among all that have not aged. */
  before: Pending | null;
  after: Pending | null;
  older: Pending | null;
  newer: Pending | null;
}

/**
 * A request or a final response. Pushed when its head is known (`state` open) and when it has ended; in HTTP/1 only once where
 * the segment of its head brings its end. Between the two the parser that made it goes on writing the fields that are not readonly; interim (1xx) responses are not pushed.
 */
export interface Message {
  readonly kind: 'request' | 'response';
  readonly connection: Connection;
  /** Who sent it. */
  readonly direction: Direction;
  /** HTTP/2 stream; 0 in HTTP/1. */
  readonly stream: number;
  readonly said: Said;
  readonly firstTs: Micros;
  /**
   * Sequence number of its first byte and acknowledgement number of the segment that carried it, as on the wire but signed, as V8
   * holds them without a box; or `NO_ACK`.
   */
  readonly seq: number;
  readonly ack: number;
  /** 64-bit hash of the head's bytes. */
  readonly hash0: number;
  readonly hash1: number;
  readonly trace: TraceHeaders | null;
  /** The request that this response answers; null = none was captured. Known when it is pushed. */
  answers: Message | null;
  state: 'open' | 'complete' | 'cut';
  lastTs: Micros;
  /** Body bytes after de-chunking, before decompression. */
  bodyBytes: number;
  gapBytes: number;
  retransmits: number;
  /** Of a request, see there. */
  pending: Pending | null;
  /** Of a gRPC answer: `grpc-status`; null = none was seen. */
  grpcStatus?: number | null;
  /** Of either side of a gRPC call: messages sent; null = not known. */
  messages?: number | null;
  /** First byte of its first gRPC message and last byte of its last; null = none was seen, or not known. */
  firstMessageTs?: Micros | null;
  lastMessageTs?: Micros | null;
  /** Time that a gRPC request gives its callee, µs; null = none. */
  readonly deadlineUs?: number | null;
  /** Of a request: what stopped its stream before both sides had ended; null = nothing. */
  reset?: Reset | null;
  /** Values that it carried, once it has ended, where they are read; see `tokens/`. */
  tokens?: Tokens;
  /** Hash of what its body says the operation is; 0 = nothing. */
  tokenKind?: number;
}

/** Looks into the bodies of messages as they come. */
export interface BodyReader {
  /** Takes body bytes, valid during the call; the message they belong to has not ended yet. `last` = no more of it will come. */
  body(message: Message, bytes: Uint8Array, at: number, end: number, last: boolean): void;
}
