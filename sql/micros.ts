declare const unit: unique symbol;

/** Integer microseconds since the Unix epoch; exact in a JavaScript number until the year 2255. */
export type Micros = number & { readonly [unit]: 'µs' };

/** Brands a number that is already whole epoch µs; the caller has checked it. */
export const micros = (us: number): Micros => us as Micros;

/** 2200-01-01: later times, like those before 1970, come from damaged packets or clocks never set. */
const LATEST_US = 7_258_118_400_000_000;

/** A time at which packets may have been captured. */
export const isBelievable = (us: number): boolean => us >= 0 && us < LATEST_US;
