import { expect, test } from 'vitest';
import { micros } from '../../../sql/micros.ts';
import { newLines, takeBody } from '../../../sql/write/body.ts';
import { addLine, addRow, encodedRoute, exchangeEncoder, type EncodedRow } from '../../../sql/write/encoded.ts';
import { lineEncoder } from '../../../sql/write/line.ts';
import { EXCHANGE_TOKENS, EXCHANGES } from '../../../sql/write/shapes.ts';
import type { AnyExchange } from '../../../sql/exchange.ts';
import { pcap } from '../../ingest/capture/files.ts';
import { client, decode, OPENING, records, server } from '../../ingest/conversation.ts';

const WRITTEN = micros(1_700_000_000_000_000);
const capture = (paths: readonly string[]): Uint8Array => pcap(records([...OPENING, ...paths.flatMap((path) => [
  client(`GET ${path}?id=abc123def HTTP/1.1\r\nHost: shop\r\n\r\n`), server('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')])]));

/** What a writer would be handed of these rows, lines of values and of exchanges. */
const byParts = (rows: readonly AnyExchange[]): readonly [string, string] => {
  const encode = exchangeEncoder();
  const lines = newLines();
  const view: EncodedRow = { bytes: new Uint8Array(0), begin: 0, values: 0, from: 0, hole: 0, behind: 0, end: 0, route: null };
  const [open, tokens] = [newLines(), newLines()];
  const places = rows.map((row) => {
    const begin = lines.at;
    const place = { ...encode({ ...row, route: null }, WRITTEN, lines) };
    return { ...place, begin, end: lines.at, route: row.route === null ? null : encodedRoute(row.route) };
  });
  const { bytes } = takeBody(lines);
  for (const place of places) {
    Object.assign(view, place, { bytes });
    addRow(open, view);
    if (view.from > view.begin) addLine(tokens, bytes, view.begin, view.from);
  }
  return [takeBody(open).bytes.toString(), takeBody(tokens).bytes.toString()];
};

/** Symbols of a line may stand in any order. */
const inOrder = (body: string): readonly string[] => body.trim().split('\n').map((line) => {
  const space = line.search(/(?<!\\) /);
  return `${line.slice(0, space).split(/(?<!\\),/).toSorted().join()}${line.slice(space)}`;
});

test.each<[situation: string, paths: readonly string[], tokens: boolean]>([
  ['with the values they carried', ['/a', '/a', '/b/1', '/c d,e=f'], true],
  ['without values', ['/a', '/a', '/b/1'], false],
])('rows %s are the lines that a writer makes of them itself', (_, paths, tokens) => {
  const { rows } = decode(capture(paths), [], tokens ? { tokenKey: [1, 2] } : {});
  const routed = rows.map((row, n) => Object.assign({}, row, { route: n === 1 ? null : n === 2 ? '/with space,=é' : row.route }));
  const encode = lineEncoder(EXCHANGES);
  const encodeTokens = lineEncoder(EXCHANGE_TOKENS);
  const [expected, expectedTokens] = [newLines(), newLines()];
  for (const row of routed) {
    encode(row, expected);
    const { ts, tenant, tap, exchange_id } = row;
    if (row.tokens !== undefined) encodeTokens({ ts, tenant, tap, exchange_id, ...row.tokens, written: WRITTEN }, expectedTokens);
  }
  const [made, madeTokens] = byParts(routed);
  expect(inOrder(made)).toEqual(inOrder(takeBody(expected).bytes.toString()));
  expect(madeTokens).toBe(takeBody(expectedTokens).bytes.toString());
  expect(madeTokens === '').toBe(!tokens);
});
