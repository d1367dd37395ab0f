import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formTokens, isForm } from '../../../ingest/tokens/form.ts';
import { targetTokens } from '../../../ingest/tokens/target.ts';
import { bytesOf, gathered, ROOT, token } from './read.ts';

const PATH = 11;
const formOf = (text: string, whole = true): readonly string[] => gathered((into) => { formTokens(bytesOf(text), 0, bytesOf(text).length, ROOT, into, whole); });
const readTarget = targetTokens(PATH, ROOT);
const targetOf = (target: string): readonly string[] => gathered((into) => { readTarget(target, into); });
const segment = (place: number, value: string): string => token([place], value, PATH);

test.each<[situation: string, text: string, tokens: readonly string[]]>([
  ['pairs', 'a=1&b=two', [token(['a'], '1'), token(['b'], 'two')]],
  ['semicolons between them', 'a=1;b=2', [token(['a'], '1'), token(['b'], '2')]],
  ['percent and plus', 'a%5Bx%5D=211%2C653&n=John+Smith%21', [token(['a[x]'], '211,653'), token(['n'], 'John Smith!')]],
  ['a percent sign that is none', 'a=50%&b=%zz%4', [token(['a'], '50%'), token(['b'], '%zz%4')]],
  ['names alone, empty values and names', 'a&b=&=c&d=1', [token(['d'], '1')]],
  ['true and false', 'a=true&b=FALSE&c=truer', [token(['c'], 'truer')]],
  ['an equals sign in a value', 'a=b=c', [token(['a'], 'b=c')]],
  ['secrets', 'access_token=1&pwd=2&a=3', [token(['a'], '3')]],
])('a form: %s', (_, text, tokens) => {
  expect(formOf(text)).toEqual(tokens);
});

test('of a form whose end is missing, the last value may go on', () => {
  expect(formOf('a=1&b=2', false)).toEqual([token(['a'], '1')]);
});

test.each<[situation: string, target: string, tokens: readonly string[]]>([
  ['segments by their place', '/users/42', [segment(1, 'users'), segment(2, '42')]],
  ['and the query', '/route?pickup=1%2C2', [segment(1, 'route'), token(['pickup'], '1,2')]],
  ['percent, but plus is plus', '/a%20b+c', [segment(1, 'a b+c')]],
  ['empty segments have no place', '//a///b/', [segment(1, 'a'), segment(2, 'b')]],
  ['the absolute form', 'http://u:p@shop:80/a?b=1', [segment(1, 'a'), token(['b'], '1')]],
  ['the absolute form without a path', 'http://shop?b=1', [token(['b'], '1')]],
  ['a fragment', '/a#b?c=1', [segment(1, 'a')]],
  ['asterisk', '*', [segment(1, '*')]],
  ['a token in a link', `/reset/${'aB3'.repeat(9)}/x`, [segment(1, 'reset'), segment(3, 'x')]],
  ['a target of which only a part is read', `/a?b=${'1'.repeat(9)}&${'x'.repeat(2040)}=1`, [segment(1, 'a'), token(['b'], '1'.repeat(9))]],
])('a target: %s', (_, target, tokens) => {
  expect(targetOf(target)).toEqual(tokens);
});

test.each([['a=1', true], ['a%20b=1&c', true], ['=1', false], ['hello world=1', false], ['{"a"=', false], ['plain', false], ['', false]])('%s is a form: %s', (text, form) => {
  expect(isForm(bytesOf(text), 0, bytesOf(text).length)).toBe(form);
});

describe('properties', () => {
  test('URLSearchParams says the same', () => {
    const word = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 6 });
    fc.assert(fc.property(fc.array(fc.tuple(word, word), { maxLength: 8 }), (pairs) => {
      const plain = pairs.filter(([name, value]) => !/pin|pwd|sig|otp|cv|ssn|jwt|^true$|^false$/i.test(`${name} ${value}`));
      const wanted = plain.map(([name, value]) => token([name], value));
      expect(formOf(new URLSearchParams(plain).toString())).toEqual([...new Set(wanted)]);
    }), { numRuns: 300 });
  });
  test('random targets and forms are read to an end', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 3000 }), (text) => {
      expect(targetOf(text).length).toBeLessThanOrEqual(32);
      expect(formOf(text).length).toBeLessThanOrEqual(32);
    }), { numRuns: 300 });
  });
});
