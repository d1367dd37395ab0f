import type { Exchange } from '../../sql/exchange.ts';
import { NO_NAMES, type Names } from '../../sql/names.ts';
import type { Algorithm, Assignment } from '../infer/algorithm.ts';
import { ALL_EVIDENCE, goingBy, type EvidenceTerms } from '../infer/evidence.ts';
import { namingLearner } from '../names/naming.ts';
import { addSighting, mergeSightings, type Merged } from '../source/merged.ts';
import { vantageLearner } from '../source/vantage.ts';
import { instanceWindows } from '../window/instance.ts';

export interface OfflineOptions {
  readonly algorithm: Algorithm;
  readonly names?: Names;
  /** What may be gone by; default: all there is. */
  readonly evidence?: EvidenceTerms;
}

/** An exchange over all its taps, with the parent found for it. */
export interface Inferred {
  readonly exchange: Merged;
  /** null = a root. */
  readonly parent: Merged | null;
  /** That `parent`, or its absence, is right, 0…1. */
  readonly probability: number;
  /** null = nothing at the caller's address was ever served, so there was nothing to infer. */
  readonly assignment: Assignment | null;
}

/**
 * Infers the parents of exchanges that are all at hand, over several taps (told apart by `tap`) and tenants, in one window;
 * in the order of first sight.
 */
export const inferExchanges = (exchanges: Iterable<Exchange>, { algorithm, names = NO_NAMES, evidence = ALL_EVIDENCE }: OfflineOptions): readonly Inferred[] => {
  const vantages = vantageLearner();
  const tenants = new Map<string, Map<string, readonly Exchange[]>>();
  const inferring = goingBy(algorithm, evidence);
  for (const exchange of exchanges) {
    vantages.see(exchange);
    const rows = tenants.get(exchange.tenant) ?? new Map<string, readonly Exchange[]>();
    tenants.set(exchange.tenant, rows.set(exchange.exchange_id, addSighting(rows.get(exchange.exchange_id) ?? [], exchange)));
  }
  return [...tenants.values()].flatMap((rows) => {
    const naming = namingLearner(names);
    const merged = new Map<string, Merged>();
    for (const [id, sightings] of rows) {
      const seen = mergeSightings(sightings, (row) => vantages.sideOf(row));
      const one = evidence.has('token') ? seen : { ...seen, tokens: null };
      merged.set(id, one);
      naming.see(one.exchange);
    }
    const found = new Map<string, Assignment>();
    for (const window of instanceWindows(merged.values(), naming)) {
      for (const assignment of inferring().assign(window)) found.set(assignment.call.id, assignment);
    }
    return [...merged.values()].map((exchange) => {
      const assignment = found.get(exchange.id) ?? null;
      const parent = assignment?.parent ? merged.get(assignment.parent.id) ?? null : null;
      return { exchange, parent, probability: assignment?.probability ?? 1, assignment };
    });
  });
};

const endpoint = (ip: string, port: number): string => (ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`);

interface Place {
  readonly client: string;
  readonly server: string;
  readonly t_req_us: number;
  readonly stream?: number;
}

const placeOf = ({ exchange, client }: Merged): Place => ({
  client: endpoint(exchange.client_ip, exchange.client_port),
  server: endpoint(exchange.server_ip, exchange.server_port),
  t_req_us: client.start,
  ...(exchange.stream !== undefined && { stream: exchange.stream }),
});

/** One line of the parents file: addresses, the time of the request's first byte at the caller's tap and an HTTP/2 stream name an exchange. */
export const parentLine = ({ exchange, parent, probability }: Inferred): string => JSON.stringify({
  ...placeOf(exchange),
  parent: parent === null ? null : placeOf(parent),
  confidence: Number(probability.toFixed(4)),
});
