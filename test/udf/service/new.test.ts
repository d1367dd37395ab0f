import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { micros } from '../../../sql/micros.ts';
import { query } from '../../../sql/read/query.ts';
import { inferenceService } from '../../../udf/service/service.ts';
import { database, ingesting, options, rowsOf, SECOND, settledCount, T0, traffic, withDatabase } from './stage.ts';

withDatabase();

const HOUR = 3600 * SECOND;
const BEFORE = traffic(T0);
const BEFORE_LAST = traffic(T0 + HOUR);
const OLD = traffic(T0 + HOUR / 2);
const NEW = traffic(T0 + 2 * HOUR);

/** As if the run before had ended a minute ago: commits of the last minute of a run count as new. */
const letAMinutePass = async (): Promise<void> => {
  await query(database(), `INSERT INTO inference_runs (ts, run, algorithm, tenant, from_ts, to_ts, exchanges, spans, late, took_us)
    SELECT dateadd('s', 60, now()), run, algorithm, tenant, from_ts, to_ts, exchanges, spans, late, 0 FROM inference_runs LATEST ON ts PARTITION BY run`);
  await sleep(1_000);
};

test('only what is new is inferred, also of times before, and ends in what inferring everything gives', async () => {
  const { write, close } = ingesting();
  await write([...BEFORE, ...BEFORE_LAST]);
  const first = await inferenceService(database(), options({ onlyNew: true }));
  expect(first.exchanges).toBe(BEFORE.length + BEFORE_LAST.length);
  await letAMinutePass();

  await write([...OLD, ...NEW]);
  await close();
  const second = await inferenceService(database(), options({ onlyNew: true }));
  expect(second.exchanges).toBeGreaterThanOrEqual(OLD.length + NEW.length);
  expect(second.exchanges).toBeLessThanOrEqual(BEFORE_LAST.length + OLD.length + NEW.length);

  const all = BEFORE.length + BEFORE_LAST.length + OLD.length + NEW.length;
  await settledCount('spans', 'live', all);
  await inferenceService(database(), options({ run: 'whole' }));
  await settledCount('spans_lab', 'whole', all);
  expect(await rowsOf('spans', 'live')).toEqual(await rowsOf('spans_lab', 'whole'));
}, 60_000);

test('another algorithm infers everything', async () => {
  await letAMinutePass();
  const { exchanges, from } = await inferenceService(database(), options({ onlyNew: true, algorithm: 'nesting' }));
  expect(exchanges).toBe(BEFORE.length + BEFORE_LAST.length + OLD.length + NEW.length);
  expect(from).toBe(micros(T0));
});
