import { expect, test } from 'vitest';
import { evidenceFrom, evidenceText } from '../../../udf/infer/evidence.ts';

test.each([
  ['all of them, in any order', 'header,timing,token', 'timing,token,header'],
  ['with spaces', 'timing, token', 'timing,token'],
  ['timing alone', 'timing', 'timing'],
  ['one twice', 'timing,timing', 'timing'],
])('%s', (_, text, means) => {
  expect(evidenceText(evidenceFrom(text) ?? new Set())).toBe(means);
});

test.each([
  ['nothing', ''],
  ['a word that is no evidence', 'timing,luck'],
  ['a list that ends in a comma', 'timing,'],
  ['no timing', 'token,header'],
])('%s is refused', (_, text) => {
  expect(evidenceFrom(text)).toBeNull();
});
