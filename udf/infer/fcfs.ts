import type { Algorithm, Assignment, Served } from './algorithm.ts';
import { callKind, eachCall, repeatedKinds } from './candidates.ts';
import { byRank } from './rank.ts';

/**
 * First come, first served: the n-th call of a kind belongs to the n-th exchange that can contain it; each is given as
 * many calls of a kind as any other before it is given one more, unless the kind is one that exchanges repeat.
 */
export const fcfs: Algorithm = () => ({
  assign: (window) => {
    const given = new Map<Served, Map<string, number>>();
    const repeated = repeatedKinds(window);
    const assignments: Assignment[] = [];
    eachCall(window, (call, candidates) => {
      const kind = callKind(call);
      const assignment = byRank(call, candidates, (served) => [repeated.has(kind) ? 0 : given.get(served)?.get(kind) ?? 0]);
      assignments.push(assignment);
      if (assignment.parent === null) return;
      const counts = given.get(assignment.parent) ?? new Map<string, number>();
      given.set(assignment.parent, counts.set(kind, (counts.get(kind) ?? 0) + 1));
    });
    return assignments;
  },
});
