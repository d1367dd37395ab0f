/** Facts that are known together (an id, its name, its place) are not independent: after the best, each counts half. */
const AFTER_BEST = 0.5;

/** What several fields say together. */
export const combined = (hits: Float64Array, misses: Float64Array, n: number): number => {
  let best = 0;
  let worst = 0;
  let sum = 0;
  for (let k = 0; k < n; k++) {
    const one = hits[k]! > 0 ? hits[k]! : misses[k]!;
    sum += one;
    if (one > best) best = one;
    if (one < worst) worst = one;
  }
  return AFTER_BEST * sum + (1 - AFTER_BEST) * (best + worst);
};

/** The same by field: the parts add up to the whole. */
export const sharesOf = (hits: Float64Array, misses: Float64Array, n: number): Float64Array => {
  const shares = new Float64Array(n);
  let best = -1;
  let worst = -1;
  for (let k = 0; k < n; k++) {
    const one = hits[k]! > 0 ? hits[k]! : misses[k]!;
    shares[k] = AFTER_BEST * one;
    if (one > 0 && (best < 0 || one > hits[best]!)) best = k;
    if (one < 0 && (worst < 0 || one < misses[worst]!)) worst = k;
  }
  if (best >= 0) shares[best] = hits[best]!;
  if (worst >= 0) shares[worst] = misses[worst]!;
  return shares;
};
