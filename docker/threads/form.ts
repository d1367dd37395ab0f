import type { Unrouted } from '../../ingest/exchange/routed.ts';
import { micros } from '../../sql/micros.ts';
import { reserve, type Lines } from '../../sql/write/body.ts';
import { encodedRoute, exchangeEncoder, type Place } from '../../sql/write/encoded.ts';

/** How threads hand on rows: as the bytes that will be written, so that whoever brings them together does not look into them. */
export interface RowForm {
  /** Adds a row without its route, which it may change; what it returns is valid until the next call. */
  encode(row: Unrouted, lines: Lines): Place;
  /** What is put in for a route. */
  route(text: string): Uint8Array;
}

/** `json`: a line as `JSON.stringify` has it, byte for byte; `lines`: line protocol, as an `ExchangeWriter` takes it. */
export type FormName = 'json' | 'lines';

const ROUTE = '"route":"';
const MOST_BYTES_A_UNIT = 3;
const LINE_FEED = 0x0a;

const json = (): RowForm => {
  const place = { from: 0, hole: 0, values: 0 };
  return {
    encode: (row, lines) => {
      if (row.route !== null) row.route = '';
      const text = JSON.stringify(row);
      reserve(lines, text.length * MOST_BYTES_A_UNIT + 1);
      const { bytes, at } = lines;
      const written = bytes.write(text, at);
      bytes[at + written] = LINE_FEED;
      lines.at = at + written + 1;
      lines.rows++;
      // A quote within a text has a backslash before it.
      const before = row.route === null ? 0 : text.indexOf(ROUTE) + ROUTE.length;
      place.from = at;
      place.hole = at + (written === text.length ? before : Buffer.byteLength(text.slice(0, before)));
      return place;
    },
    route: (text) => Buffer.from(JSON.stringify(text).slice(1, -1)),
  };
};

const lines = (): RowForm => {
  const encode = exchangeEncoder();
  return {
    encode: (row, into) => {
      row.route = null;
      return encode(row, micros(Date.now() * 1000), into);
    },
    route: encodedRoute,
  };
};

const FORMS: Readonly<Record<FormName, () => RowForm>> = { json, lines };

export const rowForm = (name: FormName): RowForm => FORMS[name]();
