import { createHash } from 'node:crypto';
import type { Exchange } from '../../sql/exchange.ts';
import { latencyBucket } from '../../sql/latency.ts';
import { micros } from '../../sql/micros.ts';
import type { Span } from '../../sql/span.ts';
import type { ExchangeTokens, Tokens } from '../../sql/tokens.ts';

/** 2025-11-21T08:00:00Z */
export const START = 1_763_712_000_000_000;

/** A UUID that is the same for the same text. */
export const uuidOf = (text: string): string =>
  createHash('md5').update(text).digest('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');

/** An exchange of a tenant, the same for the same number: three a millisecond, two taps, some values missing or hard to escape. */
export const exchangeRow = (tenant: string, n: number): Exchange => ({
  ts: micros(START + Math.floor(n / 3) * 1000 + 1), tenant, tap: n % 2 === 0 ? 'tap a' : 'b=1,2', vantage: 'client',
  exchange_id: uuidOf(`${tenant} ${n}`), connection_id: uuidOf(`connection ${n % 100}`), network: n % 5 === 0 ? 'vxlan:3' : '',
  client_ip: '10.0.0.1', client_port: 30_000 + n % 1000, server_ip: 'fe80::1', server_port: 80, protocol: 'http/1.1',
  method: 'GET', host: n % 7 === 0 ? null : 'shop "x"\\\n', route: '/items/{id}', target: `/items/${n}?q=é😀\r\n,a=b c`,
  status: n % 50 === 0 ? 503 : 200, status_class: n % 50 === 0 ? '5xx' : '2xx', outcome: 'complete', request_bytes: 0, response_bytes: n,
  request_us: 3, first_byte_us: n % 4 === 0 ? null : 10, duration_us: n, duration_le_us: latencyBucket(n), handshake_us: null,
  retransmits: 0, gap_bytes: 0, trace_hint: null, span_hint: 'x', parent_hint: null,
  grpc_status: n % 3 === 0 ? n % 17 : null, request_messages: n % 3 === 0 ? 1 : null, response_messages: null,
  request_first_message_us: n % 3 === 0 ? 5 : null, request_last_message_us: n % 3 === 0 ? n : null, response_first_message_us: null, response_last_message_us: null,
  deadline_us: n % 3 === 0 ? 1_000_000 : null, reset_by: n % 6 === 0 ? 'client' : null, reset_code: n % 6 === 0 ? 8 : null,
});

const side = (n: number, most: number): Tokens => {
  const length = n % (most + 1);
  return {
    fields: Uint32Array.from({ length }, (_, i) => Math.imul(i % 5 + n % 3, 0x9e3779b1) >>> 0),
    values: Float64Array.from({ length }, (_, i) => (n * 7_919 + i) * 104_729 * 65_537 % 2 ** 53),
  };
};

/** What the exchange of that number carries: up to 32 values a side, of a few fields. */
export const tokensOf = (n: number): ExchangeTokens => ({ request: side(n, 6), response: side(n, 32), kind: n % 4 === 0 ? 0 : n * 1_000_003 });

/** A root span of service `shop`, called from outside, with the given values put in. */
export const spanRow = (tenant: string, n: number, values: Partial<Span> = {}): Span => {
  const duration = values.duration_us === undefined ? 1000 : values.duration_us;
  return {
    ts: micros(START + n * 1000), tenant, run: 'live', span_id: uuidOf(`${tenant} span ${n}`), parent_id: null,
    trace_id: uuidOf(`${tenant} trace ${n}`), service: 'shop', instance: '10.0.0.2', method: 'GET', route: '/items/{id}',
    protocol: 'http/1.1', status: 200, status_class: '2xx', parent_service: '(outside)', parent_route: null, root_service: 'shop',
    root_route: '/items/{id}', root_ts: micros(START + n * 1000), depth: 0, path: '0001', duration_us: duration,
    duration_le_us: duration === null ? null : latencyBucket(duration), self_us: duration, self_le_us: duration === null ? null : latencyBucket(duration), critical_us: duration, network_us: null, basis: 'none',
    probability: 1, evidence: 'unique', runner_up_id: null, runner_up_probability: null, coverage: 1, revision: 1,
    span_count: 1, service_count: 1, min_probability: 1, withdrawn: false, grpc_status: null, ...values,
  };
};
