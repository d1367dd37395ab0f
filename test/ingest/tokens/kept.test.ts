import { expect, test } from 'vitest';
import type { Message } from '../../../ingest/http/message.ts';
import { keptBodies } from '../../../ingest/tokens/kept.ts';
import { counters } from '../../../sql/counters.ts';
import { bytesOf } from './read.ts';

const message = (stream: number): Message => ({ kind: 'request', stream }) as unknown as Message;
const textOf = ({ bytes, filled }: { readonly bytes: Uint8Array; readonly filled: number }): string => new TextDecoder().decode(bytes.subarray(0, filled));
const never = (): boolean => false;

test('pieces of several bodies are kept apart, and forgotten when taken', () => {
  const kept = keptBodies(never, counters().count);
  const [a, b] = [message(1), message(3)];
  for (const piece of ['one ', 'two ', 'x'.repeat(900)]) for (const one of [a, b]) kept.add(one, bytesOf(`(${piece})`), 1, piece.length + 1, piece === 'one ' ? 0 : 4);
  expect(textOf(kept.take(a))).toBe(`one two ${'x'.repeat(900)}`);
  expect(textOf(kept.take(a))).toBe('');
  kept.add(a, bytesOf('new'), 0, 3, 0);
  expect(textOf(kept.take(b))).toBe(`one two ${'x'.repeat(900)}`);
  expect(textOf(kept.take(a))).toBe('new');
});

test('beyond the bound the one begun first is given up, and counted', () => {
  const tally = counters();
  const kept = keptBodies(never, tally.count, 1600);
  const [a, b, c] = [message(1), message(3), message(5)];
  kept.add(a, bytesOf('a'), 0, 1, 0);
  kept.add(b, bytesOf('b'), 0, 1, 0);
  kept.add(c, bytesOf('x'.repeat(700)), 0, 700, 0);
  kept.add(a, bytesOf('behind'), 0, 6, 1);
  expect([a, b, c].map((one) => textOf(kept.take(one)).length)).toEqual([0, 1, 700]);
  expect(tally.snapshot()).toEqual({ tokens_bodies_given_up: 1 });
});

test('of a body that is not read only its first bytes are kept', () => {
  const kept = keptBodies((bytes, at) => bytes[at] === 0x3c, counters().count);
  const page = message(1);
  kept.add(page, bytesOf(`<${'x'.repeat(999)}`), 0, 1000, 0);
  kept.add(page, bytesOf('more'), 0, 4, 1000);
  expect(textOf(kept.take(page))).toBe(`<${'x'.repeat(63)}`);
});
