import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Database } from '../../sql/database.ts';
import { migrate } from '../../sql/migrate.ts';
import { micros } from '../../sql/micros.ts';
import { visible } from '../../sql/read/progress.ts';
import { reader } from '../../sql/read/query.ts';
import type { QuestDbServer } from '../../sql/server/start.ts';
import { exchangeWriter } from '../../sql/write/exchanges.ts';
import { exchangeRow, START } from './rows.ts';
import { startTestDatabase } from './server.ts';

const dir = mkdtempSync(join(tmpdir(), 'tapgraph-kill-'));
/** Count, distinct ids and a sum over the rows: equal for equal tables. */
const checksum = async (database: Database, tenant: string): Promise<unknown> => {
  const db = reader(database);
  try {
    await visible(db, 'exchanges');
    return (await db.query(
      'SELECT count() AS n, count_distinct(exchange_id) AS ids, sum(response_bytes) AS bytes, min(ts) AS first, max(ts) AS last FROM exchanges WHERE tenant = $1',
      [tenant])).rows[0];
  } finally {
    await db.close();
  }
};

const expected = (rows: number): unknown => ({
  n: rows, ids: rows, bytes: rows * (rows - 1) / 2, first: '2025-11-21T08:00:00.000001Z', last: expect.any(String),
});

/** Together twenty; a server takes seconds to start again. */
const SERVER_KILLS = 2;
const WRITER_KILLS = 18;
/** The writer takes longer than this for all its rows: it waits 10 ms, 40 times. */
const MOST_MS = 350;

// Side by side and on one server: each waits for processes most of its time, and the writer that is killed also meets a server that is.
describe.concurrent('kill -9', () => {
  let server: QuestDbServer;
  beforeAll(async () => {
    server = await startTestDatabase(join(dir, 'server'));
    await migrate(server.database);
  }, 120_000);
  afterAll(async () => {
    await server.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  test('of the server while rows come in: all are there, none twice', async () => {
    const ROWS = 20_000;
    const { database } = server;
    const writer = exchangeWriter(database, { worker: 'w', batchRows: 500, maxHeldRows: 2_000 });
    let next = 0;
    const push = async (to: number): Promise<void> => {
      for (; next < to; next++) {
        writer.push(exchangeRow('killed', next));
        writer.advance(micros(START + next));
        if (next % 100 === 0) await writer.ready();
      }
    };
    for (let kills = 1; kills <= SERVER_KILLS; kills++) {
      const pushing = push(kills * ROWS / (SERVER_KILLS + 1));
      await sleep(50 + Math.random() * 250);
      process.kill(server.pid, 'SIGKILL');
      await server.exited;
      server = await startTestDatabase(join(dir, 'server'), database);
      await pushing;
    }
    await push(ROWS);
    writer.close();
    await writer.settled();
    expect(writer.counters()).toMatchObject({ rows_pushed: ROWS, rows_held: 0 });
    expect(await checksum(database, 'killed')).toEqual(expected(ROWS));
  }, 300_000);

  test('of the writer, which then begins again: as if nothing had happened', async () => {
    const ROWS = 20_000;
    const { database } = server;
    // Below node_modules, so that the packages that it imports are found.
    const script = new URL(`../../node_modules/.cache/tapgraph-writer-${process.pid}.mjs`, import.meta.url).pathname;
    await build({
      entryPoints: [new URL('./writer.ts', import.meta.url).pathname], outfile: script,
      bundle: true, packages: 'external', platform: 'node', format: 'esm', logLevel: 'silent',
    });
    const run = (killAfterMs: number | null): Promise<number | null> => new Promise((resolve) => {
      const child = fork(script, [JSON.stringify(database), String(ROWS)], { stdio: 'ignore' });
      child.once('exit', (code) => { resolve(code); });
      child.once('message', () => {
        if (killAfterMs !== null) setTimeout(() => { child.kill('SIGKILL'); }, killAfterMs);
      });
    });
    for (let kills = 1; kills <= WRITER_KILLS; kills++) expect(await run(Math.random() * MOST_MS)).toBe(null);
    expect(await run(null)).toBe(0);
    rmSync(script);
    expect(await checksum(database, 'restarted')).toEqual(expected(ROWS));
  }, 120_000);
});
