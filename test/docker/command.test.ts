import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BOOKINFO, BOOKINFO_EXCHANGES, start, tapgraph } from './run.ts';

let dir: string;
beforeAll(() => { dir = mkdtempSync(join(tmpdir(), 'tapgraph-command-')); });
afterAll(() => { rmSync(dir, { recursive: true }); });

describe('help and usage', () => {
  test('says what there is', async () => {
    const { code, out } = await tapgraph('--help');
    expect(code).toBe(0);
    for (const name of ['up', 'decode', 'ingest', 'infer', 'explain', 'serve', 'migrate', 'query', 'devices']) expect(out).toMatch(new RegExp(`^  ${name} `, 'm'));
  });

  test.each<[situation: string, args: readonly string[], says: RegExp]>([
    ['an unknown command', ['frobnicate'], /unknown command 'frobnicate'/],
    ['a missing argument', ['decode'], /missing required argument 'files'/],
    ['an unknown option', ['decode', '--fast', 'x.pcap'], /unknown option '--fast'/],
    ['a port that is none', ['up', '--port', '70000'], /whole number from 1 to/],
    ['a time that is none', ['infer', '--from', 'yesterday'], /a time like 2026-/],
    ['a share above one', ['infer', '--min-confidence', '2'], /number from 0 to 1/],
    ['an unknown algorithm', ['infer', '--algorithm', 'magic'], /one of nesting/],
    ['an id that is none', ['explain', 'x'], /an id like 019ab0c4/],
    ['a shard beyond its number', ['infer', '--shard', '3/2'], /i\/n is wanted/],
    ['evidence of no known kind', ['infer', '--evidence', 'timing,rumour'], /timing, and with it any of token, header/],
    ['evidence without timing', ['infer', '--evidence', 'token'], /timing, and with it/],
    ['an output without an input', ['infer', '--output', 'x'], /--output goes with --input or --captures/],
    ['CSV and JSON at once', ['query', 'SELECT 1', '--csv', '--json'], /cannot be used with/],
  ])('%s is wrong usage: status 2', async (_, args, says) => {
    const { code, err } = await tapgraph(...args);
    expect({ code, err }).toEqual({ code: 2, err: expect.stringMatching(says) });
  });

  test.each<[situation: string, args: () => readonly string[], says: RegExp]>([
    ['a capture that is missing', () => ['decode', join(dir, 'none.pcap')], /none\.pcap: no such file/],
    ['a file that is no capture', () => ['decode', write('text.pcap', 'Dear reader, this is a letter.')], /text\.pcap.*not a capture/],
    ['an empty capture', () => ['decode', write('empty.pcap', '')], /empty/],
    ['a names file with an error', () => ['decode', BOOKINFO, '--names', write('bad.names', '10.0.0.1 a\n10.0.0.300 b\n')], /bad\.names:2/],
    ['a names file that is missing', () => ['decode', BOOKINFO, '--names', join(dir, 'none.names')], /cannot read the names file/],
    ['a data folder without a database', () => ['query', 'SELECT 1', '--data', dir], /no database.*\n.*npx tapgraph up/],
    ['a QuestDB that is not there', () => ['query', 'SELECT 1', '--questdb', 'http://127.0.0.1:9'], /no QuestDB answers at http:\/\/127\.0\.0\.1:9/],
  ])('%s has to be mended: status 1', async (_, args, says) => {
    const { code, err } = await tapgraph(...args());
    expect({ code, err }).toEqual({ code: 1, err: expect.stringMatching(says) });
  });

  const write = (name: string, text: string): string => {
    const path = join(dir, name);
    writeFileSync(path, text);
    return path;
  };
});

describe('decode', () => {
  test('prints every exchange as one JSON object with the columns of the table', async () => {
    const { code, out, err } = await tapgraph('decode', BOOKINFO, '--stats');
    expect(code).toBe(0);
    const rows = out.trim().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(rows).toHaveLength(BOOKINFO_EXCHANGES);
    expect(rows[0]).toMatchObject({ tap: 'bookinfo', method: 'GET', host: 'details:9080', route: '/details/{id}', target: '/details/0', status: 200, outcome: 'complete' });
    expect(err).toMatch(/packets +25,096/);
  });

  test('drops the values of queries unless told to keep them', async () => {
    const [dropped, kept] = await Promise.all([tapgraph('decode', BOOKINFO), tapgraph('decode', BOOKINFO, '--keep-targets')]);
    expect(dropped.out).toContain('"target":"/productpage?u="');
    expect(dropped.out).not.toContain('u=normal');
    expect(kept.out).toContain('"target":"/productpage?u=normal"');
  });

  test('ends quietly when its reader goes away', async () => {
    const { child, ended } = start('decode', BOOKINFO);
    child.stdout.once('data', () => { child.stdout.destroy(); });
    expect(await ended).toMatchObject({ code: 0, err: '' });
  });
});

describe('infer offline', () => {
  test('writes a line an exchange of the captures', async () => {
    const output = join(dir, 'parents.jsonl');
    const { code, err } = await tapgraph('infer', '--captures', BOOKINFO, '--output', output, '--algorithm', 'nesting');
    expect({ code, err }).toEqual({ code: 0, err: '' });
  });
});
