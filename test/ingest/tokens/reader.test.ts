import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fieldWithin } from '../../../ingest/tokens/keyed-hash.ts';
import type { DecodedExchange } from '../../../sql/exchange.ts';
import type { Tokens } from '../../../sql/tokens.ts';
import { pcap } from '../capture/files.ts';
import { client, decode, decodeSteps, OPENING, records, server, type Step } from '../conversation.ts';
import { hashOf, KEY } from './read.ts';

const READING = { tokenKey: KEY };
const valuesOf = ({ values }: Tokens): readonly number[] => [...values];
const hashes = (...texts: string[]): readonly number[] => texts.map(hashOf);
const post = (body: string, path = '/orders/17'): string => `POST ${path} HTTP/1.1\r\nHost: shop\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
const ok = (body: string, more = ''): string => `HTTP/1.1 200 OK\r\n${more}Content-Length: ${body.length}\r\n\r\n${body}`;
const chunked = (...pieces: string[]): string => `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${pieces.map((one) => `${one.length.toString(16)}\r\n${one}\r\n`).join('')}0\r\n\r\n`;
const read = (steps: readonly Step[]) => decodeSteps([...OPENING, ...steps], READING);
const carried = (steps: readonly Step[]): readonly (readonly [readonly number[], readonly number[]])[] =>
  read(steps).rows.map(({ tokens }) => [valuesOf(tokens!.request), valuesOf(tokens!.response)]);

describe('what an exchange carries', () => {
  test.each<[situation: string, steps: readonly Step[], request: readonly string[], response: readonly string[]]>([
    ['path, query and bodies', [client(post('{"id":"a1"}', '/orders/17?by=me')), server(ok('{"no":5}'))], ['orders', '17', 'me', 'a1'], ['5']],
    ['a form', [client(post('item=x%201')), server(ok(''))], ['orders', '17', 'x 1'], []],
    ['a body in chunks', [client('GET /a HTTP/1.1\r\n\r\n'), server(chunked('{"a":"o', 'ne","b":2', '}'))], ['a'], ['one', '2']],
    ['a body up to the end of the connection', [client('GET /a HTTP/1.1\r\n\r\n'), server('HTTP/1.1 200 OK\r\n\r\n{"a":'), server('"one"}'), { from: 'server', flags: 0x11 }, { from: 'client', flags: 0x11 }], ['a'], ['one']],
    ['a body in two segments', [client(post('{"a":"one"}').slice(0, -5)), client('one"}'.slice(0, 5)), server(ok(''))], ['orders', '17', 'one'], []],
    ['an answer of HEAD has no body', [client('HEAD /a HTTP/1.1\r\n\r\n'), server('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n')], ['a'], []],
    ['no answer', [client('GET /a/1 HTTP/1.1\r\n\r\n'), { from: 'server', flags: 0x11 }, { from: 'client', flags: 0x11 }], ['a', '1'], []],
    ['an answer to nothing', [server(ok('{"a":1}'))], [], ['1']],
    ['a body whose middle is lost: what stands before', [client('GET /a HTTP/1.1\r\n\r\n'), server(ok(`{"a":"one","b":"${'x'.repeat(20)}","c":"three"}`).slice(0, 55)), server('x'.repeat(20), { lost: true }), server(`${'x'.repeat(6)}","c":"three"}`), { from: 'client', ms: 400 }], ['a'], ['one']],
    ['nothing within a CONNECT', [client('CONNECT h:1 HTTP/1.1\r\n\r\n'), server('HTTP/1.1 200 OK\r\n\r\n'), client(post('{"a":1}'))], ['h:1'], []],
  ])('%s', (_, steps, request, response) => {
    const [first] = carried(steps);
    expect(first).toEqual([hashes(...request), hashes(...response)]);
  });

  test('only where it is asked for', () => {
    const { rows } = decodeSteps([...OPENING, client(post('{"a":1}')), server(ok('{"a":1}'))]);
    expect(rows).toHaveLength(1);
    expect(rows[0]).not.toHaveProperty('tokens');
  });
  test('the same value is the same hash on both sides, and at other keys another', () => {
    const steps = [...OPENING, client(post('{"a":"v1"}')), server(ok('{"b":"v1"}'))];
    const [row] = decodeSteps(steps, READING).rows;
    const [other] = decodeSteps(steps, { tokenKey: [1, 2] }).rows;
    expect(valuesOf(row!.tokens!.request).at(-1)).toBe(valuesOf(row!.tokens!.response)[0]);
    expect(valuesOf(other!.tokens!.response)).not.toEqual(valuesOf(row!.tokens!.response));
    expect(other!.tokens!.response.fields).not.toEqual(row!.tokens!.response.fields);
  });
  test('a body seen before carries the same, but with another path that path', () => {
    const steps = ['/a', '/a', '/a', '/b', '/b', '/b'].flatMap((path) => [client(post('{"id":"x7"}', path)), server(ok('{"id":"x7"}'))]);
    expect(carried(steps)).toEqual(['a', 'a', 'a', 'b', 'b', 'b'].map((path) => [hashes(path, 'x7'), hashes('x7')]));
  });
  test('of a long body, the first 16 KiB', () => {
    const body = `{"a":"one","long":"${'x'.repeat(16_384 - 35)}","b":"two","c":"three"}`;
    const pieces = Array.from({ length: Math.ceil(ok(body).length / 1000) }, (__, n) => server(ok(body).slice(n * 1000, n * 1000 + 1000)));
    expect(carried([client('GET /a HTTP/1.1\r\n\r\n'), ...pieces])[0]?.[1]).toEqual(hashes('one', 'two'));
  });
  test('trace headers, cookies and authorization are not among it', () => {
    const headers = 'Host: h1\r\nCookie: c1=c2\r\nAuthorization: Basic b1\r\ntraceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\r\nx-request-id: r1\r\n';
    const [first] = carried([client(`GET /a HTTP/1.1\r\n${headers}\r\n`), server(ok('', 'Set-Cookie: s=1\r\n'))]);
    expect(first).toEqual([hashes('a'), []]);
  });
  test.each([
    ['gzip', '\x1f\x8b\x08\x00zzzz'], ['markup', '<html>1</html>'], ['other', 'all is well'],
  ])('a body of %s is counted, whole or in pieces', (form, body) => {
    const whole = read([client('GET /a HTTP/1.1\r\n\r\n'), server(ok(body))]);
    const pieces = read([client('GET /a HTTP/1.1\r\n\r\n'), server(ok(body).slice(0, -4)), server(body.slice(-4))]);
    for (const { rows, counted } of [whole, pieces]) {
      expect(counted).toMatchObject({ [`tokens_bodies_${form}`]: 1 });
      expect(valuesOf(rows[0]!.tokens!.response)).toEqual([]);
    }
  });
  test('a body of gzip is read, whole or in pieces, again and again', () => {
    const body = gzipSync('{"id":"a1"}').toString('latin1');
    const whole = [client('GET /a HTTP/1.1\r\n\r\n'), server(ok(body))];
    const pieces = [client('GET /a HTTP/1.1\r\n\r\n'), server(ok(body).slice(0, -9)), server(body.slice(-9))];
    expect(carried([...whole, ...whole, ...pieces, ...whole]).map(([, answer]) => answer)).toEqual(Array.from({ length: 4 }, () => hashes('a1')));
  });
  test('what a GraphQL query asks, of the request alone', () => {
    const body = JSON.stringify({ query: 'query A { me { id } }' });
    const [row] = read([client(post(body)), server(ok(body))]).rows;
    expect(row!.tokens!.kind).toBeGreaterThan(0);
    expect(valuesOf(row!.tokens!.request)).toEqual(hashes('orders', '17'));
  });
});

describe('however it comes', () => {
  const talk = [client(post('{"id":"a1","list":[1,22,333],"s":"\\u0041"}', '/orders/17?by=me%20too')), server(chunked('{"no":5,"na', 'me":"Ada"', ',"x":1.5}')),
    client(post('a=1&b=%41')), server(ok('{"a":"b"}')), client('GET /x HTTP/1.1\r\n\r\n'), server(ok('<p>1</p>'))];
  const expected = read(talk);
  const tokensOf = (rows: readonly DecodedExchange[]) => rows.map(({ tokens }) => tokens);
  test('the talk carries something', () => {
    expect(expected.rows.map(({ tokens }) => tokens!.request.values.length + tokens!.response.values.length)).toEqual([11, 5, 1]);
  });
  test('a cut anywhere in a message gives the same', () => {
    talk.forEach(({ from, says }, step) => {
      for (let cut = 1; cut < says!.length; cut++) {
        const steps = talk.toSpliced(step, 1, { from, says: says!.slice(0, cut) }, { from, says: says!.slice(cut) });
        expect(tokensOf(read(steps).rows)).toEqual(tokensOf(expected.rows));
      }
    });
  });
  test('every byte in a segment of its own, or any pieces, give the same, and the same counts', () => {
    const size = fc.constantFrom(1, 2, 3, 7, 50);
    fc.assert(fc.property(size, size, (a, b) => {
      const steps = talk.flatMap(({ from, says }, n) => {
        const length = n % 2 === 0 ? a : b;
        return Array.from({ length: Math.ceil(says!.length / length) }, (_, i) => ({ from, says: says!.slice(i * length, (i + 1) * length) }));
      });
      const { rows, counted } = read(steps);
      expect(tokensOf(rows)).toEqual(tokensOf(expected.rows));
      expect(counted['tokens_bodies_markup']).toBe(expected.counted['tokens_bodies_markup']);
    }), { numRuns: 25 });
  });
  test('a cut of the input gives the same', () => {
    const bytes = pcap(records([...OPENING, ...talk]));
    for (let cut = 1; cut < bytes.length; cut += 41) expect(tokensOf(decode(bytes, [cut], READING).rows)).toEqual(tokensOf(expected.rows));
  });
  test('changed and random bytes never throw, and rows are what they are without', () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.nat(talk.length - 1), fc.nat(200), fc.nat(255)), { minLength: 1, maxLength: 20 }), (changes) => {
      const steps = talk.map(({ from, says = '' }) => ({ from, says }));
      for (const [step, at, byte] of changes) {
        const { says } = steps[step]!;
        steps[step]!.says = `${says.slice(0, at % says.length)}${String.fromCharCode(byte)}${says.slice((at % says.length) + 1)}`;
      }
      const bare = ({ tokens, ...row }: DecodedExchange): unknown => ({ ...row, tokens: tokens === undefined ? 0 : 0 });
      expect(read(steps).rows.map(bare)).toEqual(decodeSteps([...OPENING, ...steps]).rows.map(bare));
    }), { numRuns: 100 });
  });
});

test('fields of path, query and body are told apart', () => {
  const [row] = read([client(post('{"a":"7"}', '/7?a=7')), server(ok(''))]).rows;
  const { fields, values } = row!.tokens!.request;
  expect([...values]).toEqual(hashes('7', '7', '7'));
  expect(new Set(fields).size).toBe(3);
  expect(fieldWithin(0, 5)).toBe(0);
});
