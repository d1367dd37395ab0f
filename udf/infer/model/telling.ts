import { combined, HALF } from './combined.ts';
import type { Frame } from './frame.ts';
import { COMMON, type Link } from './links.ts';
import type { State } from './walk.ts';
import { eachShowing } from './strength.ts';

/** No one of the others is surer to share than this. */
const SUREST = 0.95;

/** P(one of the others that a call may belong to shares with it beyond chance). */
export const astrayOf = ({ astray }: Link, others: number): number => Math.min(SUREST, astray / Math.max(1, others));

/** Nats for a parent that shares, against one of the others that does. */
export const hitOf = ({ strength }: Link, chance: number, astray: number): number =>
  Math.log((strength + (1 - strength) * chance) / (astray + (1 - astray) * chance));

/** The same where it does not. */
export const missOf = ({ strength }: Link, astray: number): number => Math.log((1 - strength) / (1 - astray));

/**
 * ln P(who shares with each call, and who does not | the assignment, the links). Of a field the strongest link counts; of
 * several fields the one that fits worst whole and the rest half, as where parents are compared.
 */
export const valuesLikelihood = (wide: Frame, links: readonly Link[], state: State): number => {
  const fields = new Map<number, { strength: number; nats: number }>();
  let last = -1;
  let sum = 0;
  const close = (): void => {
    const nats = Float64Array.from(fields.values(), (one) => one.nats);
    sum += combined(new Float64Array(nats.length), nats, nats.length, HALF);
    fields.clear();
  };
  eachShowing(wide, links, state, ({ link, call, possible, shared, others, strays, chance }) => {
    if (!possible || chance > COMMON) return;
    if (call !== last) close();
    last = call;
    const { field, strength } = links[link]!;
    if ((fields.get(field)?.strength ?? -1) >= strength) return;
    const astray = astrayOf(links[link]!, others);
    const q = astray + (1 - astray) * chance;
    const own = shared ? strength + (1 - strength) * chance : (1 - strength) * (1 - chance);
    // the whole of what is seen: the flow weighs only how one parent differs from another
    fields.set(field, { strength, nats: Math.log(own) + strays * Math.log(q) + (others - strays) * Math.log(1 - q) });
  });
  close();
  return sum;
};
