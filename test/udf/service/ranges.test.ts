import { expect, test } from 'vitest';
import { micros } from '../../../sql/micros.ts';
import { joinRanges, type Range } from '../../../udf/service/changes.ts';
import { reach } from '../../../udf/service/resume.ts';

const SECOND = 1_000_000;
const ranges = (pairs: readonly (readonly [number, number])[]): readonly Range[] =>
  pairs.map(([from, to]) => ({ from: micros(from * SECOND), to: micros(to * SECOND) }));

test.each<[situation: string, given: readonly (readonly [number, number])[], joined: readonly (readonly [number, number])[]]>([
  ['none', [], []],
  ['apart', [[0, 1], [5, 6]], [[0, 1], [5, 6]]],
  ['overlapping, out of order', [[5, 9], [0, 6]], [[0, 9]]],
  ['one within another', [[0, 10], [2, 3]], [[0, 10]]],
  ['near', [[0, 1], [2, 3]], [[0, 3]]],
])('ranges: %s', (_, given, joined) => { expect(joinRanges(ranges(given))).toEqual(ranges(joined)); });

test.each<[situation: string, given: readonly (readonly [number, number])[], end: number]>([
  ['nothing yet', [], 1],
  ['one stretch', [[0, 5]], 5],
  ['two that meet', [[1, 5], [5, 9]], 9],
  ['a hole', [[1, 5], [6, 9]], 5],
  ['one that starts later', [[3, 9]], 1],
])('inferred without a hole from second 1: %s', (_, given, end) => { expect(reach(micros(SECOND), ranges(given))).toBe(end * SECOND); });
