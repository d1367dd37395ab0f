/** The lines of one request, each ended by a line feed. */
export interface Body {
  readonly bytes: Buffer;
  readonly rows: number;
  /** All of the memory that `bytes` begins in, where it may be written to again once the body is done with. */
  readonly room?: Buffer;
}

/** Lines being written: an encoder asks for room, writes from `at` on, and moves `at`; what was taken is never written to again. */
export interface Lines {
  bytes: Buffer;
  at: number;
  rows: number;
  /** Whose line is the last one here, which may be copied from; null = nobody's. */
  by: object | null;
  /** Memory of bodies that are done with, the largest first. */
  readonly spares: Buffer[];
}

const FIRST_BYTES = 4_096;
/** One to be encoded into next, and one for the body after it: more are given back only where many waited. */
const MOST_SPARES = 2;
const LINE_FEED = 0x0a;
const BACKSLASH = 0x5c;

export const newLines = (): Lines => ({ bytes: Buffer.allocUnsafe(FIRST_BYTES), at: 0, rows: 0, by: null, spares: [] });

/** Makes sure that `most` more bytes fit. */
export const reserve = (lines: Lines, most: number): void => {
  if (lines.at + most <= lines.bytes.length) return;
  const larger = Buffer.allocUnsafe(Math.max(lines.at + most, lines.bytes.length * 2));
  lines.bytes.copy(larger, 0, 0, lines.at);
  lines.bytes = larger;
};

/** Hands the lines over and begins anew, with room for so many rows as large as these. */
export const takeBody = (lines: Lines, nextRows = lines.rows): Body => {
  const body = { bytes: lines.bytes.subarray(0, lines.at), rows: lines.rows, room: lines.bytes };
  const next = Math.max(FIRST_BYTES, Math.ceil(lines.at * 1.1 * (nextRows / Math.max(1, lines.rows))));
  const [largest] = lines.spares;
  lines.bytes = largest !== undefined && largest.length >= next ? lines.spares.shift()! : Buffer.allocUnsafe(next);
  lines.at = 0;
  lines.rows = 0;
  lines.by = null;
  return body;
};

/** The body is done with: its memory serves again, which takes encoding a tenth less; of more than `MOST_SPARES` the smallest goes. */
export const giveBack = ({ spares }: Lines, { room }: Body): void => {
  if (room === undefined) return;
  spares.push(room);
  spares.sort((a, b) => b.length - a.length);
  if (spares.length > MOST_SPARES) spares.pop();
};

/** Where each line begins, and after them the end; a line feed within a text has a backslash before it. */
const bounds = ({ bytes }: Body): readonly number[] => {
  const found = [0];
  for (let at = bytes.indexOf(LINE_FEED); at >= 0; at = bytes.indexOf(LINE_FEED, at + 1)) {
    if (bytes[at - 1] !== BACKSLASH) found.push(at + 1);
  }
  return found;
};

/** What stands before a line (from 1), the line, and what follows it; null where the body has no such line. */
export const cutAt = (body: Body, line: number): { readonly before: Body; readonly line: string; readonly after: Body } | null => {
  const at = bounds(body);
  const [from, to] = [at[line - 1], at[line]];
  if (from === undefined || to === undefined) return null;
  return {
    before: { bytes: body.bytes.subarray(0, from), rows: line - 1 },
    line: body.bytes.toString('utf8', from, to - 1),
    after: { bytes: body.bytes.subarray(to), rows: body.rows - line },
  };
};

/** Two bodies as one. */
export const joined = (first: Body, second: Body): Body =>
  ({ bytes: Buffer.concat([first.bytes, second.bytes]), rows: first.rows + second.rows });

/** The body in two; of one row, the second is empty. */
export const halved = (body: Body): readonly [Body, Body] => {
  const rows = Math.ceil(body.rows / 2);
  const at = bounds(body)[rows] ?? body.bytes.length;
  return [{ bytes: body.bytes.subarray(0, at), rows }, { bytes: body.bytes.subarray(at), rows: body.rows - rows }];
};
