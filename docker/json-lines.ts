import type { DecodedExchange } from '../sql/exchange.ts';
import type { Sink } from '../sql/sink.ts';
import { writeUuid } from '../sql/uuid.ts';
import { newLines, reserve, type Lines } from '../sql/write/body.ts';
import { writeBytes, writeDigits, writeEscaped } from '../sql/write/bytes.ts';

/** Where the value of a route stands among bytes, `[at … behind)`. */
export interface RoutePlace {
  at: number;
  behind: number;
}

/**
 * Adds the columns of an exchange as a line, byte for byte as `JSON.stringify` has them, and says where its route is: valid until the
 * next call. What it may carry beside its columns is left out.
 */
export type EncodeJson = (row: DecodedExchange, into: Lines) => RoutePlace;

const QUOTE = 0x22;
/** A unit of a string as `\u0000`. */
const MOST_JSON_BYTES_A_UNIT = 6;
const NOTHING_ESCAPED = new Uint8Array(128);
/** Values of a column whose bytes are kept; all are forgotten at this many. */
const MOST_KEPT = 4096;
const NULL = Buffer.from('null');
const BEGIN = Buffer.from('{"ts":');
const ID = Buffer.from(',"exchange_id":"');
const END = Buffer.from('}\n');
const ROUTE_BYTES = ',"route":'.length;

type WriteColumn<Value> = (bytes: Buffer, at: number, value: Value | null) => number;

const headOf = (column: keyof DecodedExchange): Buffer => Buffer.from(`,"${column}":`);

/** Texts come again: their bytes are kept. */
const textColumn = (column: keyof DecodedExchange): WriteColumn<string> => {
  const head = headOf(column);
  const kept = new Map<string | null, Buffer>();
  const madeOf = (text: string | null): Buffer => {
    const found = kept.get(text);
    if (found !== undefined) return found;
    const made = Buffer.concat([head, Buffer.from(JSON.stringify(text))]);
    if (kept.size === MOST_KEPT) kept.clear();
    kept.set(text, made);
    return made;
  };
  let last: string | null = null;
  let made = madeOf(last);
  return (bytes, at, text) => {
    if (text !== last) {
      made = madeOf(text);
      last = text;
    }
    return writeBytes(bytes, at, made);
  };
};

const writeNumber: WriteColumn<number> = (bytes, at, value) => {
  if (value === null) return writeBytes(bytes, at, NULL);
  return Number.isSafeInteger(value) ? writeDigits(bytes, at, value) : writeEscaped(bytes, at, JSON.stringify(value), NOTHING_ESCAPED);
};

const numberColumn = (column: keyof DecodedExchange): WriteColumn<number> => {
  const head = headOf(column);
  return (bytes, at, value) => writeNumber(bytes, writeBytes(bytes, at, head), value);
};

/** Where what was put together is looked for: any number will do, for it is compared. */
const PLACES = 4096;

/** The bytes of columns that stand together, kept at a place of `PLACES` as long as they are the `same` there. */
const together = <Columns extends object>(of: (row: DecodedExchange) => Columns, same: (a: Columns, b: DecodedExchange) => boolean): ((number: number, row: DecodedExchange) => Buffer) => {
  const kept = Array.from<{ readonly columns: Columns; readonly bytes: Buffer } | undefined>({ length: PLACES });
  return (number, row) => {
    const place = number & (PLACES - 1);
    const found = kept[place];
    if (found !== undefined && same(found.columns, row)) return found.bytes;
    const columns = of(row);
    const bytes = Buffer.from(`,${JSON.stringify(columns).slice(1, -1)}`);
    kept[place] = { columns, bytes };
    return bytes;
  };
};

const sourceColumns = () => together(
  ({ tenant, tap, vantage }) => ({ tenant, tap, vantage }),
  (a, b) => a.tenant === b.tenant && a.tap === b.tap && a.vantage === b.vantage);

const connectionColumns = () => together(
  ({ connection_id, network, client_ip, client_port, server_ip, server_port }) => ({ connection_id, network, client_ip, client_port, server_ip, server_port }),
  (a, b) => a.connection_id === b.connection_id && a.client_port === b.client_port && a.server_port === b.server_port
    && a.client_ip === b.client_ip && a.server_ip === b.server_ip && a.network === b.network);

const answerColumns = () => together(
  ({ status, status_class, outcome }) => ({ status, status_class, outcome }),
  (a, b) => a.status === b.status && a.status_class === b.status_class && a.outcome === b.outcome);

/** Those of the connection and its losses, and those that only traced, gRPC and HTTP/2 exchanges have. */
const lastColumns = () => together(
  (row) => ({
    handshake_us: row.handshake_us, retransmits: row.retransmits, gap_bytes: row.gap_bytes,
    trace_hint: row.trace_hint, span_hint: row.span_hint, parent_hint: row.parent_hint, grpc_status: row.grpc_status,
    request_messages: row.request_messages, response_messages: row.response_messages,
    request_first_message_us: row.request_first_message_us, request_last_message_us: row.request_last_message_us,
    response_first_message_us: row.response_first_message_us, response_last_message_us: row.response_last_message_us,
    deadline_us: row.deadline_us, reset_by: row.reset_by, reset_code: row.reset_code,
  }),
  (a, b) => a.handshake_us === b.handshake_us && a.retransmits === b.retransmits && a.gap_bytes === b.gap_bytes
    && a.trace_hint === b.trace_hint && a.span_hint === b.span_hint && a.parent_hint === b.parent_hint && a.grpc_status === b.grpc_status
    && a.request_messages === b.request_messages && a.response_messages === b.response_messages
    && a.request_first_message_us === b.request_first_message_us && a.request_last_message_us === b.request_last_message_us
    && a.response_first_message_us === b.response_first_message_us && a.response_last_message_us === b.response_last_message_us
    && a.deadline_us === b.deadline_us && a.reset_by === b.reset_by && a.reset_code === b.reset_code);

/** Names of all columns, their numbers, the id, and what stands between them. */
const FIXED_ROOM = 1024;

const roomFor = ({ protocol, method, host, route, target }: DecodedExchange): number =>
  MOST_JSON_BYTES_A_UNIT * (protocol.length + (method?.length ?? 0) + (host?.length ?? 0) + (route?.length ?? 0) + (target?.length ?? 0));

/** What rows have in common is put together once: of a busy service's exchanges that is most. */
export const jsonEncoder = (): EncodeJson => {
  const source = sourceColumns();
  const connection = connectionColumns();
  const protocol = textColumn('protocol');
  const method = textColumn('method');
  const host = textColumn('host');
  const route = textColumn('route');
  const target = textColumn('target');
  const answer = answerColumns();
  const requestBytes = numberColumn('request_bytes');
  const responseBytes = numberColumn('response_bytes');
  const request = numberColumn('request_us');
  const firstByte = numberColumn('first_byte_us');
  const duration = numberColumn('duration_us');
  const bucket = numberColumn('duration_le_us');
  const last = lastColumns();
  const place: RoutePlace = { at: 0, behind: 0 };
  return (row, into) => {
    const before = source(0, row);
    const ends = connection(row.client_port, row);
    const answered = answer(row.status, row);
    const after = last(row.client_port, row);
    reserve(into, FIXED_ROOM + before.length + ends.length + answered.length + after.length + roomFor(row));
    const { bytes } = into;
    let at = writeNumber(bytes, writeBytes(bytes, into.at, BEGIN), row.ts);
    at = writeBytes(bytes, writeBytes(bytes, at, before), ID);
    at = writeUuid(bytes, at, row.exchange_id);
    bytes[at++] = QUOTE;
    at = protocol(bytes, writeBytes(bytes, at, ends), row.protocol);
    at = host(bytes, method(bytes, at, row.method), row.host);
    place.at = at + ROUTE_BYTES;
    place.behind = route(bytes, at, row.route);
    at = target(bytes, place.behind, row.target);
    at = writeBytes(bytes, at, answered);
    at = responseBytes(bytes, requestBytes(bytes, at, row.request_bytes), row.response_bytes);
    at = firstByte(bytes, request(bytes, at, row.request_us), row.first_byte_us);
    at = bucket(bytes, duration(bytes, at, row.duration_us), row.duration_le_us);
    at = writeBytes(bytes, writeBytes(bytes, at, after), END);
    into.at = at;
    into.rows++;
    return place;
  };
};

/** Of a write: many rows, so that writing costs little a row, few enough that they are still in the processor's cache. */
const WRITE_BYTES = 256 * 1024;

/** Exchanges as lines, written many at once; `write` says whether it is done with the bytes, else they are its own. */
export const jsonLines = (write: (lines: Uint8Array) => boolean): Sink<DecodedExchange> & { flush(): void } => {
  const encode = jsonEncoder();
  let lines = newLines();
  const flush = (): void => {
    if (lines.at === 0) return;
    if (write(lines.bytes.subarray(0, lines.at))) lines.at = 0;
    else lines = newLines();
  };
  return {
    push: (row) => {
      encode(row, lines);
      if (lines.at >= WRITE_BYTES) flush();
    },
    advance: () => {},
    close: flush,
    flush,
  };
};
