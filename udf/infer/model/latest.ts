const latest = new Map<string, unknown>();

/**
 * Holds what was made last of a kind, and gives it back. V8 lets go of optimised code at a collection of the old generation when no
 * closure is left that runs it: those of a search or a walk, which live as long as a window, would be interpreted and compiled anew
 * after each (README.md, Speed). Costs the memory of one window.
 */
export const holdLatest = <T>(kind: string, made: T): T => {
  latest.set(kind, made);
  return made;
};
