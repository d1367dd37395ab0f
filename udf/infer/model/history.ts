import type { Call, InstanceWindow, Served } from '../algorithm.ts';
import { byStart } from '../../order.ts';

/** Calls and parents that are learnt from at most. */
export const MOST_CALLS = 3_000;
const MOST_PARENTS = 6_000;

/** Collects exchanges over windows, which may overlap, until there are enough to learn from. */
export interface History {
  add(window: InstanceWindow): void;
  /** Calls collected. */
  size(): number;
  full(): boolean;
  /** The exchanges collected, up to the time of so many calls. */
  window(instance: string, most?: number): InstanceWindow;
  clear(): void;
}

/** Those of a list, ordered by start, that began before a moment. */
const before = <T extends { readonly start: number }>(list: readonly T[], until: number): readonly T[] =>
  (list.length > 0 && list[list.length - 1]!.start >= until ? list.filter((one) => one.start < until) : list);

export const historyOf = (): History => {
  const served = new Map<string, Served>();
  const calls = new Map<string, Call>();
  const full = (): boolean => calls.size >= MOST_CALLS || served.size >= MOST_PARENTS;
  return {
    add: (window) => {
      if (full()) return;
      const until = Math.min(
        window.calls[MOST_CALLS - calls.size]?.start ?? Infinity,
        window.served[MOST_PARENTS - served.size]?.start ?? Infinity,
      );
      for (const one of before(window.served, until)) served.set(one.id, one);
      for (const one of before(window.calls, until)) calls.set(one.id, one);
    },
    size: () => calls.size,
    full,
    window: (instance, most = MOST_CALLS) => {
      const ordered = [...calls.values()].toSorted(byStart);
      const until = ordered[most]?.start ?? Infinity;
      return { instance, served: before([...served.values()].toSorted(byStart), until), calls: before(ordered, until) };
    },
    clear: () => { served.clear(); calls.clear(); },
  };
};
