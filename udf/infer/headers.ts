import type { Algorithm, Assignment, Call, Served } from './algorithm.ts';

/** Equal salted hashes are equal headers; what is left is a service that hands on another request's headers. */
const HEADER_IS_RIGHT = 0.999;

/** What the call's tracing headers say; null = nothing that decides. */
const byHeaders = (call: Call, sameTrace: readonly Served[]): Assignment | null => {
  const before = sameTrace.filter((served) => served.id !== call.id && served.start <= call.start);
  const { parent } = call.hints;
  const named = parent === null ? [] : before.filter(({ hints }) => hints.span === parent);
  const [only, another] = named.length > 0 ? named : before;
  if (only === undefined || another !== undefined) return null;
  return { call, parent: only, probability: HEADER_IS_RIGHT, runnerUp: null, runnerUpProbability: 0, evidence: 'header' };
};

/** Where headers decide every call, the algorithm is asked in one second of so many: enough to say how well it would have done. */
const ASKED_SECONDS = 8;
const SECOND_US = 1_000_000;

const tracesOf = (served: readonly Served[]): ReadonlyMap<string, readonly Served[]> => {
  const traces = new Map<string, Served[]>();
  for (const one of served) {
    if (one.hints.trace === null) continue;
    const trace = traces.get(one.hints.trace);
    if (trace === undefined) traces.set(one.hints.trace, [one]);
    else trace.push(one);
  }
  return traces;
};

/**
 * Lets tracing headers decide where a call carries them and exactly one exchange of its trace (or the one span it names) was
 * being served. `algorithm` sees all calls, so that it learns from whole exchanges; of those that headers decided, its own
 * answer is kept beside theirs.
 */
export const withHeaders = (algorithm: Algorithm): Algorithm => (known) => {
  const inference = algorithm(known);
  return {
    ...inference,
    assign: (window, owned) => {
      const traces = tracesOf(window.served);
      const [first] = window.calls;
      if (traces.size === 0 || first === undefined) return inference.assign(window, owned);
      const asked = owned === undefined ? window.calls : window.calls.filter(({ start }) => start >= owned.from && start < owned.to);
      const decided = asked.map((call) => (call.hints.trace === null ? null : byHeaders(call, traces.get(call.hints.trace) ?? [])));
      const sure = decided.filter((one) => one !== null);
      if (sure.length === asked.length && Math.floor(first.start / SECOND_US) % ASKED_SECONDS > 0) return sure;
      const own = new Map(inference.assign(window, owned).map((one) => [one.call.id, one]));
      return asked.flatMap((call, at) => {
        const blind = own.get(call.id);
        const header = decided[at] ?? null;
        if (header === null) return blind === undefined ? [] : [blind];
        return [blind === undefined ? header : { ...header, blind: { parent: blind.parent, probability: blind.probability } }];
      });
    },
  };
};
