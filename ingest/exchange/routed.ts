import type { DecodedExchange } from '../../sql/exchange.ts';
import type { Sink } from '../../sql/sink.ts';
import { routes } from './route.ts';

/** A row whose `route` still is the path asked for; the row is this stage's own until it is handed on. */
export type Unrouted = { -readonly [Key in keyof DecodedExchange]: DecodedExchange[Key] };

/** Puts the route in the place of the path; it depends on the rows before, so they come in their final order. */
export const routedRows = (next: Sink<DecodedExchange>): Sink<Unrouted> => {
  const routeOf = routes();
  return {
    push: (row) => {
      if (row.route !== null) row.route = routeOf(row.server_ip, row.server_port, row.route).route;
      next.push(row);
    },
    advance: next.advance,
    close: next.close,
  };
};
