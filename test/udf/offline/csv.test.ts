import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ALGORITHMS } from '../../../udf/infer/registry.ts';
import { TraceSetError, inferTraceSet } from '../../../udf/offline/csv.ts';

const HEADER = 'exchange,parent,caller,callee,operation,client_start_us,client_end_us,server_start_us,server_end_us';
const SERIAL = [
  'r1,,(external),shop,GET /,0,100,0,100',
  'c1,r1,shop,cart,GET /cart,10,40,1010,1030',
  'r2,,(external),shop,GET /,200,300,200,300',
  'c2,r2,shop,cart,GET /cart,210,240,1210,1230',
];
const names = Object.keys(ALGORITHMS);
const algorithm = (name: string) => ALGORITHMS[name] ?? (() => { throw new Error(name); })();
const infer = (rows: readonly string[], name: string, header = HEADER): string =>
  inferTraceSet([header, ...rows].join('\n'), 'set.csv', algorithm(name));

const sorted = (csv: string): string[] => csv.split('\n').toSorted();

describe.each(['nesting', 'fcfs', 'arrival'])('%s', (name) => {
  test('finds the only possible parent, at the caller\'s clock', () => {
    expect(infer(SERIAL, name)).toBe('exchange,parent,confidence\nr1,,1.0000\nc1,r1,1.0000\nr2,,1.0000\nc2,r2,1.0000\n');
  });
});

describe.each(names)('%s', (name) => {
  test('does without the truth and with columns in any order', () => {
    const header = 'client_start_us,client_end_us,server_start_us,server_end_us,operation,callee,caller,exchange';
    const rows = SERIAL.map((row) => {
      const [id, , caller, callee, operation, ...times] = row.split(',');
      return [...times, operation, callee, caller, id].join(',');
    });
    expect(infer(rows, name, header)).toBe(infer(SERIAL, name));
  });

  test('never reads the parent, and the order of rows does not matter', () => {
    const set = fc.array(fc.record({
      at: fc.integer({ min: 0, max: 500 }), lasts: fc.integer({ min: 0, max: 200 }), truth: fc.string({ minLength: 1, maxLength: 3, unit: fc.constantFrom('a', 'b') }),
      edge: fc.constantFrom('(external),shop', 'shop,cart', 'shop,stock', 'cart,stock'),
    }), { maxLength: 40 });
    fc.assert(fc.property(set, fc.infiniteStream(fc.nat()), (rows, chance) => {
      const lines = (truth: (n: number) => string): string[] => rows.map(({ at, lasts, edge }, n) =>
        `e${n},${truth(n)},${edge},GET /,${at},${at + lasts},${at},${at + lasts}`);
      const expected = infer(lines(() => ''), name);
      const shuffled = lines((n) => rows[n]?.truth ?? '').map((line) => ({ line, key: chance.next().value as number }))
        .toSorted((a, b) => a.key - b.key).map(({ line }) => line);
      expect(sorted(infer(shuffled, name))).toEqual(sorted(expected));
    }), { numRuns: 60 });
  });
});

test.each<[situation: string, text: string, message: RegExp]>([
  ['a column is missing', 'exchange,caller\na,b', /set\.csv:1: no column callee, operation, client_start_us/],
  ['a time is no number', `${HEADER}\na,,x,y,op,0,10,soon,10`, /set\.csv:2: server_start_us is "soon"/],
  ['a start is missing at both ends', `${HEADER}\na,,x,y,op,,10,,10`, /set\.csv:2: neither client_start_us nor server_start_us/],
  ['the file is empty', '', /set\.csv:1: no column exchange/],
])('it says where a set cannot be read: %s', (_, text, message) => {
  const read = (): string => inferTraceSet(text, 'set.csv', algorithm('fcfs'));
  expect(read).toThrow(message);
  expect(read).toThrow(TraceSetError);
});
