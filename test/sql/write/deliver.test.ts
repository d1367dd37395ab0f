import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { counters } from '../../../sql/counters.ts';
import { deliverer } from '../../../sql/write/deliver.ts';
import type { Post } from '../../../sql/write/post.ts';

const dir = mkdtempSync(join(tmpdir(), 'tapgraph-deliver-'));
afterAll(() => { rmSync(dir, { recursive: true, force: true }); });

const body = (lines: readonly string[]) => ({ bytes: Buffer.from(lines.map((line) => `${line}\n`).join('')), rows: lines.length });

/** A server that refuses lines with `bad` in them, naming the first, or a line that is not there. */
const server = (named: (line: number) => number): { readonly post: Post; readonly stored: string[] } => {
  const stored: string[] = [];
  return {
    stored,
    post: (bytes) => {
      const lines = bytes.toString().split('\n').slice(0, -1);
      const bad = lines.findIndex((line) => line.includes('bad'));
      if (bad >= 0) return Promise.resolve({ kind: 'refused', line: named(bad + 1), reason: 'it is bad' });
      stored.push(...lines);
      return Promise.resolve({ kind: 'committed' });
    },
  };
};

describe('refused rows are taken out, kept with the reason, counted, and said once', () => {
  const mixed = Array.from({ length: 200 }, (_, n) => (n % 10 === 3 ? `bad ${n}` : `good ${n}`));
  test.each<[situation: string, lines: readonly string[], named: (line: number) => number]>([
    ['one of three', ['good 1', 'bad 2', 'good 3'], (line) => line],
    ['the only one', ['bad 1'], (line) => line],
    ['all', ['bad 1', 'bad 2', 'bad 3'], (line) => line],
    ['twenty of two hundred', mixed, (line) => line],
    ['a line number beyond the end', mixed, () => 1_000_000],
    ['line number 0', mixed, () => 0],
  ])('%s', async (situation, lines, named) => {
    const { post, stored } = server(named);
    const tally = counters();
    const said: string[] = [];
    const file = join(dir, `${situation}.jsonl`);
    await deliverer({ post, count: tally.count, log: (line) => said.push(line), deadLetters: file, held: null })(body(lines));
    expect(stored).toEqual(lines.filter((line) => !line.includes('bad')));
    const bad = lines.filter((line) => line.includes('bad'));
    expect(readFileSync(file, 'utf8').trim().split('\n').map((line): unknown => JSON.parse(line))).toEqual(bad.map((line) => ({ reason: 'it is bad', line })));
    expect(tally.snapshot()['rows_refused']).toBe(bad.length);
    expect(said).toHaveLength(1);
  });

  test('a folder that is gone: counted, said, and the rest goes in', async () => {
    const { post, stored } = server((line) => line);
    const tally = counters();
    const said: string[] = [];
    await deliverer({ post, count: tally.count, log: (line) => said.push(line), deadLetters: join(dir, 'gone', 'x'), held: null })(body(['bad 1', 'good 2']));
    expect(stored).toEqual(['good 2']);
    expect(tally.snapshot()).toMatchObject({ rows_refused: 1, rows_refused_not_kept: 1, rows_written: 1 });
    expect(said[0]).toMatch(/cannot be kept in .*ENOENT/);
  });

  test('a doubt is answered by the same lines again, and said once', async () => {
    const sent: string[] = [];
    const said: string[] = [];
    const post: Post = (bytes) => {
      sent.push(bytes.toString());
      return Promise.resolve(sent.length < 4 ? { kind: 'doubt', reason: 'no answer' } : { kind: 'committed' });
    };
    await deliverer({ post, count: () => undefined, log: (line) => said.push(line), deadLetters: null, held: () => '2 rows are held' })(body(['a', 'b']));
    expect(sent).toEqual(Array.from({ length: 4 }, () => 'a\nb\n'));
    expect(said).toEqual([expect.stringMatching(/does not take rows \(no answer\)/), expect.stringMatching(/takes rows again after [01] s; 2 rows are held/)]);
  });
});
