import type { Micros } from './micros.ts';
import type { ExchangeTokens } from './tokens.ts';
import type { Uuid } from './uuid.ts';

/** Which end's host the tap sits on, as far as the packets tell. */
export type Vantage = 'client' | 'server' | 'middle';

/**
 * How an exchange ended: answered in full; no answer; stopped by one side (RST_STREAM); stopped when the time that a gRPC
 * call had was over; an answer without its request; not seen to its end (gap, age, end of input).
 */
export type Outcome = 'complete' | 'unanswered' | 'reset' | 'deadline' | 'orphan' | 'cut';

/** `1xx`…`5xx` by the hundreds of the final status, `none` where there is no status. */
export type StatusClass = '1xx' | '2xx' | '3xx' | '4xx' | '5xx' | 'none';

/**
 * One request and the final response that answered it, as one tap saw it: a row of `exchanges`, its keys are the columns
 * (but for `tokens`, rows of `exchange_tokens`, and `stream`).
 * `null` is what the packets did not show; sizes are bytes, durations µs.
 */
export interface Exchange<Id = string> {
  /** First byte of the request; of an orphan, first byte of the response. */
  readonly ts: Micros;
  readonly tenant: string;
  readonly tap: string;
  readonly vantage: Vantage;
  /** A hash of wire facts laid out as a UUID: the same at every tap and at every replay. */
  readonly exchange_id: Id;
  readonly connection_id: string;
  /** Outer virtual network, `vxlan:42`, `vlan:7`, `gre:9`; empty where there is none. */
  readonly network: string;
  readonly client_ip: string;
  readonly client_port: number;
  readonly server_ip: string;
  readonly server_port: number;
  /** `http/0.9`, `http/1.0`, `http/1.1`, `h2`, `grpc`. */
  readonly protocol: string;
  readonly method: string | null;
  /** Host or :authority as sent, without user-info. */
  readonly host: string | null;
  /** The target's path with its variable segments named, as `/users/{id}`. */
  readonly route: string | null;
  /** The request target with query values removed, raw where asked for. */
  readonly target: string | null;
  /** Final status; 0 = none. */
  readonly status: number;
  readonly status_class: StatusClass;
  readonly outcome: Outcome;
  /** Body bytes after de-chunking, before decompression. */
  readonly request_bytes: number;
  readonly response_bytes: number;
  /** First request byte → last request byte. */
  readonly request_us: number | null;
  /** First request byte → first byte of the final response. */
  readonly first_byte_us: number | null;
  /** First request byte → last response byte. */
  readonly duration_us: number | null;
  /** Latency bucket of `duration_us`. */
  readonly duration_le_us: number | null;
  /** SYN → the client's first ACK, of the connection; null when not captured. */
  readonly handshake_us: number | null;
  /** Retransmitted segments among the exchange's bytes, both directions. */
  readonly retransmits: number;
  /** Bytes of the exchange that no packet held. */
  readonly gap_bytes: number;
  /** Salted hashes of a trace id, the caller's span id and its parent's, from well-known headers. */
  readonly trace_hint: string | null;
  readonly span_hint: string | null;
  readonly parent_hint: string | null;
  /** Status of a gRPC call, which ends its answer: 0 = OK; null = not gRPC, or none was seen. */
  readonly grpc_status: number | null;
  /** gRPC messages sent by either side; null = not gRPC, or not known because bytes were lost. */
  readonly request_messages: number | null;
  readonly response_messages: number | null;
  /** First request byte → first byte of the first gRPC message, and → last byte of the last one, of either side; null = none was seen, or which is the last is not known because bytes were lost. */
  readonly request_first_message_us: number | null;
  readonly request_last_message_us: number | null;
  readonly response_first_message_us: number | null;
  readonly response_last_message_us: number | null;
  /** Time that a gRPC call was given by its caller (`grpc-timeout`); null = none was asked for, or not gRPC. */
  readonly deadline_us: number | null;
  /** Who stopped the stream before its end, and the error code (RFC 9113 §7); null = nobody did. */
  readonly reset_by: 'client' | 'server' | null;
  readonly reset_code: number | null;
  /** Values that flow, where they were asked for: rows of `exchange_tokens`, never a column. */
  readonly tokens?: ExchangeTokens;
  /** HTTP/2 stream, where it was asked for: several requests can begin in one packet. Never a column. */
  readonly stream?: number;
}

/** As it comes from the decoder: text would take as long to make as a tenth of all decoding, and most ids are only compared or written. */
export type DecodedExchange = Exchange<Uuid>;

/** What is written: one just decoded, or one that was stored. */
export type AnyExchange = Exchange<Uuid | string>;

/** As it is read back once it has been written. */
export const asStored = (row: DecodedExchange): Exchange => ({ ...row, exchange_id: String(row.exchange_id) });
