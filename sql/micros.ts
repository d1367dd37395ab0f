declare const unit: unique symbol;

/** Integer microseconds since the Unix epoch; exact in a JavaScript number until the year 2255. */
export type Micros = number & { readonly [unit]: 'µs' };

/** Brands a number that is already whole epoch µs; the caller has checked it. */
export const micros = (us: number): Micros => us as Micros;
