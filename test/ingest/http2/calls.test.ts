import { describe, expect, test } from 'vitest';
import { client, decodeSteps, server, type Step } from '../conversation.ts';
import { call, field, frame, grpc, hello, of, ok, path } from './frames.ts';

/** A gRPC call with a deadline. */
const within = (stream: number, timeout: string): string => frame(1, 4, stream, of(0x83, 0x86) + path('/s.S/M') + field('content-type', 'application/grpc') + field('grpc-timeout', timeout));
const head = (stream: number): string => frame(1, 4, stream, of(0x88));
const trailers = (stream: number, status = '0'): string => frame(1, 5, stream, field('grpc-status', status));
const data = (stream: number, bytes: string, flags = 0): string => frame(0, flags, stream, bytes);
const reset = (stream: number, code = 8): string => frame(3, 0, stream, of(0, 0, 0, code));
const row = (steps: readonly Step[]) => {
  const { rows } = decodeSteps([...hello, ...steps]);
  expect(rows).toHaveLength(1);
  return rows[0]!;
};
const AT = { ms: 100 };

describe('when the messages of a call came, from its first byte, and how many', () => {
  test.each<[string, readonly Step[], Readonly<Record<string, number | null>>]>([
    ['unary', [client(call(1, '/s.S/M') + data(1, grpc('ask'), 1), AT), server(head(1) + data(1, grpc('tell')) + trailers(1), { ms: 130 })],
      { request_messages: 1, request_first_message_us: 0, request_last_message_us: 0, response_messages: 1, response_first_message_us: 30_000, response_last_message_us: 30_000 }],
    ['a stream of answers, the trailers later', [client(call(1, '/s.S/M') + data(1, grpc('ask'), 1), AT), server(head(1), { ms: 110 }), server(data(1, grpc('one')), { ms: 120 }), server(data(1, grpc('two')), { ms: 150 }), server(trailers(1), { ms: 190 })],
      { response_messages: 2, first_byte_us: 10_000, response_first_message_us: 20_000, response_last_message_us: 50_000, duration_us: 90_000 }],
    ['a stream of questions', [client(call(1, '/s.S/M'), AT), client(data(1, grpc('one')), { ms: 105 }), client(data(1, grpc('two'), 1), { ms: 140 }), server(head(1) + data(1, grpc('x')) + trailers(1), { ms: 150 })],
      { request_messages: 2, request_first_message_us: 5000, request_last_message_us: 40_000, request_us: 40_000, response_messages: 1 }],
    ['a message in pieces begins with its first byte and ends with its last', [client(call(1, '/s.S/M') + data(1, grpc('a'), 1), AT), server(head(1) + data(1, grpc('answer').slice(0, 3)), { ms: 110 }), server(data(1, grpc('answer').slice(3, 8)), { ms: 120 }), server(data(1, grpc('answer').slice(8)) + trailers(1), { ms: 130 })],
      { response_messages: 1, response_first_message_us: 10_000, response_last_message_us: 30_000 }],
    ['an empty message is one', [client(call(1, '/s.S/M') + data(1, grpc(''), 1), AT), server(head(1) + data(1, grpc('')) + trailers(1), { ms: 110 })],
      { request_messages: 1, request_last_message_us: 0, response_messages: 1, response_last_message_us: 10_000 }],
    ['no message', [client(call(1, '/s.S/M') + data(1, '', 1), AT), server(frame(1, 5, 1, of(0x88) + field('grpc-status', '12')), { ms: 110 })],
      { request_messages: 0, request_first_message_us: null, request_last_message_us: null, response_messages: 0, response_first_message_us: null, grpc_status: 12 }],
    ['HTTP/2 that is not gRPC', [client(frame(1, 5, 1, of(0x82, 0x86) + path('/a')), AT), server(ok(1, 'hi'))],
      { request_messages: null, response_messages: null, response_first_message_us: null, response_last_message_us: null }],
  ])('%s', (_, steps, expected) => { expect(row(steps)).toMatchObject(expected); });
});

describe('who stopped a call, and whether its time was over', () => {
  const asked = (timeout: string): Step => client(within(1, timeout) + data(1, grpc('ask'), 1), AT);
  test.each<[string, readonly Step[], Readonly<Record<string, unknown>>]>([
    ['answered in time', [asked('1S'), server(head(1) + trailers(1))], { outcome: 'complete', deadline_us: 1_000_000, reset_by: null, reset_code: null }],
    ['the server says that the time was over', [asked('1S'), server(frame(1, 5, 1, of(0x88) + field('grpc-status', '4')), { ms: 1100 })], { outcome: 'complete', grpc_status: 4, deadline_us: 1_000_000 }],
    ['given up before the time was over', [asked('1S'), client(reset(1), { ms: 600 })], { outcome: 'reset', status: 0, duration_us: null, reset_by: 'client', reset_code: 8 }],
    ['given up when the time was over', [asked('1S'), client(reset(1), { ms: 1100 })], { outcome: 'deadline', status: 0, reset_by: 'client' }],
    ['a timer that went off a millisecond early', [asked('100m'), client(reset(1), { ms: 199 })], { outcome: 'deadline', deadline_us: 100_000 }],
    ['given up within the answer', [asked('100m'), server(head(1) + data(1, grpc('one')), { ms: 150 }), client(reset(1), { ms: 201 })], { outcome: 'deadline', status: 200, response_messages: 1 }],
    ['stopped by the server', [asked('1S'), server(reset(1, 7), { ms: 110 })], { outcome: 'reset', reset_by: 'server', reset_code: 7 }],
    ['stopped by both: who was first', [asked('1S'), client(reset(1), { ms: 600 }), server(reset(1, 2), { ms: 601 })], { outcome: 'reset', reset_by: 'client', reset_code: 8 }],
    ['answered although given up', [asked('100m'), client(reset(1), { ms: 201 }), server(head(1) + trailers(1), { ms: 202 })], { outcome: 'complete', reset_by: 'client', reset_code: 8 }],
    ['no deadline asked for', [client(call(1, '/s.S/M') + data(1, grpc('a'), 1), AT), client(reset(1), { ms: 9000 })], { outcome: 'reset', deadline_us: null }],
    ['a deadline that is none', [asked('soon'), client(reset(1), { ms: 9000 })], { outcome: 'reset', deadline_us: null }],
    ['a server that needs no more of the request', [client(call(1, '/s.S/M') + data(1, grpc('a')), AT), server(head(1) + trailers(1) + reset(1, 0), { ms: 110 })], { outcome: 'complete', reset_by: null }],
  ])('%s', (_, steps, expected) => { expect(row(steps)).toMatchObject(expected); });

  test.each<[string, number]>([['1H', 3_600_000_000], ['2M', 120_000_000], ['3S', 3_000_000], ['4m', 4000], ['5u', 5], ['99999999n', 100_000]])('grpc-timeout %s', (text, us) => {
    expect(row([asked(text), server(head(1) + trailers(1))])).toMatchObject({ deadline_us: us });
  });
});
