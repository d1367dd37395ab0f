import { expect, test } from 'vitest';
import { micros } from '../../sql/micros.ts';
import { query } from '../../sql/read/query.ts';
import { spanWriter } from '../../sql/write/spans.ts';
import { traceId } from '../../udf/span/trace-id.ts';
import { spanRow, START } from './rows.ts';
import { testDatabase } from './server.ts';

test('trace looks only around the time that the id holds, however it is written', async () => {
  const database = await testDatabase();
  const ts = micros(START + 4_998_000);
  const id = traceId(ts, 'a root');
  await spanWriter(database).write([spanRow('trace-time', 1, { ts, root_ts: ts, trace_id: id })]);
  expect((await query(database, 'DECLARE @trace := $1 SELECT root_ts, from_ts, to_ts FROM trace_time', [id])).rows).toEqual([
    { root_ts: '2025-11-21T08:00:04.998000Z', from_ts: '2025-11-21T07:59:04.998000Z', to_ts: '2025-11-22T08:00:04.998000Z' },
  ]);
  const { rows } = await query(database, `EXPLAIN DECLARE @trace := '${id.toUpperCase()}' SELECT * FROM trace`);
  expect(rows.map((row) => String(Object.values(row)[0])).join('\n')).toContain('intervals: [("2025-11-21T07:59:04.998000Z","2025-11-22T08:00:04.997999Z")]');
  for (const written of [id, id.toUpperCase()]) {
    await expect.poll(async () => (await query(database, `DECLARE @trace := $1, @tenant := 'trace-time' SELECT ts FROM trace`, [written])).rows).toHaveLength(1);
  }
});
