import { TOKEN_BYTES, writeTokens, type Tokens } from '../tokens.ts';
import { Uuid, UUID_LENGTH, writeUuid } from '../uuid.ts';
import { reserve, takeBody, newLines, type Body, type Lines } from './body.ts';
import { writeBytes, writeDigits, writeEscaped, MOST_BYTES_A_UNIT, MOST_DIGITS, SYMBOL_SPECIALS, TEXT_SPECIALS } from './bytes.ts';

/**
 * How a column travels: `symbol`, `text` (a `Uuid` as well) and `name` (a text that many rows share) as strings, `whole` as an
 * integer, `real` as a double, `flag` as t/f, `time` as epoch µs, `tokens` as the text that `readTokens` reads.
 */
export type Kind = 'symbol' | 'text' | 'name' | 'whole' | 'real' | 'flag' | 'time' | 'tokens';

/** A table as the writer sees it: the key of the designated timestamp (epoch µs) and the kind of every other key. */
export interface TableShape<Row> {
  readonly table: string;
  readonly time: keyof Row & string;
  readonly columns: { readonly [Key in keyof Row]?: Kind };
}

/** Adds a row as one line of the InfluxDB line protocol, version 1; nulls are left out. */
export type EncodeLine<Row> = (row: Row, into: Lines) => void;

interface Column {
  readonly kind: Kind;
  readonly read: (row: object) => unknown;
  /** `,name=` */
  readonly head: Uint8Array;
  /** Head and value of the texts seen before, which repeat; all are forgotten at `MOST_TEXTS`. */
  readonly texts: Map<string, Uint8Array>;
  /** Head and value of the small numbers seen before. */
  readonly numbers: (Uint8Array | undefined)[];
}

const MOST_TEXTS = 20_000;
const SMALL = 1_024;
const [QUOTE, SPACE, COMMA, LINE_FEED, ZERO] = [0x22, 0x20, 0x2c, 0x0a, 0x30];
const [INTEGER, TIME, TRUE, FALSE] = [0x69, 0x74, 0x74, 0x66];

const asciiBytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'));

const textBytes = ({ kind, head, texts }: Column, text: string): Uint8Array => {
  const found = texts.get(text);
  if (found !== undefined) return found;
  const room = new Uint8Array(head.length + text.length * MOST_BYTES_A_UNIT + 2);
  room.set(head);
  let at = head.length;
  if (kind === 'symbol') {
    at = writeEscaped(room, at, text, SYMBOL_SPECIALS);
  } else {
    room[at++] = QUOTE;
    at = writeEscaped(room, at, text, TEXT_SPECIALS);
    room[at++] = QUOTE;
  }
  const made = room.slice(0, at);
  if (texts.size === MOST_TEXTS) texts.clear();
  texts.set(text, made);
  return made;
};

const numberBytes = ({ head, numbers }: Column, value: number): Uint8Array => {
  const found = numbers[value];
  if (found !== undefined) return found;
  const room = new Uint8Array(head.length + MOST_DIGITS);
  room.set(head);
  const at = writeDigits(room, head.length, value);
  room[at] = INTEGER;
  const made = room.slice(0, at + 1);
  numbers[value] = made;
  return made;
};

/** Most bytes that a value of no fixed length takes. */
const textRoom = ({ kind }: Column, value: unknown): number => {
  if (typeof value === 'string') return value.length * MOST_BYTES_A_UNIT;
  if (value instanceof Uuid) return UUID_LENGTH;
  return kind === 'tokens' ? (value as Tokens).values.length * TOKEN_BYTES : 0;
};

/** Writes `,name=value` and returns where it ends; nothing for null and what is no value of that kind. */
const writeColumn = (column: Column, value: unknown, bytes: Buffer, from: number): number => {
  if (value === null || value === undefined) return from;
  let at = from;
  switch (column.kind) {
    case 'symbol':
    case 'name': {
      if (typeof value !== 'string') return from;
      return writeBytes(bytes, at, textBytes(column, value));
    }
    case 'text':
      if (typeof value !== 'string' && !(value instanceof Uuid)) return from;
      at = writeBytes(bytes, at, column.head);
      bytes[at++] = QUOTE;
      at = typeof value === 'string' ? writeEscaped(bytes, at, value, TEXT_SPECIALS) : writeUuid(bytes, at, value);
      bytes[at++] = QUOTE;
      return at;
    case 'whole':
      if (typeof value !== 'number' || !Number.isSafeInteger(value)) return from;
      if (value >= 0 && value < SMALL) return writeBytes(bytes, at, numberBytes(column, value));
      at = writeDigits(bytes, writeBytes(bytes, at, column.head), value);
      bytes[at++] = INTEGER;
      return at;
    case 'time':
      if (typeof value !== 'number' || !Number.isSafeInteger(value)) return from;
      at = writeDigits(bytes, writeBytes(bytes, at, column.head), value);
      bytes[at++] = TIME;
      return at;
    case 'real':
      if (typeof value !== 'number' || !Number.isFinite(value)) return from;
      return writeEscaped(bytes, writeBytes(bytes, at, column.head), String(value), TEXT_SPECIALS);
    case 'flag':
      at = writeBytes(bytes, at, column.head);
      bytes[at++] = value === true ? TRUE : FALSE;
      return at;
    case 'tokens':
      at = writeBytes(bytes, at, column.head);
      bytes[at++] = QUOTE;
      at = writeTokens(bytes, at, value as Tokens);
      bytes[at++] = QUOTE;
      return at;
    default: column.kind satisfies never;
      return from;
  }
};

/** A table's shape made ready, and what is remembered of the line before. */
interface Encoder {
  readonly name: Uint8Array;
  readonly readTime: Column['read'];
  readonly list: readonly Column[];
  readonly symbols: number;
  readonly differ: Differ;
  /** Room for all of a line but its texts. */
  readonly fixed: number;
  /** A bit a column, by 32: it is not as in the line before. */
  readonly changed: Int32Array;
  /** Of the line before: its row, where it is, its length, and where each column ends in it. */
  before: object | null;
  beforeIn: Lines | null;
  beforeAt: number;
  beforeBytes: number;
  readonly ends: Int32Array;
}

/** The first column from `n` on that has changed, or `end`. */
const nextChanged = (changed: Int32Array, n: number, end: number): number => {
  for (let at = n; at < end; at = (at | 31) + 1) {
    const bits = changed[at >> 5]! >>> (at & 31);
    if (bits !== 0) return Math.min(end, at + 31 - Math.clz32(bits & -bits));
  }
  return end;
};

/** Not a closure of each encoder: the compiler would begin anew with every one, which cost a writer of 40,000 rows a quarter of its CPU. */
const encodeLine = (encoder: Encoder, row: object, lines: Lines): void => {
  const { name, list, symbols, fixed, changed, beforeAt, beforeBytes, ends } = encoder;
  if (encoder.before !== null && lines === encoder.beforeIn && lines.by === encoder) encoder.differ(row, encoder.before, changed);
  else changed.fill(-1);
  const start = lines.at;
  reserve(lines, fixed + beforeBytes);
  let { bytes } = lines;
  bytes.set(name, start);
  let at = start + name.length;
  let separator = at;
  /** Where the column begins in the line before. */
  let from = name.length;
  for (let n = 0; n < list.length;) {
    if (n === symbols) separator = at;
    // Not over the border of symbols and fields: a space is written there afterwards.
    const same = nextChanged(changed, n, n < symbols ? symbols : list.length);
    if (same > n) {
      const to = ends[same - 1]!;
      const moved = at - start - from;
      if (to > from) {
        bytes.copyWithin(at, beforeAt + from, beforeAt + to);
        bytes[at] = COMMA;
        at += to - from;
      }
      from = to;
      if (moved === 0) n = same;
      else for (; n < same; n++) ends[n] = ends[n]! + moved;
      continue;
    }
    const column = list[n]!;
    const value = column.read(row);
    const room = fixed + beforeBytes + textRoom(column, value);
    if (at + room > bytes.length) {
      lines.at = at;
      reserve(lines, room);
      ({ bytes } = lines);
    }
    at = writeColumn(column, value, bytes, at);
    from = ends[n]!;
    ends[n] = at - start;
    n++;
  }
  if (separator < at && symbols < list.length) bytes[separator] = SPACE;
  bytes[at++] = SPACE;
  at = writeDigits(bytes, at, encoder.readTime(row) as number);
  // The endpoint is told nanoseconds.
  bytes[at++] = ZERO;
  bytes[at++] = ZERO;
  bytes[at++] = ZERO;
  bytes[at++] = LINE_FEED;
  lines.at = at;
  lines.rows++;
  lines.by = encoder;
  encoder.before = row;
  encoder.beforeIn = lines;
  encoder.beforeAt = start;
  encoder.beforeBytes = at - start;
};

/**
 * Compiles a table's shape into its encoder. Numbers that are not finite, or not whole where they must be, are left out like null.
 * What stands beside each other and is as in the line before is copied from there at once: of a busy service's exchanges that is most.
 */
export const lineEncoder = <Row extends object>({ table, time, columns }: TableShape<Row>): EncodeLine<Row> => {
  const entries = (Object.entries(columns) as [keyof Row & string, Kind][]).toSorted(([, a], [, b]) => Number(b === 'symbol') - Number(a === 'symbol'));
  const list = entries.map(([key, kind]): Column => ({ kind, read: valueReader(key), head: asciiBytes(`,${key}=`), texts: new Map(), numbers: [] }));
  const name = asciiBytes(table);
  const encoder: Encoder = {
    name, readTime: valueReader(time), list, symbols: entries.filter(([, kind]) => kind === 'symbol').length, differ: comparer(entries),
    fixed: name.length + list.reduce((sum, { head }) => sum + head.length + MOST_DIGITS + 2, 0) + MOST_DIGITS + 8,
    changed: new Int32Array(Math.ceil(list.length / 32)),
    before: null, beforeIn: null, beforeAt: 0, beforeBytes: 0, ends: new Int32Array(list.length),
  };
  return (row, lines) => { encodeLine(encoder, row, lines); };
};

const keyText = (key: string): string => {
  if (!/^\w+$/.test(key)) throw new Error(`${key} is no name of a column`);
  return key;
};

// Made from text, so that each key is a property of its own to the compiler: `row[key]` over 33 keys takes 800 ns a row, this 60.
// The keys are those of our own shapes, checked all the same. What was made is kept for the next encoder, which then finds it compiled.

type Differ = (row: object, other: object, bits: Int32Array) => void;

const readers = new Map<string, Column['read']>();
const differs = new Map<string, Differ>();

const kept = <T>(made: Map<string, T>, text: string, make: () => T): T => {
  const found = made.get(text) ?? make();
  made.set(text, found);
  return found;
};

/** Reads the value of one key. */
const valueReader = (key: string): Column['read'] => kept(readers, key, () =>
  // oxlint-disable-next-line no-new-func, no-implied-eval, typescript/no-implied-eval -- names of columns only, for the speed told above
  new Function('row', `return row.${keyText(key)};`) as Column['read']);

/** Sets the bit of each column, by 32, whose values are not the same; tokens are not looked into. */
const comparer = (columns: readonly (readonly [key: string, kind: Kind])[]): Differ => {
  const bits = columns.map(([key, kind], n) => `(${kind === 'tokens' ? false : `a.${keyText(key)} === b.${key}`} ? 0 : ${1 << (n & 31)})`);
  const words = Array.from({ length: Math.ceil(bits.length / 32) }, (_, n) => `into[${n}] = ${bits.slice(n * 32, n * 32 + 32).join(' | ')};`).join(' ');
  // oxlint-disable-next-line no-new-func, no-implied-eval, typescript/no-implied-eval -- as above
  return kept(differs, words, () => new Function('a', 'b', 'into', words) as Differ);
};

/** The body of a request with these rows. */
export const bodyOf = <Row>(encode: EncodeLine<Row>, rows: readonly Row[]): Body => {
  const lines = newLines();
  for (const row of rows) encode(row, lines);
  return takeBody(lines);
};
