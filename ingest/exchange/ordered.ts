import type { DecodedExchange } from '../../sql/exchange.ts';
import type { Sink } from '../../sql/sink.ts';
import { compareUuids, type UuidWords } from '../../sql/uuid.ts';

/** What tells rows of one moment apart, in the order in which it is compared. */
export interface RowOrder extends Pick<DecodedExchange, 'ts' | 'network' | 'client_ip' | 'client_port' | 'server_ip' | 'server_port'> {
  readonly exchange_id: UuidWords;
}

/** Below 0 where `a` goes before `b`, 0 where they are rows of the same connection that keep the order they came in. */
export const compareRows = (a: RowOrder, b: RowOrder): number =>
  a.ts - b.ts
  || compareUuids(a.exchange_id, b.exchange_id)
  || compareTexts(a.network, b.network)
  || compareTexts(a.client_ip, b.client_ip)
  || a.client_port - b.client_port
  || compareTexts(a.server_ip, b.server_ip)
  || a.server_port - b.server_port;

const compareTexts = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1);

/**
 * Hands on rows as they come, and those of one settling moment (time-outs, the end of the input) together, by their time and
 * id: an order that does not depend on which connections this line keeps.
 */
export const orderedRows = <Row extends RowOrder>(next: Sink<Row>, moment: { readonly settling: boolean }): Sink<Row> => {
  let held: Row[] = [];
  const release = (): void => {
    if (held.length === 0) return;
    const rows = held.toSorted(compareRows);
    held = [];
    for (const row of rows) next.push(row);
  };
  return {
    push: (row) => {
      if (moment.settling) held.push(row);
      else next.push(row);
    },
    advance: (watermark) => {
      release();
      next.advance(watermark);
    },
    close: () => {
      release();
      next.close();
    },
  };
};
