import { expect, test } from 'vitest';
import { micros } from '../../../sql/micros.ts';
import { query } from '../../../sql/read/query.ts';
import { inferenceService } from '../../../udf/service/service.ts';
import { database, ingesting, options, rowsOf, SECOND, settledCount, T0, traffic, until, withDatabase } from './stage.ts';

withDatabase();

const HOUR = 3600 * SECOND;
const BEFORE = traffic(T0);
const BEFORE_LAST = traffic(T0 + HOUR);
const OLD = traffic(T0 + HOUR / 2);
const NEW = traffic(T0 + 2 * HOUR);

/** Resolves when so many can be read: what is acknowledged is shown a little later. */
const shown = (rows: number): Promise<void> => until(`${rows} exchanges`, async () => (await query(database(), 'SELECT count() AS n FROM exchanges')).rows[0]?.['n'] === rows);

/** As if the run before had ended a minute ago: commits of the last minute of a run count as new. */
const letAMinutePass = async (runs: number): Promise<void> => {
  const recorded = (n: number): Promise<void> => until(`${n} runs`, async () => (await query(database(), 'SELECT count() AS n FROM inference_runs')).rows[0]?.['n'] === n);
  await recorded(runs);
  await query(database(), `INSERT INTO inference_runs (ts, run, algorithm, tenant, from_ts, to_ts, exchanges, spans, late, took_us)
    SELECT dateadd('s', 60, now()), run, algorithm, tenant, from_ts, to_ts, exchanges, spans, late, 0 FROM inference_runs LATEST ON ts PARTITION BY run`);
  await recorded(runs + 1);
};

test('only what is new is inferred, also of times before, and ends in what inferring everything gives', async () => {
  const { write, close } = ingesting();
  await write([...BEFORE, ...BEFORE_LAST]);
  await shown(BEFORE.length + BEFORE_LAST.length);
  const first = await inferenceService(database(), options({ onlyNew: true }));
  expect(first.exchanges).toBe(BEFORE.length + BEFORE_LAST.length);
  await letAMinutePass(1);

  await write([...OLD, ...NEW]);
  await close();
  const all = BEFORE.length + BEFORE_LAST.length + OLD.length + NEW.length;
  await shown(all);
  const second = await inferenceService(database(), options({ onlyNew: true }));
  expect(second.exchanges).toBeGreaterThanOrEqual(OLD.length + NEW.length);
  expect(second.exchanges).toBeLessThanOrEqual(BEFORE_LAST.length + OLD.length + NEW.length);

  await settledCount('spans', 'live', all);
  await inferenceService(database(), options({ run: 'whole' }));
  await settledCount('spans_lab', 'whole', all);
  expect(await rowsOf('spans', 'live')).toEqual(await rowsOf('spans_lab', 'whole'));
}, 60_000);

test('another algorithm infers everything', async () => {
  const { exchanges, from } = await inferenceService(database(), options({ onlyNew: true, algorithm: 'nesting' }));
  expect(exchanges).toBe(BEFORE.length + BEFORE_LAST.length + OLD.length + NEW.length);
  expect(from).toBe(micros(T0));
});
