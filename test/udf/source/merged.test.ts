import { describe, expect, test } from 'vitest';
import type { Exchange } from '../../../sql/exchange.ts';
import type { Tokens } from '../../../sql/tokens.ts';
import { addSighting, mergeSightings } from '../../../udf/source/merged.ts';
import { vantageLearner } from '../../../udf/source/vantage.ts';
import { exchange } from '../exchange.ts';

const A = '10.0.0.1';
const B = '10.0.0.2';
const C = '10.0.0.3';
const seen = (tap: string, start: number, lasts: number | null, rest: Partial<Exchange> = {}): Exchange => exchange('e', A, B, start, lasts, { tap, ...rest });
const own = ({ vantage }: Exchange) => vantage;

describe('one exchange over its taps', () => {
  test.each<[situation: string, rows: readonly Exchange[], client: readonly unknown[], server: readonly unknown[], basis: string]>([
    ['one tap', [seen('bridge', 100, 50)], [100, 150], [100, 150], 'one_tap'],
    ['both ends', [seen('b', 5_110, 30, { vantage: 'server' }), seen('a', 100, 50, { vantage: 'client' })], [100, 150], [5_110, 5_140], 'two_tap'],
    ['client and bridge', [seen('m', 120, 40), seen('a', 100, 50, { vantage: 'client' })], [100, 150], [120, 160], 'one_tap'],
    ['two taps of unknown place: the longer is nearer the client', [seen('x', 9_000, 30), seen('y', 100, 50)], [100, 150], [9_000, 9_030], 'one_tap'],
    ['one tap missed the answer', [seen('a', 100, null, { vantage: 'client' }), seen('b', 110, 30, { vantage: 'server' })], [100, null], [110, 140], 'none'],
  ])('%s', (_, rows, client, server, basis) => {
    for (const order of [rows, rows.toReversed()]) {
      const merged = mergeSightings(order, own);
      expect([merged.client.start, merged.client.end]).toEqual(client);
      expect([merged.server.start, merged.server.end]).toEqual(server);
      expect(merged.basis).toBe(basis);
    }
  });

  test('the row that tells the most speaks for it', () => {
    const rows = [seen('b', 110, 30, { vantage: 'server', outcome: 'complete', status: 200 }), seen('a', 100, null, { vantage: 'client', outcome: 'cut', status: 0 })];
    expect(mergeSightings(rows, own).exchange.status).toBe(200);
  });

  test('of each side, the values of the tap that saw most of it; of a tap that does not know them, nothing', () => {
    const side = (...values: number[]): Tokens => ({ fields: Uint32Array.from(values, () => 7), values: Float64Array.from(values) });
    const rows = [
      seen('a', 100, 50, { tokens: { request: side(1, 2), response: side(), kind: 0 } }), seen('c', 100, 50),
      seen('b', 110, 30, { tokens: { request: side(1), response: side(3), kind: 5 } }),
    ];
    for (const order of [rows, rows.toReversed()]) {
      expect(mergeSightings(order, own).tokens).toEqual({ request: side(1, 2), response: side(3), kind: 5 });
    }
    expect(mergeSightings([seen('c', 100, 50)], own).tokens).toBeNull();
  });

  test('a later row of a tap replaces one that tells no more', () => {
    const cut = seen('a', 100, null, { outcome: 'cut' });
    const whole = seen('a', 100, 50);
    expect(addSighting([cut], whole)).toEqual([whole]);
    const rows = [whole];
    expect(addSighting(rows, cut)).toBe(rows);
  });
});

describe('where a tap sits', () => {
  const learn = (rows: readonly (readonly [tap: string, client: string, server: string])[]) => {
    const learner = vantageLearner();
    rows.forEach(([tap, client, server], n) => { learner.see(exchange(`e${n}`, client, server, n, 1, { tap })); });
    return (tap: string, client: string, server: string) => learner.sideOf(exchange('q', client, server, 0, 1, { tap }));
  };

  test('on the address that all its exchanges have', () => {
    const sideOf = learn([['t', A, B], ['t', C, B], ['t', B, C]]);
    expect([sideOf('t', A, B), sideOf('t', B, C)]).toEqual(['server', 'client']);
  });

  test('nowhere, where exchanges have no address in common', () => {
    expect(learn([['bridge', A, B], ['bridge', B, C], ['bridge', A, C]])('bridge', A, B)).toBe('middle');
  });

  test('not where another tap sits, when it has met one peer only', () => {
    const sideOf = learn([['b', A, B], ['b', B, C], ['a', A, B], ['c', B, C]]);
    expect([sideOf('a', A, B), sideOf('b', A, B), sideOf('b', B, C), sideOf('c', B, C)]).toEqual(['client', 'server', 'client', 'server']);
  });

  test('nowhere certain, with one peer and no other tap', () => {
    expect(learn([['t', A, B]])('t', A, B)).toBe('middle');
  });

  test('where the row says, if it does', () => {
    const learner = vantageLearner();
    expect(learner.sideOf(exchange('q', A, B, 0, 1, { vantage: 'server' }))).toBe('server');
  });
});
