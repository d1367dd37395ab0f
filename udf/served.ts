/** An exchange without an answer counts as being served for this long at most: a proxy's usual time-out. */
export const UNANSWERED_US = 60_000_000;
