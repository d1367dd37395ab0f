/** Adds `by` (default 1) to the counter of that name; names are snake_case literals, listed in the README of the folder that counts. */
export type Count = (name: string, by?: number) => void;

/** Named totals since the start; nothing is ever dropped or reset, so a reader takes differences. */
export interface Counters {
  readonly count: Count;
  /** The totals at this moment, by name, in the order of their first use. */
  snapshot(): Readonly<Record<string, number>>;
}

export const counters = (): Counters => {
  const totals = new Map<string, number>();
  return {
    count: (name, by = 1) => { totals.set(name, (totals.get(name) ?? 0) + by); },
    snapshot: () => Object.fromEntries(totals),
  };
};
