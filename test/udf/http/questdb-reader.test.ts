import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Database } from '../../../sql/database.ts';
import { micros } from '../../../sql/micros.ts';
import { reader as connect, type Reader } from '../../../sql/read/query.ts';
import { visible } from '../../../sql/read/progress.ts';
import { spanWriter } from '../../../sql/write/spans.ts';
import { ReaderError, type GraphReader } from '../../../udf/graph/reader.ts';
import { questDbReader } from '../../../udf/http/questdb-reader.ts';
import { testDatabase } from '../../sql/server.ts';
import { NOON } from '../graph/contract-spans.ts';
import { readerContract } from '../graph/reader-contract.ts';

const MINUTE = 60_000_000;
let database: Database;
let admin: Reader;
const opened: GraphReader[] = [];
const open = (of: Database): GraphReader => {
  const reader = questDbReader(of);
  opened.push(reader);
  return reader;
};
beforeAll(async () => {
  database = await testDatabase();
  admin = connect(database);
});
afterAll(async () => {
  for (const reader of opened) await reader.close();
  await admin.close();
});

readerContract('QuestDB', 'contract', async (spans) => {
  const writer = spanWriter(database);
  await writer.write(spans.filter(({ run }) => run === 'live'));
  await writer.write(spans.filter(({ run }) => run !== 'live'), 'spans_lab');
  for (const table of ['spans', 'spans_lab']) await visible(admin, table);
  return open(database);
});

const at = (minutes: number): string => new Date((NOON + minutes * MINUTE) / 1_000).toISOString();
const window = (from: number, to: number) => ({ from: micros(NOON + (100 + from) * MINUTE), to: micros(NOON + (100 + to) * MINUTE), tenant: 'contract', run: 'live', minConfidence: 0 });
const failing = async (change: (database: Database) => Database): Promise<unknown> => {
  try {
    return await open(change(database)).ranges();
  } catch (error) {
    return error;
  }
};

describe('loss', () => {
  test('is what a worker\'s totals grew by in the window', async () => {
    for (const [minutes, total] of [[1, 10], [2, 25], [3, 70]] as const) {
      await admin.query(`INSERT INTO capture_loss (ts, worker, counter, total) VALUES ('${at(minutes + 100)}', 'contract-worker', 'frames_cut', ${total})`);
    }
    await visible(admin, 'capture_loss');
    const reader = open(database);
    await expect.poll(() => reader.loss(window(0, 2.5)), { timeout: 10_000 }).toEqual([{ kind: 'frames_cut', amount: 25 }]);
    expect(await reader.loss(window(1.5, 2.5))).toEqual([{ kind: 'frames_cut', amount: 15 }]);
    expect(await reader.loss(window(4, 5))).toEqual([]);
  });
});

describe('a database that does not answer', () => {
  test('away: nobody listens', async () => {
    const error = await failing((d) => ({ ...d, analyst: { ...d.analyst, port: 1 } }));
    expect(error).toBeInstanceOf(ReaderError);
    expect(error).toMatchObject({ kind: 'away' });
  });

  test('away: the password is wrong', async () => {
    expect(await failing((d) => ({ ...d, analyst: { ...d.analyst, password: 'wrong' } }))).toMatchObject({ kind: 'away' });
  });
});
