import { SenderBufferV1, SenderOptions } from '@questdb/nodejs-client';
import { assert, nat, property, string } from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Exchange } from '../../../sql/exchange.ts';
import { lineEncoder, type Kind } from '../../../sql/write/line.ts';
import { EXCHANGES } from '../../../sql/write/shapes.ts';
import { exchangeRow } from '../rows.ts';

/** The same row through the official client's buffer. */
const official = (row: Exchange): string => {
  const buffer = new SenderBufferV1(new SenderOptions('http::addr=localhost:1;protocol_version=1'));
  buffer.table(EXCHANGES.table);
  const entries = Object.entries(EXCHANGES.columns) as [keyof Exchange, Kind][];
  for (const [key, kind] of entries) if (kind === 'symbol' && row[key] !== null) buffer.symbol(key, row[key]);
  for (const [key, kind] of entries) {
    const value = row[key];
    if (kind === 'text' && typeof value === 'string') buffer.stringColumn(key, value);
    if (kind === 'whole' && typeof value === 'number') buffer.intColumn(key, value);
  }
  buffer.at(BigInt(row.ts), 'us');
  return buffer.toBufferView().toString();
};

describe('line encoder', () => {
  const encode = lineEncoder(EXCHANGES);

  test('writes what the official client writes, whatever the texts', () => {
    const text = string({ unit: 'binary', maxLength: 20 });
    assert(property(text, text, text, nat(), (tap, host, target, n) => {
      const row = { ...exchangeRow('oracle', n), tap, host, target };
      expect(`${encode(row)}\n`).toBe(official(row));
    }));
  });

  test.each([
    ['a space, a comma and an equals sign in a symbol', { tap: 'a b,c=d' }, String.raw`tap=a\ b\,c\=d`],
    ['a quote and a backslash in a text', { host: '"\\' }, String.raw`host="\"\\"`],
    ['a quote in a symbol needs nothing', { tap: 'a"b' }, 'tap=a"b'],
    ['an empty symbol', { network: '' }, ',network=,'],
    ['an empty text', { host: '' }, 'host=""'],
  ])('%s', (_, values, expected) => {
    expect(encode({ ...exchangeRow('escapes', 1), ...values })).toContain(expected);
  });

  test.each([
    ['null', { duration_us: null }], ['not a number', { duration_us: NaN }], ['a fraction in a whole column', { duration_us: 1.5 }],
  ])('%s is left out', (_, values) => {
    expect(encode({ ...exchangeRow('left out', 1), ...values })).not.toContain('duration_us');
  });

  test('every key of the row is a column', () => {
    expect([...Object.keys(EXCHANGES.columns), EXCHANGES.time].toSorted()).toEqual(Object.keys(exchangeRow('keys', 1)).toSorted());
  });
});
