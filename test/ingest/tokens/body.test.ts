import { deflateSync, gzipSync } from 'node:zlib';
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
  ['zlib', deflateSync('{"a":1}'), 'zlib'],
  ['a form whose name begins with x', bytesOf('x=1'), 'form'],
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

test.each<BodyForm>(['gzip', 'zlib', 'zstd', 'markup', 'other'])('a body of form %s is counted and not read', (form) => {
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

test.each<[situation: string, form: BodyForm, bytes: Uint8Array, counted: Readonly<Record<string, number>>]>([
  ['JSON in gzip', 'gzip', gzipSync('{"a":"v","b":7}'), {}],
  ['JSON in zlib', 'zlib', deflateSync('{"a":"v","b":7}'), {}],
  ['a form in gzip', 'gzip', gzipSync('a=v&b=7'), {}],
  ['the beginning of JSON in gzip', 'gzip', gzipSync(`{"a":"v","b":7,"c":"${'0123456789'.repeat(4000)}"}`), {}],
])('%s carries what it carries uncompressed', (_, form, bytes, counted) => {
  const tally = counters();
  const read = bodyReader(tally.count);
  const plain = gathered((into) => { read('json', bytesOf('{"a":"v","b":7}'), 0, 15, true, into); });
  const zipped = gathered((into) => { read(form, bytes, 0, bytes.length, true, into); });
  expect(plain).toHaveLength(2);
  expect(zipped).toEqual(plain);
  expect(tally.snapshot()).toEqual(counted);
});

test.each<[situation: string, bytes: Uint8Array, counted: string]>([
  ['a page in gzip', gzipSync('<html>1</html>'), 'tokens_bodies_markup'],
  ['gzip in gzip', gzipSync(gzipSync('{"a":1}')), 'tokens_bodies_other'],
])('%s is counted as what it is', (_, bytes, counted) => {
  const tally = counters();
  expect(gathered((into) => { bodyReader(tally.count)('gzip', bytes, 0, bytes.length, true, into); })).toEqual([]);
  expect(tally.snapshot()).toEqual({ [counted]: 1 });
});
