import { expect, test } from 'vitest';
import { micros } from '../../../sql/micros.ts';
import type { Value } from '../../../sql/read/query.ts';
import { ALL_EVIDENCE } from '../../../udf/infer/evidence.ts';
import { checkRequest, windowsIn } from '../../../udf/service/request.ts';

const GOOD = { run: 'try-1', algorithm: 'fcfs', tenant: 'acme', from_ts: 10, to_ts: 20, min_confidence: 0.5, evidence: 'timing, header' };

test('a request says what it means', () => {
  expect(checkRequest(GOOD)).toEqual({ kind: 'good', request: { run: 'try-1', algorithm: 'fcfs', tenant: 'acme', from: 10, to: 20, minConfidence: 0.5, evidence: new Set(['timing', 'header']) } });
});

test('what is left out is the live run of the model over everyone', () => {
  expect(checkRequest({ run: null, algorithm: null, tenant: null, from_ts: 10, to_ts: 20, min_confidence: null }))
    .toEqual({ kind: 'good', request: { run: 'live', algorithm: 'model', tenant: null, from: 10, to: 20, minConfidence: 0, evidence: ALL_EVIDENCE } });
});

test.each<[situation: string, given: Readonly<Record<string, Value>>, problem: RegExp]>([
  ['an unknown algorithm', { algorithm: 'guess' }, /no algorithm "guess".*nesting, fcfs, arrival, model/],
  ['a run with a space', { run: 'my run' }, /"my run" does not do.*letters, digits/],
  ['no start', { from_ts: null }, /from_ts is missing/],
  ['no end', { to_ts: null }, /to_ts is missing/],
  ['an end before its start', { to_ts: 5 }, /empty.*earlier than to_ts/],
  ['evidence of another kind', { evidence: 'timing,luck' }, /evidence is "timing,luck".*timing, token, header.*may be left out/],
  ['a confidence beyond 1', { min_confidence: 2 }, /min_confidence is 2.*from 0 to 1/],
])('%s is answered with what to write instead', (_, given, problem) => {
  const checked = checkRequest({ ...GOOD, ...given });
  expect(checked.kind === 'bad' ? checked.problem : '').toMatch(problem);
});

test.each([
  ['a whole window', 10, 20, 1], ['across a border', 15, 25, 2], ['within one', 11, 12, 1], ['three', 10, 40, 3],
])('windows of a stretch: %s', (_, from, to, windows) => { expect(windowsIn({ from: micros(from), to: micros(to) }, 10)).toBe(windows); });
