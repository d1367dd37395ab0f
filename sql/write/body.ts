/** The lines of one request, each ended by a line feed. */
export interface Body {
  readonly bytes: Buffer;
  readonly rows: number;
}

/** Gathers lines as bytes, so that what is held for an outage is one buffer a request. */
export interface BodyBuilder {
  add(line: string): void;
  /** Lines added since the last `take`. */
  rows(): number;
  /** Hands the lines over and begins anew. */
  take(): Body;
}

const FIRST_BYTES = 4_096;
/** UTF-8 takes at most three bytes for each unit of a string. */
const BYTES_A_UNIT = 3;
const LINE_FEED = 0x0a;
const BACKSLASH = 0x5c;

export const bodyBuilder = (): BodyBuilder => {
  let bytes = Buffer.allocUnsafe(FIRST_BYTES);
  let at = 0;
  let rows = 0;
  return {
    add: (line) => {
      const most = at + line.length * BYTES_A_UNIT + 1;
      if (most > bytes.length) {
        const larger = Buffer.allocUnsafe(Math.max(most, bytes.length * 2));
        bytes.copy(larger, 0, 0, at);
        bytes = larger;
      }
      at += bytes.write(line, at, 'utf8');
      bytes[at++] = LINE_FEED;
      rows++;
    },
    rows: () => rows,
    take: () => {
      const body = { bytes: bytes.subarray(0, at), rows };
      // The next is likely to be as large.
      bytes = Buffer.allocUnsafe(Math.max(FIRST_BYTES, Math.ceil(at * 1.1)));
      at = 0;
      rows = 0;
      return body;
    },
  };
};

export const bodyOf = (lines: readonly string[]): Body => {
  const builder = bodyBuilder();
  for (const line of lines) builder.add(line);
  return builder.take();
};

/** Where each line begins, and after them the end; a line feed within a text has a backslash before it. */
const bounds = ({ bytes }: Body): readonly number[] => {
  const found = [0];
  for (let at = bytes.indexOf(LINE_FEED); at >= 0; at = bytes.indexOf(LINE_FEED, at + 1)) {
    if (bytes[at - 1] !== BACKSLASH) found.push(at + 1);
  }
  return found;
};

/** Takes a line (from 1) out; null where the body has no such line. */
export const without = (body: Body, line: number): { readonly line: string; readonly rest: Body } | null => {
  const at = bounds(body);
  const [from, to] = [at[line - 1], at[line]];
  if (from === undefined || to === undefined) return null;
  return {
    line: body.bytes.toString('utf8', from, to - 1),
    rest: { bytes: Buffer.concat([body.bytes.subarray(0, from), body.bytes.subarray(to)]), rows: body.rows - 1 },
  };
};
