import type { AnyExchange } from '../exchange.ts';
import type { Micros } from '../micros.ts';
import type { Span } from '../span.ts';
import type { ExchangeTokens } from '../tokens.ts';
import type { TableShape } from './line.ts';

/** A row of `exchange_tokens`. */
export interface TokensRow extends Pick<AnyExchange, 'ts' | 'tenant' | 'exchange_id' | 'tap'>, ExchangeTokens {
  /** Wall clock, µs. */
  readonly written: Micros;
}

/** A row of `ingest_progress`. */
export interface Progress {
  /** Wall clock of the writer, µs. */
  readonly ts: Micros;
  readonly worker: string;
  /** Empty = the writer saw no row. */
  readonly tap: string;
  /** null = it has begun and not said yet how far it is, or ended before any time was known. */
  readonly watermark: Micros | null;
  readonly closed: boolean;
}

/** A row of `capture_loss`. */
export interface Loss {
  /** Packet time, µs. */
  readonly ts: Micros;
  readonly worker: string;
  readonly counter: string;
  readonly total: number;
}

/** A row of `span_candidates`. */
export interface SpanCandidate {
  readonly ts: Micros;
  readonly tenant: string;
  readonly run: string;
  readonly span_id: string;
  /** From 1, the likeliest. */
  readonly rank: number;
  readonly parent_id: string | null;
  readonly probability: number;
  /** JSON of nats by term; null = not told. */
  readonly scores: string | null;
}

/** A row of `inference_runs`. */
export interface InferenceRun {
  /** Wall clock at the start, µs. */
  readonly ts: Micros;
  readonly run: string;
  readonly algorithm: string;
  /** Empty = everyone's. */
  readonly tenant: string;
  readonly from_ts: Micros;
  readonly to_ts: Micros;
  readonly exchanges: number;
  readonly spans: number;
  /** Exchanges that came after their window had closed. */
  readonly late: number;
  readonly took_us: number;
}

/** A row of `service_names`. */
export interface ServiceName {
  /** Valid from, µs. */
  readonly ts: Micros;
  readonly tenant: string;
  readonly address: string;
  /** Listening port; 0 = every port of the address. */
  readonly port: number;
  readonly service: string;
  /** What says so: `map`, `host`, `address`. */
  readonly source: string;
}

/** A row of `model_events`. */
export interface ModelEvent {
  readonly ts: Micros;
  readonly tenant: string;
  readonly service: string;
  readonly kind: string;
  readonly detail: string;
  readonly instance: string;
  readonly calls: number;
  readonly shortfall: number;
}

/** A row of `inference_accuracy`. */
export interface Accuracy {
  /** Start of the window. */
  readonly ts: Micros;
  readonly tenant: string;
  readonly run: string;
  /** Address of the caller. */
  readonly instance: string;
  readonly service: string;
  /** Calls that headers decided; of these, those that were inferred without them too; of these, those with the same parent. */
  readonly decided: number;
  readonly checked: number;
  readonly agreed: number;
  /** Of those checked, the sum of the probabilities that the inference gave. */
  readonly expected: number;
}

/** A row of `inference_models`. */
export interface LearntModel {
  /** Packet time up to which it has learnt. */
  readonly ts: Micros;
  readonly tenant: string;
  readonly instance: string;
  readonly algorithm: string;
  /** Layout of the text. */
  readonly version: number;
  readonly model: string;
}

export const EXCHANGES: TableShape<AnyExchange> = {
  table: 'exchanges',
  time: 'ts',
  columns: {
    tenant: 'symbol', tap: 'symbol', vantage: 'symbol', network: 'symbol', protocol: 'symbol', method: 'symbol', route: 'symbol',
    status_class: 'symbol', outcome: 'symbol',
    exchange_id: 'text', connection_id: 'name', client_ip: 'name', client_port: 'whole', server_ip: 'name', server_port: 'whole',
    host: 'name', target: 'text', status: 'whole', request_bytes: 'whole', response_bytes: 'whole', request_us: 'whole',
    first_byte_us: 'whole', duration_us: 'whole', duration_le_us: 'whole', handshake_us: 'whole', retransmits: 'whole',
    gap_bytes: 'whole', trace_hint: 'text', span_hint: 'text', parent_hint: 'text', grpc_status: 'whole',
    request_messages: 'whole', response_messages: 'whole', request_first_message_us: 'whole', request_last_message_us: 'whole',
    response_first_message_us: 'whole', response_last_message_us: 'whole', deadline_us: 'whole', reset_by: 'symbol', reset_code: 'whole',
  },
};

export const EXCHANGE_TOKENS: TableShape<TokensRow> = {
  table: 'exchange_tokens',
  time: 'ts',
  columns: { tenant: 'symbol', tap: 'symbol', exchange_id: 'text', kind: 'whole', request: 'tokens', response: 'tokens', written: 'time' },
};

export const tokensRow = ({ ts, tenant, exchange_id, tap }: AnyExchange, { kind, request, response }: ExchangeTokens, written: Micros): TokensRow =>
  ({ ts, tenant, exchange_id, tap, kind, request, response, written });

/** How many values an exchange carried. */
export const valuesIn = ({ request, response }: ExchangeTokens): number => request.values.length + response.values.length;

export const spansShape = (table: 'spans' | 'spans_lab'): TableShape<Span> => ({
  table,
  time: 'ts',
  columns: {
    tenant: 'symbol', run: 'symbol', service: 'symbol', instance: 'symbol', method: 'symbol', route: 'symbol', protocol: 'symbol',
    status_class: 'symbol', parent_service: 'symbol', parent_route: 'symbol', root_service: 'symbol', root_route: 'symbol',
    basis: 'symbol', evidence: 'symbol',
    span_id: 'text', parent_id: 'text', trace_id: 'text', status: 'whole', root_ts: 'time', depth: 'whole', path: 'text',
    duration_us: 'whole', duration_le_us: 'whole', self_us: 'whole', self_le_us: 'whole', critical_us: 'whole', network_us: 'whole', probability: 'real',
    runner_up_id: 'text', runner_up_probability: 'real', coverage: 'real', revision: 'whole', span_count: 'whole',
    service_count: 'whole', min_probability: 'real', withdrawn: 'flag', grpc_status: 'whole',
  },
});

export const PROGRESS: TableShape<Progress> = {
  table: 'ingest_progress', time: 'ts', columns: { worker: 'symbol', tap: 'symbol', watermark: 'time', closed: 'flag' },
};

export const LOSS: TableShape<Loss> = { table: 'capture_loss', time: 'ts', columns: { worker: 'symbol', counter: 'symbol', total: 'whole' } };

export const SPAN_CANDIDATES: TableShape<SpanCandidate> = {
  table: 'span_candidates',
  time: 'ts',
  columns: { tenant: 'symbol', run: 'symbol', span_id: 'text', rank: 'whole', parent_id: 'text', probability: 'real', scores: 'text' },
};

export const INFERENCE_RUNS: TableShape<InferenceRun> = {
  table: 'inference_runs',
  time: 'ts',
  columns: {
    run: 'symbol', algorithm: 'symbol', tenant: 'symbol', from_ts: 'time', to_ts: 'time', exchanges: 'whole', spans: 'whole',
    late: 'whole', took_us: 'whole',
  },
};

export const SERVICE_NAMES: TableShape<ServiceName> = {
  table: 'service_names', time: 'ts', columns: { tenant: 'symbol', address: 'symbol', port: 'whole', service: 'symbol', source: 'symbol' },
};

export const MODEL_EVENTS: TableShape<ModelEvent> = {
  table: 'model_events',
  time: 'ts',
  columns: { tenant: 'symbol', service: 'symbol', kind: 'symbol', instance: 'symbol', detail: 'text', calls: 'whole', shortfall: 'real' },
};

export const INFERENCE_ACCURACY: TableShape<Accuracy> = {
  table: 'inference_accuracy',
  time: 'ts',
  columns: {
    tenant: 'symbol', run: 'symbol', instance: 'symbol', service: 'symbol', decided: 'whole', checked: 'whole', agreed: 'whole', expected: 'real',
  },
};

export const INFERENCE_MODELS: TableShape<LearntModel> = {
  table: 'inference_models', time: 'ts', columns: { tenant: 'symbol', instance: 'symbol', algorithm: 'symbol', version: 'whole', model: 'text' },
};
