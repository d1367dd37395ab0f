import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { jsonReader } from '../../../ingest/tokens/json.ts';
import { bytesOf, fieldOf, gathered, ROOT, token } from './read.ts';

const read = jsonReader();
const tokensOf = (text: string): readonly string[] => gathered((into) => { read(bytesOf(text), 0, bytesOf(text).length, ROOT, into); });
const kindOf = (text: string): number => {
  let kind = -1;
  gathered((into) => { kind = read(bytesOf(text), 0, bytesOf(text).length, ROOT, into); });
  return kind;
};

test.each<[situation: string, text: string, tokens: readonly string[]]>([
  ['strings and numbers under their names', '{"id":"a1","n":42}', [token(['id'], 'a1'), token(['n'], '42')]],
  ['a number equals the same digits in a string', '{"id":7,"to":{"id":"7"}}', [token(['id'], '7'), token(['to', 'id'], '7')]],
  ['the place in a list does not matter', '{"ids":["x","y"],"of":[{"id":1},{"id":2}]}', [token(['ids'], 'x'), token(['ids'], 'y'), token(['of', 'id'], '1'), token(['of', 'id'], '2')]],
  ['a value said twice in one field counts once', '[{"a":1},{"a":1}]', [token(['a'], '1')]],
  ['true, false and null say nothing', '{"a":true,"b":false,"c":null,"d":"x"}', [token(['d'], 'x')]],
  ['blanks anywhere', ' {\r\n\t"a" : "x" , "b" : [ 1 ] }\n', [token(['a'], 'x'), token(['b'], '1')]],
  ['signs, points and exponents', '[-1.5e+3,0]', [token([], '-1.5e+3'), token([], '0')]],
  ['escapes as what they stand for', String.raw`{"a":"\u0041\n\"b\"","é":"ü"}`, [token(['a'], 'A\n"b"'), token(['é'], 'ü')]],
  ['an escape that is none', String.raw`{"a":"\x","b":1}`, [token(['b'], '1')]],
  ['a bare scalar', '17', [token([], '17')]],
  ['several texts in a row', '{"a":1}\n{"a":2}\n', [token(['a'], '1'), token(['a'], '2')]],
  ['a text that is cut within a string', '{"a":"x","b":"y', [token(['a'], 'x')]],
  ['a text that is cut within a number', '{"a":"x","b":12', [token(['a'], 'x')]],
  ['empty strings and texts too long are no values', `{"a":"","b":"${'x'.repeat(81)}","c":"${'x'.repeat(80)}"}`, [token(['c'], 'x'.repeat(80))]],
  ['names of secrets, and what is within them', '{"password":"p","session":{"id":"q"},"a":1}', [token(['a'], '1')]],
  ['the name of a type describes', '{"__typename":"User","id":1}', [token(['id'], '1')]],
  ['what looks like a key', `{"a":"${'aB3'.repeat(9)}","b":"Bearer abcdefgh","c":"c"}`, [token(['c'], 'c')]],
  ['what is not JSON after a while', '{"a":1,<html>', [token(['a'], '1')]],
])('%s', (_, text, tokens) => {
  expect(tokensOf(text)).toEqual(tokens);
});

test('nesting has a bound', () => {
  expect(tokensOf(`${'['.repeat(32)}1${']'.repeat(32)}`)).toHaveLength(1);
  expect(tokensOf(`${'['.repeat(33)}1${']'.repeat(33)}`)).toHaveLength(0);
});

test('no more than the bag holds', () => {
  expect(tokensOf(`[${Array.from({ length: 100 }, (__, n) => n).join(',')}]`)).toHaveLength(32);
});

describe('GraphQL', () => {
  const asks = (query: string, rest = ''): string => `{"query":${JSON.stringify(query)}${rest}}`;

  test('the query says what is asked and is no value', () => {
    const text = asks('query A { me { id } }', ',"variables":{"id":"5"}');
    expect(tokensOf(text)).toEqual([token(['variables', 'id'], '5')]);
    expect(kindOf(text)).toBeGreaterThan(0);
    expect(kindOf(text)).toBe(kindOf(asks('query A { me { id } }', ',"variables":{"id":"6"}')));
    expect(kindOf(text)).not.toBe(kindOf(asks('query B { me { id } }')));
  });
  test('values written into the query are values, and it is the same query with others', () => {
    const text = asks('query C { user(id: 5, name: "Ada") { n1 } }');
    expect(tokensOf(text)).toEqual([token(['query'], '5'), token(['query'], 'Ada')]);
    expect(kindOf(text)).toBe(kindOf(asks('query C { user(id: 17, name: "Alan \\"T\\"") { n1 } }')));
    expect(kindOf(text)).not.toBe(kindOf(asks('query C { user(id: 5, name: "Ada") { n2 } }')));
  });
  test('seen again, it is the same', () => {
    const text = asks('query D { me { id } }');
    expect([kindOf(text), kindOf(text), kindOf(text)]).toEqual(Array(3).fill(kindOf(text)));
  });
  test('a search for words is none', () => {
    expect(kindOf('{"query":"red shoes"}')).toBe(0);
    expect(tokensOf('{"query":"red shoes"}')).toEqual([token(['query'], 'red shoes')]);
  });
});

describe('properties', () => {
  const NAME = /__typename|pass|pwd|pin|secret|token|cred|auth|key|sess|cook|csrf|xsrf|jwt|sig|otp|cv|card|iban|ssn|query/i;
  const json = fc.json({ maxDepth: 4, noUnicodeString: false });

  test('any JSON gives its strings and numbers, whatever the blanks', () => {
    fc.assert(fc.property(json, (text) => {
      // Names are told apart as they stand, escapes and all.
      fc.pre(!NAME.test(text) && !text.includes('\\'));
      // Of longer ones some look like card numbers.
      const wanted = new Set<number>();
      const visit = (value: unknown, field: number): void => {
        if (Array.isArray(value)) for (const one of value) visit(one, field);
        else if (value !== null && typeof value === 'object') for (const [name, one] of Object.entries(value)) visit(one, fieldOf([name], field));
        else if (typeof value === 'string' ? value !== '' && bytesOf(value).length < 13 : typeof value === 'number' && String(value).length < 13) wanted.add(field);
      };
      visit(JSON.parse(text), ROOT);
      const found = tokensOf(text);
      const fields = new Set(found.map((one) => Number(one.split(' ')[0])));
      expect(found.length === 32 ? [] : [...wanted].filter((field) => !fields.has(field))).toEqual([]);
      expect(tokensOf(JSON.stringify(JSON.parse(text), null, 3)).length).toBe(tokensOf(JSON.stringify(JSON.parse(text))).length);
    }), { numRuns: 300 });
  });
  test('what is cut off takes values away and adds none', () => {
    fc.assert(fc.property(json, fc.nat(), (text, at) => {
      const cut = text.slice(0, at % (text.length + 1));
      fc.pre(/[[{]/.test(cut.trim().charAt(0)));
      const whole = tokensOf(text);
      for (const one of tokensOf(cut)) expect(whole).toContain(one);
    }), { numRuns: 300 });
  });
  test('random bytes are read to an end', () => {
    const letters = fc.constantFrom(...'{}[]":,\\ \n0-1e.truefalsn/u'.split(''));
    fc.assert(fc.property(fc.array(letters, { maxLength: 200 }), fc.uint8Array({ maxLength: 60 }), (text, tail) => {
      const bytes = Uint8Array.from([...bytesOf(text.join('')), ...tail]);
      expect(gathered((into) => { read(bytes, 0, bytes.length, ROOT, into); }).length).toBeLessThanOrEqual(32);
    }), { numRuns: 1000 });
  });
});
