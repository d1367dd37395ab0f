import { SenderBufferV1, SenderOptions } from '@questdb/nodejs-client';
import { array, assert, constantFrom, maxSafeInteger, nat, property, record, string } from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Exchange } from '../../../sql/exchange.ts';
import { newLines, takeBody } from '../../../sql/write/body.ts';
import { bodyOf, lineEncoder, type Kind } from '../../../sql/write/line.ts';
import { EXCHANGES } from '../../../sql/write/shapes.ts';
import { Uuid } from '../../../sql/uuid.ts';
import { exchangeRow } from '../rows.ts';

/** The same row through the official client's buffer. */
const official = (row: Exchange): string => {
  const buffer = new SenderBufferV1(new SenderOptions('http::addr=localhost:1;protocol_version=1'));
  buffer.table(EXCHANGES.table);
  const entries = Object.entries(EXCHANGES.columns) as [keyof Exchange, Kind][];
  for (const [key, kind] of entries) if (kind === 'symbol' && row[key] !== null) buffer.symbol(key, row[key]);
  for (const [key, kind] of entries) {
    const value = row[key];
    if ((kind === 'text' || kind === 'name') && typeof value === 'string') buffer.stringColumn(key, value);
    if (kind === 'whole' && typeof value === 'number') buffer.intColumn(key, value);
  }
  buffer.at(BigInt(row.ts), 'us');
  return buffer.toBufferView().toString();
};

describe('line encoder', () => {
  const encoder = lineEncoder(EXCHANGES);
  const encode = (row: Exchange): string => bodyOf(encoder, [row]).bytes.toString();

  test('writes what the official client writes, whatever the texts', () => {
    const text = string({ unit: 'binary', maxLength: 20 });
    assert(property(text, text, text, nat(), (tap, host, target, n) => {
      const row = { ...exchangeRow('oracle', n), tap, host, target };
      expect(encode(row)).toBe(official(row));
    }));
  });

  test('writes rows one after the other as the client does, whatever stays the same or is missing', () => {
    const few = constantFrom(null, '', 'a', 'b,é');
    const values = record({ tap: constantFrom('a', 'b c'), network: constantFrom('', 'vlan:1'), method: few, route: few, reset_by: constantFrom(null, 'client' as const), host: few, target: few,
      connection_id: constantFrom('x', 'longer than it'), handshake_us: constantFrom(null, 1, 5_000), duration_us: constantFrom(null, 0, 2_000), reset_code: constantFrom(null, 8) });
    assert(property(array(values, { minLength: 1, maxLength: 30 }), (changes) => {
      const row = exchangeRow('one after the other', 1);
      const rows = changes.map((change): Exchange => ({ ...row, ...change }));
      expect(bodyOf(encoder, rows).bytes.toString()).toBe(rows.map(official).join(''));
    }));
  });

  test('an id as it comes from the decoder is written as its text', () => {
    const row = exchangeRow('ids', 1);
    const id = new Uuid(0x0019ab0c, -1, 0x80000000, 7);
    expect(bodyOf(encoder, [{ ...row, exchange_id: id }, row]).bytes.toString()).toBe(official({ ...row, exchange_id: String(id) }) + official(row));
  });

  test('two bodies in turns do not meet', () => {
    const bodies = [newLines(), newLines()];
    const rows = Array.from({ length: 40 }, (_, n) => exchangeRow('in turns', n));
    for (const [n, row] of rows.entries()) encoder(row, bodies[Number(n % 3 === 0)]!);
    expect(bodies.map((lines) => takeBody(lines).bytes.toString()))
      .toEqual([rows.filter((_, n) => n % 3 !== 0), rows.filter((_, n) => n % 3 === 0)].map((half) => half.map(official).join('')));
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
    ['a whole number that is not exact', { duration_us: 2 ** 53 }],
  ])('%s is left out', (_, values) => {
    expect(encode({ ...exchangeRow('left out', 1), ...values })).not.toContain('duration_us');
  });

  test('every key of the row is a column', () => {
    expect([...Object.keys(EXCHANGES.columns), EXCHANGES.time].toSorted()).toEqual(Object.keys(exchangeRow('keys', 1)).toSorted());
  });

  test('writes every safe integer as JavaScript does', () => {
    const numbers = [0, -1, 9, 10, 999_999_999, 1e9, 1_000_000_001, 2 ** 31, 2 ** 32, -(2 ** 31), 1e15, 2 ** 53 - 1, -(2 ** 53) + 1];
    for (const duration_us of numbers) expect(encode({ ...exchangeRow('whole', 1), duration_us })).toContain(`,duration_us=${duration_us}i,`);
    assert(property(maxSafeInteger(), (duration_us) => {
      expect(encode({ ...exchangeRow('whole', 1), duration_us })).toContain(`,duration_us=${duration_us}i,`);
    }));
  });

  test('of 40,000 different symbols each is written as itself', () => {
    const row = exchangeRow('many', 1);
    const rows = Array.from({ length: 40_000 }, (_, n) => ({ ...row, host: null, target: null, route: `/r${n % 25_000}` }));
    const lines = bodyOf(encoder, rows).bytes.toString().split('\n').slice(0, -1);
    expect(lines.length).toBe(rows.length);
    expect(lines.filter((line, n) => !line.includes(`,route=/r${n % 25_000},`))).toEqual([]);
  });
});

describe('a table with every kind of column', () => {
  interface Row { readonly at: number; readonly s: string | null; readonly t: string | null; readonly w: number; readonly r: number; readonly f: boolean; readonly m: number }
  const encoder = lineEncoder<Row>({ table: 'kinds', time: 'at', columns: { t: 'text', s: 'symbol', w: 'whole', r: 'real', f: 'flag', m: 'time' } });
  const row: Row = { at: 5, s: 'a', t: 'b', w: 1, r: 0.5, f: true, m: 7 };

  test.each<[string, Partial<Row>, string]>([
    ['all there', {}, 'kinds,s=a t="b",w=1i,r=0.5,f=t,m=7t 5000\n'],
    ['no symbol', { s: null }, 'kinds t="b",w=1i,r=0.5,f=t,m=7t 5000\n'],
    ['the first field missing', { t: null }, 'kinds,s=a w=1i,r=0.5,f=t,m=7t 5000\n'],
    ['a very small double', { r: 1e-7, f: false }, 'kinds,s=a t="b",w=1i,r=1e-7,f=f,m=7t 5000\n'],
    ['a double that is none', { r: NaN }, 'kinds,s=a t="b",w=1i,f=t,m=7t 5000\n'],
  ])('%s', (_, values, expected) => { expect(bodyOf(encoder, [{ ...row, ...values }]).bytes.toString()).toBe(expected); });

  test.each<[string, readonly Partial<Row>[]]>([
    ['the first field is missing, there, missing', [{ t: null }, {}, { t: null }]],
    ['all symbols and the first field are missing, then there', [{ s: null, t: null }, {}]],
    ['only the time changes', [{}, { at: 6 }]],
  ])('one after the other is as one by one: %s', (_, changes) => {
    const rows = changes.map((values) => ({ ...row, ...values }));
    expect(bodyOf(encoder, rows).bytes.toString()).toBe(rows.map((one) => bodyOf(encoder, [one]).bytes.toString()).join(''));
  });
});
