import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { hold, type Held } from '../../../ingest/reassembly/held.ts';
import { micros } from '../../../sql/micros.ts';

const held = (position: number, text: string): Held => ({ position, bytes: Buffer.from(text), ts: micros(0), ordinal: 0, ack: -1 });
const shown = (list: readonly Held[]) => list.map(({ position, bytes }) => `${position}:${Buffer.from(bytes).toString()}`);

test.each<[string, readonly Held[], readonly string[]]>([
  ['apart', [held(10, 'ab'), held(0, 'cd')], ['0:cd', '10:ab']],
  ['the same again', [held(0, 'ab'), held(0, 'xy')], ['0:ab']],
  ['behind and beyond', [held(0, 'abc'), held(1, 'xyz')], ['0:abc', '3:z']],
  ['before and into', [held(2, 'ab'), held(0, 'wxyz')], ['0:wx', '2:ab']],
  ['around', [held(2, 'b'), held(0, 'vwxyz')], ['0:vw', '2:b', '3:yz']],
])('%s: the first copy stays', (_, adds, expected) => {
  const list: Held[] = [];
  for (const add of adds) hold(list, add);
  expect(shown(list)).toEqual(expected);
});

test('whatever comes in whatever order, each byte is there once as it came first', () => {
  fc.assert(fc.property(fc.array(fc.tuple(fc.nat(40), fc.integer({ min: 1, max: 12 }), fc.constantFrom('a', 'b', 'c', 'd')), { maxLength: 20 }), (adds) => {
    const list: Held[] = [];
    const expected = new Map<number, string>();
    for (const [at, length, letter] of adds) {
      let fresh = 0;
      for (let i = at; i < at + length; i++) if (!expected.has(i)) { expected.set(i, letter); fresh++; }
      expect(hold(list, held(at, letter.repeat(length)))).toBe(fresh);
    }
    const found = list.flatMap(({ position, bytes }) => Buffer.from(bytes).toString().split('').map((letter, i) => [position + i, letter] as const));
    expect(found).toEqual([...expected].toSorted(([a], [b]) => a - b));
  }));
});
