import { beforeAll, describe, expect, test } from 'vitest';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../../../sql/database.ts';
import type { Exchange } from '../../../sql/exchange.ts';
import { micros } from '../../../sql/micros.ts';
import { NO_NAMES } from '../../../sql/names.ts';
import { query, reader, type Value } from '../../../sql/read/query.ts';
import { visible } from '../../../sql/read/progress.ts';
import type { ExchangeTokens } from '../../../sql/tokens.ts';
import { exchangeWriter } from '../../../sql/write/exchanges.ts';
import { randomOf } from '../../../udf/infer/model/random.ts';
import { answerRequests } from '../../../udf/service/requests.ts';
import { inferenceService, type ServiceOptions } from '../../../udf/service/service.ts';
import { uuidOf } from '../../sql/rows.ts';
import { testDatabase } from '../../sql/server.ts';
import { exchange } from '../exchange.ts';

const SECOND = 1_000_000;
const T0 = 1_790_000_000 * SECOND;
const REQUESTS = 300;
const TENANT = 'carrying values';

const carries = (field: number, value: number): ExchangeTokens =>
  ({ request: { fields: Uint32Array.of(field, 9), values: Float64Array.of(value, 77) }, response: { fields: new Uint32Array(0), values: new Float64Array(0) }, kind: 0 });

/**
 * Twenty requests a second, each a second long, and one call at any moment of each: times say next to nothing, but a value goes
 * from each request into its call. Two taps see every call, and one of them carries no values.
 */
const traffic = (tenant: string): { readonly rows: readonly Exchange[]; readonly parents: ReadonlyMap<string, string> } => {
  const next = randomOf(5);
  const parents = new Map<string, string>();
  const rows = Array.from({ length: REQUESTS }, (_, n) => {
    const [asked, sent] = [uuidOf(`${tenant} ${n} asked`), uuidOf(`${tenant} ${n} sent`)];
    const at = T0 + n * SECOND / 20;
    const later = at + Math.floor(20_000 + next() * 900_000);
    parents.set(sent, asked);
    const call = (start: number, lasts: number, rest: Partial<Exchange>): Exchange =>
      exchange(sent, '10.1.0.1', '10.1.0.2', start, lasts, Object.assign(rest, { tenant, host: 'stock', route: '/stock' }));
    return [
      exchange(asked, '10.1.0.9', '10.1.0.1', at, SECOND, { tenant, host: 'shop', route: '/buy', tap: 'shop', tokens: carries(1, 1_000_000 + n) }),
      call(later, 30_000, { vantage: 'client', tap: 'shop', tokens: carries(2, 1_000_000 + n) }),
      call(later + 40, 29_900, { vantage: 'server', tap: 'stock' }),
    ];
  }).flat();
  return { rows: rows.toSorted((a, b) => a.ts - b.ts), parents };
};

let database: Database;
beforeAll(async () => { database = await testDatabase(); });

const options = (rest: Partial<ServiceOptions>): ServiceOptions => ({
  algorithm: 'model', tenant: TENANT, follow: false, latenessMs: 500, windowSeconds: 1, run: 'live', minConfidence: 0, names: NO_NAMES, log: () => undefined, ...rest,
});

type Row = Readonly<Record<string, Value>>;
const spansOf = async (run: string, tenant = TENANT): Promise<readonly Row[]> => {
  const db = reader(database);
  try {
    await visible(db, run === 'live' ? 'spans' : 'spans_lab');
    return (await db.query(`SELECT ts, span_id, parent_id, probability, runner_up_id, evidence, path FROM ${run === 'live' ? 'spans' : 'spans_lab'}
      WHERE run = $1 AND tenant = $2 ORDER BY ts, span_id`, [run, tenant])).rows;
  } finally {
    await db.close();
  }
};

const shareRight = (spans: readonly Row[], parents: ReadonlyMap<string, string>): number =>
  spans.filter(({ span_id: id, parent_id: parent }) => parent !== null && parents.get(String(id)) === parent).length / parents.size;
const decidedBy = (spans: readonly Row[], evidence: string): number => spans.filter((span) => span['evidence'] === evidence).length;

const until = async (what: string, holds: () => Promise<boolean>): Promise<void> => {
  for (let tries = 0; tries < 300; tries++) {
    if (await holds()) return;
    await sleep(100);
  }
  throw new Error(`never came true: ${what}`);
};

describe('values that flow, over a real database', () => {
  const { rows, parents } = traffic(TENANT);

  test('stored with the exchanges while inference follows, they decide', async () => {
    const stop = new AbortController();
    const service = inferenceService(database, options({ follow: true, signal: stop.signal }));
    const writer = exchangeWriter(database, { worker: 'carrying values', flushMs: 20 });
    for (let at = 0; at < rows.length; at += 300) {
      for (const row of rows.slice(at, at + 300)) writer.push(row);
      writer.advance(rows[Math.min(at + 299, rows.length - 1)]?.ts ?? micros(0));
      await writer.settled();
    }
    writer.close();
    await writer.settled();
    await until('a span for every exchange', async () => (await spansOf('live')).length === 2 * REQUESTS);
    stop.abort();
    const { counters } = await service;
    expect(counters['exchanges_without_tokens']).toBeGreaterThanOrEqual(REQUESTS);
    const spans = await spansOf('live');
    expect(shareRight(spans, parents)).toBeGreaterThan(0.99);
    expect(decidedBy(spans, 'token')).toBeGreaterThan(0.9 * REQUESTS);
  }, 90_000);

  test('a view says that values decided, and names none', async () => {
    const decided = (await spansOf('live')).find(({ evidence }) => evidence === 'token');
    const { rows: told } = await query(database, `DECLARE @span := '${String(decided?.['span_id'])}', @tenant := '${TENANT}' SELECT * FROM explain_span`);
    expect(told[0]).toMatchObject({ chosen: true, evidence: 'token', service: 'shop' });
    expect(JSON.stringify(told)).not.toMatch(/10000\d\d/);
  });

  test('what is inferred again goes by the evidence that is asked for', async () => {
    const stop = new AbortController();
    const answering = answerRequests(database, { names: NO_NAMES, latenessMs: 500, windowSeconds: 1, log: () => undefined, signal: stop.signal, pollMs: 50 });
    const ask = (run: string, evidence: string | null): Promise<unknown> => query(database,
      `INSERT INTO inference_requests (ts, request_id, run, tenant, evidence, from_ts, to_ts)
       VALUES (now(), rnd_uuid4(), $1, '${TENANT}', $2, ${T0}::timestamp, ${T0 + 3600 * SECOND}::timestamp)`, [run, evidence]);
    try {
      await ask('values-all', null);
      await ask('values-timing', 'timing');
      await ask('values-luck', 'luck');
      await until('three answers', async () => Number((await query(database,
        `SELECT count() AS n FROM inference_requests WHERE tenant = '${TENANT}' AND state IN ('done', 'failed')`)).rows[0]?.['n']) === 3);
    } finally {
      stop.abort();
      await answering;
    }
    const { rows: answers } = await query(database, `SELECT run, state, evidence FROM inference_requests WHERE tenant = '${TENANT}' ORDER BY ts`);
    expect(answers).toEqual([
      { run: 'values-all', state: 'done', evidence: null }, { run: 'values-timing', state: 'done', evidence: 'timing' }, { run: 'values-luck', state: 'failed', evidence: 'luck' },
    ]);
    const [all, timing] = [await spansOf('values-all'), await spansOf('values-timing')];
    expect(all).toEqual(await spansOf('live'));
    expect(decidedBy(timing, 'token')).toBe(0);
    expect(shareRight(timing, parents)).toBeLessThan(0.6);
  }, 90_000);
});
