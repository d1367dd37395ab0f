import { finish, hashBytes } from '../hash.ts';

const DIGITS = Uint8Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0));
const DASH = 0x2d;

/** The id of some facts, each a number of 32 bits; at most `MOST_FACTS` of them. */
export type MakeId = (a: number, b: number, c: number, d: number, e?: number, f?: number) => string;

const MOST_FACTS = 6;

/** Makes ids of a tenant: 122 bits of hash in the layout of a UUID of version 8 (RFC 9562 §5.8). */
export const identities = (tenant: string): MakeId => {
  const bytes = new TextEncoder().encode(tenant);
  const [ta, tb] = hashBytes(bytes, 0, bytes.length);
  /** The facts, and behind them the word that a hash before gave: one place, written anew for each id. */
  const words = new Int32Array(MOST_FACTS + 1);
  const mixed = (seed: number, length: number): number => {
    let h = seed;
    for (let i = 0; i < length; i++) {
      h ^= Math.imul(words[i]!, 0xcc9e2d51);
      h = (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0;
    }
    return finish(h);
  };
  return (w0, w1, w2, w3, w4, w5) => {
    words[0] = w0; words[1] = w1; words[2] = w2; words[3] = w3; words[4] = w4 ?? 0; words[5] = w5 ?? 0;
    const length = w4 === undefined ? 4 : MOST_FACTS;
    const a = mixed(ta, length);
    words[length] = a;
    const b = mixed(tb ^ 0x9e3779b9, length + 1);
    words[length] = b;
    const c = mixed(ta ^ b, length + 1);
    words[length] = c;
    const d = mixed(tb ^ c, length + 1);
    return uuid(a, (b & 0xffff0fff) | 0x8000, (c & 0x3fffffff) | 0x80000000, d);
  };
};

const digit = (word: number, shift: number): number => DIGITS[(word >>> shift) & 15]!;

// One call with all its characters: 62 ns, against 78 through a buffer, 114 from a table of bytes, 180 from one of words.
const uuid = (a: number, b: number, c: number, d: number): string => String.fromCharCode(
  digit(a, 28), digit(a, 24), digit(a, 20), digit(a, 16), digit(a, 12), digit(a, 8), digit(a, 4), digit(a, 0), DASH,
  digit(b, 28), digit(b, 24), digit(b, 20), digit(b, 16), DASH, digit(b, 12), digit(b, 8), digit(b, 4), digit(b, 0), DASH,
  digit(c, 28), digit(c, 24), digit(c, 20), digit(c, 16), DASH, digit(c, 12), digit(c, 8), digit(c, 4), digit(c, 0),
  digit(d, 28), digit(d, 24), digit(d, 20), digit(d, 16), digit(d, 12), digit(d, 8), digit(d, 4), digit(d, 0),
);
