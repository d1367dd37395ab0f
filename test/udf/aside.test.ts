import { describe, expect, test } from 'vitest';
import { micros } from '../../sql/micros.ts';
import { NO_NAMES } from '../../sql/names.ts';
import type { Span } from '../../sql/span.ts';
import { candidateRows, teller, weighedOf } from '../../udf/aside.ts';
import type { Assignment, Change, Inference, Saved } from '../../udf/infer/algorithm.ts';
import { namingLearner } from '../../udf/names/naming.ts';
import { nameRegister } from '../../udf/names/register.ts';
import type { Weighed } from '../../udf/span/forest.ts';
import { exchange } from './exchange.ts';
import { call, served } from './infer/situation.ts';

const [A, B, C] = [served('a', 0, 100), served('b', 0, 100), served('c', 0, 100)];
const assignment = (rest: Partial<Assignment>): Assignment =>
  ({ call: call('x', 'cart', 10, 20), parent: A, probability: 0.7, runnerUp: null, runnerUpProbability: 0, evidence: 'timing', ...rest });
const span = (revision: number): Span => ({ ts: micros(5), tenant: 't', run: 'live', span_id: 'x', revision }) as Span;
const weighed = (...parents: readonly (string | null)[]): readonly Weighed[] => parents.map((parent, n) => ({ parent, probability: 0.5 - n / 10, scores: null }));

test.each<[situation: string, given: Partial<Assignment>, told: readonly string[]]>([
  ['one possible parent', {}, []],
  ['a runner-up', { runnerUp: B, runnerUpProbability: 0.2 }, ['a 0.7', 'b 0.2']],
  ['candidates of its own', { runnerUp: B, candidates: [{ parent: A, probability: 0.7 }, { parent: null, probability: 0.2 }, { parent: C, probability: 0.1 }] }, ['a 0.7', 'null 0.2', 'c 0.1']],
  ['a candidate that left its rivals far behind, and why', { candidates: [{ parent: A, probability: 1, scores: { token: 9 } }] }, ['a 1']],
  ['a candidate without a rival', { candidates: [{ parent: A, probability: 1 }] }, []],
])('candidates of a call with %s', (_, given, told) => {
  expect(weighedOf(assignment(given)).map(({ parent, probability }) => `${parent} ${probability}`)).toEqual(told);
});

describe('rows of span_candidates', () => {
  test.each<[situation: string, revision: number, parents: readonly (string | null)[], rows: readonly string[]]>([
    ['as many as there are', 1, ['a', 'b'], ['1 a 0.5', '2 b 0.4']],
    ['three at most', 1, ['a', 'b', 'c', 'd'], ['1 a 0.5', '2 b 0.4', '3 c 0.3']],
    ['all ranks where rows of an earlier weighing may stand', 2, ['a'], ['1 a 0.5', '2 null 0', '3 null 0']],
  ])('%s', (_, revision, parents, rows) => {
    expect(candidateRows(span(revision), weighed(...parents)).map(({ rank, parent_id, probability }) => `${rank} ${parent_id} ${probability}`)).toEqual(rows);
  });

  test('hold scores as JSON', () => {
    expect(candidateRows(span(1), [{ parent: 'a', probability: 1, scores: { lag: -2.5 } }])[0]?.scores).toBe('{"lag":-2.5}');
  });

  test('are told once a placement, with its span', () => {
    const aside = teller('t', 'live');
    aside.placed('x');
    const told = (id: string) => aside.take([{ ...span(1), span_id: id }], () => weighed('a', 'b')).candidates.length;
    expect([told('y'), told('x'), told('x')]).toEqual([0, 2, 0]);
  });
});

test('the algorithm is held against headers where it was asked too', () => {
  const aside = teller('t', 'live');
  const header = (rest: Partial<Assignment>): Assignment => assignment({ evidence: 'header', ...rest });
  aside.score('10.0.0.1', 'shop', micros(7), [
    assignment({}), header({}), header({ blind: { parent: A, probability: 0.9 } }), header({ blind: { parent: B, probability: 0.5 } }),
    header({ parent: null, blind: { parent: null, probability: 0.25 } }),
  ]);
  aside.score('10.0.0.2', 'cart', micros(7), [assignment({})]);
  expect(aside.take([], () => []).accuracy).toEqual([
    { ts: 7, tenant: 't', run: 'live', instance: '10.0.0.1', service: 'shop', decided: 4, checked: 3, agreed: 2, expected: 0.9 + 0.5 + 0.25 }]);
});

test('changes are events, and what was learnt is handed on to be kept, each with its moment', () => {
  const aside = teller('t', 'live');
  const changes: Change[] = [];
  const saved: Saved[] = [];
  const inference: Inference = { assign: () => [], changes: () => changes.splice(0), save: () => saved.splice(0) };
  const hear = (kind: Change['kind'] | null, second: number): string => {
    if (kind !== null) {
      changes.push({ kind, at: micros(second), calls: 40, shortfall: 1.25 });
      saved.push({ from: micros(second), text: kind });
    }
    aside.hear('10.0.0.1', 'shop', inference);
    const { events, models } = aside.take([], () => []);
    return `${events.map(({ kind: told }) => told).join()} ${models.map(({ ts, instance, text }) => `${ts} ${instance} ${text}`).join()}`;
  };
  expect([hear('learnt', 3), hear('grown', 10), hear(null, 20)]).toEqual(['learnt 3 10.0.0.1 learnt', 'grown 10 10.0.0.1 grown', ' ']);
});

test('an event says what happened to whom, with figures', () => {
  const aside = teller('t', 'live');
  aside.hear('10.0.0.1', 'shop', { assign: () => [], changes: () => [{ kind: 'changed', at: micros(8), calls: 300, shortfall: 1.75 }] });
  expect(aside.take([], () => []).events).toEqual([{
    ts: 8, tenant: 't', service: 'shop', kind: 'changed', instance: '10.0.0.1', calls: 300, shortfall: 1.75,
    detail: 'learnt anew: the exchanges no longer fitted the model; 300 calls, before it 1.75 nats an event short of what was expected',
  }]);
});

test('a name is registered when it is first known and when it changes', () => {
  const naming = namingLearner(NO_NAMES);
  const register = nameRegister('t', naming);
  const names = (from: number): readonly string[] => register(naming.renamed(), micros(from)).map(({ ts, address, port, service, source }) => `${ts} ${address} ${port} ${service} ${source}`);
  naming.see(exchange('a', '10.0.0.9', '10.0.0.1', 0, 10));
  expect(names(1)).toEqual(['1 10.0.0.1 80 10.0.0.1:80 address']);
  expect(names(2)).toEqual([]);
  naming.see(exchange('b', '10.0.0.9', '10.0.0.1', 0, 10, { host: 'shop' }));
  expect(names(3)).toEqual(['3 10.0.0.1 80 shop host']);
});
