import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { micros } from '../../../sql/micros.ts';
import { NO_NAMES } from '../../../sql/names.ts';
import { query, reader } from '../../../sql/read/query.ts';
import { exchangeWriter } from '../../../sql/write/exchanges.ts';
import { liveAccuracy } from '../../../udf/service/accuracy.ts';
import { AlgorithmError } from '../../../udf/service/line.ts';
import { answerRequests } from '../../../udf/service/requests.ts';
import { inferenceService } from '../../../udf/service/service.ts';
import { uuidOf } from '../../sql/rows.ts';
import { arrivals, count, database, following, ingesting, options, REQUESTS, rowsOf, SECOND, settledCount, T0, traffic, until, withDatabase } from './stage.ts';

const TENANTS = ['acme', 'globex', 'initech', 'hooli', 'umbrella', 'stark'];

withDatabase();

describe('the service over a real database', () => {
  test('says which algorithms there are', async () => {
    await expect(inferenceService(database(), options({ algorithm: 'guess' }))).rejects.toThrow(AlgorithmError);
    await expect(inferenceService(database(), options({ algorithm: 'guess' }))).rejects.toThrow(/"guess"; there are .*nesting, fcfs/);
  });

  test('does nothing where there is nothing', async () => {
    await expect(inferenceService(database(), options())).resolves.toMatchObject({ exchanges: 0, spans: 0, from: null });
  });

  test('following, stopped, started again and told of late rows, it writes what one batch over all writes', async () => {
    const early = traffic(T0);
    const rows = arrivals(early);
    const { write, close } = ingesting();
    const third = Math.ceil(rows.length / 3);
    const first = await following({}, async () => {
      for (let at = 0; at < third; at += 100) {
        const before = await count('spans', 'live');
        await write(rows.slice(at, Math.min(third, at + 100)));
        await until('more spans', async () => (await count('spans', 'live')) > before);
      }
    });
    expect(first.counters['exchanges_late']).toBeGreaterThan(0);
    await write(rows.slice(third, 2 * third));
    await following({}, async () => {
      await write(rows.slice(2 * third));
      await close();
      await settledCount('spans', 'live', rows.length);
      await sleep(1_000);
    });

    await inferenceService(database(), options({ run: 'batch' }));
    await settledCount('spans_lab', 'batch', rows.length);
    const live = (await rowsOf('spans', 'live'));
    expect(live).toHaveLength(rows.length);
    expect(live).toEqual(await rowsOf('spans_lab', 'batch'));
    const names = await query(database(), 'SELECT address, service, source FROM service_names ORDER BY address');
    expect(names.rows.map(({ address, service, source }) => `${String(address)} ${String(service)} ${String(source)}`))
      .toEqual(['10.0.0.1 shop host', '10.0.0.2 cart host', '10.0.0.3 stock host']);
    const weighed = await query(database(), `SELECT count() AS spans, sum(CASE WHEN c.parent_id = s.parent_id THEN 1 ELSE 0 END) AS same
      FROM spans_lab s JOIN span_candidates c ON s.span_id = c.span_id WHERE s.run = 'batch' AND c.run = 'batch' AND c.rank = 1`);
    expect(Number(weighed.rows[0]?.['spans'])).toBeGreaterThan(0);
    expect(weighed.rows[0]?.['same']).toBe(weighed.rows[0]?.['spans']);
    const runs = await query(database(), `SELECT run, algorithm, exchanges, spans FROM inference_runs ORDER BY ts`);
    expect(runs.rows.map(({ run, algorithm }) => `${String(run)} ${String(algorithm)}`)).toEqual(['live fcfs', 'live fcfs', 'batch fcfs']);
  }, 120_000);

  test('inferring a stretch again changes no row but its revision', async () => {
    const before = await rowsOf('spans', 'live');
    const summary = await inferenceService(database(), options({ from: micros(T0 + 10 * SECOND), to: micros(T0 + 12 * SECOND) }));
    expect(summary.spans).toBeGreaterThanOrEqual(80);
    await until('a higher revision', async () => Number((await query(database(),
      `SELECT min(revision) AS n FROM spans WHERE ts >= $1 AND ts < $2`, [T0 + 10 * SECOND, T0 + 12 * SECOND])).rows[0]?.['n']) > 1);
    expect(await rowsOf('spans', 'live')).toEqual(before);
  }, 60_000);

  test('exchanges of a time long inferred are inferred when they come in', async () => {
    const older = arrivals(traffic(T0 - 3600 * SECOND));
    const stored = await count('spans', 'live');
    await following({}, async () => {
      await sleep(2_000);
      const writer = exchangeWriter(database(), { worker: 'older', flushMs: 20 });
      for (const row of older) writer.push(row);
      writer.advance(micros(T0));
      writer.close();
      await writer.settled();
      await settledCount('spans', 'live', stored + older.length);
    });
    const { rows } = await query(database(), `SELECT service, parent_service, count() AS n FROM spans WHERE ts < $1 GROUP BY service, parent_service ORDER BY service, parent_service`, [T0]);
    expect(rows).toEqual([
      { service: 'cart', parent_service: 'shop', n: REQUESTS },
      { service: 'shop', parent_service: '(outside)', n: REQUESTS },
      { service: 'stock', parent_service: 'cart', n: REQUESTS },
      { service: 'stock', parent_service: 'shop', n: REQUESTS },
    ]);
  }, 90_000);

  test('calls that headers decide are counted beside what the algorithm says of them', async () => {
    const part = traffic(T0 - 10_800 * SECOND).slice(0, 200).map((row, n) =>
      Object.assign(structuredClone(row), { tenant: 'traced', exchange_id: uuidOf(`traced ${row.exchange_id}`), trace_hint: `t${Math.floor(n / 4)}` }));
    const writer = exchangeWriter(database(), { worker: 'traced', flushMs: 20 });
    for (const row of part) writer.push(row);
    writer.close();
    await writer.settled();
    await until('all exchanges', async () => Number((await query(database(), `SELECT count() AS n FROM exchanges WHERE tenant = 'traced'`)).rows[0]?.['n']) === part.length);
    const { counters } = await inferenceService(database(), options({ tenant: 'traced' }));
    expect(counters['header_decided']).toBeGreaterThan(90);
    const db = reader(database());
    try {
      await until('rows', async () => (await liveAccuracy(db))?.checked === counters['header_checked']);
      expect((await liveAccuracy(db))?.agreed).toBe(counters['header_agreed']);
    } finally {
      await db.close();
    }
  }, 60_000);

  test('shards write, together, what one process writes', async () => {
    const part = traffic(T0 - 7200 * SECOND).slice(0, 200);
    const rows = TENANTS.flatMap((tenant) => part.map((row) => Object.assign(structuredClone(row), { tenant, exchange_id: uuidOf(`${tenant} ${row.exchange_id}`) })));
    const writer = exchangeWriter(database(), { worker: 'tenants', flushMs: 20 });
    for (const row of rows) writer.push(row);
    writer.close();
    await writer.settled();
    await until('all exchanges', async () => Number((await query(database(), `SELECT count() AS n FROM exchanges WHERE tenant NOT IN ('default', 'traced')`)).rows[0]?.['n']) === rows.length);
    const stretch = { from: micros(T0 - 7300 * SECOND), to: micros(T0 - 7000 * SECOND) };
    const parts = [];
    for (const index of [1, 2]) parts.push((await inferenceService(database(), options({ ...stretch, run: 'shards', shard: { index, of: 2 } }))).spans);
    await inferenceService(database(), options({ ...stretch, run: 'whole' }));
    await settledCount('spans_lab', 'shards', rows.length);
    await settledCount('spans_lab', 'whole', rows.length);
    expect(Math.min(...parts)).toBeGreaterThan(0);
    expect(await rowsOf('spans_lab', 'shards')).toEqual(await rowsOf('spans_lab', 'whole'));
  }, 60_000);

  test('what is asked for in SQL is inferred, into a named run and in place, and answered in its row', async () => {
    const stop = new AbortController();
    const answering = answerRequests(database(), { names: NO_NAMES, latenessMs: 500, windowSeconds: 1, log: () => undefined, signal: stop.signal, pollMs: 50 });
    const ask = (run: string, algorithm: string, from: number, to: number): Promise<unknown> => query(database(),
      `INSERT INTO inference_requests (ts, request_id, run, algorithm, from_ts, to_ts) VALUES (now(), rnd_uuid4(), $1, $2, ${from}::timestamp, ${to}::timestamp)`, [run, algorithm]);
    try {
      await ask('asked', 'nesting', T0, T0 + 10 * SECOND);
      await ask('live', 'fcfs', T0, T0 + 2 * SECOND);
      await ask('wrong', 'guess', T0, T0 + SECOND);
      await ask('later', 'fcfs', T0 + 9e6 * SECOND, T0 + 9e6 * SECOND + 1);
      await until('four answers', async () => Number((await query(database(), `SELECT count() AS n FROM inference_requests WHERE state IN ('done', 'failed')`)).rows[0]?.['n']) === 4);
    } finally {
      stop.abort();
      await answering;
    }
    const { rows } = await query(database(), 'SELECT run, state, windows_done AS done, windows_total AS total, spans, detail FROM inference_requests ORDER BY ts');
    expect(rows).toEqual([
      { run: 'asked', state: 'done', done: 10, total: 10, spans: expect.any(Number), detail: `SELECT * FROM spans_lab WHERE run = 'asked' has them` },
      { run: 'live', state: 'done', done: 2, total: 2, spans: expect.any(Number), detail: 'SELECT * FROM spans has them' },
      { run: 'wrong', state: 'failed', done: 0, total: 0, spans: 0, detail: expect.stringContaining('one of nesting, fcfs, arrival, model') },
      { run: 'later', state: 'done', done: 1, total: 1, spans: 0, detail: expect.stringContaining('no exchanges there') },
    ]);
    expect(Number(rows[0]?.['spans'])).toBeGreaterThanOrEqual(400);
    await settledCount('spans_lab', 'asked', Number(rows[0]?.['spans']));
  }, 60_000);

  test('a request left behind by a process that ended is taken up again', async () => {
    const id = uuidOf('left behind');
    await query(database(), `INSERT INTO inference_requests (ts, request_id, run, algorithm, from_ts, to_ts, state, updated)
      VALUES (now(), $1, 'again', 'fcfs', ${T0}::timestamp, ${T0 + SECOND}::timestamp, 'running', ${T0}::timestamp)`, [id]);
    const stop = new AbortController();
    const answering = answerRequests(database(), { names: NO_NAMES, latenessMs: 500, windowSeconds: 1, log: () => undefined, signal: stop.signal, pollMs: 50 });
    try {
      await until('an answer', async () => ['done', 'failed'].includes(String((await query(database(), 'SELECT state FROM inference_requests WHERE request_id = $1', [id])).rows[0]?.['state'])));
    } finally {
      stop.abort();
      await answering;
    }
    expect((await query(database(), 'SELECT state, windows_done FROM inference_requests WHERE request_id = $1', [id])).rows).toEqual([{ state: 'done', windows_done: 1 }]);
  }, 60_000);
});
