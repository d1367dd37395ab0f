import { micros, type Micros } from '../../sql/micros.ts';

const FIRST_MS_DIGITS = 12;
const FIRST_US_DIGITS = 15;
const ISO = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?)(?:[.,](\d{1,9}))?)?(Z|[+-]\d\d:?\d\d)?$/i;

/**
 * A moment as a person or program writes it: ISO 8601 (UTC unless it names another offset, fractions to the µs) or epoch
 * seconds, ms or µs, told apart by the number of digits (to 11, 12–14, 15–16). `null` where it is neither.
 */
export const parseMoment = (text: string): Micros | null => {
  if (/^\d{9,16}$/.test(text)) {
    const scale = text.length < FIRST_MS_DIGITS ? 1_000_000 : text.length < FIRST_US_DIGITS ? 1_000 : 1;
    return micros(Number(text) * scale);
  }
  const [, day, time = '00:00:00', fraction = '', zone = 'Z'] = ISO.exec(text) ?? [];
  if (day === undefined) return null;
  const seconds = time.length === 5 ? `${time}:00` : time;
  const ms = Date.parse(`${day}T${seconds}${zone.toUpperCase()}`);
  if (Number.isNaN(ms) || ms < 0 || !exists(day)) return null;
  return micros(ms * 1_000 + Number(fraction.slice(0, 6).padEnd(6, '0')));
};

/** `Date.parse` takes 30 February for 2 March; a calendar has no such day. */
const exists = (day: string): boolean => new Date(`${day}T00:00:00Z`).toISOString().startsWith(day);
