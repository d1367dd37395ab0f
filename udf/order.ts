interface Timed {
  readonly id: string;
  readonly start: number;
  readonly end: number | null;
}

/** The order of a window's lists: by start, then end (first in, first out among equals), then id, so that any input order gives one. */
export const byStart = (a: Timed, b: Timed): number =>
  a.start - b.start || (a.end ?? Infinity) - (b.end ?? Infinity) || (a.id < b.id ? -1 : Number(a.id > b.id));
