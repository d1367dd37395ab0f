import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Database } from '../../../sql/database.ts';
import type { Exchange } from '../../../sql/exchange.ts';
import { micros } from '../../../sql/micros.ts';
import { readExchanges } from '../../../sql/read/exchanges.ts';
import { visible } from '../../../sql/read/progress.ts';
import { reader, type Reader } from '../../../sql/read/query.ts';
import { exchangeWriter } from '../../../sql/write/exchanges.ts';
import { exchangeRow, START } from '../rows.ts';
import { testDatabase } from '../server.ts';

let database: Database;
let db: Reader;
beforeAll(async () => {
  database = await testDatabase();
  db = reader(database);
});
afterAll(() => db.close());

const ingest = async (rows: readonly Exchange[], worker: string, batchRows = 1000): Promise<Readonly<Record<string, number>>> => {
  const writer = exchangeWriter(database, { worker, batchRows });
  for (const row of rows) {
    writer.push(row);
    writer.advance(row.ts);
    if (row.duration_us !== null && row.duration_us % 500 === 0) await writer.ready();
  }
  writer.close();
  await writer.settled();
  await visible(db, 'exchanges');
  return writer.counters();
};

const readAll = async (tenant: string, pageRows: number): Promise<readonly Exchange[]> => {
  const rows: Exchange[] = [];
  for await (const page of readExchanges(database, { from: micros(0), to: micros(START * 2), tenant, pageRows })) rows.push(...page);
  return rows;
};

const inOrder = (rows: readonly Exchange[]): readonly Exchange[] =>
  rows.toSorted((a, b) => a.ts - b.ts || (a.exchange_id < b.exchange_id ? -1 : 1));

describe('exchange writer and reader', () => {
  const rows = Array.from({ length: 5000 }, (_, n) => exchangeRow('round-trip', n));

  test('what is read is what was written', async () => {
    expect(await ingest(rows, 'round-trip')).toMatchObject({ rows_pushed: 5000, rows_written: 5000, rows_held: 0 });
    for (const pageRows of [700, 10_000]) expect(await readAll('round-trip', pageRows)).toEqual(inOrder(rows));
  });

  test.each([1, 2, 3, 4, 29, 30, 31])('a page of at most %i rows never ends within a microsecond', async (pageRows) => {
    const few = Array.from({ length: 30 }, (_, n) => exchangeRow('pages', n));
    await ingest(few, 'pages');
    expect(await readAll('pages', pageRows)).toEqual(inOrder(few));
  });

  test('writing the same rows again, in other batches, changes nothing', async () => {
    await ingest(rows, 'round-trip', 333);
    expect(await readAll('round-trip', 10_000)).toEqual(inOrder(rows));
  });

  test('a row that the server refuses is counted and the rest of its batch goes in', async () => {
    const good = Array.from({ length: 100 }, (_, n) => exchangeRow('refused', n));
    const bad = { ...exchangeRow('refused', 1000), exchange_id: 'not a uuid' };
    const counted = await ingest([...good.slice(0, 50), bad, ...good.slice(50), { ...bad, status: 70_000 }], 'refused');
    expect(counted).toMatchObject({ rows_written: 100, rows_refused: 2 });
    expect(await readAll('refused', 1000)).toEqual(inOrder(good));
  });

  test('losses go to capture_loss when they have grown', async () => {
    let lost = 1;
    const writer = exchangeWriter(database, { worker: 'losing', taps: ['t'], losses: () => ({ frames_cut: lost }) });
    for (const at of [1, 2, 3]) {
      writer.advance(micros(START + at));
      if (at === 3) lost = 5;
      await writer.settled();
    }
    writer.close();
    await writer.settled();
    await visible(db, 'capture_loss');
    const { rows: losses } = await db.query(`SELECT total FROM capture_loss WHERE worker = 'losing' AND counter = 'frames_cut' ORDER BY ts`);
    expect(losses.map(({ total }) => total)).toEqual([1, 5]);
  });
});
