import type { Unrouted } from '../../ingest/exchange/routed.ts';
import { micros } from '../../sql/micros.ts';
import type { Lines } from '../../sql/write/body.ts';
import { encodedRoute, exchangeEncoder, type Place } from '../../sql/write/encoded.ts';
import { jsonEncoder } from '../json-lines.ts';

/** How threads hand on rows: as the bytes that will be written, so that whoever brings them together does not look into them. */
export interface RowForm {
  /** Adds a row without its route, which it may change; what it returns is valid until the next call. */
  encode(row: Unrouted, lines: Lines): Place;
  /** What is put in for a route. */
  route(text: string): Uint8Array;
}

/** `json`: a line as `JSON.stringify` has it, byte for byte; `lines`: line protocol, as an `ExchangeWriter` takes it. */
export type FormName = 'json' | 'lines';

const json = (): RowForm => {
  const place = { from: 0, hole: 0, values: 0 };
  const encode = jsonEncoder();
  return {
    encode: (row, lines) => {
      if (row.route !== null) row.route = '';
      place.from = lines.at;
      const routeAt = encode(row, lines);
      // Between the quotes of the text that is empty here.
      place.hole = row.route === null ? place.from : routeAt + 1;
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
