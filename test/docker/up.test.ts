import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BOOKINFO, freePorts, start, tapgraph } from './run.ts';

/** Kept between runs, so that the jar is fetched once; the same folder that `npm start` uses. */
const JAR = new URL('../../.tapgraph/lib/questdb-9.3.4.jar', import.meta.url).pathname;
const START_MS = 180_000;

let data: string;
let port: number;
beforeAll(async () => {
  data = mkdtempSync(join(tmpdir(), 'tapgraph-up-'));
  port = await freePorts(4);
});
afterAll(() => { rmSync(data, { recursive: true, force: true }); });

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

const jar = (): readonly string[] => {
  try {
    return statSync(JAR).isFile() ? ['--jar', JAR] : [];
  } catch {
    return [];
  }
};

const up = (...more: readonly string[]): readonly string[] => ['up', '--data', data, '--port', String(port), ...jar(), ...more];

interface Graph {
  readonly nodes: readonly unknown[];
  readonly edges: readonly { readonly caller?: string; readonly source?: string; readonly calls: number }[];
}

describe('up', () => {
  test('goes from a capture to the call graph on a terminal, over HTTP and on a page, and stops what it started', async () => {
    const running = start(...up());
    const text = await running.until(/Following new exchanges/);
    expect(text).toMatch(/^caller +callee +calls +errors/m);
    expect(text).toMatch(/^client +productpage +633/m);
    expect(text).toMatch(/psql -h 127\.0\.0\.1 -p \d+ -U analyst/);
    const page = /page +(http:\S+)/.exec(text)?.[1] ?? '';
    const url = new URL(page);
    const graph = await (await fetch(new URL(`/api/graph${url.search}`, url))).json() as Graph;
    expect(graph.nodes.length).toBe(5);
    expect(graph.edges.reduce((sum, { calls }) => sum + calls, 0)).toBe(2270);
    expect(await (await fetch(page)).text()).toContain('<script');

    const second = await tapgraph(...up());
    expect(second).toMatchObject({ code: 1, err: expect.stringMatching(/in use|taken/) });

    running.child.kill('SIGINT');
    const { code } = await running.ended;
    expect(code).toBe(0);
    const child = /process (\d+)/.exec(second.err)?.[1];
    expect(child).toBeDefined();
    expect(isAlive(Number(child))).toBe(false);
  }, START_MS);

  test('started again, it reads nothing twice and shows the same graph', async () => {
    const { code, out, err } = await tapgraph(...up('--exit'));
    expect(code).toBe(0);
    expect(err).toContain('ingested before');
    expect(out).toMatch(/^client +productpage +633/m);
  }, START_MS);

  test('takes captures of its user, other times beside what is there', async () => {
    const other = new URL('../captures/packets/http_espn_fail.pcapng', import.meta.url).pathname;
    expect(await tapgraph(...up('--exit', other))).toMatchObject({ code: 0 });
    const { out } = await tapgraph(...up('--exit', BOOKINFO));
    // Rows of 2016 stand beside those of 2026.
    expect(out).toMatch(/espn\.com/);
    expect(out).toMatch(/productpage/);
  }, START_MS);

  test('a port that is taken is said with its holder', async () => {
    const holder = createServer();
    await new Promise<void>((resolve) => { holder.listen(port + 1, '127.0.0.1', resolve); });
    const { code, err } = await tapgraph(...up());
    holder.close();
    expect({ code, err }).toEqual({ code: 1, err: expect.stringMatching(new RegExp(`${port + 1}[^]*→`)) });
  }, START_MS);
});
