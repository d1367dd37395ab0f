import type { Count } from '../sql/counters.ts';
import type { Exchange } from '../sql/exchange.ts';
import { isBelievable } from '../sql/micros.ts';
import type { Sink } from '../sql/sink.ts';

/** Exchanges remembered; copies of packets come within microseconds, with few exchanges between. */
const REMEMBERED = 1024;
/** Digits of an id, which is a hash, that choose its place. */
const FIRST = 9;

/**
 * The last look at rows before they leave: those whose time no clock can have meant are counted and, unless `anyTime`, dropped; those that were
 * seen before between other ends or in another network (a packet passes several interfaces or virtual networks) are counted.
 */
export const lastLook = <Row extends Pick<Exchange, 'ts' | 'exchange_id' | 'network' | 'client_ip'>>(next: Sink<Row>, count: Count, anyTime = false): Sink<Row> => {
  const ids = Array<string>(REMEMBERED).fill('');
  const networks = Array<string>(REMEMBERED).fill('');
  const clients = Array<string>(REMEMBERED).fill('');
  return {
    push: (row) => {
      if (!isBelievable(row.ts)) {
        count('exchanges_time_absurd');
        if (!anyTime) return;
      }
      const { exchange_id: id, network, client_ip: client } = row;
      const at = (id.charCodeAt(FIRST) * 31 + id.charCodeAt(FIRST + 1) * 131 + id.charCodeAt(FIRST + 2) * 521 + id.charCodeAt(FIRST + 3)) % REMEMBERED;
      if (ids[at] === id) {
        if (networks[at] !== network || clients[at] !== client) count('exchanges_seen_again');
      } else {
        ids[at] = id;
        networks[at] = network;
        clients[at] = client;
      }
      next.push(row);
    },
    advance: next.advance,
    close: next.close,
  };
};
