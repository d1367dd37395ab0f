/** An exchange without an answer counts as being served for this long at most: a proxy's usual time-out. */
const UNANSWERED_US = 60_000_000;

/** When an exchange of these times at its server, µs, stops being served. */
export const servedUntil = ({ start, end }: { readonly start: number; readonly end: number | null }): number => end ?? start + UNANSWERED_US;
