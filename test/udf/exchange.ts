import type { Exchange } from '../../sql/exchange.ts';
import { micros } from '../../sql/micros.ts';

/** An exchange for a test: from client to server, from `start` for `lasts` µs (null = no answer); the rest as given. */
export const exchange = (
  id: string, client: string, server: string, start: number, lasts: number | null, rest: Partial<Exchange> = {},
): Exchange => ({
  ts: micros(start), tenant: 'default', tap: 'bridge', vantage: 'middle', exchange_id: id, connection_id: '00000000-0000-4000-8000-000000000001', network: '',
  client_ip: client, client_port: 40_000, server_ip: server, server_port: 80, protocol: 'http/1.1', method: 'GET', host: null,
  route: '/', target: '/', status: lasts === null ? 0 : 200, status_class: lasts === null ? 'none' : '2xx',
  outcome: lasts === null ? 'unanswered' : 'complete', request_bytes: 10, response_bytes: 20, request_us: 0, first_byte_us: lasts,
  duration_us: lasts, duration_le_us: lasts, handshake_us: null, retransmits: 0, gap_bytes: 0,
  trace_hint: null, span_hint: null, parent_hint: null, grpc_status: null, request_messages: null, response_messages: null,
  request_first_message_us: null, request_last_message_us: null, response_first_message_us: null, response_last_message_us: null,
  deadline_us: null, reset_by: null, reset_code: null, ...rest,
});
