import { describe, expect, test } from 'vitest';
import type { DecodedExchange } from '../../../sql/exchange.ts';
import { pcap } from '../capture/files.ts';
import { client, decode, decodeSteps, OPENING, records, server, type Step } from '../conversation.ts';
import { call, field, frame, get, grpc, hello, of, ok, path, PREFACE, SETTINGS } from './frames.ts';

const lines = (steps: readonly Step[]): readonly string[] =>
  decodeSteps(steps).rows.map((row) => `${row.method ?? '-'} ${row.target ?? '-'} ${row.status} ${row.outcome}`).toSorted();
const reset = (stream: number, code = 8): string => frame(3, 0, stream, of(0, 0, 0, code));
const goaway = (last: number): string => frame(7, 0, 0, of(0, 0, last >> 8, last & 255, 0, 0, 0, 0));
const promise = (stream: number, promised: number, text: string): string => frame(5, 4, stream, of(0, 0, 0, promised, 0x82, 0x86) + path(text));

describe('streams that end otherwise', () => {
  test.each<[string, readonly Step[], readonly string[]]>([
    ['GOAWAY ends those above its last, not those below', [...hello, client(get(1, '/a') + get(3, '/b') + get(5, '/c')), server(goaway(3)), server(ok(3, 'b') + ok(1, 'a'))],
      ['GET /a 200 complete', 'GET /b 200 complete', 'GET /c 0 unanswered']],
    ['GOAWAY of the client ends nothing', [...hello, client(get(1, '/a') + goaway(0)), server(ok(1, 'a'))], ['GET /a 200 complete']],
    ['a promise asks nothing; its answer is nobody’s', [...hello, client(get(1, '/a')), server(promise(1, 2, '/pushed') + ok(2, 'p') + ok(1, 'a'))], ['- - 200 orphan', 'GET /a 200 complete']],
    ['a promise fills the table', [...hello, client(get(1, '/a')), server(frame(5, 4, 1, of(0, 0, 0, 2, 0x82, 0x86) + field('content-type', 'application/grpc')) + frame(1, 5, 1, of(0x88, 0xbe)))], ['GET /a 200 complete']],
    ['refused by the server', [...hello, client(get(1, '/a')), server(reset(1, 7)), client(get(3, '/a')), server(ok(3, ''))], ['GET /a 0 reset', 'GET /a 200 complete']],
    ['a reset of a stream that is not there', [...hello, client(reset(99)), server(reset(7)), client(get(1, '/a')), server(ok(1, ''))], ['GET /a 200 complete']],
    ['an answer to a stream that was let go is nobody’s',
      [...hello, ...Array.from({ length: 5 }, (_, i) => client(Array.from({ length: 1000 }, (__, k) => get(1 + 2 * (i * 1000 + k), '/r')).join(''))), server(ok(1, 'late'))],
      ['- - 200 orphan', ...Array.from({ length: 5000 }, () => 'GET /r 0 unanswered')]],
  ])('%s', (_, steps, expected) => { expect(lines(steps)).toEqual([...expected].toSorted()); });
});

/** What an exchange says of itself; of one that suffered a loss only what may not become something else. */
const claims = (row: DecodedExchange): string => [row.protocol, row.method, row.target, row.status, row.grpc_status, row.request_bytes, row.response_bytes, row.request_messages, row.response_messages, row.duration_us].join(' ');
const STEPS: readonly Step[] = ([
  client(PREFACE + SETTINGS), server(SETTINGS + frame(4, 1, 0)),
  client(call(1, '/s.S/One') + frame(0, 1, 1, grpc('ask'))), server(frame(1, 4, 1, of(0x88) + field('content-type', 'application/grpc'))),
  client(get(3, '/three')), client(get(5, '/five') + frame(1, 4, 7, of(0x83, 0x86) + path('/seven'))),
  server(ok(5, 'five')), server(frame(0, 0, 1, grpc('one'))), client(frame(0, 1, 7, 'seven asks')),
  server(frame(0, 0, 1, grpc('two')) + frame(1, 5, 1, field('grpc-status', '5'))), server(frame(1, 4, 3, of(0x8d)) + frame(0, 1, 3, 'three')),
  server(ok(7, 'x')), client(get(9, '/nine')), server(ok(9, 'nine')), client(get(11, '/eleven')), server(ok(11, 'eleven')),
] satisfies readonly Step[]).map((step, i) => Object.assign({}, step, { ms: 100 * (i + 1) }));
const WHOLE = new Map(decodeSteps([...OPENING, ...STEPS]).rows.map((row) => [String(row.exchange_id), row]));

const ANSWERS = new Map([...WHOLE.values()].map((row) => [row.target, row.status]));
const without = (steps: readonly Step[], lost: (i: number) => boolean): readonly Step[] => steps.map((step, i) => (lost(i) ? Object.assign({}, step, { lost: true }) : step));

/** Why a row is not one of the undisturbed ones: in all it says where it is complete, and with that request's own answer where it has one. */
const fault = (row: DecodedExchange): string | null => {
  if (row.outcome === 'orphan') return [200, 404, 0].includes(row.status) ? null : 'a status that nobody sent';
  const same = WHOLE.get(String(row.exchange_id));
  if (same === undefined) return 'an exchange that was not';
  if (row.target !== null && row.target !== same.target) return 'another target';
  if (row.method !== null && row.method !== same.method) return 'another method';
  if (row.status > 0 && row.status !== ANSWERS.get(same.target)) return 'the answer of another';
  const full = row.outcome === 'complete' && row.gap_bytes === 0 && row.target !== null && row.status > 0;
  return full && claims(row) !== claims(same) ? `not ${claims(same)}` : null;
};
const faults = (steps: readonly Step[]): readonly string[] => {
  const { rows } = decodeSteps([...OPENING, ...steps]);
  const twice = new Set(rows.map(({ exchange_id: id }) => String(id))).size < rows.length ? ['two rows of one exchange'] : [];
  return [...twice, ...rows.flatMap((row) => { const found = fault(row); return found === null ? [] : [`${claims(row)}: ${found}`]; })];
};

describe('packets in another way', () => {
  const packets = records([...OPENING, ...STEPS]);
  const expected = [...WHOLE.values()].map(claims).toSorted();
  const seen = (list: typeof packets): readonly string[] => decode(pcap(list)).rows.map(claims).toSorted();
  /** Only the time of what came late may differ. */
  const timeless = (list: readonly string[]): readonly string[] => list.map((claim) => claim.replace(/ \S+$/, '')).toSorted();
  test('each sent twice, at every later place', () => {
    for (let one = 3; one < packets.length; one++) {
      for (let place = one + 1; place <= packets.length; place++) expect(seen(packets.toSpliced(place, 0, packets[one]!))).toEqual(expected);
    }
  });
  test('each exchanged with the next', () => {
    for (let one = 3; one + 1 < packets.length; one++) {
      expect(timeless(seen(packets.toSpliced(one, 2, packets[one + 1]!, packets[one]!)))).toEqual(timeless(expected));
    }
  });
  test('each cut in two at every byte', () => {
    for (const [place, step] of STEPS.entries()) {
      const { says = '' } = step;
      for (let at = 1; at < says.length; at++) {
        const pieces = [says.slice(0, at), says.slice(at)].map((piece): Step => Object.assign({}, step, { says: piece }));
        expect(decodeSteps([...OPENING, ...STEPS.slice(0, place), ...pieces, ...STEPS.slice(place + 1)]).rows.map(claims).toSorted()).toEqual(expected);
      }
    }
  });
});

describe('loss', () => {
  test('undisturbed, all six are there', () => {
    expect([...WHOLE.values()].map(({ target, status, outcome }) => `${target} ${status} ${outcome}`).toSorted()).toEqual(
      ['/eleven 200 complete', '/five 200 complete', '/nine 200 complete', '/s.S/One 200 complete', '/seven 200 complete', '/three 404 complete']);
  });
  test('of any one packet, and of any two', () => {
    for (let one = 0; one < STEPS.length; one++) {
      for (let two = one; two < STEPS.length; two++) expect(faults(without(STEPS, (i) => i === one || i === two))).toEqual([]);
    }
  });
  test('of one or nine bytes at every place', () => {
    for (const [place, step] of STEPS.entries()) {
      const { says = '' } = step;
      for (let at = 0; at < says.length; at++) {
        for (const length of [1, 9]) {
          const pieces = [says.slice(0, at), says.slice(at, at + length), says.slice(at + length)];
          const split = pieces.map((piece, i): Step => Object.assign({}, step, { says: piece, lost: i === 1 })).filter((piece) => piece.says !== '');
          expect(faults([...STEPS.slice(0, place), ...split, ...STEPS.slice(place + 1)])).toEqual([]);
        }
      }
    }
  });
  test('of all before any packet: the capture begins there', () => {
    for (let from = 0; from < STEPS.length; from++) expect(faults(without(STEPS, (i) => i < from))).toEqual([]);
  });
  test('of any one packet changes no exchange that had ended before it or began after it', () => {
    const before = [...WHOLE.values()];
    const start = Math.min(...before.map(({ ts }) => ts)) - 300_000;
    for (let lost = 2; lost < STEPS.length; lost++) {
      const at = start + 100_000 * (lost + 1);
      const apart = ({ ts, duration_us: us, outcome }: DecodedExchange): boolean => outcome !== 'orphan' && (ts > at || ts + (us ?? 0) < at);
      const expected = before.filter(apart).map(claims);
      expect(decodeSteps([...OPENING, ...without(STEPS, (i) => i === lost)]).rows.filter(apart).map(claims).filter((row) => expected.includes(row)).toSorted()).toEqual(expected.toSorted());
    }
  });
  test('exchanges after it are found again', () => {
    const { rows } = decodeSteps([...OPENING, ...without(STEPS, (i) => i === 4)]);
    expect(rows.filter(({ outcome }) => outcome === 'complete').map(({ target }) => target)).toEqual(expect.arrayContaining(['/nine', '/eleven']));
  });
});
