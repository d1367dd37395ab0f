import { describe, expect, test } from 'vitest';
import { frameOf, vocabularyOf } from '../../../../udf/infer/model/frame.ts';
import { findLinks } from '../../../../udf/infer/model/links.ts';
import { model } from '../../../../udf/infer/model/model.ts';
import { calibrationError, REQUESTS, right, trafficOf } from './traffic.ts';
import { both, carrying, type Carries } from './values.ts';

/** Twenty requests open at once: by times alone about one call in three is placed right. */
const crowded = trafficOf(250, 800, REQUESTS['serial']!);
const moderate = trafficOf(250, 12_000, REQUESTS['serial']!);
const alone = right(model().assign(crowded.window), crowded.truth);
const plain = right(model().assign(moderate.window), moderate.truth);

const FLOWS: Readonly<Record<string, Carries>> = {
  'an id that the request hands to every call': (n) => both([[1, n]], []),
  'an id of which each is shared by some requests': (n, _, next) => both([[1, n % 60], [2, Math.floor(next() * 1e9)]], []),
  'an answer that goes into the next call, and the last answer into the request\'s': (n, callee) => {
    if (callee === null) return both([], [[9, 3_000_000 + n]]);
    const at = ['a', 'b', 'c'].indexOf(callee);
    return both(at === 0 ? [] : [[4, at * 1_000_000 + n]], [[5, (at + 1) * 1_000_000 + n]]);
  },
  'lists from which each call takes one': (n, callee) =>
    (callee === null ? both(Array.from({ length: 6 }, (_, i) => [6, 10 * n + i] as const), []) : both([[7, 10 * n + callee.charCodeAt(0) % 6]], [])),
};

describe('values that flow', () => {
  test.each(Object.keys(FLOWS))('%s tells calls apart where times do not', (name) => {
    const window = carrying(crowded, FLOWS[name]!);
    const found = model().assign(window);
    expect(alone).toBeLessThan(0.7);
    // a chain that only its last call ties to the request is known late: its first calls are the hardest
    expect(right(found, crowded.truth)).toBeGreaterThan(name.startsWith('an answer') ? 0.85 : 0.97);
    expect(calibrationError(found, crowded.truth)).toBeLessThan(name.startsWith('an answer') ? 0.1 : 0.03);
    expect(found.filter(({ evidence }) => evidence === 'token').length).toBeGreaterThan(0.2 * found.length);
  });

  const EMPTY: Readonly<Record<string, Carries>> = {
    'constants': () => both([[1, 42], [2, 43]], [[3, 42]]),
    'values that mean nothing': (_n, _c, next) => both([[1, Math.floor(next() * 1e9)]], [[2, Math.floor(next() * 1e9)]]),
    'a few values that fall by chance': (_n, _c, next) => both([[1, Math.floor(next() * 5)], [2, Math.floor(next() * 3)]], [[3, Math.floor(next() * 5)]]),
    'counters that requests and calls have for themselves': (n, callee) => both([[1, callee === null ? n : (7 * n) % 250]], []),
    'none at all': () => both([], []),
  };
  test.each(Object.keys(EMPTY))('%s cost nothing', (name) => {
    const found = model().assign(carrying(moderate, EMPTY[name]!));
    expect(right(found, moderate.truth)).toBeGreaterThan(plain - 0.01);
    expect(calibrationError(found, moderate.truth)).toBeLessThan(0.02);
  });

  test('one exchange in three that carries nothing is placed by times', () => {
    const window = carrying(moderate, (n) => both([[1, n]], []));
    const some = { ...window, calls: window.calls.map((one, i) => (i % 3 === 0 ? moderate.window.calls[i]! : one)) };
    expect(right(model().assign(some), moderate.truth)).toBeGreaterThan(plain - 0.01);
  });

  test('only the ways that values flow are found', () => {
    const window = carrying(crowded, (n, callee) => (callee === null ? both([[1, n], [2, 1_000_042]], []) : both([[3, n], [4, 1_000_042], [5, 2_000_000 + (n % 7)]], [])));
    const links = findLinks(frameOf(window, vocabularyOf(window))).filter(({ source }) => source === 'parent');
    expect(new Set(links.map(({ field, sourceField }) => `${field} ${sourceField}`))).toEqual(new Set(['6 2']));
    for (const { strength } of links) expect(strength).toBeGreaterThan(0.9);
  });
});
