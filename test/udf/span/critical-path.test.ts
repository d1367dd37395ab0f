import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { micros } from '../../../sql/micros.ts';
import type { Merged } from '../../../udf/source/merged.ts';
import { criticalPath, type Caused } from '../../../udf/span/critical-path.ts';

/** `[start, end, calls]` at the server, and, where it differs, `[start, end]` at the client. */
interface Call {
  readonly id: string;
  readonly at: readonly [start: number, end: number | null];
  readonly seen?: readonly [start: number, end: number | null];
  readonly calls?: readonly Call[];
}

const times = ([start, end]: readonly [number, number | null]): Merged['client'] => ({ start: micros(start), end: end === null ? null : micros(end) });
const merged = ({ id, at, seen = at }: Call): Merged => ({ id, client: times(seen), server: times(at) }) as Merged;
const tree = (root: Call): readonly Caused[] =>
  [{ merged: merged(root), children: (root.calls ?? []).map(merged) }, ...(root.calls ?? []).flatMap(tree)];
const path = (root: Call): Readonly<Record<string, number>> => Object.fromEntries(criticalPath(tree(root)));

describe('the critical path', () => {
  test.each<[situation: string, root: Call, own: Readonly<Record<string, number>>]>([
    ['no calls', { id: 'r', at: [0, 100] }, { r: 100 }],
    ['two calls, one after the other', { id: 'r', at: [0, 100], calls: [{ id: 'a', at: [10, 40] }, { id: 'b', at: [50, 90] }] }, { r: 30, a: 30, b: 40 }],
    ['two at once: the one that ends last is waited for', { id: 'r', at: [0, 100], calls: [{ id: 'a', at: [10, 40] }, { id: 'b', at: [10, 90] }] }, { r: 20, b: 80 }],
    ['a call that was running when the next began did not cause it', { id: 'r', at: [0, 100], calls: [{ id: 'a', at: [10, 60] }, { id: 'b', at: [50, 90] }] }, { r: 60, b: 40 }],
    ['calls of calls', { id: 'r', at: [0, 100], calls: [{ id: 'a', at: [10, 90], calls: [{ id: 'b', at: [20, 80] }] }] }, { r: 20, a: 20, b: 60 }],
    ['a call beside the path, and its call', { id: 'r', at: [0, 100], calls: [{ id: 'a', at: [10, 40], calls: [{ id: 'c', at: [20, 30] }] }, { id: 'b', at: [10, 90] }] }, { r: 20, b: 80 }],
    ['a call that outlasts its caller counts up to the end of the caller', { id: 'r', at: [0, 100], calls: [{ id: 'a', at: [60, 150] }] }, { r: 60, a: 40 }],
    ['a call that begins after the answer', { id: 'r', at: [0, 100], calls: [{ id: 'a', at: [120, 150] }] }, { r: 100 }],
    ['time on the network is nobody\'s own', { id: 'r', at: [0, 100], calls: [{ id: 'a', at: [1020, 1080], seen: [10, 90] }] }, { r: 20, a: 60 }],
    ['a call without an answer is waited for to the end, and has no time itself', { id: 'r', at: [0, 100], calls: [{ id: 'a', at: [30, null] }] }, { r: 30 }],
    ['a root without an answer', { id: 'r', at: [0, null], calls: [{ id: 'a', at: [30, 40] }] }, {}],
  ])('%s', (_, root, own) => { expect(path(root)).toEqual(own); });

  test('times add up to the duration of the root, and none is longer than the exchange', () => {
    const calls = (start: number, end: number, depth: number): fc.Arbitrary<readonly Call[]> => (depth === 0 || end - start < 4 ? fc.constant([]) : fc.array(
      fc.tuple(fc.integer({ min: start, max: end }), fc.integer({ min: 0, max: end - start + 5 }), fc.uuid())
        .chain(([from, length, id]) => calls(from, from + length, depth - 1).map((inner): Call => ({ id, at: [from, from + length], calls: inner }))), { maxLength: 4 }));
    fc.assert(fc.property(calls(0, 1000, 3), (inner) => {
      const root: Call = { id: 'root', at: [0, 1000], calls: inner };
      const own = criticalPath(tree(root));
      expect([...own.values()].reduce((a, b) => a + b, 0)).toBe(1000);
      for (const { merged: { id, server } } of tree(root)) expect(own.get(id) ?? 0).toBeLessThanOrEqual((server.end ?? 0) - server.start);
    }), { numRuns: 300 });
  });
});
