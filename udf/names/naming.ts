import type { Exchange } from '../../sql/exchange.ts';
import { isAddress, type Names } from '../../sql/names.ts';

/** The caller's service where its address serves nothing and has no name. */
export const OUTSIDE = '(outside)';

/** Distinct Host values remembered for one listening port; more than this come from the wild and name nothing. */
const MOST_HOSTS = 64;

/** Names of services and instances, as far as they are known by now. */
export interface Naming {
  /** Service that listens there. */
  serviceOf(ip: string, port: number): string;
  /** The address that serves, with its port where several services share it. */
  instanceOf(ip: string, port: number): string;
  /** Service that calls from an address; the address itself where several services share it. */
  callerOf(ip: string): string;
}

/** A naming that learns from Host headers and listening ports. */
export interface NamingLearner extends Naming {
  see(exchange: Exchange): void;
}

const endpoint = (ip: string, port: number): string => (ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`);

/** The name in a Host header; null where it is an address, or a name that every machine has for itself. */
export const hostName = (host: string): string | null => {
  const name = host.toLowerCase().replace(/:\d*$/, '').replace(/\.$/, '');
  return name === '' || isAddress(name) || /(^|\.)localhost$/.test(name) ? null : name;
};

const mostFrequent = (counts: ReadonlyMap<string, number>): string | null => {
  let best: string | null = null;
  let most = 0;
  for (const [host, count] of counts) {
    if (count > most || (count === most && best !== null && host < best)) { best = host; most = count; }
  }
  return best;
};

/** Names by evidence: the names file, else the most frequent Host header, else the address and port. */
export const namingLearner = (names: Names): NamingLearner => {
  /** By address, then listening port: how often each host name was asked for. */
  const servers = new Map<string, Map<number, Map<string, number>>>();
  const serviceOf = (ip: string, port: number): string =>
    names.serviceOf(ip, port) ?? mostFrequent(servers.get(ip)?.get(port) ?? new Map()) ?? endpoint(ip, port);
  const servicesAt = (ip: string): ReadonlySet<string> =>
    new Set([...servers.get(ip)?.keys() ?? []].map((port) => serviceOf(ip, port)));
  return {
    see({ server_ip, server_port, host }) {
      const ports = servers.get(server_ip) ?? new Map<number, Map<string, number>>();
      const hosts = ports.get(server_port) ?? new Map<string, number>();
      servers.set(server_ip, ports.set(server_port, hosts));
      const name = host === null ? null : hostName(host);
      if (name !== null && (hosts.has(name) || hosts.size < MOST_HOSTS)) hosts.set(name, (hosts.get(name) ?? 0) + 1);
    },
    serviceOf,
    instanceOf: (ip, port) => (servicesAt(ip).size > 1 ? endpoint(ip, port) : ip),
    callerOf(ip) {
      const [service, another] = servicesAt(ip);
      if (service !== undefined && another === undefined) return service;
      return names.serviceOf(ip, null) ?? (service === undefined ? OUTSIDE : ip);
    },
  };
};
