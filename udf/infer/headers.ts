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

/**
 * Lets tracing headers decide where a call carries them and exactly one exchange of its trace (or the one span it names) was
 * being served; the rest goes to `algorithm`, which sees all that was served but only the calls still undecided.
 */
export const withHeaders = (algorithm: Algorithm): Algorithm => () => {
  const inference = algorithm();
  return {
    assign: (window) => {
      const traces = new Map<string, Served[]>();
      for (const served of window.served) {
        if (served.hints.trace === null) continue;
        const trace = traces.get(served.hints.trace);
        if (trace === undefined) traces.set(served.hints.trace, [served]);
        else trace.push(served);
      }
      if (traces.size === 0) return inference.assign(window);
      const decided = window.calls.map((call) =>
        (call.hints.trace === null ? null : byHeaders(call, traces.get(call.hints.trace) ?? [])));
      const rest = inference.assign({ ...window, calls: window.calls.filter((_, at) => decided[at] === null) });
      let next = 0;
      return decided.flatMap((assignment) => {
        const one = assignment ?? rest[next++];
        return one === undefined ? [] : [one];
      });
    },
  };
};
