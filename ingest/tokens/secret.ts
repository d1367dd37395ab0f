/** Names of fields whose values are nobody's business, wherever in the name the word stands. */
const SECRET_NAME = /pass(wd|word|phrase|code)|^pwd$|^pin$|secret|token|credential|authori[sz]ation|api[-_]?key|private[-_]?key|session|cookie|csrf|xsrf|jwt|signature|^sig$|^otp$|cvv|cvc|card[-_]?(number|no)|^iban$|ssn/i;

/** Values that are keys by their look: JWT, bearer and basic credentials, PEM, keys of well-known services. */
const SECRET_VALUE = /^(eyJ[\w-]{5,}\.|bearer\s|basic\s|-----BEGIN|sk[-_]|pk_live|rk_live|gh[opsur]_|github_pat|glpat-|xox[abeoprs]-|AKIA|ASIA|AIza|ya29\.|SG\.)/i;
/** So long a run of letters of both cases and digits without a blank is a key; UUIDs, hex and words are not of this kind. */
const KEY_LIKE = /^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)[\w+/=~.-]{24,}$/;
const CARD = /^(?:\d[ -]?){12,18}\d$/;
/** No value shorter than this is one of those. */
const LEAST_SECRET = 13;

/** Sum of Luhn, which card numbers pass and one in ten others. */
const passesLuhn = (text: string): boolean => {
  const digits = text.replace(/\D/g, '');
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = Number(digits[digits.length - 1 - i]);
    sum += i % 2 === 0 ? digit : digit > 4 ? digit * 2 - 9 : digit * 2;
  }
  return sum % 10 === 0;
};

export const isSecretName = (name: string): boolean => SECRET_NAME.test(name);

const text = (bytes: Uint8Array, at: number, end: number): string => {
  let made = '';
  for (let i = at; i < end; i++) made += String.fromCharCode(bytes[i]!);
  return made;
};

export const isSecretValue = (bytes: Uint8Array, at: number, end: number): boolean => {
  if (end - at < LEAST_SECRET) return false;
  const value = text(bytes, at, end);
  return SECRET_VALUE.test(value) || KEY_LIKE.test(value) || (CARD.test(value) && passesLuhn(value));
};

const MOST_NAMES = 4096;

/** Hashes of field names, 0 for those of secrets and of what only describes; the same few names come again and again. */
export const fieldNames = (hash: (bytes: Uint8Array, at: number, end: number) => number): ((bytes: Uint8Array, at: number, end: number) => number) => {
  const known = new Map<number, number>();
  return (bytes, at, end) => {
    const name = hash(bytes, at, end);
    const remembered = known.get(name);
    if (remembered !== undefined) return remembered;
    const spelled = text(bytes, at, end);
    const field = spelled === '__typename' || isSecretName(spelled) ? 0 : (name % 0x1_0000_0000) || 1;
    if (known.size >= MOST_NAMES) known.clear();
    known.set(name, field);
    return field;
  };
};
