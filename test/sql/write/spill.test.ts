import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { exchangeWriter } from '../../../sql/write/exchanges.ts';
import { spill } from '../../../sql/write/spill.ts';
import type { Exchange } from '../../../sql/exchange.ts';
import { exchangeRow } from '../rows.ts';
import { questDbDouble } from './questdb-double.ts';

const root = mkdtempSync(join(tmpdir(), 'tapgraph-spill-'));
afterAll(() => { rmSync(root, { recursive: true, force: true }); });
let dir = '';
beforeEach(() => { dir = join(mkdtempSync(join(root, 'x')), 'spill'); });

const body = (text: string) => ({ bytes: Buffer.from(text), rows: text.split('\n').length - 1 });
/** The number of a process that has ended. */
const deadPid = (): number => spawnSync('true').pid;

describe('bodies on disk', () => {
  test('come back as they were, and leave nothing behind', () => {
    const disk = spill({ dir, maxBytes: 100 });
    const [one, two] = [disk.put(body('a\nb\n')), disk.put(body('c\n'))];
    expect(disk.held()).toEqual({ rows: 3, bytes: 6, files: 2 });
    for (const [put, expected] of [[one, body('a\nb\n')], [two, body('c\n')]] as const) {
      if (put === null) throw new Error('nothing was put');
      expect(statSync(put.path).mode & 0o777).toBe(0o600);
      expect(disk.get(put)).toEqual(expected);
      disk.remove(put, true);
    }
    disk.close();
    expect([disk.held(), readdirSync(dir)]).toEqual([{ rows: 0, bytes: 0, files: 0 }, []]);
  });

  test('are refused above the limit, and taken again when there is room', () => {
    const disk = spill({ dir, maxBytes: 6 });
    const first = disk.put(body('abc\n'));
    expect(disk.put(body('def\n'))).toBe(null);
    if (first !== null) disk.remove(first, true);
    expect(disk.put(body('def\n'))).toMatchObject({ rows: 1, bytes: 4 });
  });

  test('are refused, and it is said once, where the folder cannot be made', () => {
    writeFileSync(dir, 'a file');
    const said: string[] = [];
    const disk = spill({ dir, maxBytes: 100, log: (line) => said.push(line) });
    expect([disk.put(body('a\n')), disk.put(body('a\n'))]).toEqual([null, null]);
    expect(said).toEqual([expect.stringMatching(/cannot be put on disk/)]);
  });

  test.each([
    ['of a dead process are found in order, what was cut short is not', () => `${deadPid()}-0`, true],
    ['of this process are left to it', () => `${process.pid}-0`, false],
    ['of another that lives are left to it', () => `${process.ppid}-0`, false],
  ])('%s', (_, name, found) => {
    const folder = join(dir, name());
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, '000000001-1.lines'), 'b\n');
    writeFileSync(join(folder, '000000000-2.lines'), 'a\na\n');
    writeFileSync(join(folder, '000000002-9.lines.part'), 'c');
    const disk = spill({ dir, maxBytes: 100 });
    expect(disk.adopt().map(({ rows }) => rows)).toEqual(found ? [2, 1] : []);
    expect(disk.held()).toEqual(found ? { rows: 3, bytes: 6, files: 2 } : { rows: 0, bytes: 0, files: 0 });
  });

  test('two writers of a process do not meet', () => {
    const [one, two] = [spill({ dir, maxBytes: 100 }), spill({ dir, maxBytes: 100 })];
    const paths = [one.put(body('a\n'))?.path, two.put(body('b\n'))?.path];
    expect(new Set(paths).size).toBe(2);
  });
});

describe('the writer while the server is away', () => {
  const rows = Array.from({ length: 2_000 }, (_, n): Exchange => ({ ...exchangeRow('away', n), host: null, target: `/${n}` }));
  const targets = (lines: readonly string[]): readonly string[] => lines.map((line) => /target="([^"]*)"/.exec(line)?.[1] ?? '');
  const all = rows.map(({ target }) => target);

  test('puts rows on disk, keeps few in memory, and catches up in order by itself', async () => {
    const server = await questDbDouble();
    server.away = true;
    const writer = exchangeWriter(server.database, { worker: 'w', batchRows: 100, maxHeldRows: 500, spill: { dir, maxBytes: 1e9, afterBytes: 100_000 } });
    for (const row of rows) { writer.push(row); await writer.ready(); }
    const { rows_held: held = 0, spill_rows: onDisk = 0, spill_bytes: bytes } = writer.counters();
    expect(held).toBeLessThan(300);
    expect(held + onDisk).toBe(rows.length);
    expect(bytes).toBeGreaterThan(500_000);
    server.away = false;
    writer.close();
    await writer.settled();
    expect(targets(server.lines)).toEqual(all);
    expect(writer.counters()).toMatchObject({ rows_held: 0, spill_rows: 0, spill_bytes: 0, rows_written: rows.length });
    expect(readdirSync(dir)).toEqual([]);
    await server.stop();
  });

  test('with no more room on disk lets its source wait, and loses nothing', async () => {
    const server = await questDbDouble();
    server.away = true;
    const writer = exchangeWriter(server.database, { worker: 'w', batchRows: 100, maxHeldRows: 500, spill: { dir, maxBytes: 100_000, afterBytes: 50_000 } });
    let pushed = 0;
    const pushing = (async () => { for (const row of rows) { writer.push(row); pushed++; await writer.ready(); } })();
    await expect.poll(() => (writer.counters()['rows_held'] ?? 0) >= 500).toBe(true);
    expect(pushed).toBeLessThan(rows.length);
    expect(writer.counters()['spill_bytes']).toBeLessThanOrEqual(100_000);
    server.away = false;
    await pushing;
    writer.close();
    await writer.settled();
    expect(targets(server.lines)).toEqual(all);
    await server.stop();
  });

  test('that was killed meanwhile: the next one writes what it left on disk, first', async () => {
    const server = await questDbDouble();
    server.away = true;
    const killed = exchangeWriter(server.database, { worker: 'w', batchRows: 100, spill: { dir, maxBytes: 1e9, afterBytes: 0 } });
    for (const row of rows.slice(0, 500)) killed.push(row);
    expect(killed.counters()).toMatchObject({ spill_rows: 500, rows_held: 0 });
    // The folder as a dead process would have left it.
    const elsewhere = join(root, 'left');
    cpSync(join(dir, readdirSync(dir)[0] ?? ''), join(elsewhere, `${deadPid()}-0`), { recursive: true });
    server.away = false;
    killed.close();
    await killed.settled();
    const before = server.lines.length;
    const next = exchangeWriter(server.database, { worker: 'w', batchRows: 100, spill: { dir: elsewhere, maxBytes: 1e9 } });
    for (const row of rows.slice(500, 600)) next.push(row);
    next.close();
    await next.settled();
    expect(targets(server.lines.slice(before))).toEqual(all.slice(0, 600));
    expect(next.counters()).toMatchObject({ rows_adopted: 500, spill_rows: 0 });
    expect(existsSync(elsewhere) ? readdirSync(elsewhere).flatMap((name) => readdirSync(join(elsewhere, name))) : []).toEqual([]);
    await server.stop();
  });
});
