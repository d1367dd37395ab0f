import type { AnyExchange } from '../exchange.ts';
import type { Micros } from '../micros.ts';
import { newLines, reserve, type Lines } from './body.ts';
import { MOST_BYTES_A_UNIT, SYMBOL_SPECIALS, writeEscaped } from './bytes.ts';
import { lineEncoder } from './line.ts';
import { EXCHANGE_TOKENS, EXCHANGES, tokensRow, valuesIn } from './shapes.ts';

/** Where a row stands among bytes; a reused view, valid only during a call. */
export interface EncodedRow {
  bytes: Uint8Array;
  /** `bytes[begin … from)` is its line of `exchange_tokens`, if that is not empty; it has `values` values. */
  begin: number;
  values: number;
  /** `bytes[from … end)` is the row, with a line feed at its end; `route` is still to be put in the place of `bytes[hole … behind)`, null = nothing is. */
  from: number;
  hole: number;
  behind: number;
  end: number;
  route: Uint8Array | null;
}

export type Place = Pick<EncodedRow, 'from' | 'hole' | 'behind' | 'values'>;

/** Adds an exchange and the values it carried to lines, and says where; the time of a clock, µs, goes with the values. */
export type EncodeExchange = (row: AnyExchange, written: Micros, lines: Lines) => Place;

const SCRATCH_BYTES = 1 << 20;
const TABLE_BYTES = Buffer.byteLength(EXCHANGES.table);

/** Encodes exchanges but for their routes, for an `ExchangeWriter` elsewhere; what it returns is valid until the next call. */
export const exchangeEncoder = (): EncodeExchange => {
  const encode = lineEncoder(EXCHANGES);
  const encodeTokens = lineEncoder(EXCHANGE_TOKENS);
  /** Lines of values stand behind each other here too, because a line is made of the one before. */
  const scratch = newLines();
  const place = { from: 0, hole: 0, behind: 0, values: 0 };
  return (row, written, lines) => {
    place.values = 0;
    if (row.tokens !== undefined) {
      if (scratch.at > SCRATCH_BYTES) { scratch.at = 0; scratch.rows = 0; scratch.by = null; }
      const before = scratch.at;
      encodeTokens(tokensRow(row, row.tokens, written), scratch);
      reserve(lines, scratch.at - before);
      lines.bytes.set(scratch.bytes.subarray(before, scratch.at), lines.at);
      lines.at += scratch.at - before;
      place.values = valuesIn(row.tokens);
    }
    place.from = lines.at;
    place.hole = place.behind = lines.at + TABLE_BYTES;
    encode(row, lines);
    return place;
  };
};

/** What is put in for a route. */
export const encodedRoute = (route: string): Uint8Array => {
  const head = Buffer.from(',route=');
  const room = new Uint8Array(head.length + route.length * MOST_BYTES_A_UNIT);
  room.set(head);
  return room.slice(0, writeEscaped(room, head.length, route, SYMBOL_SPECIALS));
};

/** Adds the row to lines, its route put in. */
export const addRow = (lines: Lines, { bytes, from, hole, behind, end, route }: EncodedRow): void => {
  if (route === null) { addLine(lines, bytes, from, end); return; }
  reserve(lines, end - from + route.length);
  add(lines, bytes, from, hole);
  add(lines, route, 0, route.length);
  addLine(lines, bytes, behind, end);
};

/** Adds bytes that end a line. */
export const addLine = (lines: Lines, bytes: Uint8Array, from: number, end: number): void => {
  reserve(lines, end - from);
  add(lines, bytes, from, end);
  lines.rows++;
  lines.by = null;
};

const add = (lines: Lines, bytes: Uint8Array, from: number, end: number): void => {
  lines.bytes.set(bytes.subarray(from, end), lines.at);
  lines.at += end - from;
};
