import type { Merged } from '../source/merged.ts';

/** An exchange and those that it caused. */
export interface Caused {
  readonly merged: Merged;
  readonly children: readonly Merged[];
}

/** Latest end first, by the caller's clock; a call without an answer lasts as long as its caller. */
const byEnd = (a: Merged, b: Merged): number => (b.client.end ?? Infinity) - (a.client.end ?? Infinity) || a.client.start - b.client.start;

/**
 * Of each exchange on the critical path of its trace: the time, µs, in which the whole trace waited for it and for none of its
 * calls. Found backwards from the end of the root: the call that ended last, before it the call that ended last before that one
 * began, and so on (Zhang et al., CRISP, USENIX ATC 2022); a call that outlasts its caller counts up to the caller's end.
 * Without network the times add up to the root's duration. Callers come before their calls; a root without an end has no path.
 */
export const criticalPath = (tree: readonly Caused[]): ReadonlyMap<string, number> => {
  const own = new Map<string, number>();
  const root = tree[0]?.merged;
  if (root === undefined || root.server.end === null) return own;
  /** Until when, by its own clock, the trace waits for an exchange of the path. */
  const until = new Map<string, number>([[root.id, root.server.end]]);
  for (const { merged: { id, server: { start } }, children } of tree) {
    const last = until.get(id);
    if (last === undefined) continue;
    let at = last;
    let waited = 0;
    for (const call of children.length > 1 ? children.toSorted(byEnd) : children) {
      const ended = call.client.end ?? last;
      const end = at === last ? Math.min(ended, last) : ended;
      const from = Math.max(call.client.start, start);
      if (end > at || from >= end) continue;
      waited += at - end;
      at = from;
      if (call.server.end !== null) until.set(call.id, call.server.end - (ended - end));
    }
    own.set(id, Math.max(0, waited + at - start));
  }
  return own;
};
