import { describe, expect, test } from 'vitest';
import type { ExchangeTokens, Tokens } from '../../../../sql/tokens.ts';
import type { Assignment, Candidate, InstanceWindow } from '../../../../udf/infer/algorithm.ts';
import { model } from '../../../../udf/infer/model/model.ts';
import { REQUESTS, trafficOf } from './traffic.ts';

const sum = ({ scores }: Candidate): number => Object.values(scores ?? {}).reduce((total, nats) => total + nats, 0);
const weighed = (assignments: readonly Assignment[]): readonly (readonly Candidate[])[] => assignments.flatMap(({ candidates = [] }) => (candidates.length > 0 ? [candidates] : []));

const side = (tokens: readonly (readonly [number, number])[]): Tokens =>
  ({ fields: Uint32Array.from(tokens, ([field]) => field), values: Float64Array.from(tokens, ([, value]) => value) });
const crowded = trafficOf(250, 800, REQUESTS['serial']!);
/** What the exchanges of request n carry: by field and value, asked and answered; `at` is the call's place, -1 = the request itself. */
const carrying = (carries: (n: number, at: number) => readonly [asked: readonly (readonly [number, number])[], answered: readonly (readonly [number, number])[]]): InstanceWindow => {
  const { window, truth } = crowded;
  const tokensOf = (id: string, at: number): ExchangeTokens => {
    const [asked, answered] = carries(Number(id.split('-')[1]) + 1, at);
    return { request: side(asked), response: side(answered), kind: 0 };
  };
  return {
    ...window,
    served: Array.from(window.served, (one) => ({ ...one, tokens: tokensOf(one.id, -1) })),
    calls: Array.from(window.calls, (one) => ({ ...one, tokens: tokensOf(truth.get(one.id)!, ['a', 'b', 'c'].indexOf(one.callee)) })),
  };
};

describe('scores by term', () => {
  const told = weighed(model().assign(trafficOf(300, 4_000, REQUESTS['serial']!).window));

  test('are told of every parent that was possible', () => {
    expect(told.length).toBeGreaterThan(50);
    expect(told.flat().filter(({ scores }) => scores === undefined)).toEqual([]);
  });

  test('add up to more for the chosen one than for any other', () => {
    for (const [chosen, ...others] of told) for (const other of others) expect(sum(other)).toBeLessThanOrEqual(sum(chosen!) + 0.05);
  });

  test('are the delay, the order and the rest for a parent, and the rate of such calls for none', () => {
    for (const { parent, scores } of told.flat()) expect(Object.keys(scores ?? {})).toEqual(parent === null ? ['prior'] : ['lag', 'order', 'rest']);
    expect(weighed(model().assign(trafficOf(300, 1_000, REQUESTS['serial']!).window)).flat().find(({ parent }) => parent === null)?.scores).toHaveProperty('prior');
  });

  test.each<[situation: string, term: string, carries: Parameters<typeof carrying>[0]]>([
    ['an id that the request hands to every call', 'token', (n) => [[[1, n]], []]],
    ['an answer that the request answers with', 'echo', (n, at) => [[], at < 0 ? [[9, 10 * n], [9, 10 * n + 1], [9, 10 * n + 2]] : [[5, 10 * n + at]]]],
    ['an id that every call has from the call before', 'sibling', (n, at) => [at < 1 ? [] : [[4, 10 * n + at]], at < 0 ? [[9, 10 * n + 3]] : [[5, 10 * n + at + 1]]]],
  ])('%s speaks as %s', (_, term, carries) => {
    const spoken = weighed(model().assign(carrying(carries))).filter(([chosen]) => (chosen?.scores?.[term] ?? 0) > 2);
    expect(spoken.length).toBeGreaterThan(20);
    for (const [chosen, ...others] of spoken) {
      expect(Math.max(0, ...others.map(({ scores }) => scores?.[term] ?? 0))).toBeLessThanOrEqual((chosen?.scores?.[term] ?? 0) + 0.05);
    }
  });
});
