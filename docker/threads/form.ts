import type { Unrouted } from '../../ingest/exchange/routed.ts';
import { micros } from '../../sql/micros.ts';
import type { Lines } from '../../sql/write/body.ts';
import { encodedRoute, exchangeEncoder, type Place } from '../../sql/write/encoded.ts';
import { jsonEncoder } from '../json-lines.ts';

/** How threads hand on rows: as the bytes that will be written, so that whoever brings them together does not look into them. */
export interface RowForm {
  /** Its rows stand with the route that they have; else all of them still need theirs. */
  readonly routed: boolean;
  /** Adds a row, which it may change; what it returns is valid until the next call. */
  encode(row: Unrouted, lines: Lines): Place;
  /** What is put in for a route. */
  route(text: string): Uint8Array;
}

/** `json`: a line as `JSON.stringify` has it, byte for byte; `lines`: line protocol, as an `ExchangeWriter` takes it. */
export type FormName = 'json' | 'lines';

const json = (): RowForm => {
  const place = { from: 0, hole: 0, behind: 0, values: 0 };
  const encode = jsonEncoder();
  return {
    routed: true,
    encode: (row, lines) => {
      place.from = lines.at;
      const { at, behind } = encode(row, lines);
      place.hole = at;
      place.behind = behind;
      return place;
    },
    route: (text) => Buffer.from(JSON.stringify(text)),
  };
};

const lines = (): RowForm => {
  const encode = exchangeEncoder();
  return {
    routed: false,
    encode: (row, into) => {
      row.route = null;
      return encode(row, micros(Date.now() * 1000), into);
    },
    route: encodedRoute,
  };
};

const FORMS: Readonly<Record<FormName, () => RowForm>> = { json, lines };

export const rowForm = (name: FormName): RowForm => FORMS[name]();
