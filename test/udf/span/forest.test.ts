import { describe, expect, test } from 'vitest';
import { forest, uprooted, type Placement } from '../../../udf/span/forest.ts';
import { selfTime } from '../../../udf/span/self-time.ts';
import { traceId } from '../../../udf/span/trace-id.ts';
import { micros } from '../../../sql/micros.ts';

const placed = (id: string, parent: string | null, probability = 1): Placement =>
  ({ id, parent, probability, runnerUp: null, runnerUpProbability: 0, evidence: 'timing', candidates: [] });

describe('a forest', () => {
  test('knows no root while an ancestor is not placed', () => {
    const trees = forest();
    trees.place(placed('c', 'b'));
    expect(trees.rootOf('c')).toBeNull();
    trees.place(placed('b', 'a'));
    expect(trees.rootOf('c')).toBeNull();
    trees.place(placed('a', null));
    expect(trees.rootOf('c')).toBe('a');
    expect(trees.treeOf('a')).toEqual(['a', 'b', 'c']);
  });

  test('moves a subtree with its top', () => {
    const trees = forest();
    for (const one of [placed('a', null), placed('b', null), placed('c', 'a'), placed('d', 'c')]) trees.place(one);
    trees.place(placed('c', 'b'));
    expect([trees.treeOf('a'), trees.treeOf('b')]).toEqual([['a'], ['b', 'c', 'd']]);
    expect([...trees.roots()]).toEqual(['a', 'b']);
  });

  test.each<[situation: string, placements: readonly Placement[], root: string]>([
    ['two that name each other', [placed('a', 'b', 0.9), placed('b', 'a', 0.4)], 'b'],
    ['equal links: the smallest id', [placed('b', 'a', 0.5), placed('a', 'b', 0.5)], 'a'],
    ['three in a ring', [placed('a', 'b', 0.9), placed('b', 'c', 0.8), placed('c', 'a', 0.2)], 'c'],
    ['itself', [placed('a', 'a', 0.9)], 'a'],
  ])('cuts a circle at its least likely link: %s', (_, placements, root) => {
    const trees = forest();
    for (const one of placements) trees.place(one);
    expect([...trees.roots()]).toEqual([root]);
    expect(trees.treeOf(root)).toHaveLength(placements.length);
    expect(trees.get(root)).toMatchObject({ parent: null, runnerUp: placements.find(({ id }) => id === root)?.parent });
  });

  test('what a circle cut comes back when it is none any more, or when another link has become the weakest', () => {
    const trees = forest();
    trees.place(placed('b', 'a', 1));
    trees.place(placed('a', 'b', 1));
    expect([...trees.roots()]).toEqual(['a']);
    expect(trees.place(placed('b', 'a', 0.5))).toEqual(['a', 'b']);
    expect([...trees.roots()]).toEqual(['b']);
    trees.place(placed('c', null));
    trees.place(placed('b', 'c'));
    expect(trees.get('a')).toMatchObject({ parent: 'b' });
    expect([...trees.roots()]).toEqual(['c']);
  });

  test('forgets what is deleted', () => {
    const trees = forest();
    trees.place(placed('a', null));
    trees.place(placed('b', 'a'));
    trees.delete('b');
    expect([trees.treeOf('a'), trees.get('b')]).toEqual([['a'], null]);
  });
});

test('a link that is cut stays as the runner-up', () => {
  expect(uprooted({ ...placed('a', 'b', 0.4), runnerUp: 'c', runnerUpProbability: 0.25 }))
    .toEqual({ id: 'a', parent: null, probability: expect.closeTo(0.35), runnerUp: 'b', runnerUpProbability: 0.4, evidence: 'none', candidates: [] });
});

test.each<[situation: string, end: number | null, calls: readonly (readonly [number, number | null])[], self: number | null]>([
  ['no calls', 100, [], 100],
  ['one call', 100, [[10, 30]], 80],
  ['two parallel calls', 100, [[10, 30], [20, 40]], 70],
  ['one within another, out of order', 100, [[20, 25], [10, 40]], 70],
  ['a call that outlives it', 100, [[90, 200]], 90],
  ['a call before it', 100, [[-20, -10]], 100],
  ['a call without an answer', 100, [[60, null]], 60],
  ['no end of its own', null, [[10, 20]], null],
])('self time: %s', (_, end, calls, self) => {
  const times = (start: number, until: number | null) => ({ start: micros(start), end: until === null ? null : micros(until) });
  expect(selfTime(times(0, end), calls.map(([from, to]) => times(from, to)))).toBe(self);
});

describe('a trace id', () => {
  const at = micros(1_763_712_000_123_456);

  test('is a UUIDv7 that holds the time', () => {
    const id = traceId(at, 'root');
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(parseInt(id.replaceAll('-', '').slice(0, 12), 16)).toBe(1_763_712_000_123);
    expect(parseInt(id.slice(15, 18), 16)).toBe(Math.floor(0.456 * 4096));
  });

  test('sorts by time and differs by root', () => {
    expect(traceId(at, 'root') < traceId(micros(at + 1), 'root')).toBe(true);
    expect(new Set(Array.from({ length: 20_000 }, (_, n) => traceId(at, `root ${n}`))).size).toBe(20_000);
    expect(traceId(at, 'root')).toBe(traceId(at, 'root'));
  });
});
