import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Database } from '../../../sql/database.ts';
import type { Exchange } from '../../../sql/exchange.ts';
import { micros } from '../../../sql/micros.ts';
import { readExchanges } from '../../../sql/read/exchanges.ts';
import { visible } from '../../../sql/read/progress.ts';
import { reader, type Reader } from '../../../sql/read/query.ts';
import { exchangeWriter } from '../../../sql/write/exchanges.ts';
import { exchangeRow, START, tokensOf } from '../rows.ts';
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

const readAll = async (tenant: string, pageRows: number, tokens = false): Promise<readonly Exchange[]> => {
  const rows: Exchange[] = [];
  for await (const page of readExchanges(db, { from: micros(0), to: micros(START * 2), tenant, pageRows, tokens })) rows.push(...page);
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

  describe('with the values that flow', () => {
    const carrying = Array.from({ length: 3000 }, (_, n): Exchange => {
      const row = exchangeRow('carrying', n);
      return n % 7 === 0 ? row : { ...row, tokens: tokensOf(n) };
    });

    test('they are read where they were written and asked for', async () => {
      const counted = await ingest(carrying, 'carrying');
      const rowsWith = carrying.filter(({ tokens }) => tokens !== undefined);
      expect(counted).toMatchObject({ rows_written: 3000, token_rows_pushed: rowsWith.length, token_rows_written: rowsWith.length, rows_held: 0 });
      expect(counted['tokens']).toBe(rowsWith.reduce((sum, { tokens }) => sum + (tokens?.request.values.length ?? 0) + (tokens?.response.values.length ?? 0), 0));
      for (const pageRows of [700, 10_000]) expect(await readAll('carrying', pageRows, true)).toEqual(inOrder(carrying));
      expect((await readAll('carrying', 10_000)).some((row) => 'tokens' in row)).toBe(false);
    });

    test('writing them again changes nothing', async () => {
      await ingest(carrying, 'carrying', 333);
      await visible(db, 'exchange_tokens');
      const { rows: [counted] } = await db.query(`SELECT count() AS n FROM exchange_tokens WHERE tenant = 'carrying'`);
      expect(counted?.['n']).toBe(carrying.filter(({ tokens }) => tokens !== undefined).length);
      expect(await readAll('carrying', 10_000, true)).toEqual(inOrder(carrying));
    });

    test('whoever can read an exchange can read its values, at every moment of the writing', async () => {
      const writer = exchangeWriter(database, { worker: 'watched', batchRows: 100 });
      const seen = { rows: 0, without: 0, done: false };
      const watching = (async () => {
        while (!seen.done) {
          for (const row of await readAll('watched', 10_000, true)) {
            seen.rows++;
            if (row.tokens === undefined) seen.without++;
          }
        }
      })();
      for (let n = 0; n < 2000; n++) {
        writer.push({ ...exchangeRow('watched', n), tokens: tokensOf(n) });
        if (n % 100 === 0) await writer.settled();
      }
      writer.close();
      await writer.settled();
      await visible(db, 'exchanges');
      expect(await readAll('watched', 10_000)).toHaveLength(2000);
      await readAll('watched', 10_000);
      seen.done = true;
      await watching;
      expect(seen.rows).toBeGreaterThan(0);
      expect(seen.without).toBe(0);
    }, 60_000);
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
