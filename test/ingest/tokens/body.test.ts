import { expect, test } from 'vitest';
import { bodyForm, bodyReader, isUnread, type BodyForm } from '../../../ingest/tokens/body.ts';
import { counters } from '../../../sql/counters.ts';
import { bytesOf, gathered } from './read.ts';

test.each<[situation: string, bytes: Uint8Array, form: BodyForm]>([
  ['an object', bytesOf('{"a":1}'), 'json'],
  ['a list behind blanks', bytesOf(' \r\n[1]'), 'json'],
  ['an object behind a byte order mark', bytesOf('\uFEFF{"a":1}'), 'json'],
  ['a form', bytesOf('a=1&b=2'), 'form'],
  ['a page', bytesOf('\n<!doctype html>'), 'markup'],
  ['gzip', Uint8Array.of(0x1f, 0x8b, 8, 0), 'gzip'],
  ['zstd', Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0), 'zstd'],
  ['gRPC-Web', Uint8Array.of(0, 0, 0, 0, 2, 8, 5), 'grpc'],
  ['a sentence', bytesOf('all is well'), 'other'],
  ['an image', Uint8Array.of(0x89, 0x50, 0x4e, 0x47), 'other'],
  ['blanks', bytesOf('  \n'), 'other'],
])('%s is told by its first bytes', (_, bytes, form) => {
  expect(bodyForm(bytes, 0, bytes.length)).toBe(form);
  const more = new Uint8Array(bytes.length + 50);
  more.set(bytes);
  expect([form, isUnread(bytes, 0, bytes.length) ? form : bodyForm(more, 0, more.length)]).toContain(bodyForm(more, 0, more.length));
});

test.each<BodyForm>(['gzip', 'zstd', 'markup', 'other'])('a body of form %s is counted and not read', (form) => {
  const tally = counters();
  const read = bodyReader(tally.count);
  expect(gathered((into) => { read(form, bytesOf('{"a":1}'), 0, 7, true, into); })).toEqual([]);
  expect(tally.snapshot()).toEqual({ [`tokens_bodies_${form}`]: 1 });
});

test('the bytes of a packet stay as they are', () => {
  const bytes = bytesOf('a=%41%42&b=c+d');
  gathered((into) => { bodyReader(counters().count)('form', bytes, 0, bytes.length, true, into); });
  expect(bytes).toEqual(bytesOf('a=%41%42&b=c+d'));
});

test('an object behind a byte order mark is read', () => {
  const bytes = bytesOf('\uFEFF{"a":1}');
  expect(gathered((into) => { bodyReader(counters().count)('json', bytes, 0, bytes.length, true, into); })).toHaveLength(1);
});
