import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Database } from '../../../sql/database.ts';
import { migrate } from '../../../sql/migrate.ts';
import { micros } from '../../../sql/micros.ts';
import { progressReader, visible, type ReadProgress } from '../../../sql/read/progress.ts';
import { reader, type Reader } from '../../../sql/read/query.ts';
import { SetupError } from '../../../sql/server/setup-error.ts';
import type { QuestDbServer } from '../../../sql/server/start.ts';
import { exchangeWriter } from '../../../sql/write/exchanges.ts';
import { exchangeRow, START } from '../rows.ts';
import { startTestDatabase } from '../server.ts';

/** On a server of its own: progress is over all writers, and other tests write too. */
describe('progress', () => {
  const dir = mkdtempSync(join(tmpdir(), 'tapgraph-progress-'));
  let server: QuestDbServer;
  let database: Database;
  let db: Reader;
  let progress: ReadProgress;
  beforeAll(async () => {
    server = await startTestDatabase(dir, undefined, { devMode: true });
    ({ database } = server);
    await migrate(database);
    db = reader(database);
    progress = progressReader(db);
  });
  afterAll(async () => {
    await db.close();
    await server.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  test('of nobody is nothing', async () => {
    expect(await progress()).toMatchObject({ watermark: null, newest: null, live: 0, silent: 0 });
  });

  test('the progress of a live writer is its watermark; a closed one leaves the minimum', async () => {
    const writers = ['one', 'two'].map((name) => exchangeWriter(database, { worker: `progress ${name}`, taps: ['t'] }));
    for (const [at, writer] of writers.entries()) {
      writer.push(exchangeRow('progress', at));
      writer.advance(micros(START + 5_000_000 + at));
      await writer.settled();
    }
    expect(await progress()).toMatchObject({ watermark: START + 5_000_000, live: 2 });
    writers[0]?.close();
    await writers[0]?.settled();
    expect(await progress()).toMatchObject({ watermark: START + 5_000_001, live: 1 });
    writers[1]?.close();
    await writers[1]?.settled();
    expect(await progress()).toMatchObject({ watermark: null, newest: START + 5_000_001, live: 0 });
  });

  test('a writer that has begun holds all up until it says how far it is', async () => {
    const ahead = exchangeWriter(database, { worker: 'ahead', taps: ['t'] });
    ahead.advance(micros(START + 9_000_000));
    await ahead.settled();
    const begun = exchangeWriter(database, { worker: 'begun' });
    begun.push(exchangeRow('begun', 0));
    await begun.settled();
    expect(await progress()).toMatchObject({ watermark: null, newest: START + 9_000_000, live: 2 });
    begun.advance(micros(START + 7_000_000));
    await begun.settled();
    expect(await progress()).toMatchObject({ watermark: START + 7_000_000, live: 2 });
    for (const writer of [ahead, begun]) {
      writer.close();
      await writer.settled();
    }
  });

  test('while nothing is written it asks one statement', async () => {
    const asked: string[] = [];
    const next = progressReader({ ...db, query: (text, ...rest) => { asked.push(text); return db.query(text, ...rest); } });
    const first = await next();
    asked.length = 0;
    expect(await next()).toEqual(first);
    expect(asked).toEqual([expect.stringContaining('wal_tables()')]);
  });

  test('a writer that has gone silent without closing is left out and counted', async () => {
    const writer = exchangeWriter(database, { worker: 'silent', taps: ['t'] });
    writer.advance(micros(START));
    await writer.settled();
    expect(await progressReader(db, { silentMs: 0 })()).toMatchObject({ watermark: null, live: 0, silent: 1 });
    writer.close();
    await writer.settled();
  });

  test('rows of a table that is suspended are not waited for in vain: it says which one, why, and what to do', async () => {
    await visible(db, 'model_events');
    await db.query(`ALTER TABLE model_events SUSPEND WAL WITH 'DISK FULL', 'no space left'`);
    await visible(db, 'model_events', 50);
    await db.query('INSERT INTO model_events (ts, tenant) VALUES (1, \'suspended\')');
    const error = await visible(db, 'model_events', 50).then(() => null, (reason: unknown) => reason);
    expect(error).toBeInstanceOf(SetupError);
    expect(error).toMatchObject({
      found: 'QuestDB has stopped to apply the rows of model_events (DISK FULL: no space left): they are safe in its log, but cannot be read',
      todo: expect.stringContaining('ALTER TABLE model_events RESUME WAL'),
    });
    await db.query('ALTER TABLE model_events RESUME WAL');
    await visible(db, 'model_events');
    expect((await db.query('SELECT count() AS n FROM model_events')).rows).toEqual([{ n: 1 }]);
  });
});
