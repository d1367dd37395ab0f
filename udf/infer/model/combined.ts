/** Facts that are known together (an id, its name, its place) are not independent: after the best, each counts half. */
export const HALF = 0.5;
/** Where values are known to mislead they do so together: after the best, none counts. */
export const NOT = 0;

/** What several fields say together; `more` is what each after the best counts for. */
export const combined = (hits: Float64Array, misses: Float64Array, n: number, more: number): number => {
  let best = 0;
  let worst = 0;
  let sum = 0;
  for (let k = 0; k < n; k++) {
    const one = hits[k]! > 0 ? hits[k]! : misses[k]!;
    sum += one;
    if (one > best) best = one;
    if (one < worst) worst = one;
  }
  return more * sum + (1 - more) * (best + worst);
};

/** The same by field: the parts add up to the whole. */
export const sharesOf = (hits: Float64Array, misses: Float64Array, n: number, more: number): Float64Array => {
  const shares = new Float64Array(n);
  let best = -1;
  let worst = -1;
  for (let k = 0; k < n; k++) {
    const one = hits[k]! > 0 ? hits[k]! : misses[k]!;
    shares[k] = more * one;
    if (one > 0 && (best < 0 || one > hits[best]!)) best = k;
    if (one < 0 && (worst < 0 || one < misses[worst]!)) worst = k;
  }
  if (best >= 0) shares[best] = hits[best]!;
  if (worst >= 0) shares[worst] = misses[worst]!;
  return shares;
};
