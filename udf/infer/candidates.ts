import { servedUntil } from '../served.ts';
import type { Call, InstanceWindow, Served } from './algorithm.ts';

/** Tells calls of one kind from others: callee and operation. */
export const callKind = (call: Call): string => `${call.callee}\n${call.operation}`;

const contains = (served: Served, call: Call): boolean =>
  servedUntil(served) >= (call.end ?? call.start);

/**
 * Visits the calls in order with the exchanges that were being served when each was sent, oldest first: those that also
 * contain its end, or, where none does (children that outlive their parent are real), all.
 * The array is valid only during the visit.
 */
export const eachCall = (window: InstanceWindow, visit: (call: Call, candidates: readonly Served[], at: number) => void): void => {
  const { served, calls } = window;
  let open: Served[] = [];
  let next = 0;
  calls.forEach((call, at) => {
    for (let one = served[next]; one !== undefined && one.start <= call.start; one = served[++next]) open.push(one);
    open = open.filter((one) => servedUntil(one) >= call.start);
    const others = open.filter((one) => one.id !== call.id);
    const containing = others.filter((one) => contains(one, call));
    visit(call, containing.length > 0 ? containing : others, at);
  });
};

/** Above this many calls a candidate on average, a kind is one that its parents repeat. */
const REPEATED = 1.5;

/**
 * The kinds of calls that exchanges repeat, judged by number alone: far more calls than exchanges that could have sent them.
 * For such a kind nothing speaks against giving an exchange one more.
 */
export const repeatedKinds = (window: InstanceWindow): ReadonlySet<string> => {
  const calls = new Map<string, number>();
  const parents = new Map<string, Set<Served>>();
  eachCall(window, (call, candidates) => {
    if (candidates.length === 0) return;
    const kind = callKind(call);
    calls.set(kind, (calls.get(kind) ?? 0) + 1);
    const known = parents.get(kind) ?? new Set<Served>();
    parents.set(kind, known);
    for (const served of candidates) known.add(served);
  });
  return new Set([...calls].filter(([kind, count]) => count > REPEATED * (parents.get(kind)?.size ?? 0)).map(([kind]) => kind));
};
