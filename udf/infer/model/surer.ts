/** A probability with its log odds moved by so many nats; 0 and 1 stay. */
export const shifted = (probability: number, nats: number): number =>
  (nats === 0 ? probability : probability / (probability + (1 - probability) * Math.exp(-nats)));

/** Log odds are moved by no more than this, either way. */
const MOST = 8;
const STEPS = 40;

/** Nats by which the log odds of all must be moved for their mean to be as wanted. */
export const shiftTo = (probabilities: readonly number[], mean: number): number => {
  let [low, high] = [-MOST, MOST];
  for (let i = 0; i < STEPS; i++) {
    const middle = (low + high) / 2;
    const sum = probabilities.reduce((total, one) => total + shifted(one, middle), 0);
    if (sum < mean * probabilities.length) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
};
