import { micros, type Micros } from '../../sql/micros.ts';

/** How an interface counts time: `resolution` as in if_tsresol (10^-n, or 2^-n with the high bit), offset in s. */
export interface TickClock {
  readonly resolution: number;
  readonly offsetSeconds: number;
}

/** Largest power of ten a double divides exactly once the high word's remainder is put above the low word. */
const EXACT_DIGITS = 6;

/** Whole epoch µs, rounded down, of a 64-bit count of ticks given as two words. */
export const ticksToMicros = ({ resolution, offsetSeconds }: TickClock, high: number, low: number): Micros => {
  const offset = offsetSeconds * 1e6;
  if (resolution === 6) return micros(high * 2 ** 32 + low + offset);
  const digits = resolution - 6;
  if (digits > 0 && digits <= EXACT_DIGITS) {
    const divisor = 10 ** digits;
    const rest = high % divisor;
    return micros(((high - rest) / divisor) * 2 ** 32 + Math.floor((rest * 2 ** 32 + low) / divisor) + offset);
  }
  const ticks = (BigInt(high) << 32n) | BigInt(low);
  const perSecond = resolution & 0x80 ? 2n ** BigInt(resolution & 0x7f) : 10n ** BigInt(resolution);
  return micros(Number((ticks * 1_000_000n) / perSecond) + offset);
};
