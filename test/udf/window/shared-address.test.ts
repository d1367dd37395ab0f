import { expect, test } from 'vitest';
import type { Exchange } from '../../../sql/exchange.ts';
import { NO_NAMES } from '../../../sql/names.ts';
import { fcfs } from '../../../udf/infer/fcfs.ts';
import { inferExchanges } from '../../../udf/offline/exchanges.ts';
import { exchange } from '../exchange.ts';

const HOME = '127.0.0.1';
const PORTS = { shop: 8000, cart: 8001, sql: 8002 };
const at = (id: string, service: keyof typeof PORTS, start: number, lasts: number): Exchange =>
  exchange(id, HOME, HOME, start, lasts, { server_port: PORTS[service], route: `/${service}` });

/** shop calls cart, cart calls sql; now and then something outside calls sql by itself. */
const localhost = Array.from({ length: 30 }, (_, n) => {
  const start = 1_000_000 + n * 100_000;
  return [
    at(`shop${n}`, 'shop', start, 50_000), at(`cart${n}`, 'cart', start + 1_000, 40_000), at(`sql${n}`, 'sql', start + 5_000, 3_000),
    ...n % 10 === 5 ? [at(`lone${n}`, 'sql', start + 70_000, 2_000)] : [],
  ];
}).flat();

test('services behind one address are told apart by whose exchanges contain the calls', () => {
  const inferred = inferExchanges(localhost, { algorithm: fcfs, names: NO_NAMES });
  const wrong = inferred.filter(({ exchange: { id }, parent }) => {
    const [, kind = '', n = ''] = /^(\D+)(\d+)$/.exec(id) ?? [];
    const expected = { shop: undefined, lone: undefined, cart: `shop${n}`, sql: `cart${n}` }[kind];
    return parent?.id !== expected;
  });
  expect(wrong.map(({ exchange: { id }, parent }) => `${id}>${parent?.id ?? '-'}`)).toEqual([]);
});
