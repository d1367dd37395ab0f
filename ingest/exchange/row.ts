import type { Outcome, StatusClass, Vantage } from '../../sql/exchange.ts';
import { NO_TOKENS, type ExchangeTokens } from '../../sql/tokens.ts';
import { latencyBucket } from '../../sql/latency.ts';
import type { Connection } from '../reassembly/connection.ts';
import type { Message, Said } from '../http/message.ts';
import { NO_ACK } from '../sequence.ts';
import { addressText } from './address.ts';
import { identities, type Identities } from './identity.ts';
import type { Unrouted } from './routed.ts';
import { hostOf, pathOf, redacted } from './target.ts';

export interface RowOptions {
  readonly tenant: string;
  /** Chooses the tenant by the server; default: `tenant`. */
  readonly tenantOf?: (serverIp: string, serverPort: number, network: string) => string;
  readonly tap: string;
  /** Keyed one-way hash of an id in a tracing header. */
  readonly digest: (id: string) => string;
  readonly keepTargets: boolean;
  /** Addresses of the tap's host. */
  readonly hosts: readonly string[];
  readonly networkName: (network: number) => string;
  /** Say which HTTP/2 stream it was. */
  readonly streams?: boolean;
}

/** Makes the row of an exchange, its path in the place of the route; `request` or `response` may be missing, not both. */
export type MakeRow = (request: Message | null, response: Message | null, outcome: Outcome) => Unrouted;

/** Addresses whose text is remembered. */
const MOST_ADDRESSES = 65_536;

/** What all rows of a connection share. */
interface Ends {
  readonly connection: Connection;
  readonly addresses: readonly [string, string];
  readonly network: string;
  readonly id: string;
  readonly tenant: string;
  readonly ids: Identities;
  /** Where it was captured, by who asks. */
  readonly vantages: readonly [Vantage, Vantage];
}

/** What rows show of a head. */
interface Shown {
  readonly said: Said;
  readonly host: string | null;
  readonly target: string | null;
  readonly path: string | null;
}

export const rowMaker = (options: RowOptions): MakeRow => {
  const hosts = new Set(options.hosts);
  /** By the connection's slot; what another connection left there is made anew. */
  const known: (Ends | undefined)[] = [];
  /** By the head's slot, likewise. */
  const shown: (Shown | undefined)[] = [];
  const tenants = new Map<string, Identities>();
  const idsOf = (tenant: string): Identities => {
    const ids = tenants.get(tenant) ?? identities(tenant);
    tenants.set(tenant, ids);
    return ids;
  };
  /** The same text for the same address. */
  const texts = new Map<string, string>();
  const textOf = (raw: string): string => {
    const text = texts.get(raw) ?? addressText(raw);
    if (texts.size === MOST_ADDRESSES) texts.clear();
    texts.set(raw, text);
    return text;
  };
  const endsOf = (connection: Connection, server: 0 | 1): Ends => {
    let ends = known[connection.slot];
    if (ends?.connection !== connection) {
      const addresses = [textOf(connection.addresses[0]), textOf(connection.addresses[1])] as const;
      const network = options.networkName(connection.network);
      const tenant = options.tenantOf?.(addresses[server], connection.ports[server], network) ?? options.tenant;
      const [a, b] = server === 1 ? connection.isn : [connection.isn[1], connection.isn[0]];
      const ids = idsOf(tenant);
      ends = {
        connection, addresses, network, tenant, ids, id: String(ids.connection(a, b, connection.ports[1 - server]!, connection.ports[server])),
        vantages: [vantage(addresses[0], addresses[1], connection.leg), vantage(addresses[1], addresses[0], connection.leg === 0 ? 0 : 3 - connection.leg)],
      };
      known[connection.slot] = ends;
    }
    return ends;
  };
  const shownOf = (said: Said): Shown => {
    const { slot, target } = said;
    const kept = slot < 0 ? undefined : shown[slot];
    if (kept?.said === said) return kept;
    const one = { said, host: hostOf(said.host), target: target === null ? null : options.keepTargets ? target : redacted(target), path: target === null ? null : pathOf(target) };
    if (slot >= 0) {
      // Without holes: an array written far beyond its end is looked into as a dictionary from then on.
      while (shown.length <= slot) shown.push(undefined);
      shown[slot] = one;
    }
    return one;
  };
  const hint = (id: string | null): string | null => (id === null ? null : options.digest(id));
  const vantage = (client: string, server: string, leg: number): Vantage => {
    if (hosts.has(server)) return 'server';
    if (hosts.has(client)) return 'client';
    return leg === 1 ? 'server' : leg === 2 ? 'client' : 'middle';
  };

  return (request, response, outcome) => {
    const main = request ?? response!;
    const { connection } = main;
    const client = request === null ? (main.direction === 0 ? 1 : 0) : request.direction;
    const server = client === 0 ? 1 : 0;
    const ends = endsOf(connection, server);
    const head = shownOf(request === null ? ORPHAN : request.said);
    const status = response === null ? 0 : response.said.status;
    const { trace } = main;
    const answered = response !== null && response.state !== 'open';
    const duration = request !== null && answered ? response.lastTs - request.firstTs : null;
    const row: Unrouted = {
      ts: main.firstTs,
      tenant: ends.tenant,
      tap: options.tap,
      vantage: ends.vantages[client],
      exchange_id: ends.ids.exchange(main.seq, main.ack === NO_ACK ? -1 : main.ack, main.stream, main.hash0, main.hash1, request === null ? 1 : 0),
      connection_id: ends.id,
      network: ends.network,
      client_ip: ends.addresses[client],
      client_port: connection.ports[client],
      server_ip: ends.addresses[server],
      server_port: connection.ports[server],
      protocol: main.said.protocol,
      method: request === null ? null : request.said.method,
      host: head.host,
      route: head.path,
      target: head.target,
      status,
      status_class: statusClass(status),
      outcome,
      request_bytes: request?.bodyBytes ?? 0,
      response_bytes: response?.bodyBytes ?? 0,
      request_us: request === null || request.state === 'open' ? null : request.lastTs - request.firstTs,
      first_byte_us: request === null || response === null ? null : response.firstTs - request.firstTs,
      duration_us: duration,
      duration_le_us: duration === null ? null : latencyBucket(duration),
      handshake_us: connection.handshakeUs,
      retransmits: (request?.retransmits ?? 0) + (response?.retransmits ?? 0),
      gap_bytes: (request?.gapBytes ?? 0) + (response?.gapBytes ?? 0),
      trace_hint: trace === null ? null : hint(trace.trace),
      span_hint: trace === null ? null : hint(trace.span),
      parent_hint: trace === null ? null : hint(trace.parent),
      grpc_status: response?.grpcStatus ?? null,
      request_messages: request?.messages ?? null,
      response_messages: response?.messages ?? null,
      request_first_message_us: since(main, request?.firstMessageTs),
      request_last_message_us: since(main, request?.lastMessageTs),
      response_first_message_us: since(main, response?.firstMessageTs),
      response_last_message_us: since(main, response?.lastMessageTs),
      deadline_us: request?.deadlineUs ?? null,
      reset_by: request?.reset?.by ?? null,
      reset_code: request?.reset?.code ?? null,
    };
    if (request?.tokens !== undefined || response?.tokens !== undefined) row.tokens = carried(request, response);
    if (options.streams === true && main.stream > 0) row.stream = main.stream;
    return row;
  };
};

const carried = (request: Message | null, response: Message | null): ExchangeTokens =>
  ({ request: request?.tokens ?? NO_TOKENS, response: response?.tokens ?? NO_TOKENS, kind: request?.tokenKind ?? 0 });

const since = (main: Message, ts: number | null | undefined): number | null => (ts === null || ts === undefined ? null : ts - main.firstTs);

/** The head of a request that was not seen. */
const ORPHAN: Said = { slot: -1, protocol: '', method: null, target: null, host: null, status: 0 };

const CLASSES: readonly StatusClass[] = ['none', '1xx', '2xx', '3xx', '4xx', '5xx'];

const statusClass = (status: number): StatusClass => CLASSES[(status / 100) | 0] ?? 'none';
