import type { Algorithm, Assignment, Call, InstanceWindow, Served } from './algorithm.ts';
import { callKind, eachCall, repeatedKinds } from './candidates.ts';
import { byRank } from './rank.ts';

/** Stands for the predecessor of a first call. */
const START = '';

interface Progress {
  /** Kinds already given to the exchange, with how often. */
  readonly given: Map<string, number>;
  /** Calls given to it, by order of sending. */
  readonly calls: Call[];
}

const lastReturned = (progress: Progress | undefined, at: number): Call | null => {
  let last: Call | null = null;
  for (const call of progress?.calls ?? []) {
    if (call.end !== null && call.end <= at && (last?.end ?? -Infinity) <= call.end) last = call;
  }
  return last;
};

const isWaiting = (progress: Progress | undefined, at: number): boolean =>
  progress?.calls.some((call) => call.end === null || call.end > at) ?? false;

const give = (all: Map<Served, Progress>, served: Served, call: Call): void => {
  const progress: Progress = all.get(served) ?? { given: new Map(), calls: [] };
  const kind = callKind(call);
  progress.given.set(kind, (progress.given.get(kind) ?? 0) + 1);
  progress.calls.push(call);
  all.set(served, progress);
};

/** For each kind of call, the kind whose return most often came before it where only one exchange could have sent it. */
const predecessors = (window: InstanceWindow): ReadonlyMap<string, string> => {
  const votes = new Map<string, Map<string, number>>();
  const all = new Map<Served, Progress>();
  eachCall(window, (call, candidates) => {
    const only = candidates[0];
    if (only === undefined || candidates.length > 1) return;
    const before = lastReturned(all.get(only), call.start);
    const kind = before === null ? START : callKind(before);
    const counts = votes.get(callKind(call)) ?? new Map<string, number>();
    votes.set(callKind(call), counts.set(kind, (counts.get(kind) ?? 0) + 1));
    give(all, only, call);
  });
  return new Map([...votes].map(([kind, counts]) =>
    [kind, [...counts].reduce((most, one) => (one[1] > most[1] ? one : most))[0]]));
};

/**
 * Order of arrival: a first call goes to the exchange that came first; each later call goes to the exchange whose previous
 * call returned first. Which calls are first ones is learnt where only one exchange could have sent them; before a later
 * call, an exchange that still waits for an answer comes after those that do not.
 */
export const arrival: Algorithm = () => ({
  assign: (window) => {
    const before = predecessors(window);
    const repeated = repeatedKinds(window);
    const all = new Map<Served, Progress>();
    const assignments: Assignment[] = [];
    eachCall(window, (call, candidates) => {
      const kind = callKind(call);
      const expected = before.get(kind);
      const assignment = byRank(call, candidates, (served) => {
        const progress = all.get(served);
        const last = lastReturned(progress, call.start);
        const fits = expected === undefined || expected === (last === null ? START : callKind(last));
        return [
          repeated.has(kind) ? 0 : progress?.given.get(kind) ?? 0,
          fits ? 0 : 1,
          expected !== START && isWaiting(progress, call.start) ? 1 : 0,
          expected === START ? served.start : last?.end ?? served.start,
        ];
      });
      assignments.push(assignment);
      if (assignment.parent !== null) give(all, assignment.parent, call);
    });
    return assignments;
  },
});
