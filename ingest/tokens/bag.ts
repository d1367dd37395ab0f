import { MOST_TOKENS, NO_TOKENS, type Tokens } from '../../sql/tokens.ts';
import { keyedHash, type Hash, type Key } from './keyed-hash.ts';
import { fieldNames, isSecretValue } from './secret.ts';

/** Longer values are texts, not ids. */
export const LONGEST_VALUE = 80;

/** Gathers the tokens of one side of an exchange. */
export interface Bag {
  /** Hash of a field's name; 0 = its values are not to be kept. */
  readonly nameOf: Hash;
  readonly hashOf: Hash;
  /** Keeps a value unless it is too long, looks secret, is there already, or the bag is full. */
  add(field: number, bytes: Uint8Array, at: number, end: number): void;
  /** Puts what was taken before into a bag that is empty. */
  put(tokens: Tokens): void;
  isFull(): boolean;
  /** What was gathered; the bag is empty then. */
  take(): Tokens;
}

export const bag = (key: Key): Bag => {
  const fields = new Uint32Array(MOST_TOKENS);
  const values = new Float64Array(MOST_TOKENS);
  let size = 0;
  const hashOf = keyedHash(key);
  return {
    nameOf: fieldNames(hashOf),
    hashOf,
    add: (field, bytes, at, end) => {
      if (field === 0 || size === MOST_TOKENS || end <= at || end - at > LONGEST_VALUE || isSecretValue(bytes, at, end)) return;
      const value = hashOf(bytes, at, end);
      for (let i = 0; i < size; i++) if (values[i] === value && fields[i] === field) return;
      fields[size] = field;
      values[size++] = value;
    },
    put: (tokens) => {
      size = tokens.fields.length;
      for (let i = 0; i < size; i++) {
        fields[i] = tokens.fields[i]!;
        values[i] = tokens.values[i]!;
      }
    },
    isFull: () => size === MOST_TOKENS,
    take: () => {
      if (size === 0) return NO_TOKENS;
      const taken = { fields: fields.slice(0, size), values: values.slice(0, size) };
      size = 0;
      return taken;
    },
  };
};
