import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { micros } from '../../../sql/micros.ts';
import { exchangeWriter } from '../../../sql/write/exchanges.ts';
import { arrivals, count, database, following, REQUESTS, SECOND, settledCount, T0, traffic, withDatabase } from './stage.ts';

withDatabase();

/** Longer than the turn of a following inference, and shorter than it takes to close a window. */
const A_FEW_TURNS_MS = 1_000;

test('a writer that begins holds the windows of its rows open, however far others have come', async () => {
  const ahead = exchangeWriter(database(), { worker: 'ahead', taps: ['other'] });
  ahead.advance(micros(T0 + 3600 * SECOND));
  ahead.close();
  await ahead.settled();

  const rows = arrivals(traffic(T0)).filter(({ duration_us: lasts }) => (lasts ?? 0) < SECOND);
  const half = Math.ceil(rows.length / 2);
  const { counters } = await following({}, async () => {
    const writer = exchangeWriter(database(), { worker: 'begins', flushMs: 20 });
    for (const row of rows.slice(0, half)) writer.push(row);
    await writer.settled();
    await sleep(A_FEW_TURNS_MS);
    expect(await count('spans', 'live')).toBe(0);
    for (const row of rows.slice(half)) writer.push(row);
    writer.close();
    await writer.settled();
    await settledCount('spans', 'live', rows.length);
  });
  expect(rows.length).toBeGreaterThan(3 * REQUESTS);
  expect(counters['exchanges_late'] ?? 0).toBe(0);
  expect(counters['exchanges_too_late'] ?? 0).toBe(0);
}, 60_000);
