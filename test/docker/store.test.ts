import { spawnSync } from 'node:child_process';
import { createReadStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createGunzip } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeDatabase, type Database } from '../../sql/database.ts';
import { query } from '../../sql/read/query.ts';
import { testDatabase } from '../sql/server.ts';
import { BOOKINFO, BOOKINFO_EXCHANGES, BOOKINFO_NAMES, start, tapgraph } from './run.ts';

let data: string;
let database: Database;
beforeAll(async () => {
  data = mkdtempSync(join(tmpdir(), 'tapgraph-store-'));
  database = await testDatabase();
  writeDatabase(data, database);
});
afterAll(() => { rmSync(data, { recursive: true }); });

const KEPT = 'ts::long AS ts, exchange_id, connection_id, route, status, outcome, request_bytes, response_bytes, duration_us, handshake_us';

interface Row { readonly exchange_id: string }
const byId = (a: Row, b: Row): number => (a.exchange_id < b.exchange_id ? -1 : 1);

/** The rows of a tenant once `count` can be read, in order of their ids. */
const stored = async (tenant: string, count: number): Promise<readonly Row[]> => {
  for (let tries = 0; ; tries++) {
    const { rows } = await query(database, `SELECT ${KEPT} FROM exchanges WHERE tenant = $1`, [tenant]);
    if (rows.length >= count || tries === 100) return (rows as unknown as Row[]).toSorted(byId);
    await sleep(100);
  }
};

const decoded = async (tenant: string): Promise<readonly Row[]> => {
  const { out } = await tapgraph('decode', BOOKINFO, '--tenant', tenant);
  const columns = new Set(KEPT.split(', ').map((column) => column.split(' AS ').at(-1) ?? ''));
  return out.trim().split('\n')
    .map((line) => Object.fromEntries(Object.entries(JSON.parse(line) as object).filter(([key]) => columns.has(key))) as unknown as Row)
    .toSorted(byId);
};

describe('ingest', () => {
  test('writes what decode prints, and nothing more a second time', async () => {
    const args = ['ingest', BOOKINFO, '--data', data, '--tenant', 'twice', '--names', BOOKINFO_NAMES];
    expect(await tapgraph(...args)).toMatchObject({ code: 0, err: expect.stringContaining('2,270 rows') });
    const first = await stored('twice', BOOKINFO_EXCHANGES);
    expect(first).toEqual(await decoded('twice'));
    expect(await tapgraph(...args)).toMatchObject({ code: 0, err: expect.stringContaining('ingested before') });
    // Another tap's name is other work, so it is read again; its rows stand beside the first tap's.
    expect(await tapgraph(...args, '--keep-targets')).toMatchObject({ code: 0, err: expect.stringContaining('2,270 rows') });
    await sleep(1_000);
    expect(await stored('twice', BOOKINFO_EXCHANGES)).toEqual(first);
  });

  test('with several threads it writes the same rows, and the same values that they carried', async () => {
    expect(await tapgraph('ingest', BOOKINFO, '--data', data, '--tenant', 'threads', '--threads', '3')).toMatchObject({ code: 0, err: expect.stringContaining('2,270 rows') });
    expect(await stored('threads', BOOKINFO_EXCHANGES)).toEqual(await decoded('threads'));
    // Another tap's name, so that it is read again.
    expect(await tapgraph('ingest', BOOKINFO, '--data', data, '--tenant', 'threads', '--tap', 'one')).toMatchObject({ code: 0 });
    const carried = async (tap: string): Promise<readonly Row[]> => {
      const { rows } = await query(database, 'SELECT exchange_id, kind, request, response FROM exchange_tokens WHERE tenant = $1 AND tap = $2', ['threads', tap]);
      return (rows as unknown as Row[]).toSorted(byId);
    };
    await expect.poll(() => carried('one').then((rows) => rows.length), { timeout: 30_000 }).toBeGreaterThan(0);
    await expect.poll(async () => (await carried('bookinfo')).length === (await carried('one')).length, { timeout: 30_000 }).toBe(true);
    expect(await carried('bookinfo')).toEqual(await carried('one'));
  });

  test('killed in the middle and started again, it leaves the rows of an undisturbed run', async () => {
    const victim = start('ingest', '-', '--tap', 'bookinfo', '--data', data, '--tenant', 'killed');
    let sent = 0;
    for await (const part of createReadStream(BOOKINFO).pipe(createGunzip())) {
      const bytes = part as Buffer;
      victim.child.stdin.write(bytes);
      sent += bytes.length;
      if (sent > 5_000_000) break;
    }
    const partly = await stored('killed', 200);
    victim.child.kill('SIGKILL');
    await victim.ended;
    expect(partly.length).toBeGreaterThan(0);
    expect(partly.length).toBeLessThan(BOOKINFO_EXCHANGES);
    expect(await tapgraph('ingest', BOOKINFO, '--data', data, '--tenant', 'killed')).toMatchObject({ code: 0 });
    expect(await stored('killed', BOOKINFO_EXCHANGES)).toEqual(await decoded('killed'));
  });
});

describe('the line through the database', () => {
  test('ends in a call graph that psql reads as the read-only user', async () => {
    expect(await tapgraph('ingest', BOOKINFO, '--data', data, '--tenant', 'graph')).toMatchObject({ code: 0 });
    expect(await tapgraph('infer', '--data', data, '--tenant', 'graph', '--names', BOOKINFO_NAMES)).toMatchObject({ code: 0 });
    // A second inference has the names that the data folder has kept.
    expect(await tapgraph('infer', '--data', data, '--tenant', 'graph', '--algorithm', 'nesting')).toMatchObject({ code: 0 });
    const sql = `DECLARE @from := '2026-11-23T20:47:00Z', @to := '2026-11-23T20:49:00Z', @tenant := 'graph' SELECT caller, callee, calls FROM call_graph`;
    const { out } = await tapgraph('query', sql, '--data', data, '--csv');
    expect(out.trim().split('\r\n').toSorted()).toEqual([
      'caller,callee,calls', 'client,productpage,633', 'productpage,details,539', 'productpage,ratings,26', 'productpage,reviews,536', 'reviews,ratings,536',
    ]);
    const { host, port, user, password } = database.analyst;
    const psql = spawnSync('psql', ['-h', host, '-p', String(port), '-U', user, 'qdb', '--csv', '-c', sql], { env: { ...process.env, PGPASSWORD: password }, encoding: 'utf8' });
    expect(psql.error, 'psql is needed: apt-get install postgresql-client').toBeUndefined();
    expect(psql.stdout.trim().split('\n').toSorted()).toEqual(out.trim().split('\r\n').toSorted());
  });

  test('query prints a table, CSV or JSON, and cannot write', async () => {
    const args = ['--data', data] as const;
    expect((await tapgraph('query', `SELECT 1 AS one, 'a,b' AS two`, ...args)).out).toBe('one  two\n  1  a,b\n(1 row)\n');
    expect((await tapgraph('query', `SELECT 1 AS one, 'a,b' AS two`, ...args, '--csv')).out).toBe('one,two\r\n1,"a,b"\r\n');
    expect((await tapgraph('query', `SELECT 1 AS one, 'a,b' AS two`, ...args, '--json')).out).toBe('{"one":1,"two":"a,b"}\n');
    expect(await tapgraph('query', 'DROP TABLE spans', ...args)).toMatchObject({ code: 1, err: expect.stringMatching(/permission denied/i) });
  });

  test('migrate changes nothing a second time', async () => {
    expect(await tapgraph('migrate', '--data', data)).toEqual({ code: 0, out: 'up to date\n', err: '' });
  });
});
