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
  /** Addresses where a name has changed since this was last asked. */
  renamed(): ReadonlySet<string>;
  /** The listening ports of an address, and what says what they are called. */
  listenersAt(ip: string): readonly NamedPort[];
}

export interface NamedPort {
  readonly port: number;
  readonly service: string;
  /** The names file, the Host header, or nothing but the address. */
  readonly source: 'map' | 'host' | 'address';
}

/** What a listening port was called, and how often. */
interface Listener {
  readonly hosts: Map<string, number>;
  /** The most frequent, the first in the alphabet among equals. */
  best: string | null;
}

const endpoint = (ip: string, port: number): string => (ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`);

/** The name in a Host header; null where it is an address, or a name that every machine has for itself. */
export const hostName = (host: string): string | null => {
  if (isAddress(host)) return null;
  const name = host.toLowerCase().replace(/:\d*$/, '').replace(/\.$/, '');
  return name === '' || isAddress(name) || /(^|\.)localhost$/.test(name) ? null : name;
};

/** Host values whose name is remembered, so that an address is parsed once; all are dropped at the bound. */
const MOST_KEPT = 4_096;

const rememberedHostName = (): typeof hostName => {
  const kept = new Map<string, string | null>();
  return (host) => {
    const found = kept.get(host);
    if (found !== undefined) return found;
    if (kept.size >= MOST_KEPT) kept.clear();
    const name = hostName(host);
    kept.set(host, name);
    return name;
  };
};

/** Counts one more request for a host name; says whether that made it the listener's name. */
const countHost = (listener: Listener, host: string): boolean => {
  const { hosts, best } = listener;
  if (!hosts.has(host) && hosts.size >= MOST_HOSTS) return false;
  const count = (hosts.get(host) ?? 0) + 1;
  hosts.set(host, count);
  const most = best === null ? 0 : hosts.get(best) ?? 0;
  if (host === best || count < most || (count === most && best !== null && best < host)) return false;
  listener.best = host;
  return true;
};

/** Names by evidence: the names file, else the most frequent Host header, else the address and port. */
export const namingLearner = (names: Names): NamingLearner => {
  const servers = new Map<string, Map<number, Listener>>();
  const changed = new Set<string>();
  const nameOf = rememberedHostName();
  const serviceOf = (ip: string, port: number): string =>
    names.serviceOf(ip, port) ?? servers.get(ip)?.get(port)?.best ?? endpoint(ip, port);
  /** Services by address, until one of the address is renamed. */
  const known = new Map<string, ReadonlySet<string>>();
  const servicesAt = (ip: string): ReadonlySet<string> => {
    const found = known.get(ip);
    if (found !== undefined) return found;
    const services = new Set([...servers.get(ip)?.keys() ?? []].map((port) => serviceOf(ip, port)));
    if (services.size > 0) known.set(ip, services);
    return services;
  };
  return {
    see({ server_ip, server_port, host }) {
      const ports = servers.get(server_ip) ?? new Map<number, Listener>();
      const before = ports.get(server_port);
      const listener: Listener = before ?? { hosts: new Map(), best: null };
      if (before === undefined) servers.set(server_ip, ports.set(server_port, listener));
      const name = host === null ? null : nameOf(host);
      const renamed = name !== null && countHost(listener, name);
      if (!renamed && before !== undefined) return;
      known.delete(server_ip);
      changed.add(server_ip);
    },
    renamed() {
      const addresses = new Set(changed);
      changed.clear();
      return addresses;
    },
    listenersAt: (ip) => [...servers.get(ip) ?? []].map(([port, { best }]) =>
      ({ port, service: serviceOf(ip, port), source: names.serviceOf(ip, port) !== null ? 'map' : best === null ? 'address' : 'host' })),
    serviceOf,
    instanceOf: (ip, port) => (servicesAt(ip).size > 1 ? endpoint(ip, port) : ip),
    callerOf(ip) {
      const [service, another] = servicesAt(ip);
      if (service !== undefined && another === undefined) return service;
      return names.serviceOf(ip, null) ?? (service === undefined ? OUTSIDE : ip);
    },
  };
};
