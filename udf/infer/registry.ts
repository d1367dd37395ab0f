import type { Algorithm } from './algorithm.ts';
import { arrival } from './arrival.ts';
import { fcfs } from './fcfs.ts';
import { model } from './model/model.ts';
import { nesting } from './nesting.ts';

/** A pair of kinds below one call in a hundred is chance at any load the published sets have. */
const WEAKEST_EDGE = 0.01;

/** Every way to infer, by the name that `--algorithm` takes. */
export const ALGORITHMS: Readonly<Record<string, Algorithm>> = {
  nesting: nesting({ weakest: WEAKEST_EDGE }),
  fcfs,
  arrival,
  model,
};

/** The algorithm of that name; null = there is none. */
export const algorithmNamed = (name: string): Algorithm | null =>
  Object.hasOwn(ALGORITHMS, name) ? ALGORITHMS[name] ?? null : null;
