import type { Exchange } from '../../sql/exchange.ts';
import type { ExchangeTokens } from '../../sql/tokens.ts';
import type { Call, Hints, InstanceWindow, Served } from '../infer/algorithm.ts';
import type { Naming } from '../names/naming.ts';
import { byStart } from '../order.ts';
import type { Merged } from '../source/merged.ts';
import { shareOut } from './shared-address.ts';

/** What an exchange asks for, without its variable parts. */
export const operationOf = ({ exchange: { method, route, target }, tokens }: Pick<Merged, 'exchange' | 'tokens'>): string =>
  `${method ?? '?'} ${route ?? target ?? '?'}${tokens === null || tokens.kind === 0 ? '' : ` #${tokens.kind.toString(36)}`}`;

const hintsOf = ({ trace_hint, span_hint, parent_hint }: Exchange): Hints =>
  ({ trace: trace_hint, span: span_hint, parent: parent_hint });

const tokensOf = ({ tokens }: Merged): { readonly tokens?: ExchangeTokens } => (tokens === null ? {} : { tokens });

/** The exchange as its server's host saw it. */
export const servedOf = (merged: Merged, naming: Naming): Served => {
  const { id, exchange, server } = merged;
  return {
    id, operation: operationOf(merged), caller: naming.callerOf(exchange.client_ip),
    start: server.start, end: server.end, status: exchange.status, hints: hintsOf(exchange), ...tokensOf(merged),
  };
};

/** The exchange as its client's host saw it. */
export const callOf = (merged: Merged, naming: Naming): Call => {
  const { id, exchange, client } = merged;
  return {
    id, operation: operationOf(merged), callee: naming.serviceOf(exchange.server_ip, exchange.server_port),
    start: client.start, end: client.end, status: exchange.status, hints: hintsOf(exchange), ...tokensOf(merged),
  };
};

const windowOf = (instance: string, served: readonly Merged[], sent: readonly Merged[], naming: Naming): InstanceWindow => ({
  instance,
  served: served.map((one) => servedOf(one, naming)).toSorted(byStart),
  calls: sent.map((one) => callOf(one, naming)).toSorted(byStart),
});

/**
 * What an address served and sent, ordered: one window, or one a service where several share the address. Answers without a
 * request have no place in them: nobody knows when they were asked. Calls that nothing served can have caused are left out.
 */
export const windowsAt = (address: string, served: readonly Merged[], sent: readonly Merged[], naming: Naming): readonly InstanceWindow[] => {
  const serviceOf = ({ exchange }: Merged): string => naming.serviceOf(exchange.server_ip, exchange.server_port);
  const known = served.filter(({ exchange }) => exchange.outcome !== 'orphan');
  const calls = sent.filter(({ exchange }) => exchange.outcome !== 'orphan');
  if (known.length === 0 || calls.length === 0) return [];
  if (new Set(known.map(serviceOf)).size === 1) return [windowOf(address, known, calls, naming)];
  return shareOut(known, calls, serviceOf)
    .filter((share) => share.sent.length > 0)
    .map((share) => windowOf(`${address} ${share.service}`, share.served, share.sent, naming));
};

/** The windows of all addresses. */
export const instanceWindows = (exchanges: Iterable<Merged>, naming: Naming): readonly InstanceWindow[] => {
  const byAddress = new Map<string, { served: Merged[]; sent: Merged[] }>();
  const at = (ip: string): { served: Merged[]; sent: Merged[] } => {
    const found = byAddress.get(ip) ?? { served: [], sent: [] };
    byAddress.set(ip, found);
    return found;
  };
  for (const merged of exchanges) {
    at(merged.exchange.server_ip).served.push(merged);
    at(merged.exchange.client_ip).sent.push(merged);
  }
  return [...byAddress].flatMap(([address, { served, sent }]) => windowsAt(address, served, sent, naming));
};
