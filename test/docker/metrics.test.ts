import { createReadStream, mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createGunzip } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeDatabase } from '../../sql/database.ts';
import { testDatabase } from '../sql/server.ts';
import { BOOKINFO, BOOKINFO_EXCHANGES, start, tapgraph } from './run.ts';

let data: string;
beforeAll(async () => {
  data = mkdtempSync(join(tmpdir(), 'tapgraph-metrics-'));
  writeDatabase(data, await testDatabase());
});
afterAll(() => { rmSync(data, { recursive: true }); });

/** The samples of a scrape, by name and labels. */
const scrape = async (url: string): Promise<ReadonlyMap<string, number>> => {
  const response = await fetch(url);
  expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
  return new Map((await response.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#')).map((line) => {
    const at = line.lastIndexOf(' ');
    return [line.slice(0, at), Number(line.slice(at + 1))];
  }));
};

describe('ingest --metrics', () => {
  test('serves the counters of decoding and writing by name while a capture goes in', async () => {
    const { child, until, ended } = start('ingest', '-', '--tap', 'metered', '--tenant', 'metered', '--metrics', '0', '--max-spill-mb', '7', '--data', data);
    const url = /http:\S+\/metrics/.exec(await until(/http:\S+\/metrics/))?.[0] ?? '';
    createReadStream(BOOKINFO).pipe(createGunzip()).pipe(child.stdin, { end: false });
    const written = 'tapgraph_writer_rows_written_total{tap="metered"}';
    let samples = await scrape(url);
    // The last exchanges of a source that goes on are open still.
    for (let tries = 0; tries < 300 && (samples.get(written) ?? 0) < BOOKINFO_EXCHANGES / 2; tries++) { await sleep(100); samples = await scrape(url); }
    expect(samples.get(written)).toBeGreaterThan(BOOKINFO_EXCHANGES / 2);
    expect(samples.get('tapgraph_decoder_total{tap="metered",counter="packets"}')).toBeGreaterThan(BOOKINFO_EXCHANGES);
    expect(samples.get('tapgraph_writer_spill_limit_bytes{tap="metered"}')).toBe(7 * 2 ** 20);
    for (const name of ['rows_held', 'spill_rows', 'spill_bytes', 'spill_files']) expect(samples.get(`tapgraph_writer_${name}{tap="metered"}`)).toBeGreaterThanOrEqual(0);
    expect(samples.get('process_cpu_seconds_total')).toBeGreaterThan(0);
    // A page of another site must not read it under a name that was made to point here.
    expect(await new Promise((resolve) => { http.get(url, { headers: { host: 'elsewhere.example' } }, ({ statusCode }) => { resolve(statusCode); }); })).toBe(403);
    const later = await scrape(url);
    expect(later.get('process_cpu_seconds_total')).toBeGreaterThanOrEqual(samples.get('process_cpu_seconds_total') ?? NaN);
    child.stdin.end();
    expect(await ended).toMatchObject({ code: 0 });
  });

  test('a port that is taken is said, with what to do', async () => {
    const server = http.createServer();
    await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
    const address = server.address();
    const port = address !== null && typeof address === 'object' ? address.port : 0;
    expect(await tapgraph('ingest', BOOKINFO, '--metrics', String(port), '--data', data))
      .toMatchObject({ code: 1, err: expect.stringMatching(/endpoint for metrics cannot start: 127\.0\.0\.1:\d+ is taken by another program/) });
    server.close();
  });
});
