import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { batchWriter, type Room } from '../../../docker/threads/batch.ts';
import { rowForm } from '../../../docker/threads/form.ts';
import { encodedLines } from '../../../docker/threads/lines.ts';
import { rowMerger } from '../../../docker/threads/merge.ts';
import { memoryOf } from '../../../docker/threads/talk.ts';
import type { Unrouted } from '../../../ingest/exchange/routed.ts';
import { sharePipeline } from '../../../ingest/pipeline.ts';
import { counters } from '../../../sql/counters.ts';
import { newLines, takeBody } from '../../../sql/write/body.ts';
import { pcap } from '../../ingest/capture/files.ts';
import { client, decode, OPENING, records, server } from '../../ingest/conversation.ts';

const FORM = rowForm('json');
/** Less than a row needs: it has to grow. */
const SMALL = [64, 1] as const;

/** Bytes that threads would print, of pieces of a capture that end at `cuts`. */
const printed = (bytes: Uint8Array, of: number, cuts: readonly number[]): string => {
  const out: Uint8Array[] = [];
  const lines = encodedLines((written) => out.push(written) < 0);
  const merge = rowMerger(of, FORM, lines, () => {});
  const threads = Array.from({ length: of }, (_, index) => {
    const moment = { at: 0, settling: false };
    const rows = batchWriter(FORM, moment, ...SMALL);
    const line = sharePipeline(rows, { tenant: 'default', tap: 'test', digest: (id) => `#${id.length}`, counters: counters() }, { index, of }, moment);
    let free: Room | null = null;
    const take = () => {
      const told = rows.take(free);
      const heard = structuredClone(told, { transfer: memoryOf(told.room) });
      free = structuredClone(heard.room);
      return heard;
    };
    return { take, line };
  });
  let from = 0;
  for (const cut of [...cuts.toSorted((a, b) => a - b), bytes.length]) {
    for (const { line } of threads) line.push(bytes.slice(from, cut));
    merge(threads.map(({ take }) => take()), []);
    from = cut;
  }
  for (const { line } of threads) line.close();
  merge(threads.map(({ take }) => take()), []);
  lines.close();
  return Buffer.concat(out).toString();
};

const expectedOf = (bytes: Uint8Array): string => decode(bytes).rows.map((row) => `${JSON.stringify(row)}\n`).join('');

test.each([1, 2, 3])('a real application, %i shares: the same bytes', (of) => {
  const bytes = gunzipSync(readFileSync(new URL('../../captures/apps/bookinfo.pcap.gz', import.meta.url)));
  expect(printed(bytes, of, [100_000, 1_000_001])).toBe(expectedOf(bytes));
});

test('any cut, paths of any look, connections that end together or never: the same bytes', () => {
  const path = fc.oneof(fc.constantFrom('/a', '/b/1', '/b/2', '*', 'h:1', '/"route":"', '/a?"x'), fc.string({ unit: 'binary-ascii', maxLength: 12 }).map((text) => `/${text.replaceAll(/[^\x21-\x7e]/g, 'é')}`));
  const talk = fc.array(fc.tuple(path, fc.boolean()), { maxLength: 4 });
  fc.assert(fc.property(fc.array(talk, { minLength: 1, maxLength: 6 }), fc.array(fc.nat(3000)), (talks, cuts) => {
    const capture = pcap(talks.flatMap((asks, n) => records([...OPENING, ...asks.flatMap(([target, answered]) => [
      client(`GET ${target} HTTP/1.1\r\nHost: "route":"é\r\n\r\n`),
      ...(answered ? [server('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')] : []),
    ])], 1024 + n)));
    const expected = expectedOf(capture);
    for (const of of [1, 2, 3]) expect(printed(capture, of, cuts.filter((cut) => cut < capture.length))).toBe(expected);
  }), { numRuns: 25 });
});

test.each<[situation: string, host: string | null, route: string | null]>([
  ['no route', 'shop', null],
  ['a route', 'shop', '/a/{id}'],
  ['a route to be escaped', 'shop', '/"a"\\\u0007é'],
  ['bytes that are no ASCII before it', 'é,"route":"', '/é'],
  ['no host', null, '/'],
])('a row with %s is what JSON.stringify makes of it', (_, host, route) => {
  const row: Unrouted = { ...decode(pcap(records([...OPENING, client('GET / HTTP/1.1\r\n\r\n')]))).rows[0]!, host, route };
  const expected = JSON.stringify(row);
  const lines = newLines();
  const { from, hole, behind } = FORM.encode({ ...row, route: route === null ? null : '/guessed' }, lines);
  const { bytes } = takeBody(lines);
  const made = route === null ? bytes : Buffer.concat([bytes.subarray(0, hole), FORM.route(route), bytes.subarray(behind)]);
  expect({ text: made.toString(), from }).toEqual({ text: `${expected}\n`, from: 0 });
});
