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
  /** `http/0.9`, `http/1.0`, `http/1.1`, `h2`, `grpc`. */
  readonly protocol: string;
  readonly firstTs: Micros;
  /** Sequence number of its first byte and acknowledgement number of the segment that carried it, as on the wire. */
  readonly seq: number;
  readonly ack: number;
  /** 64-bit hash of the head's bytes, as two 32-bit halves. */
  readonly headHash: readonly [number, number];
  /** Null in a response. */
  readonly method: string | null;
  readonly target: string | null;
  readonly host: string | null;
  /** 0 in a request. */
  readonly status: number;
  readonly trace: TraceHeaders | null;
  /** The request that this response answers; null = none was captured. */
  readonly answers: Message | null;
  state: 'open' | 'complete' | 'cut';
  lastTs: Micros;
  /** Body bytes after de-chunking, before decompression. */
  bodyBytes: number;
  gapBytes: number;
  retransmits: number;
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
