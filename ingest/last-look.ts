import type { Count } from '../sql/counters.ts';
import type { DecodedExchange } from '../sql/exchange.ts';
import { isBelievable } from '../sql/micros.ts';
import type { Sink } from '../sql/sink.ts';
import type { Uuid } from '../sql/uuid.ts';
import { finish } from './hash.ts';

type Seen = Pick<DecodedExchange, 'ts' | 'exchange_id' | 'network' | 'client_ip'>;

/** Exchanges remembered; copies of packets come within microseconds, with few exchanges between. */
const REMEMBERED = 1024;

/** Drops rows whose time no clock can have meant, unless `anyTime`, and counts them. */
export const believableRows = <Row extends Seen>(next: Sink<Row>, count: Count, anyTime = false): Sink<Row> => ({
  push: (row) => {
    if (!isBelievable(row.ts)) {
      count('exchanges_time_absurd');
      if (!anyTime) return;
    }
    next.push(row);
  },
  advance: next.advance,
  close: next.close,
});

/** The first 48 bits of an id, which is a hash, as a number. */
export const idNumber = ({ a, b }: Uuid): number => (a >>> 0) * 2 ** 16 + (b >>> 16);

/** A hash of where an exchange was seen: its network and its client. */
export const placeNumber = ({ network, client_ip: client }: Seen): number => {
  let hash = network.length;
  for (let i = 0; i < network.length; i++) hash = Math.imul(hash ^ network.charCodeAt(i), 0x01000193);
  for (let i = 0; i < client.length; i++) hash = Math.imul(hash ^ client.charCodeAt(i), 0x01000193);
  return finish(hash);
};

/** Whether a row is to be left out, by its time and the numbers of `idNumber` and `placeNumber`; to be asked in the order of the rows. */
export type LookForCopy = (ts: number, id: number, place: number) => boolean;

/**
 * Counts exchanges that were seen before between other ends or in another network: a packet passes several interfaces or virtual
 * networks. One seen at the same µs is the same row, by its key (ts, exchange_id, tap): the first stays.
 */
export const copyCounter = (count: Count): LookForCopy => {
  const ids = new Float64Array(REMEMBERED).fill(-1);
  const places = new Uint32Array(REMEMBERED);
  const times = new Float64Array(REMEMBERED);
  return (ts, id, place) => {
    // As `id % REMEMBERED`, for which numbers above 2^31 leave the compiled code.
    const at = id - Math.floor(id / REMEMBERED) * REMEMBERED;
    if (ids[at] === id) {
      if (places[at] === place) return false;
      const atOnce = times[at] === ts;
      count(atOnce ? 'exchanges_seen_at_once' : 'exchanges_seen_again');
      return atOnce;
    }
    ids[at] = id;
    places[at] = place;
    times[at] = ts;
    return false;
  };
};

/** Looks for copies among rows in their final order. */
export const countedCopies = <Row extends Seen>(next: Sink<Row>, count: Count): Sink<Row> => {
  const isCopy = copyCounter(count);
  return {
    push: (row) => { if (!isCopy(row.ts, idNumber(row.exchange_id), placeNumber(row))) next.push(row); },
    advance: next.advance,
    close: next.close,
  };
};
