import type { Merged } from '../source/merged.ts';

/** What one service at a shared address served, and which of the address's calls are held to be its. */
export interface Share {
  readonly service: string;
  readonly served: readonly Merged[];
  readonly sent: readonly Merged[];
}

/** How often, and how tightly, a service's exchanges contain the calls to one callee. */
interface Fit {
  calls: number;
  /** Sum over those calls of the shortest containing exchange, µs. */
  shortest: number;
}

type ServiceOf = (exchange: Merged) => string;

const lengthOf = ({ server }: Merged): number => (server.end ?? server.start) - server.start;

/** Visits the calls by start with the shortest exchange of each service that contains it. */
const eachCall = (
  served: readonly Merged[], sent: readonly Merged[], serviceOf: ServiceOf, visit: (call: Merged, around: ReadonlyMap<string, number>) => void,
): void => {
  const ordered = served.toSorted((a, b) => a.server.start - b.server.start);
  let open: Merged[] = [];
  let next = 0;
  for (const call of sent.toSorted((a, b) => a.client.start - b.client.start)) {
    for (let one = ordered[next]; one !== undefined && one.server.start <= call.client.start; one = ordered[++next]) open.push(one);
    open = open.filter(({ server }) => server.end !== null && server.end >= call.client.start);
    const around = new Map<string, number>();
    for (const one of open) {
      if (one.id === call.id || (one.server.end ?? 0) < (call.client.end ?? call.client.start)) continue;
      const service = serviceOf(one);
      around.set(service, Math.min(around.get(service) ?? Infinity, lengthOf(one)));
    }
    visit(call, around);
  }
};

/** A callee of whose calls no service contains at least this share is called from outside; chance overlaps stay below at moderate load. */
const LEAST_CONTAINED = 0.2;
/** Whole tenths, so that a few chance overlaps do not outweigh how tight the fit is. */
const STEP = 10;

/**
 * Tells the calls of several services behind one address (localhost) apart. The caller of a callee is the service whose
 * exchanges contain its calls most often, of several the one whose exchanges are the shortest: a caller's own caller contains
 * them as well, but is longer. A call that no exchange of that service contains goes to the next best. Nothing calls itself.
 */
export const shareOut = (served: readonly Merged[], sent: readonly Merged[], serviceOf: ServiceOf): readonly Share[] => {
  const totals = new Map<string, number>();
  const fits = new Map<string, Map<string, Fit>>();
  eachCall(served, sent, serviceOf, (call, around) => {
    const callee = serviceOf(call);
    totals.set(callee, (totals.get(callee) ?? 0) + 1);
    const fitsOfCallee = fits.get(callee) ?? new Map<string, Fit>();
    fits.set(callee, fitsOfCallee);
    for (const [service, shortest] of around) {
      if (service === callee) continue;
      const fit = fitsOfCallee.get(service) ?? { calls: 0, shortest: 0 };
      fitsOfCallee.set(service, { calls: fit.calls + 1, shortest: fit.shortest + shortest });
    }
  });
  const ranked = new Map([...fits].map(([callee, fitsOfCallee]) => {
    const total = totals.get(callee) ?? 1;
    const most = Math.max(0, ...[...fitsOfCallee.values()].map(({ calls }) => calls / total));
    const order = most < LEAST_CONTAINED ? [] : [...fitsOfCallee].toSorted(([a, one], [b, other]) =>
      Math.round(other.calls / total * STEP) - Math.round(one.calls / total * STEP)
      || one.shortest / one.calls - other.shortest / other.calls || (a < b ? -1 : 1));
    return [callee, order.map(([service]) => service)];
  }));

  const shares = new Map<string, { served: Merged[]; sent: Merged[] }>();
  for (const one of served) {
    const share = shares.get(serviceOf(one)) ?? { served: [], sent: [] };
    shares.set(serviceOf(one), share);
    share.served.push(one);
  }
  eachCall(served, sent, serviceOf, (call, around) => {
    const service = ranked.get(serviceOf(call))?.find((candidate) => around.has(candidate));
    if (service !== undefined) shares.get(service)?.sent.push(call);
  });
  return [...shares].map(([service, { served: own, sent: calls }]) => ({ service, served: own, sent: calls }));
};
