import { expect, test } from 'vitest';
import type { Tokens } from '../../../sql/tokens.ts';
import type { Algorithm, InstanceWindow } from '../../../udf/infer/algorithm.ts';
import { ALL_EVIDENCE, type EvidenceTerms } from '../../../udf/infer/evidence.ts';
import { fcfs } from '../../../udf/infer/fcfs.ts';
import { inferExchanges, parentLine } from '../../../udf/offline/exchanges.ts';
import { exchange } from '../exchange.ts';

const [OUTSIDE, SHOP, CART] = ['10.0.0.9', '10.0.0.1', '10.0.0.2'] as const;
const side = (...values: number[]): Tokens => ({ fields: Uint32Array.from(values, () => 7), values: Float64Array.from(values) });
const tokens = { request: side(1), response: side(2), kind: 0 };

test('a stream names an exchange beside its place in the capture: two requests can begin in one packet', () => {
  const rows = [exchange('r', OUTSIDE, SHOP, 0, 100), exchange('a', SHOP, CART, 10, 20, { stream: 1 }), exchange('b', SHOP, CART, 10, 30, { stream: 3 })];
  const lines = inferExchanges(rows, { algorithm: fcfs }).map((one) => JSON.parse(parentLine(one)) as unknown);
  const root = { client: `${OUTSIDE}:40000`, server: `${SHOP}:80`, t_req_us: 0 };
  const call = { client: `${SHOP}:40000`, server: `${CART}:80`, t_req_us: 10 };
  expect(lines).toMatchObject([{ ...root, parent: null }, { ...call, stream: 1, parent: root }, { ...call, stream: 3, parent: root }]);
  expect(lines[0]).not.toHaveProperty('stream');
});

test.each<[terms: EvidenceTerms, tokens: boolean, parent: string]>([
  [ALL_EVIDENCE, true, 'second'],
  [new Set(['timing', 'token']), true, 'none'],
  [new Set(['timing', 'header']), false, 'second'],
])('going by %o the algorithm sees values: %s; the parent is %s', (evidence, withTokens, parent) => {
  const seen: InstanceWindow[] = [];
  const noParent: Algorithm = () => ({
    assign: (window) => {
      seen.push(window);
      return window.calls.map((call) => ({ call, parent: null, probability: 1, runnerUp: null, runnerUpProbability: 0, evidence: 'none' }));
    },
  });
  const hinted = { trace_hint: 't', span_hint: null, parent_hint: null };
  const rows = [exchange('first', OUTSIDE, SHOP, 0, 100, { tokens }), exchange('second', OUTSIDE, SHOP, 1, 100, { tokens, ...hinted }), exchange('call', SHOP, CART, 10, 20, { tokens, ...hinted })];
  const inferred = inferExchanges(rows, { algorithm: noParent, evidence });
  expect(inferred.at(-1)?.parent?.id ?? 'none').toBe(parent);
  expect(seen).toHaveLength(1);
  for (const { served, calls } of seen) expect([...served, ...calls].map((one) => one.tokens !== undefined)).toEqual([withTokens, withTokens, withTokens]);
});
