import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { micros } from '../../sql/micros.ts';
import { migrate } from '../../sql/migrate.ts';
import { visible } from '../../sql/read/progress.ts';
import { reader, type Reader } from '../../sql/read/query.ts';
import { setRetention } from '../../sql/retention.ts';
import type { QuestDbServer } from '../../sql/server/start.ts';
import { expireTokens, TOKENS_KEPT_MS } from '../../sql/token-age.ts';
import { exchangeWriter } from '../../sql/write/exchanges.ts';
import { exchangeRow, START, tokensOf } from './rows.ts';
import { startTestDatabase } from './server.ts';

const HOUR_US = 3_600_000_000;
const state: { server: QuestDbServer | null; dir: string } = { server: null, dir: '' };
const database = () => {
  if (state.server === null) throw new Error('no server');
  return state.server.database;
};
let db: Reader;
beforeAll(async () => {
  state.dir = mkdtempSync(join(tmpdir(), 'tapgraph-tokens-'));
  state.server = await startTestDatabase(state.dir);
  await migrate(state.server.database);
  db = reader(database());
});
afterAll(async () => {
  await db.close();
  await state.server?.stop();
  rmSync(state.dir, { recursive: true, force: true });
});

/** Writes values of two exchanges for each of these packet times. */
const write = async (...times: readonly number[]): Promise<void> => {
  const writer = exchangeWriter(database(), { worker: 'ages' });
  for (const time of times) for (const n of [0, 1]) writer.push({ ...exchangeRow(`ages ${time}`, n), ts: micros(time + n), tokens: tokensOf(n + 5) });
  writer.close();
  await writer.settled();
  await visible(db, 'exchange_tokens');
};
const times = async (): Promise<readonly number[]> => {
  await visible(db, 'exchange_tokens');
  return (await db.query('SELECT DISTINCT hour::long AS hour FROM (SELECT timestamp_floor(\'h\', ts) AS hour FROM exchange_tokens) ORDER BY hour')).rows.map(({ hour }) => Number(hour));
};

const YEAR_US = 365 * 24 * HOUR_US;
const OLD = START - 10 * YEAR_US;

test('a capture of ten years ago keeps its values beside those of today', async () => {
  await write(START, OLD, OLD + HOUR_US);
  expect(await expireTokens(database(), Date.now())).toBe(0);
  expect(await times()).toEqual([OLD, OLD + HOUR_US, START]);
});

test('until they have been kept long enough; an hour of which a part was written later stays whole', async () => {
  const later = Date.now() + TOKENS_KEPT_MS + 60_000;
  await db.query(`INSERT INTO exchange_tokens (ts, tenant, exchange_id, tap, kind, request, response, written) VALUES (${OLD + HOUR_US}::timestamp, 'ages', rnd_uuid4(), 't', 0, '', '', ${later * 1000}::timestamp)`);
  await visible(db, 'exchange_tokens');
  expect(await expireTokens(database(), later)).toBe(2);
  expect(await times()).toEqual([OLD + HOUR_US]);
  expect(await expireTokens(database(), later)).toBe(0);
});

test('an end that somebody has set holds alone', async () => {
  await setRetention(database(), { exchange_tokens: '2d' });
  // The table takes the setting up when it comes to it.
  await expect.poll(async () => (await db.query(`SELECT ttlValue AS days FROM tables() WHERE table_name = 'exchange_tokens'`)).rows, { timeout: 30_000 }).toEqual([{ days: 2 }]);
  expect(await expireTokens(database(), Date.now() + 10 * TOKENS_KEPT_MS)).toBe(0);
  await setRetention(database(), { exchange_tokens: 'all' });
  expect(await expireTokens(database(), Date.now() + 10 * TOKENS_KEPT_MS)).toBe(0);
  await write(START, OLD);
  expect(await times()).toEqual([OLD, OLD + HOUR_US, START]);
});
