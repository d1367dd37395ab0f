import type { Exchange } from '../../sql/exchange.ts';
import type { Sink } from '../../sql/sink.ts';
import { routes } from './route.ts';

/** A row whose `route` still is the path asked for; the row is this stage's own until it is handed on. */
export type Unrouted = { -readonly [Key in keyof Exchange]: Exchange[Key] };

/** The service that a route belongs to, as far as the packets tell. */
export type ServiceNames = (ip: string, port: number) => string;

const MOST_NAMES = 4096;

/** Remembers: a text made anew for each row costs as much as the route that is found by it. */
export const serviceNames = (): ServiceNames => {
  const known = new Map<string, Map<number, string>>();
  let size = 0;
  return (ip, port) => {
    const name = known.get(ip)?.get(port);
    if (name !== undefined) return name;
    if (size++ === MOST_NAMES) { known.clear(); size = 1; }
    const made = `${ip}:${port}`;
    const ports = known.get(ip) ?? new Map<number, string>();
    known.set(ip, ports.set(port, made));
    return made;
  };
};

/** Puts the route in the place of the path; it depends on the rows before, so they come in their final order. */
export const routedRows = (next: Sink<Exchange>): Sink<Unrouted> => {
  const routeOf = routes();
  const serviceOf = serviceNames();
  return {
    push: (row) => {
      if (row.route !== null) row.route = routeOf(serviceOf(row.server_ip, row.server_port), row.route);
      next.push(row);
    },
    advance: next.advance,
    close: next.close,
  };
};
