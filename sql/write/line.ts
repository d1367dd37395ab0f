import { reserve, takeBody, newLines, type Body, type Lines } from './body.ts';
import { writeDigits, writeEscaped, MOST_BYTES_A_UNIT, MOST_DIGITS, SYMBOL_SPECIALS, TEXT_SPECIALS } from './bytes.ts';

/** How a column travels: `symbol` and `text` as strings, `whole` as an integer, `real` as a double, `flag` as t/f, `time` as epoch µs. */
export type Kind = 'symbol' | 'text' | 'whole' | 'real' | 'flag' | 'time';

/** A table as the writer sees it: the key of the designated timestamp (epoch µs) and the kind of every other key. */
export interface TableShape<Row> {
  readonly table: string;
  readonly time: keyof Row & string;
  readonly columns: { readonly [Key in keyof Row]?: Kind };
}

/** Adds a row as one line of the InfluxDB line protocol, version 1; nulls are left out. */
export type EncodeLine<Row> = (row: Row, into: Lines) => void;

/** Symbols repeat: their escaped forms are kept, and all forgotten at this many. */
const MOST_SYMBOLS = 20_000;
const [QUOTE, SPACE, LINE_FEED, ZERO] = [0x22, 0x20, 0x0a, 0x30];
const [INTEGER, TIME, TRUE, FALSE] = [0x69, 0x74, 0x74, 0x66];

/** The bytes of a symbol as they stand in a line, made once for each text. */
const symbolBytes = (head: string): ((text: string) => Uint8Array) => {
  const known = new Map<string, Uint8Array>();
  return (text) => {
    const found = known.get(text);
    if (found !== undefined) return found;
    const room = new Uint8Array(head.length + text.length * MOST_BYTES_A_UNIT);
    const { written } = new TextEncoder().encodeInto(head, room);
    const made = room.slice(0, writeEscaped(room, written, text, SYMBOL_SPECIALS));
    if (known.size === MOST_SYMBOLS) known.clear();
    known.set(text, made);
    return made;
  };
};

/** Copies what is too short for the call of `set` to pay. */
const copy = (from: Uint8Array, into: Uint8Array, at: number): number => {
  for (let n = 0; n < from.length; n++) into[at + n] = from[n]!;
  return at + from.length;
};

const asciiBytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'));

/**
 * Compiles a table's shape into its encoder. Numbers that are not finite, or not whole where they must be, are left out like null.
 * Lines are written as bytes, symbols copied from their bytes of before: measured 4 × as fast as joining strings.
 */
export const lineEncoder = <Row extends object>({ table, time, columns }: TableShape<Row>): EncodeLine<Row> => {
  const entries = Object.entries(columns) as [keyof Row & string, Kind][];
  const symbols = entries.filter(([, kind]) => kind === 'symbol').map(([key]) => ({ key, bytesOf: symbolBytes(`,${key}=`) }));
  const fields = entries.filter(([, kind]) => kind !== 'symbol').map(([key, kind]) => ({ key, kind, head: asciiBytes(`,${key}=`) }));
  const name = asciiBytes(table);
  const fixed = name.length + fields.reduce((sum, { head }) => sum + head.length + MOST_DIGITS + 2, 0) + MOST_DIGITS + 8;
  return (row, lines) => {
    reserve(lines, fixed);
    const { at: start } = lines;
    let { bytes } = lines;
    let at = copy(name, bytes, start);
    for (const { key, bytesOf } of symbols) {
      const value = row[key];
      if (typeof value !== 'string') continue;
      const symbol = bytesOf(value);
      lines.at = at;
      reserve(lines, symbol.length + fixed);
      bytes = lines.bytes;
      at = copy(symbol, bytes, at);
    }
    const separator = at;
    for (const { key, kind, head } of fields) {
      const value = row[key];
      if (value === null || value === undefined) continue;
      switch (kind) {
        case 'text':
          if (typeof value !== 'string') continue;
          lines.at = at;
          reserve(lines, value.length * MOST_BYTES_A_UNIT + fixed);
          bytes = lines.bytes;
          at = copy(head, bytes, at);
          bytes[at++] = QUOTE;
          at = writeEscaped(bytes, at, value, TEXT_SPECIALS);
          bytes[at++] = QUOTE;
          break;
        case 'whole':
        case 'time':
          if (!Number.isSafeInteger(value)) continue;
          at = writeDigits(bytes, copy(head, bytes, at), value as number);
          bytes[at++] = kind === 'whole' ? INTEGER : TIME;
          break;
        case 'real':
          if (!Number.isFinite(value)) continue;
          at = writeEscaped(bytes, copy(head, bytes, at), String(value), TEXT_SPECIALS);
          break;
        case 'flag':
          at = copy(head, bytes, at);
          bytes[at++] = value === true ? TRUE : FALSE;
          break;
        case 'symbol': continue;
        default: kind satisfies never;
      }
    }
    if (separator < at) bytes[separator] = SPACE;
    bytes[at++] = SPACE;
    at = writeDigits(bytes, at, row[time] as number);
    // The endpoint is told nanoseconds.
    bytes[at++] = ZERO;
    bytes[at++] = ZERO;
    bytes[at++] = ZERO;
    bytes[at++] = LINE_FEED;
    lines.at = at;
    lines.rows++;
  };
};

/** The body of a request with these rows. */
export const bodyOf = <Row>(encode: EncodeLine<Row>, rows: readonly Row[]): Body => {
  const lines = newLines();
  for (const row of rows) encode(row, lines);
  return takeBody(lines);
};
