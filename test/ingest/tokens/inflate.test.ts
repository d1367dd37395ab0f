import { deflateSync, gzipSync, constants } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inflater } from '../../../ingest/tokens/inflate.ts';

const inflate = inflater();
const inflated = (bytes: Uint8Array, room = 1 << 17): { readonly text: string; readonly ended: boolean } => {
  const out = new Uint8Array(room);
  const { filled, ended } = inflate(bytes, 0, bytes.length, out);
  return { text: Buffer.from(out.subarray(0, filled)).toString('latin1'), ended };
};
const json = JSON.stringify(Array.from({ length: 400 }, (_, i) => ({ id: i * 7919, name: `name ${i % 13}`, tags: ['a', 'bb'], price: (i * 37) % 101 })));

describe('what was compressed comes out', () => {
  test.each<[situation: string, bytes: Uint8Array, text: string]>([
    ['gzip', gzipSync(json), json],
    ['gzip at its best', gzipSync(json, { level: 9 }), json],
    ['zlib', deflateSync(json), json],
    ['fixed codes', gzipSync(json, { strategy: constants.Z_FIXED }), json],
    ['codes without repeats', gzipSync(json, { strategy: constants.Z_HUFFMAN_ONLY }), json],
    ['stored as it is', gzipSync(json, { level: 0 }), json],
    ['one byte many times', gzipSync('x'.repeat(100_000)), 'x'.repeat(100_000)],
    ['nothing', gzipSync(''), ''],
    ['a header with a name, a comment, more, and its checksum', ((): Uint8Array => {
      const plain = gzipSync('{"a":1}');
      const head = Uint8Array.from(plain.subarray(0, 10));
      head[3] = 2 + 4 + 8 + 16;
      return Buffer.concat([head, Buffer.from([3, 0, 1, 2, 3]), Buffer.from('name\0comment\0'), Buffer.from([9, 9]), plain.subarray(10)]);
    })(), '{"a":1}'],
  ])('%s', (_, bytes, text) => { expect(inflated(bytes)).toEqual({ text, ended: true }); });

  test('whatever it is', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 3000 }), fc.integer({ min: 1, max: 40 }), fc.integer({ min: 0, max: 9 }), (some, times, level) => {
      const all = Buffer.concat(Array.from({ length: times }, () => some));
      expect(inflated(gzipSync(all, { level }))).toEqual({ text: all.toString('latin1'), ended: true });
    }), { numRuns: 200 });
  });
});

describe('of what is cut or wrong', () => {
  test('a beginning gives the beginning, at every cut', () => {
    const bytes = gzipSync(json.slice(0, 6000));
    let before = 0;
    for (let cut = 0; cut < bytes.length - 8; cut++) {
      const { text, ended } = inflated(bytes.subarray(0, cut));
      expect({ ended, begins: json.startsWith(text), grows: text.length >= before }).toEqual({ ended: false, begins: true, grows: true });
      before = text.length;
    }
    expect(before).toBeGreaterThan(5900);
  });

  test('no more comes out than there is room for', () => {
    expect(inflated(gzipSync(json), 1000)).toEqual({ text: json.slice(0, 1000), ended: false });
    expect(inflated(gzipSync(Buffer.alloc(1 << 24)), 1000)).toMatchObject({ ended: false });
  });

  test('any bytes end, without an error', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), fc.boolean(), (some, zipped) => {
      const bytes = Uint8Array.from([...(zipped ? [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3] : [0x78, 0x9c]), ...some]);
      expect(inflated(bytes, 4096).text.length).toBeLessThanOrEqual(4096);
    }), { numRuns: 2000 });
    const good = gzipSync(json);
    fc.assert(fc.property(fc.integer({ min: 10, max: good.length - 1 }), fc.integer({ min: 1, max: 255 }), (place, change) => {
      const bad = Uint8Array.from(good);
      bad[place]! ^= change;
      expect(inflated(bad, 1 << 16).text.length).toBeLessThanOrEqual(1 << 16);
    }), { numRuns: 300 });
  });
});
