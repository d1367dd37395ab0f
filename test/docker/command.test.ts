import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BOOKINFO, BOOKINFO_EXCHANGES, start, tapgraph } from './run.ts';

let dir: string;
beforeAll(() => { dir = mkdtempSync(join(tmpdir(), 'tapgraph-command-')); });
afterAll(() => { rmSync(dir, { recursive: true }); });

const write = (name: string, text: string): string => {
  const path = join(dir, name);
  writeFileSync(path, text);
  return path;
};

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
    ['no thread at all', ['decode', '--threads', '0', 'x.pcap'], /whole number from 1 to/],
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
});

/** Hashes are made with a key of the run alone. */
const withoutHashes = (text: string): string => text.replaceAll(/_hint":"[0-9a-f]{32}"/g, '_hint":"#"');

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

  test('threads change neither rows nor their order, nor what is counted', async () => {
    const fragments = fileURLToPath(new URL('../captures/pcapplusplus/expected_output__http_req_frag.pcap', import.meta.url));
    const tunnel = fileURLToPath(new URL('../captures/arkime/gre-erspan-vxlan.pcap', import.meta.url));
    const cut = join(dir, 'cut.pcap');
    writeFileSync(cut, gunzipSync(readFileSync(BOOKINFO)).subarray(0, 1_234_567));
    const [one, two, three] = await Promise.all(['1', '2', '3'].map((threads) =>
      tapgraph('decode', '--stats', '--threads', threads, BOOKINFO, fragments, cut, tunnel)));
    expect(one!.out.split('\n').length).toBeGreaterThan(BOOKINFO_EXCHANGES);
    expect(one!.err.match(/cut\.pcap: the last record is cut short/g)).toHaveLength(1);
    for (const many of [two!, three!]) {
      expect(withoutHashes(many.out)).toBe(withoutHashes(one!.out));
      expect(many.err.split('\n').toSorted()).toEqual(one!.err.split('\n').toSorted());
      expect(many.code).toBe(0);
    }
  });

  test('threads read standard input, and say what is wrong with it', async () => {
    const { child, ended } = start('decode', '-', '--tap', 'bookinfo', '--threads', '2');
    child.stdin.end(readFileSync(BOOKINFO));
    const [{ out }, file, none] = await Promise.all([ended, tapgraph('decode', BOOKINFO), tapgraph('decode', '--threads', '2', write('letter.pcap', 'Dear reader, this is a letter.'))]);
    expect(withoutHashes(out)).toBe(withoutHashes(file.out));
    expect(none).toMatchObject({ code: 1, err: expect.stringMatching(/letter\.pcap.*not a capture/) });
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
