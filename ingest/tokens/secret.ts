import { latin1 } from '../latin1.ts';
import type { Hash } from './keyed-hash.ts';
import { remembered } from './remembered.ts';

/** Names of fields whose values are nobody's business, wherever in the name the word stands. */
const SECRET_NAME = /pass(wd|word|phrase|code)|^pwd$|^pin$|secret|token|credential|authori[sz]ation|api[-_]?key|private[-_]?key|session|cookie|csrf|xsrf|jwt|signature|^sig$|^otp$|cvv|cvc|card[-_]?(number|no)|^iban$|ssn/i;
/** GraphQL's name of a type: it describes. */
const TYPE_NAME = '__typename';

/** Values that are keys by how they begin: JWT, bearer and basic credentials, PEM, keys of well-known services. */
const SECRET_VALUE = /^(eyJ[\w-]{5,}\.|bearer\s|basic\s|-----BEGIN|sk[-_]|pk_live|rk_live|gh[opsur]_|github_pat|glpat-|xox[abeoprs]-|AKIA|ASIA|AIza|ya29\.|SG\.)/i;
const BEGINNINGS = new Set(['ey', 'be', 'ba', '--', 'sk', 'pk', 'rk', 'gh', 'gi', 'gl', 'xo', 'ak', 'as', 'ai', 'ya', 'sg'].map((two) => two.charCodeAt(0) * 256 + two.charCodeAt(1)));
/** No value shorter than this is a secret by its look. */
const LEAST_SECRET = 13;
/** So long a run of letters of both cases and digits without a blank is a key; UUIDs, hex and words are not of this kind. */
const LEAST_KEY = 24;
const FEWEST_CARD_DIGITS = 13;
const MOST_CARD_DIGITS = 19;

const OTHER = 0;
const LOWER = 1;
const UPPER = 2;
const DIGIT = 4;
const WITHIN_KEYS = 8;
const CLASS = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte >= 0x61 && byte <= 0x7a) return LOWER;
  if (byte >= 0x41 && byte <= 0x5a) return UPPER;
  if (byte >= 0x30 && byte <= 0x39) return DIGIT;
  return '_+/=~.-'.includes(String.fromCharCode(byte)) ? WITHIN_KEYS : OTHER;
});

const isKeyLike = (bytes: Uint8Array, at: number, end: number): boolean => {
  let seen = 0;
  for (let i = at; i < end; i++) {
    const one = CLASS[bytes[i]!]!;
    if (one === OTHER) return false;
    seen |= one;
  }
  return (seen & (LOWER | UPPER | DIGIT)) === (LOWER | UPPER | DIGIT);
};

/** The digits, with at most a blank or hyphen between two, have the check sum of card numbers (Luhn); one in ten others has it too. */
const isCard = (bytes: Uint8Array, at: number, end: number): boolean => {
  let digits = 0;
  let sum = 0;
  for (let i = end - 1; i >= at; i--) {
    const digit = bytes[i]! - 0x30;
    if (digit < 0 || digit > 9) {
      if ((bytes[i] !== 0x20 && bytes[i] !== 0x2d) || i === at || CLASS[bytes[i - 1]!] !== DIGIT) return false;
      continue;
    }
    if (++digits > MOST_CARD_DIGITS) return false;
    const doubled = digits % 2 === 0 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return digits >= FEWEST_CARD_DIGITS && CLASS[bytes[end - 1]!] === DIGIT && sum % 10 === 0;
};

export const isSecretName = (name: string): boolean => SECRET_NAME.test(name);

export const isSecretValue = (bytes: Uint8Array, at: number, end: number): boolean => {
  if (end - at < LEAST_SECRET) return false;
  if (BEGINNINGS.has((bytes[at]! | 0x20) * 256 + (bytes[at + 1]! | 0x20)) && SECRET_VALUE.test(latin1(bytes, at, end))) return true;
  return (end - at >= LEAST_KEY && isKeyLike(bytes, at, end)) || isCard(bytes, at, end);
};

const PLACES = 2048;
const LONGEST_NAME = 64;

/** Hashes of field names, 0 for those of secrets and of what only describes; the same few names come again and again. */
export const fieldNames = (hash: Hash): Hash => {
  const known = remembered<number>({ places: PLACES, longest: LONGEST_NAME, twice: false });
  return (bytes, at, end) => {
    const before = known.find(bytes, at, end);
    if (before !== null) return before;
    const name = latin1(bytes, at, end);
    const field = name === TYPE_NAME || isSecretName(name) ? 0 : (hash(bytes, at, end) % 0x1_0000_0000) || 1;
    known.keep(bytes, at, end, field);
    return field;
  };
};
