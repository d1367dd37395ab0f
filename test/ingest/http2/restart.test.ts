import { describe, expect, test } from 'vitest';
import type { DecodedExchange } from '../../../sql/exchange.ts';
import { client, decodeSteps, OPENING, server, type Step } from '../conversation.ts';
import { field, frame, grpc, of, path, PREFACE, SETTINGS } from './frames.ts';

/** As gRPC libraries do: the first call inserts what all others then name by index, here `:path` last, so newest. */
const CALLS = 12;
const SECOND_SET = 8;
const INSERTS = of(0x83, 0x86) + field('content-type', 'application/grpc') + path('/s.S/First');
const NAMES = of(0x83, 0x86, 0xbf, 0xbe);
/** From here on the table is emptied (RFC 7541 §6.3) and filled again. */
const INSERTS_AGAIN = of(0x20, 0x3f, 0xe1, 0x1f, 0x83, 0x86) + field('content-type', 'application/grpc') + path('/s.S/Second');
const TRAILERS = field('grpc-status', '0');

const asked = (n: number): string => (n === 0 ? INSERTS : n === SECOND_SET ? INSERTS_AGAIN : NAMES);
const call = (n: number): readonly Step[] => {
  const stream = 2 * n + 1;
  return [
    client(frame(1, 4, stream, asked(n)) + frame(0, 1, stream, grpc('ask')), { ms: 100 * (n + 1) }),
    server(frame(1, 4, stream, n === 0 ? of(0x88) : of(0x88)) + frame(0, 0, stream, grpc('tell')) + frame(1, 5, stream, n === 0 ? TRAILERS : of(0xbe)), { ms: 100 * (n + 1) + 50 }),
  ];
};
const HELLO: readonly Step[] = [...OPENING, client(PREFACE + SETTINGS), server(SETTINGS)];
const STEPS: readonly Step[] = [...HELLO, ...Array.from({ length: CALLS }, (_, n) => call(n)).flat()];
/** What a worker finds that begins with the call `from`: those before it went by while none was there. */
const begunAt = (from: number): ReturnType<typeof decodeSteps> =>
  decodeSteps(STEPS.map((step, i) => (i < HELLO.length + 2 * from ? Object.assign({}, step, { lost: true }) : step)));

const brief = ({ protocol, method, target, status, outcome, grpc_status: grpcStatus }: DecodedExchange): string => `${protocol} ${method} ${target ?? '-'} ${status} ${outcome} ${grpcStatus ?? '-'}`;
const FIRST = 'grpc POST /s.S/First 200 complete 0';
const SECOND = 'grpc POST /s.S/Second 200 complete 0';

describe('a worker that begins within a connection', () => {
  test('one that saw its beginning knows all', () => {
    const { rows, counted } = begunAt(0);
    expect(rows.map(brief)).toEqual([...Array.from({ length: SECOND_SET }, () => FIRST), ...Array.from({ length: CALLS - SECOND_SET }, () => SECOND)]);
    expect(counted).not.toHaveProperty('h2_unknown_headers');
  });

  test.each(Array.from({ length: CALLS - 1 }, (_, i) => i + 1))('begun at call %i: what was inserted before is lost and counted, no row is, and what is inserted anew is known', (from) => {
    const { rows, counted } = begunAt(from);
    const unknown = Math.max(0, SECOND_SET - from);
    const after = from <= SECOND_SET;
    // Without path and content type; and of the answers the grpc-status, which is never inserted again here.
    expect(rows.map(brief)).toEqual([
      ...Array.from({ length: unknown }, () => 'h2 POST - 200 complete -'),
      ...Array.from({ length: CALLS - Math.max(from, SECOND_SET) }, () => (after ? 'grpc POST /s.S/Second 200 complete -' : 'h2 POST - 200 complete -')),
    ]);
    expect(counted['h2_unknown_headers']).toBe((after ? unknown : CALLS - from) * 2 + (CALLS - from));
    expect(counted).toMatchObject({ h2_connections: 1, h2_without_preface: 1 });
  });

  test('a row begun there has the key of the same row seen from the beginning, so that the fuller one replaces it', () => {
    const whole = new Map(begunAt(0).rows.map((row) => [String(row.exchange_id), row]));
    for (let from = 1; from < CALLS; from++) {
      for (const row of begunAt(from).rows) {
        const same = whole.get(String(row.exchange_id));
        expect(same).toMatchObject({ ts: row.ts, tap: row.tap, duration_us: row.duration_us });
        expect([same?.target, null]).toContain(row.target);
      }
    }
  });
});
