import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll } from 'vitest';
import type { Database } from '../../../sql/database.ts';
import type { Exchange } from '../../../sql/exchange.ts';
import { micros } from '../../../sql/micros.ts';
import { migrate } from '../../../sql/migrate.ts';
import { NO_NAMES } from '../../../sql/names.ts';
import { query, type Value } from '../../../sql/read/query.ts';
import type { QuestDbServer } from '../../../sql/server/start.ts';
import { exchangeWriter } from '../../../sql/write/exchanges.ts';
import { inferenceService, type ServiceOptions } from '../../../udf/service/service.ts';
import { uuidOf } from '../../sql/rows.ts';
import { startTestDatabase } from '../../sql/server.ts';
import { exchange } from '../exchange.ts';

export const SECOND = 1_000_000;
export const T0 = 1_780_000_000 * SECOND;
export const REQUESTS = 300;

/** A request every 100 ms, three calls each, two of them parallel; every tenth lasts 4 s, so it comes in late. */
export const traffic = (from: number): readonly Exchange[] => Array.from({ length: REQUESTS }, (_, n) => {
  const at = from + n * SECOND / 10;
  const lasts = n % 10 === 0 ? 4 * SECOND : 150_000;
  const id = (what: string): string => uuidOf(`${from} ${n} ${what}`);
  return [
    exchange(id('root'), '10.0.0.9', '10.0.0.1', at, lasts, { host: 'shop', route: '/buy' }),
    exchange(id('cart'), '10.0.0.1', '10.0.0.2', at + 5_000 + n % 7, 20_000, { host: 'cart', route: '/cart' }),
    exchange(id('stock'), '10.0.0.1', '10.0.0.3', at + 6_000, 80_000, { host: 'stock', route: '/stock' }),
    exchange(id('sql'), '10.0.0.2', '10.0.0.3', at + 9_000, 9_000, { host: 'stock', route: '/query' }),
  ];
}).flat();

export const arrivals = (rows: readonly Exchange[]): readonly Exchange[] =>
  rows.toSorted((a, b) => a.ts + (a.duration_us ?? 0) - b.ts - (b.duration_us ?? 0));

const state: { server: QuestDbServer | null; dir: string } = { server: null, dir: '' };
/** The database of the tests of one file. */
export const database = (): Database => {
  if (state.server === null) throw new Error('no server');
  return state.server.database;
};
/** Starts it before them and stops it after. */
export const withDatabase = (): void => {
  beforeAll(async () => {
    state.dir = mkdtempSync(join(tmpdir(), 'tapgraph-service-'));
    state.server = await startTestDatabase(state.dir);
    await migrate(state.server.database);
  });
  afterAll(async () => {
    await state.server?.stop();
    rmSync(state.dir, { recursive: true, force: true });
  });
};

export const options = (rest: Partial<ServiceOptions> = {}): ServiceOptions => ({
  algorithm: 'fcfs', follow: false, latenessMs: 500, windowSeconds: 1, run: 'live', minConfidence: 0, names: NO_NAMES, log: () => undefined, ...rest,
});

export const SAME = `ts, tenant, span_id, parent_id, trace_id, service, instance, method, route, protocol, status, status_class, parent_service, parent_route,
  root_service, root_route, root_ts, depth, path, duration_us, duration_le_us, self_us, network_us, basis, probability, evidence, runner_up_id,
  runner_up_probability, coverage, span_count, service_count, min_probability, withdrawn`;
export const rowsOf = async (table: string, run: string): Promise<readonly Readonly<Record<string, Value>>[]> =>
  (await query(database(), `SELECT ${SAME} FROM ${table} WHERE run = $1 ORDER BY ts, span_id`, [run])).rows;

export const until = async (what: string, holds: () => Promise<boolean>): Promise<void> => {
  for (let tries = 0; tries < 200; tries++) {
    if (await holds()) return;
    await sleep(100);
  }
  throw new Error(`never came true: ${what}`);
};
export const count = async (table: string, run: string): Promise<number> =>
  Number((await query(database(), `SELECT count() AS n FROM ${table} WHERE run = $1`, [run])).rows[0]?.['n']);
export const settledCount = (table: string, run: string, rows: number): Promise<void> => until(`${rows} rows of ${run}`, async () => (await count(table, run)) === rows);

/** Runs a following service while `during` goes on, then stops it. */
export const following = async (rest: Partial<ServiceOptions>, during: () => Promise<void>) => {
  const stop = new AbortController();
  const service = inferenceService(database(), options({ follow: true, signal: stop.signal, ...rest }));
  await Promise.race([during(), service]).finally(() => { stop.abort(); });
  return service;
};

/** Writes exchanges as ingest does, with its watermark; resolves when they are in. */
export const ingesting = () => {
  const writer = exchangeWriter(database(), { worker: 'test', flushMs: 20 });
  const reached = { time: 0 };
  return {
    write: async (part: readonly Exchange[]): Promise<void> => {
      for (const row of part) writer.push(row);
      for (const { ts, duration_us } of part) reached.time = Math.max(reached.time, ts + (duration_us ?? 0));
      writer.advance(micros(reached.time));
      await writer.settled();
    },
    close: async (): Promise<void> => {
      writer.close();
      await writer.settled();
    },
  };
};
