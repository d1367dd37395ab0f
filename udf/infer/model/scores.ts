import type { Bundle } from './bundle.ts';
import type { Sampler } from './walk.ts';

/** Nats by term, more is better. */
export type Scores = Readonly<Record<string, number>>;

/** As many digits as say something. */
const rounded = (nats: number): number => Math.round(nats * 100) / 100;

/**
 * What speaks for each place of a call, as its assignment stands: the call's own terms there (`lag`, `order`, and `token`, `echo`,
 * `sibling` where values are known), and `rest`, what all other calls and the ends of the parents would say to it, who would have to
 * make room. For nobody's there is `prior`, the rate at which such calls come out of nothing. The terms of a place add up, and
 * the differences between the sums are what the probabilities come from.
 */
export const scorer = (sampler: Sampler, bundle: Bundle, alone: (c: number) => number) => (c: number): ReadonlyMap<number, Scores> => {
  const choices = sampler.choices(c);
  const lone = alone(c);
  // To be nobody's is what all places are held against; who is nobody's already gains nothing by it.
  const nobody = choices.find(({ place }) => place < 0)?.gain ?? 0;
  return new Map(choices.map(({ place, gain, calls }): readonly [number, Scores] => {
    if (place < 0) return [place, { prior: rounded(lone) }];
    let at = 0;
    while (at < calls.length && calls[at] !== c) at++;
    const terms: Record<string, number> = {};
    let sum = 0;
    for (const [term, nats] of Object.entries(bundle.terms(place, calls, at))) {
      if (term !== 'lag' && term !== 'order' && rounded(nats) === 0) continue;
      sum += nats;
      terms[term] = rounded(nats);
    }
    terms['rest'] = rounded(gain - nobody + lone - sum);
    return [place, terms];
  }));
};
