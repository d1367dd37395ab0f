import { expect, test } from 'vitest';
import type { Call, Served } from '../../../udf/infer/algorithm.ts';
import { fcfs } from '../../../udf/infer/fcfs.ts';
import { withHeaders } from '../../../udf/infer/headers.ts';
import { call, links, served, window } from './situation.ts';

const T1 = { trace: 't1' };
const T2 = { trace: 't2' };

test.each<[situation: string, all: readonly Served[], calls: readonly Call[], expected: string, evidence: string]>([
  ['no headers at all', [served('a', 0, 100)], [call('c', 'x', 10, 20)], 'c>a', 'unique'],
  ['one exchange of the trace', [served('a', 0, 100, T1), served('b', 5, 100, T2)], [call('c', 'x', 10, 20, T2)], 'c>b', 'header'],
  ['the parent has already answered', [served('a', 0, 5, T1), served('b', 6, 100, T2)], [call('c', 'x', 10, 20, T1)], 'c>a', 'header'],
  ['two of the trace, one named', [served('a', 0, 100, { ...T1, span: 's1' }), served('b', 5, 100, { ...T1, span: 's2' })], [call('c', 'x', 10, 20, { ...T1, parent: 's1' })], 'c>a', 'header'],
  ['two of the trace, none named', [served('a', 0, 100, T1), served('b', 5, 100, T1)], [call('c', 'x', 10, 20, T1)], 'c>a', 'timing'],
  ['a trace that nothing served', [served('a', 0, 100, T1)], [call('c', 'x', 10, 20, T2)], 'c>a', 'unique'],
  ['the exchange of the trace starts later', [served('a', 0, 100), served('b', 15, 100, T1)], [call('c', 'x', 10, 20, T1)], 'c>a', 'unique'],
])('%s', (_, all, calls, expected, evidence) => {
  const assignments = withHeaders(fcfs)().assign(window(all, calls));
  expect(links(assignments)).toBe(expected);
  expect(assignments.map((one) => one.evidence)).toEqual([evidence]);
});

test('decided and undecided calls stay in order, and the algorithm knows of both', () => {
  const all = [served('a', 0, 100, T1), served('b', 5, 100)];
  const calls = [call('c', 'x', 10, 20), call('d', 'x', 11, 20, T1)];
  expect(links(withHeaders(fcfs)().assign(window(all, calls)))).toBe('c>a d>a');
});

test('what the algorithm would have said is kept beside what headers say', () => {
  const all = [served('a', 0, 100, T1), served('b', 5, 100, T2)];
  const calls = [call('c', 'x', 10, 20, T2), call('d', 'x', 11, 20, T1)];
  expect(withHeaders(fcfs)().assign(window(all, calls)).map(({ parent, blind }) => `${parent?.id ?? '-'} ${blind?.parent?.id ?? '-'} ${blind?.probability ?? 0}`))
    .toEqual(['b a 0.5', 'a b 0.5']);
});

test('only owned calls are decided by headers', () => {
  const all = [served('a', 0, 100, T1)];
  const calls = [call('c', 'x', 10, 20, T1), call('d', 'x', 30, 40, T1)];
  expect(withHeaders(fcfs)().assign(window(all, calls), { from: 20_000, to: 50_000 }).map(({ call: { id } }) => id)).toEqual(['d']);
});

test.each<[situation: string, second: number, asked: boolean]>([
  ['a second in which it is asked', 0, true],
  ['another', 3, false],
])('where headers decide everything, the algorithm is asked now and then: %s', (_, second, asked) => {
  const at = second * 1_000;
  const assignments = withHeaders(fcfs)().assign(window([served('a', at, at + 100, T1)], [call('c', 'x', at + 10, at + 20, T1)]));
  expect(assignments.map(({ parent, blind }) => `${parent?.id ?? '-'} ${blind === undefined ? 'not asked' : 'asked'}`)).toEqual([`a ${asked ? 'asked' : 'not asked'}`]);
});
