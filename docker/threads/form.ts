import type { Unrouted } from '../../ingest/exchange/routed.ts';
import { reserve, type Lines } from '../../sql/write/body.ts';

/** How threads hand on rows: as the bytes that will be written, so that whoever brings them together does not look into them. */
export interface RowForm {
  /** Adds a row without its route, with a line feed behind it; says where in the bytes the route is to be put, -1 = it has none. May change the row. */
  encode(row: Unrouted, lines: Lines): number;
  /** What is put there. */
  route(text: string): Uint8Array;
}

export type FormName = 'json';

const ROUTE = '"route":"';
const MOST_BYTES_A_UNIT = 3;
const LINE_FEED = 0x0a;

/** As `JSON.stringify` has it, byte for byte. */
const json: RowForm = {
  encode: (row, lines) => {
    const routed = row.route !== null;
    if (routed) row.route = '';
    const text = JSON.stringify(row);
    reserve(lines, text.length * MOST_BYTES_A_UNIT + 1);
    const { bytes, at } = lines;
    const written = bytes.write(text, at);
    bytes[at + written] = LINE_FEED;
    lines.at = at + written + 1;
    lines.rows++;
    if (!routed) return -1;
    // A quote within a text has a backslash before it.
    const before = text.indexOf(ROUTE) + ROUTE.length;
    return at + (written === text.length ? before : Buffer.byteLength(text.slice(0, before)));
  },
  route: (text) => Buffer.from(JSON.stringify(text).slice(1, -1)),
};

const FORMS: Readonly<Record<FormName, RowForm>> = { json };

export const rowForm = (name: FormName): RowForm => FORMS[name];
