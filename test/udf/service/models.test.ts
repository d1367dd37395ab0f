import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { micros } from '../../../sql/micros.ts';
import { query } from '../../../sql/read/query.ts';
import { inferenceService } from '../../../udf/service/service.ts';
import { arrivals, count, database, following, ingesting, options, rowsOf, SECOND, settledCount, T0, traffic, until, withDatabase } from './stage.ts';

withDatabase();

test('following by the model, stopped, started again and told of late rows, it writes what one batch writes by the models it kept', async () => {
  const rows = arrivals(traffic(T0));
  const { write, close } = ingesting();
  const written = (): Promise<number> => count('spans', 'live');
  const isLate = (n: number): boolean => n % 50 === 3;
  const half = Math.ceil(rows.length / 2);
  await following({ algorithm: 'model' }, async () => {
    for (let at = 0; at < half; at += 150) {
      const before = await written();
      await write(rows.slice(at, Math.min(half, at + 150)).filter((_, n) => !isLate(at + n)));
      await until('more spans', async () => (await written()) > before);
    }
  });
  await following({ algorithm: 'model' }, async () => {
    await write(rows.slice(half));
    await write(rows.slice(0, half).filter((_, n) => isLate(n)));
    await close();
    await until('all spans', async () => (await written()) === rows.length);
    await sleep(1_000);
  });
  const models = await query(database(), 'SELECT count() AS n FROM inference_models');
  expect(Number(models.rows[0]?.['n'])).toBeGreaterThan(4);
  const live = await rowsOf('spans', 'live');
  expect(live).toHaveLength(rows.length);
  for (const [run, range] of [['whole', {}], ['stretch', { from: micros(T0), to: micros(T0 + 60 * SECOND) }]] as const) {
    await inferenceService(database(), options({ run, algorithm: 'model', ...range }));
    await settledCount('spans_lab', run, rows.length);
    expect(await rowsOf('spans_lab', run)).toEqual(live);
  }
}, 120_000);
