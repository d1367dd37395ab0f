import type { Exchange } from '../exchange.ts';
import type { Micros } from '../micros.ts';
import { readTokens, type ExchangeTokens } from '../tokens.ts';
import { visible } from './progress.ts';
import type { Reader, Value } from './query.ts';

/** Which exchanges: `from` ≤ ts < `to`; of everyone where no tenant is named. */
export interface ExchangeRange {
  readonly from: Micros;
  readonly to: Micros;
  readonly tenant?: string;
  /** Rows a page, at most; default 20,000. */
  readonly pageRows?: number;
  /** Reads `exchange_tokens` too, where they are still kept. */
  readonly tokens?: boolean;
}

const COLUMNS = `ts::long AS ts, tenant, tap, vantage, exchange_id, connection_id, network, client_ip, client_port, server_ip, server_port,
  protocol, method, host, route, target, status, status_class, outcome, request_bytes, response_bytes, request_us, first_byte_us,
  duration_us, duration_le_us, handshake_us, retransmits, gap_bytes, trace_hint, span_hint, parent_hint,
  grpc_status, request_messages, response_messages, request_first_message_us, request_last_message_us, response_first_message_us,
  response_last_message_us, deadline_us, reset_by, reset_code`;

/**
 * Pages of exchanges in order of (ts, exchange_id, tap), each with at least one row. A page never ends within a microsecond,
 * so the next one starts just after it and rows written meanwhile are neither skipped nor doubled.
 */
export async function* readExchanges(
  db: Reader, { from, to, tenant, pageRows = 20_000, tokens = false }: ExchangeRange,
): AsyncGenerator<readonly Exchange[], void, undefined> {
  let at: number = from;
  let limit = pageRows;
  while (at < to) {
    const { rows } = await db.query(
      `SELECT ${COLUMNS} FROM exchanges WHERE ts >= $1 AND ts < $2 ${tenant === undefined ? '' : 'AND tenant = $3'} ORDER BY ts LIMIT ${limit}`,
      tenant === undefined ? [at, to] : [at, to, tenant]);
    const read = rows.map(exchangeOf);
    const last = read.at(-1)?.ts;
    if (last === undefined) return;
    const whole = read.length < limit ? read : read.filter(({ ts }) => ts < last);
    if (whole.length === 0) { limit *= 2; continue; }
    yield (tokens ? await withTokens(db, whole, tenant) : whole).toSorted(byTime);
    if (read.length < limit) return;
    at = last;
    limit = pageRows;
  }
}

const byTime = (a: Exchange, b: Exchange): number =>
  a.ts - b.ts || compare(a.exchange_id, b.exchange_id) || compare(a.tap, b.tap);

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Rows come in the shape that the writer gave them; only an empty network may have become null on the way. */
const exchangeOf = (row: Readonly<Record<string, Value>>): Exchange => ({ ...row, network: row['network'] ?? '' }) as unknown as Exchange;

/** A page with the values that its exchanges carried. What can be read of exchanges has its values committed, but perhaps not yet visible. */
const withTokens = async (db: Reader, page: readonly Exchange[], tenant: string | undefined): Promise<readonly Exchange[]> => {
  const [first, last] = [page[0], page.at(-1)];
  if (first === undefined || last === undefined) return page;
  await visible(db, 'exchange_tokens');
  const { rows } = await db.query(
    `SELECT exchange_id, tap, kind, request, response FROM exchange_tokens WHERE ts >= $1 AND ts <= $2 ${tenant === undefined ? '' : 'AND tenant = $3'}`,
    tenant === undefined ? [first.ts, last.ts] : [first.ts, last.ts, tenant]);
  if (rows.length === 0) return page;
  const found = new Map(rows.map((row) => [`${String(row['exchange_id'])} ${String(row['tap'])}`, row]));
  return page.map((exchange) => {
    const tokens = tokensOf(found.get(`${exchange.exchange_id} ${exchange.tap}`));
    return tokens === null ? exchange : Object.assign(exchange, { tokens });
  });
};

const tokensOf = (row: Readonly<Record<string, Value>> | undefined): ExchangeTokens | null => {
  if (row === undefined) return null;
  const [request, response] = [readTokens(String(row['request'] ?? '')), readTokens(String(row['response'] ?? ''))];
  return request === null || response === null ? null : { request, response, kind: Number(row['kind'] ?? 0) };
};
