import { array, assert, nat, property, tuple } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { layered, type Layout } from '../../../udf/page/layout.ts';

const place = (names: readonly string[], calls: readonly (readonly [string, string])[]): Layout => layered(
  names.map((id) => ({ id, width: 100, height: 38 })),
  calls.map(([source, target]) => ({ id: `${source}>${target}`, source, target, width: 90, height: 17 })),
);
const x = (layout: Layout, name: string): number => layout.boxes.get(name)?.x ?? Number.NaN;

describe('layers', () => {
  test('callers stand left of what they call', () => {
    const layout = place(['a', 'b', 'c'], [['a', 'b'], ['b', 'c'], ['a', 'c']]);
    expect(x(layout, 'a')).toBeLessThan(x(layout, 'b'));
    expect(x(layout, 'b')).toBeLessThan(x(layout, 'c'));
  });

  test('a line leaves and enters in the middle of a side and passes through its label', () => {
    const { boxes, routes } = place(['a', 'b'], [['a', 'b']]);
    const [a, b, route] = [boxes.get('a'), boxes.get('b'), routes.get('a>b')];
    expect(route?.points[0]).toEqual({ x: (a?.x ?? 0) + 50, y: a?.y });
    expect(route?.points.at(-1)).toEqual({ x: (b?.x ?? 0) - 50, y: b?.y });
    expect(route?.points).toContainEqual(route?.label);
  });

  test.each<[situation: string, names: readonly string[], calls: readonly (readonly [string, string])[]]>([
    ['two services that call each other', ['a', 'b'], [['a', 'b'], ['b', 'a']]],
    ['a service that calls itself', ['a'], [['a', 'a']]],
    ['services without calls', ['a', 'b'], []],
    ['names of Object.prototype', ['__proto__', 'constructor', 'toString'], [['__proto__', 'constructor'], ['constructor', 'toString'], ['toString', '__proto__']]],
    ['nothing', [], []],
  ])('places %s', (_, names, calls) => {
    const layout = place(names, calls);
    expect([...layout.boxes.keys()]).toEqual(names);
    for (const { points, label } of layout.routes.values()) {
      expect(points.length).toBeGreaterThan(1);
      for (const point of [...points, label]) expect(Number.isFinite(point.x) && Number.isFinite(point.y)).toBe(true);
    }
  });

  test('boxes never overlap', () => {
    assert(property(array(tuple(nat(7), nat(7)), { maxLength: 14 }), (pairs) => {
      const calls = [...new Map(pairs.map(([a, b]) => [`${a}>${b}`, [`s${a}`, `s${b}`] as const])).values()];
      const boxes = [...place([...new Set(calls.flat())], calls).boxes.values()];
      for (const [i, a] of boxes.entries()) {
        for (const b of boxes.slice(i + 1)) {
          expect(Math.abs(a.x - b.x) >= (a.width + b.width) / 2 - 0.5 || Math.abs(a.y - b.y) >= (a.height + b.height) / 2 - 0.5).toBe(true);
        }
      }
    }), { numRuns: 40 });
  });
});
