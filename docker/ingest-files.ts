import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { counters } from '../sql/counters.ts';
import type { Database } from '../sql/database.ts';
import { query } from '../sql/read/query.ts';
import { expireTokens } from '../sql/token-age.ts';
import { exchangeWriter } from '../sql/write/exchanges.ts';
import { captureLine, tapOf, type CaptureOptions } from './capture-line.ts';
import { log } from './log.ts';
import { lossesOf } from './losses.ts';
import { NO_METRICS, type IngestMetrics } from './metrics.ts';
import { progress } from './terminal/progress.ts';
import { startTeam, type Team } from './threads/team.ts';

export interface IngestRun {
  readonly database: Database;
  readonly options: CaptureOptions & { readonly data: string; readonly maxSpillMb?: number; readonly maxMemoryMb?: number; readonly tokens: boolean };
  /** Secret key of the hashes made of tracing headers and of values. */
  readonly salt: string;
  /** Told what is counted; default: nobody. */
  readonly metrics?: IngestMetrics;
  /** Stops reading; rows decoded so far are still written. */
  readonly signal: AbortSignal;
}

const SAMPLE_BYTES = 65_536;

/**
 * Names the work of ingesting a file: equal for equal bytes (size, head and tail are compared) and equal options,
 * so that work done once is recognised.
 */
const workerOf = (file: string, tap: string, options: IngestRun['options']): string => {
  const hash = createHash('sha256').update(JSON.stringify([tap, options.tenant, options.host, options.keepTargets, options.names, options.tokens]));
  const { size } = statSync(file);
  const sample = Buffer.alloc(SAMPLE_BYTES);
  const handle = openSync(file, 'r');
  try {
    for (const at of [0, Math.max(0, size - SAMPLE_BYTES)]) hash.update(sample.subarray(0, readSync(handle, sample, 0, SAMPLE_BYTES, at)));
  } finally {
    closeSync(handle);
  }
  return `${tap}-${hash.update(String(size)).digest('hex').slice(0, 12)}`;
};

const wasClosed = async (database: Database, worker: string): Promise<boolean> => {
  const { rows } = await query(database, 'SELECT count() AS n FROM ingest_progress WHERE worker = $1 AND closed = true', [worker]);
  return Number(rows[0]?.['n'] ?? 0) > 0;
};

const HOUR_US = 3_600_000_000;

/** Whether the values that flow of a capture's last hour, which were stored with its exchanges, are gone (token-age.ts). */
const tokensGone = async (database: Database, worker: string, tap: string): Promise<boolean> => {
  const { rows: [ended] } = await query(database, 'SELECT watermark::long AS last FROM ingest_progress WHERE worker = $1 AND closed = true LIMIT 1', [worker]);
  const last = ended?.['last'] ?? null;
  if (last === null) return false;
  const count = async (table: string): Promise<number> =>
    Number((await query(database, `SELECT count() AS n FROM ${table} WHERE tap = $1 AND ts > $2 AND ts <= $3`, [tap, Number(last) - HOUR_US, Number(last)])).rows[0]?.['n']);
  return await count('exchanges') > 0 && await count('exchange_tokens') === 0;
};

/** Ingests captures one after the other; resolves when every row is acknowledged. A second time it changes nothing. */
export const ingestFiles = async (
  files: readonly string[],
  run: IngestRun,
): Promise<void> => {
  await expireTokens(run.database, Date.now());
  const { threads = 1 } = run.options;
  const team = threads > 1 ? startTeam(threads) : null;
  try {
    await ingestEach(files, run, team);
  } finally {
    await team?.end();
  }
};

const ingestEach = async (files: readonly string[], run: IngestRun, team: Team | null): Promise<void> => {
  for (const file of files) {
    if (run.signal.aborted) break;
    const tap = run.options.tap ?? tapOf(file);
    const live = file === '-' || run.options.follow === true;
    const worker = live ? `${tap}-live` : workerOf(file, tap, run.options);
    if (!live && await wasClosed(run.database, worker)) {
      const again = run.options.tokens && await tokensGone(run.database, worker, tap);
      process.stderr.write(`${tap}  ingested before${again ? '; read again for the values that flow, which are kept for hours' : ''}\n`);
      if (!again) continue;
    }
    await ingestFile(file, tap, worker, live, run, team);
  }
};

/** MiB on disk for rows that the database does not take, where no other limit is given. */
export const MAX_SPILL_MB = 1024;

/** MiB of rows in memory before they go to disk, where no other limit is given. */
export const MAX_MEMORY_MB = 32;

/**
 * Nobody waits for the next second of a file: requests twice as large cost the server a quarter less of its CPU a row, and time (measured
 * in sql/README.md). Three of them are held at most, so that it never waits for rows.
 */
const OF_A_FILE = { batchRows: 40_000, flushMs: 2_000, maxHeldRows: 120_000 };

const ingestFile = async (
  file: string, tap: string, worker: string, live: boolean,
  { database, options, salt, signal, metrics = NO_METRICS }: IngestRun, team: Team | null,
): Promise<void> => {
  const tally = counters();
  const writer = exchangeWriter(database, {
    worker, taps: [tap], losses: () => lossesOf(tally.snapshot()), deadLetters: join(options.data, 'refused-rows.jsonl'), log,
    // By address: rows meant for one database must not go to another.
    spill: { dir: join(options.data, 'spill', new URL(database.http).host.replace(/[^\w.-]/g, '_')), maxBytes: (options.maxSpillMb ?? MAX_SPILL_MB) * 2 ** 20,
      // A file can wait for a server that is slower than it.
      afterBytes: live ? (options.maxMemoryMb ?? MAX_MEMORY_MB) * 2 ** 20 : Infinity },
    ...(!live && OF_A_FILE),
  });
  const unwatch = metrics.watch(tap, () => ({ decoder: tally.snapshot(), writer: writer.counters() }));
  const bar = progress(tap);
  const show = (): void => {
    bar.facts(tally.snapshot()['packets'] ?? 0, writer.counters()['rows_written'] ?? 0);
  };
  try {
    await captureLine(file, {
      options, salt, signal, tokens: options.tokens, out: team === null ? writer : { team, form: 'lines', rows: { push: writer.put, advance: writer.advance, flush: () => {}, close: writer.close } }, counters: tally,
      ready: async () => { await writer.ready(); show(); },
      onBytes: bar.bytes,
    });
    await writer.settled();
    show();
  } finally {
    bar.stop();
    unwatch();
  }
};
