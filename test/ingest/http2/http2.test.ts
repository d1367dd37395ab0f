import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { client, decodeSteps, OPENING, records, decode, server, type Step } from '../conversation.ts';
import { pcap } from '../capture/files.ts';
import { call, field, frame, get, grpc, hello, of, ok, path, PREFACE, SETTINGS } from './frames.ts';

const brief = (steps: readonly Step[]): readonly string[] => decodeSteps(steps).rows
  .map((row) => [row.protocol, row.method ?? '-', row.target ?? '-', row.status, row.outcome, `${row.request_bytes}/${row.response_bytes}`, row.grpc_status ?? '', row.response_messages ?? ''].join(' ').trim()).toSorted();

describe('one connection', () => {
  test.each<[string, readonly Step[], readonly string[]]>([
    ['prior knowledge', [...hello, client(get(1, '/a')), server(ok(1, 'hi'))], ['h2 GET /a 200 complete 0/2']],
    ['the server speaks first', [...OPENING, server(SETTINGS), client(PREFACE + SETTINGS + get(1, '/a')), server(ok(1, 'hi'))], ['h2 GET /a 200 complete 0/2']],
    ['a preface in two segments', [...OPENING, client(PREFACE.slice(0, 5)), client(PREFACE.slice(5) + SETTINGS + get(1, '/a')), server(SETTINGS + ok(1, ''))], ['h2 GET /a 200 complete 0/0']],
    ['answers in another order', [...hello, client(get(1, '/a') + get(3, '/b')), server(ok(3, 'bb') + ok(1, 'a'))], ['h2 GET /a 200 complete 0/1', 'h2 GET /b 200 complete 0/2']],
    ['padding is no content', [...hello, client(get(1, '/a')), server(frame(1, 4, 1, of(0x88)) + frame(0, 9, 1, `${of(3)}hixxx`))], ['h2 GET /a 200 complete 0/2']],
    ['1xx is not final', [...hello, client(get(1, '/a')), server(frame(1, 4, 1, of(0x48, 3) + '103') + ok(1, 'x'))], ['h2 GET /a 200 complete 0/1']],
    ['a head in three frames', [...hello, client(frame(1, 1, 1, of(0x82)) + frame(9, 0, 1, of(0x86)) + frame(9, 4, 1, path('/c'))), server(ok(1, ''))], ['h2 GET /c 200 complete 0/0']],
    ['gRPC with trailers', [...hello, client(call(1, '/s.S/M') + frame(0, 1, 1, grpc('ask'))), server(frame(1, 4, 1, of(0x88)) + frame(0, 0, 1, grpc('one') + grpc('two')) + frame(1, 5, 1, field('grpc-status', '5')))],
      ['grpc POST /s.S/M 200 complete 8/16 5 2']],
    ['reset by the client without an answer', [...hello, client(get(1, '/a')), client(frame(3, 0, 1, of(0, 0, 0, 8)))], ['h2 GET /a 0 reset 0/0']],
    ['an answer that crossed the reset', [...hello, client(get(1, '/a')), client(frame(3, 0, 1, of(0, 0, 0, 8))), server(ok(1, 'x'))], ['h2 GET /a 200 complete 0/1']],
    ['reset within the answer', [...hello, client(get(1, '/a')), server(frame(1, 4, 1, of(0x88))), server(frame(3, 0, 1, of(0, 0, 0, 2)))], ['h2 GET /a 200 reset 0/0']],
    ['begun before the capture', [client(get(7, '/a')), server(ok(7, 'hi'))], ['h2 GET /a 200 complete 0/2']],
    ['begun before the capture, a path from the unknown table', [client(frame(1, 5, 7, of(0x82, 0x86, 0xbe))), client(get(9, '/b')), server(ok(7, '') + ok(9, 'b'))], ['h2 GET - 200 complete 0/0', 'h2 GET /b 200 complete 0/1']],
    ['a lost body costs its bytes', [...hello, client(get(1, '/a')), server(frame(1, 4, 1, of(0x88)) + frame(0, 1, 1, 'abcdef').slice(0, 11)), server('cd', { lost: true }), server('ef'), client(get(3, '/b'), { ms: 400 }), server(ok(3, 'x'))],
      ['h2 GET /a 200 complete 0/6', 'h2 GET /b 200 complete 0/1']],
    ['a preface after HTTP/1 whose 101 was lost asks nothing', [...OPENING, client('GET /u HTTP/1.1\r\nHost: x\r\nUpgrade: h2c\r\n\r\n'), client(PREFACE)], ['http/1.1 GET /u 0 unanswered 0/0']],
    ['within a CONNECT tunnel', [...OPENING, client('CONNECT h:1 HTTP/1.1\r\n\r\n'), server('HTTP/1.1 200 OK\r\n\r\n'), client(PREFACE + SETTINGS + get(1, '/in'))], ['http/1.1 CONNECT h:1 200 complete 0/0']],
  ])('%s', (_, steps, expected) => { expect(brief(steps)).toEqual([...expected].toSorted()); });
});

describe('an upgrade (h2c)', () => {
  const asks = client('GET /u HTTP/1.1\r\nHost: x\r\nUpgrade: h2c\r\n\r\n');
  const agrees = `HTTP/1.1 101 Switching Protocols\r\n\r\n${SETTINGS}`;
  const ids = (steps: readonly Step[]): readonly string[] => decodeSteps(steps).rows.filter(({ target }) => target === '/u').map(({ ts, tap, exchange_id: id }) => `${ts} ${tap} ${String(id)}`);
  const final: readonly Step[] = [...OPENING, asks, server(agrees + ok(1, 'up')), client(PREFACE + SETTINGS + get(3, '/v')), server(ok(3, ''))];
  test('the final answer writes the row of the 101 again: one key', () => {
    expect(decodeSteps(final).rows.map(({ protocol, target, status, outcome }) => [protocol, target, status, outcome].join(' '))).toEqual(
      ['http/1.1 /u 101 complete', 'h2 /u 200 complete', 'h2 /v 200 complete']);
    expect(new Set(ids(final)).size).toBe(1);
  });
  test('where the final answer is not seen, the 101 stays', () => {
    expect(brief([...OPENING, asks, server(agrees), client(PREFACE + SETTINGS + get(3, '/v')), server(ok(3, ''))])).toEqual(['h2 GET /v 200 complete 0/0', 'http/1.1 GET /u 101 complete 0/0']);
  });
  test('the client stops it', () => {
    expect(brief([...OPENING, asks, server(agrees), client(PREFACE + SETTINGS + frame(3, 0, 1, of(0, 0, 0, 8)))])).toEqual(['http/1.1 GET /u 101 complete 0/0']);
  });
});

const ASKS = PREFACE + SETTINGS + call(1, '/s.S/M') + frame(0, 1, 1, grpc('ask')) + get(3, '/b');
const TELLS = SETTINGS + frame(1, 4, 1, of(0x88)) + frame(0, 0, 1, grpc('one')) + frame(1, 5, 1, field('grpc-status', '0')) + ok(3, 'x');
const EXPECTED = ['grpc POST /s.S/M 200 complete 8/8 0 1', 'h2 GET /b 200 complete 0/1'];

test('every cut into segments gives the same exchanges', () => {
  for (let cut = 1; cut < ASKS.length; cut++) expect(brief([...OPENING, client(ASKS.slice(0, cut)), client(ASKS.slice(cut)), server(TELLS)])).toEqual(EXPECTED);
  for (let cut = 1; cut < TELLS.length; cut++) expect(brief([...OPENING, client(ASKS), server(TELLS.slice(0, cut)), server(TELLS.slice(cut))])).toEqual(EXPECTED);
});

test('mutated bytes never throw', () => {
  const whole = records([...OPENING, client(ASKS), server(TELLS)]);
  fc.assert(fc.property(fc.array(fc.tuple(fc.nat(whole.length - 1), fc.integer({ min: 54, max: 400 }), fc.nat(255)), { minLength: 1, maxLength: 20 }), (changes) => {
    const list = whole.map((record) => Object.assign({}, record, { frame: Array.from(record.frame) }));
    for (const [packet, at, value] of changes) list[packet]!.frame[at % list[packet]!.frame.length] = value;
    expect(decode(pcap(list)).rows.length).toBeLessThan(20);
  }), { numRuns: 500 });
});
