import { array, assert, boolean, property, uint8Array } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { headerBlock, hpackDecoder, type BlockEnd } from '../../../ingest/http2/hpack-decode.ts';
import { WANTED } from '../../../ingest/http2/hpack-static.ts';

const bytesOf = (hex: string): Uint8Array => Uint8Array.from(hex.replace(/\s/g, '').match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

interface Read {
  readonly end: BlockEnd;
  readonly fields: Readonly<{ [name: string]: string }>;
  readonly unknown: number;
  readonly tableBytes: number;
}

/** Decodes blocks with one decoder, in order. */
const read = (blocks: readonly (string | Uint8Array)[], whole = true): readonly Read[] => {
  const decoder = hpackDecoder(whole);
  const into = headerBlock();
  return blocks.map((block) => {
    const bytes = typeof block === 'string' ? bytesOf(block) : block;
    const end = decoder.decode(bytes, 0, bytes.length, into);
    const fields = Object.fromEntries(into.values.flatMap((value, field) => (value === null ? [] : [[WANTED[field]!, value]])));
    return { end, fields, unknown: into.unknown, tableBytes: decoder.table.bytes };
  });
};

const GET = { ':method': 'GET', ':scheme': 'http', ':path': '/', ':authority': 'www.example.com' };

describe('the examples of RFC 7541', () => {
  test.each([
    ['C.2.2 literal without indexing', ['040c 2f73 616d 706c 652f 7061 7468'], [{ ':path': '/sample/path' }], [0]],
    ['C.2.4 indexed', ['82'], [{ ':method': 'GET' }], [0]],
    ['C.3 requests without Huffman', [
      '8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d',
      '8286 84be 5808 6e6f 2d63 6163 6865',
      '8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65',
    ], [GET, GET, { ...GET, ':scheme': 'https', ':path': '/index.html' }], [57, 110, 164]],
    ['C.4 requests with Huffman', [
      '8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff',
      '8286 84be 5886 a8eb 1064 9cbf',
      '8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf',
    ], [GET, GET, { ...GET, ':scheme': 'https', ':path': '/index.html' }], [57, 110, 164]],
  ])('%s', (_, blocks, fields, tableBytes) => {
    const found = read(blocks);
    expect(found.map((one) => one.fields)).toEqual(fields);
    expect(found.map((one) => one.tableBytes)).toEqual(tableBytes);
    expect(found.every((one) => one.end === 'whole' && one.unknown === 0)).toBe(true);
  });

  test.each([
    ['C.5 responses without Huffman', [
      '3fe1 01 4803 3330 3258 0770 7269 7661 7465 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133 3a32 3120 474d 546e 1768 7474 7073 3a2f 2f77 7777 2e65 7861 6d70 6c65 2e63 6f6d',
      '4803 3330 37c1 c0bf',
      '88c1 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133 3a32 3220 474d 54c0 5a04 677a 6970 7738 666f 6f3d 4153 444a 4b48 514b 425a 584f 5157 454f 5049 5541 5851 5745 4f49 553b 206d 6178 2d61 6765 3d33 3630 303b 2076 6572 7369 6f6e 3d31',
    ]],
    ['C.6 responses with Huffman', [
      '3fe1 01 4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0 82a6 2d1b ff6e 919d 29ad 1718 63c7 8f0b 97c8 e9ae 82ae 43d3',
      '4883 640e ffc1 c0bf',
      '88c1 6196 d07a be94 1054 d444 a820 0595 040b 8166 e084 a62d 1bff c05a 839b d9ab 77ad 94e7 821d d7f2 e6c7 b335 dfdf cd5b 3960 d5af 2708 7f36 72c1 ab27 0fb5 291f 9587 3160 65c0 03ed 4ee5 b106 3d50 07',
    ]],
  ])('%s, with a table of 256 bytes that evicts', (_, blocks) => {
    const found = read(blocks);
    expect(found.map((one) => one.fields)).toEqual([{ ':status': '302' }, { ':status': '307' }, { ':status': '200' }]);
    expect(found.map((one) => one.tableBytes)).toEqual([222, 222, 215]);
    expect(found.every((one) => one.end === 'whole')).toBe(true);
  });
});

describe('a capture that began in the middle of a connection', () => {
  test('static and literal fields are known, what was inserted before is not', () => {
    expect(read(['8286 84be'], false)).toMatchObject([{ end: 'whole', fields: { ':method': 'GET', ':scheme': 'http', ':path': '/' }, unknown: 1 }]);
  });
  test('what was inserted since is right, newest first, and older entries stay unknown', () => {
    const [, second] = read(['8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d', '8286 84be bf'], false);
    expect(second).toMatchObject({ end: 'whole', fields: GET, unknown: 1 });
  });
  test('a value under a name that was inserted before is not taken for any field', () => {
    expect(read(['82 7e 0141'], false)).toMatchObject([{ end: 'whole', fields: { ':method': 'GET' }, unknown: 1 }]);
  });
  test('an entry whose name is unknown keeps its place among the others', () => {
    // Inserts (unknown name: x), then :authority: a; then names both.
    expect(read(['7e 0178 4101 61', 'be bf'], false)[1]).toMatchObject({ fields: { ':authority': 'a' }, unknown: 1 });
  });
});

describe('a block that is none', () => {
  test.each([
    ['index 0', '80', 'bad'],
    ['an index beyond a whole table', 'be', 'bad'],
    ['an integer without end', 'ff ffff ffff ffff', 'bad'],
    ['a size update behind a field', '82 20', 'bad'],
    ['EOS within a string', '0184 ffff ffff 00', 'bad'],
    ['padding of a string that is not ones', '4181 00', 'bad'],
    ['eight bits of padding', '4182 1fff', 'bad'],
    ['a string longer than the block', '4105 61', 'cut'],
    ['a name without value', '4001 61', 'cut'],
    ['an index cut off', 'ff', 'cut'],
  ])('%s', (_, hex, end) => {
    const [first, second] = read([hex, 'be']);
    expect(first!.end).toBe(end);
    // From here on the table is not known.
    expect(second).toMatchObject({ end: 'whole', unknown: 1 });
  });
  test('what stands before the cut is known', () => {
    expect(read(['8286 8441 0f77'])).toMatchObject([{ end: 'cut', fields: { ':method': 'GET', ':path': '/' } }]);
  });
});

test('random bytes never throw, and the table keeps its bound', () => {
  assert(property(array(uint8Array({ maxLength: 200 }), { maxLength: 8 }), boolean(), (blocks, whole) => {
    for (const one of read(blocks, whole)) expect(one.tableBytes).toBeLessThanOrEqual(65_536);
  }), { numRuns: 500 });
});
