import type { Exchange } from '../../sql/exchange.ts';
import type { Call, Hints, InstanceWindow, Served } from '../infer/algorithm.ts';
import type { Naming } from '../names/naming.ts';
import { byStart } from '../order.ts';
import type { Merged } from '../source/merged.ts';

/** What an exchange asks for, without its variable parts. */
export const operationOf = ({ method, route, target }: Exchange): string => `${method ?? '?'} ${route ?? target ?? '?'}`;

const hintsOf = ({ trace_hint, span_hint, parent_hint }: Exchange): Hints =>
  ({ trace: trace_hint, span: span_hint, parent: parent_hint });

/** The exchange as its server's host saw it. */
export const servedOf = ({ id, exchange, server }: Merged, naming: Naming): Served => ({
  id, operation: operationOf(exchange), caller: naming.callerOf(exchange.client_ip),
  start: server.start, end: server.end, status: exchange.status, hints: hintsOf(exchange),
});

/** The exchange as its client's host saw it. */
export const callOf = ({ id, exchange, client }: Merged, naming: Naming): Call => ({
  id, operation: operationOf(exchange), callee: naming.serviceOf(exchange.server_ip, exchange.server_port),
  start: client.start, end: client.end, status: exchange.status, hints: hintsOf(exchange),
});

/**
 * What each address served and sent, ordered. Answers without a request are left out: nobody knows when they were asked.
 * An address that served nothing has no parents to offer and gets no window.
 */
export const instanceWindows = (exchanges: Iterable<Merged>, naming: Naming): readonly InstanceWindow[] => {
  const byAddress = new Map<string, { served: Served[]; calls: Call[] }>();
  const at = (ip: string): { served: Served[]; calls: Call[] } => {
    const found = byAddress.get(ip) ?? { served: [], calls: [] };
    byAddress.set(ip, found);
    return found;
  };
  for (const merged of exchanges) {
    const { client_ip, server_ip, outcome } = merged.exchange;
    if (outcome === 'orphan') continue;
    at(server_ip).served.push(servedOf(merged, naming));
    at(client_ip).calls.push(callOf(merged, naming));
  }
  return [...byAddress]
    .filter(([, { served, calls }]) => served.length > 0 && calls.length > 0)
    .map(([instance, { served, calls }]) => ({ instance, served: served.toSorted(byStart), calls: calls.toSorted(byStart) }));
};
