import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { grpcTokens, isFramed, protobufTokens } from '../../../ingest/tokens/protobuf.ts';
import { bytesOf, gathered, ROOT, token } from './read.ts';

const varint = (value: number): number[] => (value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))]);
type Bytes = readonly number[];
const int = (field: number, value: number): Bytes => [...varint(field * 8), ...varint(value)];
const nested = (field: number, bytes: Bytes): Bytes => [...varint(field * 8 + 2), ...varint(bytes.length), ...bytes];
const text = (field: number, value: string): Bytes => nested(field, Array.from(bytesOf(value)));
const fixed32 = (field: number, bytes: Bytes): Bytes => [...varint(field * 8 + 5), ...bytes];
const fixed64 = (field: number, bytes: Bytes): Bytes => [...varint(field * 8 + 1), ...bytes];
const framed = (bytes: Bytes, compressed = 0): Bytes => [compressed, 0, 0, bytes.length >> 8, bytes.length & 255, ...bytes];
const tokensOf = (bytes: Bytes): readonly string[] => gathered((into) => { protobufTokens(Uint8Array.from(bytes), 0, bytes.length, ROOT, into); });
const UUID = '0b6e3a52-8a8f-4a3c-9d1e-3b3c7d2a9f10';
const BINARY: Bytes = [0xff, 1, 2, 3];

test.each<[situation: string, message: Bytes, tokens: readonly string[]]>([
  ['a number as its digits', int(1, 300), [token([1], '300')]],
  ['a text', text(2, '892,159'), [token([2], '892,159')]],
  ['fields of a message within', nested(1, [...text(1, 'T739301C'), ...text(2, '1,2')]), [token([1, 1], 'T739301C'), token([1, 2], '1,2')]],
  ['one in another in another', nested(1, nested(2, int(3, 5))), [token([1, 2, 3], '5')]],
  ['a UUID alone in a message, which is printable with its tag', nested(1, text(4, UUID)), [token([1, 4], UUID)]],
  ['a field of a high number', int(1000, 1), [token([1000], '1')]],
  ['a number beyond 53 bits', [8, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f], [token([1], '9223372036854775807')]],
  ['a number below zero', [8, 0xfb, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1], [token([1], '-5')]],
  ['nothing', [], []],
  ['an empty text', text(1, ''), []],
])('%s', (_, message, tokens) => {
  expect(tokensOf(message)).toEqual(tokens);
});

test('bytes that are neither text nor message, and fixed numbers, by their bytes', () => {
  for (const [message, bytes] of [[nested(1, BINARY), BINARY], [fixed32(1, BINARY), BINARY], [fixed64(1, [...BINARY, ...BINARY]), [...BINARY, ...BINARY]]] as const) {
    expect(tokensOf(message)).toHaveLength(1);
    expect(tokensOf(message)).not.toEqual(tokensOf(nested(1, [...bytes.slice(1), 0xfe])));
    expect(tokensOf([...message, ...message])).toEqual(tokensOf(message));
  }
});

test('a message that is cut gives what came before', () => {
  const whole = [...int(1, 5), ...text(2, 'abcdef'), ...nested(3, text(1, 'inner one'))];
  for (let cut = 0; cut < whole.length; cut++) for (const one of tokensOf(whole.slice(0, cut))) expect(tokensOf(whole)).toContain(one);
  expect(tokensOf(whole.slice(0, 9))).toEqual([token([1], '5')]);
});

describe('gRPC', () => {
  const grpc = (bytes: Bytes): { readonly tokens: readonly string[]; readonly compressed: number } => {
    let compressed = -1;
    const tokens = gathered((into) => { compressed = grpcTokens(Uint8Array.from(bytes), 0, bytes.length, ROOT, into); });
    return { tokens, compressed };
  };

  test('all messages of a side, but for those compressed, which are counted', () => {
    expect(grpc([...framed(int(1, 5)), ...framed([1, 2, 3], 1), ...framed(text(2, 'x'))])).toEqual({ tokens: [token([1], '5'), token([2], 'x')], compressed: 1 });
  });
  test('a message that is not all there', () => {
    expect(grpc(framed([...int(1, 5), ...text(2, 'abcdef')]).slice(0, -2))).toEqual({ tokens: [token([1], '5')], compressed: 0 });
    expect(grpc([0, 0, 0])).toEqual({ tokens: [], compressed: 0 });
    expect(grpc([0, 255, 255, 255, 255])).toEqual({ tokens: [], compressed: 0 });
  });
  test.each<[situation: string, bytes: Bytes, is: boolean]>([
    ['one message', framed(int(1, 5)), true],
    ['two', [...framed(int(1, 5)), ...framed([])], true],
    ['gRPC-Web: trailers behind it', [...framed(int(1, 5)), 0x80, 0, 0, 0, 0], true],
    ['a length beyond the end', [0, 0, 0, 0, 9, 1], false],
    ['another byte where the next should begin', [...framed(int(1, 5)), 7], false],
    ['too short', [0, 0, 0], false],
  ])('is told by its frames: %s', (_, bytes, is) => {
    expect(isFramed(Uint8Array.from(bytes), 0, bytes.length)).toBe(is);
  });
});

test('random bytes are read to an end, as message and as gRPC', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
    expect(tokensOf([...bytes]).length).toBeLessThanOrEqual(32);
    expect(gathered((into) => { grpcTokens(bytes, 0, bytes.length, ROOT, into); }).length).toBeLessThanOrEqual(32);
  }), { numRuns: 1500 });
});

test('messages made at random give their texts', () => {
  const message = fc.letrec<{ message: Bytes }>((tie) => ({
    message: fc.array(fc.oneof({ maxDepth: 3 },
      fc.tuple(fc.integer({ min: 1, max: 40 }), fc.string({ minLength: 1, maxLength: 12 })).map(([field, value]) => text(field, value)),
      fc.tuple(fc.integer({ min: 1, max: 40 }), fc.nat()).map(([field, value]) => int(field, value)),
      fc.tuple(fc.integer({ min: 1, max: 40 }), tie('message')).map(([field, bytes]) => nested(field, bytes))), { maxLength: 5 }).map((parts) => parts.flat()),
  })).message;
  fc.assert(fc.property(message, (bytes) => {
    const found = tokensOf([...text(50, 'first'), ...bytes]);
    expect(found[0]).toBe(token([50], 'first'));
  }), { numRuns: 300 });
});
