import { expect, test } from 'vitest';
import type { Value } from '../../sql/read/query.ts';
import { explanation } from '../../docker/explanation.ts';

const span = (id: string, at: number, rest: Readonly<Record<string, Value>> = {}): Readonly<Record<string, Value>> => ({
  ts: '2026-01-01T00:00:00.000000Z', ts_us: at, tenant: 'default', run: 'live', span_id: id, parent_id: null, trace_id: 't', service: 'shop', method: 'GET', route: '/buy', status: 200,
  parent_service: '(outside)', duration_us: 5_000, probability: 1, evidence: 'none', runner_up_id: null, runner_up_probability: null, ...rest,
});
const PARENTS = new Map([['a', span('a', 100)], ['b', span('b', 900)]]);

test('the parent, what decided, and every candidate with its scores', () => {
  const child = span('c', 1_100, { service: 'cart', route: '/cart', parent_service: 'shop', parent_id: 'a', probability: 0.9, evidence: 'timing', runner_up_id: 'b', runner_up_probability: 0.08 });
  const candidates = [
    { parent_id: 'a', probability: 0.9, scores: '{"order":-0.5,"lag":2.25}' }, { parent_id: 'b', probability: 0.08, scores: null }, { parent_id: null, probability: 0.02, scores: null },
  ];
  const lines = explanation({ span: child, candidates, parents: PARENTS }).split('\n');
  expect(lines.slice(0, 4)).toEqual([
    'c: cart GET /cart, status 200',
    'sent 2026-01-01T00:00:00.000000Z by shop, 5.00 ms; tenant default, run live, trace t',
    'parent a, shop GET /buy',
    '90.0 % sure; decided by timing: the times at which it was sent and answered',
  ]);
  expect(lines.slice(6).map((line) => line.split(/ {2,}/).map((cell) => cell.trim()).filter((cell) => cell !== ''))).toEqual([
    ['1', '90.0 %', 'shop GET /buy', 'a', '1.00 ms before it', '5.00 ms', 'lag 2.25, order -0.50'],
    ['2', '8.0 %', 'shop GET /buy', 'b', '200 µs before it', '5.00 ms'],
    ['3', '2.0 %', '(none: a root)'],
  ]);
});

test.each<[situation: string, rest: Readonly<Record<string, Value>>, says: RegExp]>([
  ['a root', {}, /no parent: a root[^]*It had no other choice/],
  ['an only parent', { parent_id: 'a', evidence: 'unique' }, /parent a, shop GET \/buy[^]*nothing else was being served[^]*It had no other choice/],
  ['a runner-up without weighed candidates', { parent_id: 'a', probability: 0.5, runner_up_id: 'b', runner_up_probability: 0.5, evidence: 'timing' }, /2 +50\.0 % +shop GET \/buy +b/],
  ['a parent that values told, with what they spoke', { parent_id: 'a', probability: 0.97, evidence: 'token' }, /97\.0 % sure; decided by token: values that it carries flowed from there/],
  ['a parent past its retention', { parent_id: 'gone', evidence: 'timing' }, /\(no longer stored\) +gone/],
])('%s', (_, rest, says) => { expect(explanation({ span: span('c', 1_100, rest), candidates: [], parents: PARENTS })).toMatch(says); });
