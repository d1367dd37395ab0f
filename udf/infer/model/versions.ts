import type { Micros } from '../../../sql/micros.ts';
import type { Saved } from '../algorithm.ts';
import { isKept, keep, unkeep, type KeptModel } from './keep.ts';

/** What was known of an instance, by the windows that went by it. */
export interface Versions<Due> {
  /** The latest; null = nothing is known. */
  latest(): Version<Due> | null;
  /** The one that a window goes by: the latest that began by then, else the first of all; null = there is none. */
  at(time: number): Version<Due> | null;
  add(from: Micros, model: KeptModel<Due>): void;
  /** Those that were added since this was last asked, as text. */
  unsaved(): readonly Saved[];
}

export interface Version<Due> {
  readonly from: Micros;
  readonly model: KeptModel<Due>;
}

/** Windows this far back may be inferred again; older ones are read from the database, with what was saved. */
const HOLD_US = 120_000_000;

/** Texts are read when a window first goes by them: there may be days of them. */
export const versionsOf = <Due>(saved: readonly Saved[]): Versions<Due> => {
  const held: { readonly from: Micros; readonly text: string | null; model: KeptModel<Due> | null }[] =
    saved.filter(({ text }) => isKept(text)).map(({ from, text }) => ({ from, text, model: null }));
  const added: Version<Due>[] = [];
  const read = (place: number): Version<Due> | null => {
    for (let i = place; i >= 0; i--) {
      const one = held[i]!;
      one.model ??= one.text === null ? null : unkeep<Due>(one.text);
      if (one.model !== null) return { from: one.from, model: one.model };
      held.splice(i, 1);
    }
    return held.length > 0 ? read(0) : null;
  };
  return {
    latest: () => read(held.length - 1),
    at(time) {
      while (held.length > 1 && held[1]!.from <= time - HOLD_US) held.shift();
      let place = 0;
      while (place + 1 < held.length && held[place + 1]!.from <= time) place++;
      return read(place);
    },
    add(from, model) {
      held.push({ from, text: null, model });
      added.push({ from, model });
    },
    unsaved: () => added.splice(0).map(({ from, model }) => ({ from, text: keep(model) })),
  };
};
