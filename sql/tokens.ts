/** Tokens kept of one side of an exchange; more were measured to add nothing. */
export const MOST_TOKENS = 32;

/** The values that one side of an exchange carried, as salted hashes that only equality can be asked of; in wire order. */
export interface Tokens {
  /** Where each value stood: a body field's path, a query's key, a place in the path, a header; 32 bits of hash. */
  readonly fields: Uint32Array;
  /** What stood there, `fields[i]` says where `values[i]` did; 53 bits of hash, an integer. */
  readonly values: Float64Array;
}

/** Values that flow: what an exchange's request and its response carried. */
export interface ExchangeTokens {
  readonly request: Tokens;
  readonly response: Tokens;
  /** Hash of what the body says the operation is, as a GraphQL query's text; part of the operation's name. 0 = nothing. */
  readonly kind: number;
}

/** Shared by all sides that carried nothing. */
export const NO_TOKENS: Tokens = { fields: new Uint32Array(0), values: new Float64Array(0) };

/*
 * As text, to be stored: of each value its field, then itself in nine digits of six bits. A field is six digits, of which the
 * first holds two bits only; one that came before is a single digit instead, its number among the fields so far and four more.
 */
const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const CODES = Uint8Array.from(DIGITS, (digit) => digit.charCodeAt(0));
const NONE = 0xff;
const DIGIT_OF = new Uint8Array(128).fill(NONE);
CODES.forEach((code, digit) => { DIGIT_OF[code] = digit; });
const NEW = 4;
const MOST_NUMBERED = 64 - NEW;
const FIELD_DIGITS = 6;
const VALUE_DIGITS = 9;
/** A value is written as its upper 23 bits and its lower 30: shifts work on 32 only. */
const LOWER = 2 ** 30;
const LOWER_DIGITS = 5;

/** What one value takes at most. */
export const TOKEN_BYTES = FIELD_DIGITS + VALUE_DIGITS;

/** Writes tokens as text and returns where it ends; the caller has made room. */
export const writeTokens = (bytes: Uint8Array, from: number, { fields, values }: Tokens): number => {
  let at = from;
  const write = (value: number, digits: number): void => {
    for (let shift = 6 * (digits - 1); shift >= 0; shift -= 6) bytes[at++] = CODES[(value >>> shift) & 63]!;
  };
  const known: number[] = [];
  for (let i = 0; i < values.length; i++) {
    const field = fields[i]!;
    const number = known.indexOf(field);
    if (number >= 0) bytes[at++] = CODES[NEW + number]!;
    else {
      if (known.length < MOST_NUMBERED) known.push(field);
      write(field, FIELD_DIGITS);
    }
    const upper = Math.floor(values[i]! / LOWER);
    write(upper, VALUE_DIGITS - LOWER_DIGITS);
    write(values[i]! - upper * LOWER, LOWER_DIGITS);
  }
  return at;
};

/** Reads what `writeTokens` has written; null = that is something else. */
export const readTokens = (text: string): Tokens | null => {
  if (text === '') return NO_TOKENS;
  const most = Math.floor(text.length / (1 + VALUE_DIGITS));
  const fields = new Uint32Array(most);
  const values = new Float64Array(most);
  const known: number[] = [];
  let at = 0;
  let count = 0;
  let good = true;
  const read = (digits: number): number => {
    let value = 0;
    for (const end = at + digits; at < end; at++) {
      const digit = DIGIT_OF[text.charCodeAt(at)] ?? NONE;
      if (digit === NONE) good = false;
      value = ((value << 6) | digit) >>> 0;
    }
    return value;
  };
  while (at < text.length) {
    const first = DIGIT_OF[text.charCodeAt(at)] ?? NONE;
    if (first < NEW) {
      const field = read(FIELD_DIGITS);
      if (known.length < MOST_NUMBERED) known.push(field);
      fields[count] = field;
    } else {
      const field = known[first - NEW];
      if (field === undefined) return null;
      fields[count] = field;
      at++;
    }
    const upper = read(VALUE_DIGITS - LOWER_DIGITS);
    values[count++] = upper * LOWER + read(LOWER_DIGITS);
    if (!good) return null;
  }
  return count === most ? { fields, values } : { fields: fields.slice(0, count), values: values.slice(0, count) };
};
