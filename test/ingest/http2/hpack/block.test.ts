import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readBlock } from '../../../../ingest/http2/hpack/block.ts';
import { nameText, Name } from '../../../../ingest/http2/hpack/names.ts';
import { dynamicTable, type DynamicTable } from '../../../../ingest/http2/hpack/table.ts';

const read = (table: DynamicTable, hex: string): readonly string[] => {
  const bytes = Uint8Array.from(Buffer.from(hex, 'hex'));
  const found: string[] = [];
  const verdict = readBlock(bytes, 0, bytes.length, table, (name, value) => {
    if (name !== Name.other) found.push(name === Name.unknown ? '?' : `${nameText(name)}: ${value}`);
  });
  return verdict === 'ok' ? found : [verdict];
};
const FIRST = [':method: GET', ':scheme: http', ':path: /', ':authority: www.example.com'];
const THIRD = [':method: GET', ':scheme: https', ':path: /index.html', ':authority: www.example.com'];

describe('examples of RFC 7541 Appendix C', () => {
  test.each<[string, readonly (readonly [string, readonly string[]])[]]>([
    ['C.3: requests without Huffman', [
      ['828684410f7777772e6578616d706c652e636f6d', FIRST], ['828684be58086e6f2d6361636865', FIRST],
      ['828785bf400a637573746f6d2d6b65790c637573746f6d2d76616c7565', THIRD]]],
    ['C.4: requests with Huffman', [
      ['828684418cf1e3c2e5f23a6ba0ab90f4ff', FIRST], ['828684be5886a8eb10649cbf', FIRST],
      ['828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf', THIRD]]],
    ['C.6: responses with Huffman and eviction', [
      ['3fe10148826402' + '5885aec3771a4b6196d07abe941054d444a8200595040b8166e082a62d1bff6e919d29ad171863c78f0b97c8e9ae82ae43d3', [':status: 302']],
      ['4883640effc1c0bf', [':status: 307']]]],
  ])('%s', (_, blocks) => {
    const table = dynamicTable(true);
    for (const [hex, expected] of blocks) expect(read(table, hex)).toEqual(expected);
  });
});

describe('a table that is known in part', () => {
  test('what was inserted before is unknown, what comes after is found, and the unknown moves behind it', () => {
    const table = dynamicTable(false);
    expect(read(table, '82be')).toEqual([':method: GET', '?']);
    expect(read(table, '828684410f7777772e6578616d706c652e636f6d')).toEqual(FIRST);
    expect(read(table, '828684be')).toEqual(FIRST);
    expect(read(table, '828684bf')).toEqual([...FIRST.slice(0, 3), '?']);
  });
  test('a new value under an unknown name is inserted as unknown', () => {
    const table = dynamicTable(false);
    expect(read(table, '7e0161')).toEqual(['?']);
    expect(read(table, 'be')).toEqual(['?']);
  });
  test('after a loss everything is unknown again', () => {
    const table = dynamicTable(true);
    read(table, '828684410f7777772e6578616d706c652e636f6d');
    table.forget();
    expect(read(table, 'be')).toEqual(['?']);
  });
});

test.each([
  ['index 0', '80'], ['an index behind a whole table', 'be'], ['an integer without end', '7fffffffffffffffffff'],
  ['a string longer than the block', '4105aa'], ['Huffman padding of zeros', '418100'], ['the end of a string in Huffman', '4184ffffffff'],
])('bad: %s', (_, hex) => { expect(read(dynamicTable(true), hex)).toEqual(['bad']); });

test('a credential is not kept', () => {
  const table = dynamicTable(true);
  expect(read(table, `570673656372657${'4'}`)).toEqual([]);
  expect(table.at(62)).toEqual({ name: Name.other, value: null, nameBytes: 13, size: 51 });
});

test('random bytes never throw', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (bytes, whole) => {
    const table = dynamicTable(whole);
    expect(['ok', 'bad']).toContain(readBlock(bytes, 0, bytes.length, table, () => undefined));
    expect(['ok', 'bad']).toContain(readBlock(bytes, 0, bytes.length, table, () => undefined));
  }), { numRuns: 3000 });
});
