import { setTimeout as sleep } from 'node:timers/promises';
import { counters } from '../../sql/counters.ts';
import type { Database } from '../../sql/database.ts';
import { micros, type Micros } from '../../sql/micros.ts';
import type { Names } from '../../sql/names.ts';
import { readExchanges } from '../../sql/read/exchanges.ts';
import { progressReader, type IngestProgress } from '../../sql/read/progress.ts';
import { reader } from '../../sql/read/query.ts';
import { spanWriter } from '../../sql/write/spans.ts';
import { ALL_EVIDENCE, type EvidenceTerms } from '../infer/evidence.ts';
import { algorithmNamed } from '../infer/registry.ts';
import { warmUp } from '../infer/warm-up.ts';
import type { InferredWindow } from '../pipeline.ts';
import { changeFeed, joinRanges, type Range } from './changes.ts';
import { AlgorithmError, InferenceError, openLine, type Line, type LineOptions } from './line.ts';
import { resumePoint } from './resume.ts';
import type { ModelRange } from './saved-models.ts';
import { ownsTenant, shardName, type Shard } from './shard.ts';

export interface ServiceOptions {
  /** A name of the registry. */
  readonly algorithm: string;
  /** Everyone's where none is named. */
  readonly tenant?: string;
  /** Only the tenants of this shard; the others are left to other processes. */
  readonly shard?: Shard;
  /** First packet time to infer; of a following run, the end of what was inferred where none is given. */
  readonly from?: Micros;
  /** Packet time up to which, without it. */
  readonly to?: Micros;
  /**
   * Without a stretch, only what came in since the last run of that name, where that went by the same algorithm and the database
   * says what came in since; else everything.
   */
  readonly onlyNew?: boolean;
  /** Goes on with what ingest writes until `signal`. */
  readonly follow: boolean;
  readonly latenessMs: number;
  readonly windowSeconds: number;
  /** `live` writes to `spans`, any other name to `spans_lab`. */
  readonly run: string;
  readonly minConfidence: number;
  /** What may be gone by; default: all there is. */
  readonly evidence?: EvidenceTerms;
  readonly names: Names;
  readonly log: (line: string) => void;
  readonly signal?: AbortSignal;
  /** Called when a window is in the database. */
  readonly onWindow?: (window: InferredWindow) => void;
}

/** What a run came to. */
export interface InferenceSummary {
  readonly exchanges: number;
  readonly spans: number;
  readonly from: Micros | null;
  readonly to: Micros | null;
  /** By the names in the README of udf. */
  readonly counters: Readonly<Record<string, number>>;
}

/** Between two looks at the database, while exchanges come in. */
const SHORTEST_PAUSE_MS = 200;
/** While none do: a turn costs an idle QuestDB ten times the statement itself, because its workers stay awake for some time. */
const LONGEST_PAUSE_MS = 1_000;
/** After a failed read of the database, this long until the next try. */
const RETRY_MS = 2_000;
/** Without a change feed, this far back is read again at every poll. */
const LOOK_BACK_US = 30_000_000;
/** A stretch that is inferred again is read with this much around it, so that its traces are whole. */
const MARGIN_US = 30_000_000;
const END_OF_TIME = micros(Number.MAX_SAFE_INTEGER);
const RUN_ROW_EVERY_MS = 5_000;

const around = (range: Range): Range => ({ from: micros(range.from - MARGIN_US), to: micros(range.to + MARGIN_US) });

/**
 * Infers stored exchanges into `spans`, one request a window; returns when the range is done, or, following, at `signal`.
 * Started again it goes on where it was and writes the same rows. Throws where the algorithm is unknown or, at the start, the database does not answer.
 */
export const inferenceService = async (database: Database, options: ServiceOptions): Promise<InferenceSummary> => {
  const { algorithm, tenant, shard, follow, run, log, signal } = options;
  const tokens = (options.evidence ?? ALL_EVIDENCE).has('token');
  const scope = shard === undefined ? tenant ?? '' : shardName(shard);
  const inferring = algorithmNamed(algorithm);
  if (inferring === null) throw new AlgorithmError(algorithm);
  const startedMs = Date.now();
  const tally = counters();
  const db = reader(database);
  const writer = spanWriter(database, { log });
  const seen: { from: Micros | null; to: Micros | null; rowMs: number; row: string } = { from: null, to: null, rowMs: startedMs, row: '' };
  const late: Range[] = [];
  const total = (name: string): number => tally.snapshot()[name] ?? 0;

  const recordRun = async (): Promise<void> => {
    if (seen.from === null || seen.to === null) return;
    const done = {
      from_ts: seen.from, to_ts: seen.to,
      exchanges: total('exchanges_read'), spans: total('spans_written'), late: total('exchanges_late') + total('exchanges_too_late'),
    };
    seen.rowMs = Date.now();
    // Of a run that has nothing to do, the row would only say for how long.
    const row = JSON.stringify(done);
    if (row === seen.row) return;
    await writer.writeRun({ ts: micros(startedMs * 1000), run, algorithm, tenant: scope, ...done, took_us: (seen.rowMs - startedMs) * 1000 });
    seen.row = row;
  };
  const lineOptions: Omit<LineOptions, 'models'> = { ...options, db, writer, count: tally.count, tooLate: (ts) => { late.push({ from: ts, to: ts }); } };

  /** Models are learnt from all the evidence: an inference by less goes by none of them. */
  const modelsOf = ({ from, to }: Range, known: Micros): ModelRange | null => (tokens ? { from, to, until: known } : null);

  /** Reads a range page by page into a line, which is told how far it has come. */
  const feed = async (line: Line, range: Range, upTo: (read: Micros) => Micros): Promise<void> => {
    for await (const page of readExchanges(db, { ...range, tokens, ...(tenant !== undefined && { tenant }) })) {
      const own = shard === undefined ? page : page.filter((row) => ownsTenant(shard, row.tenant));
      tally.count('exchanges_read', own.length);
      if (tokens) tally.count('exchanges_without_tokens', own.filter((row) => row.tokens === undefined).length);
      await line.push(own);
      const last = page.at(-1)?.ts;
      if (last !== undefined) await line.advance(upTo(last));
      if (signal?.aborted) return;
    }
  };
  /** Infers a stretch on its own; traces that touch it are written, whole. */
  const inferStretch = async (range: Range | null): Promise<void> => {
    const read = range === null ? { from: micros(0), to: END_OF_TIME } : around(range);
    // A stretch goes by what was known in its time; of everything, what the live run has not reached yet is learnt from.
    const line = await openLine({ ...lineOptions, models: modelsOf(read, range === null ? (await resumePoint(db, 'live', tenant, scope)).end : END_OF_TIME) }, range);
    await feed(line, read, (last) => last);
    if (!signal?.aborted) await line.close();
  };
  const inferLate = async (): Promise<void> => {
    for (const range of joinRanges(late.splice(0))) {
      log(`exchanges came in for ${new Date(range.from / 1000).toISOString()}, already inferred: inferring that time again`);
      tally.count('stretches_inferred_again');
      await inferStretch({ from: range.from, to: micros(range.to + 1) });
    }
  };

  /** The stretches that were written to since the last run; null = it cannot be told. */
  const newStretches = async (): Promise<readonly Range[] | null> => {
    const { rows: [last] } = await db.query('SELECT algorithm FROM inference_runs WHERE run = $1 ORDER BY ts DESC LIMIT 1', [run]);
    const resume = await resumePoint(db, run, tenant, scope);
    if (last?.['algorithm'] !== algorithm || resume.since === null) return null;
    const { applied } = await progressReader(db)();
    const { ranges } = await changeFeed(db, resume.since, applied).next(applied);
    return ranges === null ? null : joinRanges([...ranges, { from: resume.from, to: resume.end }]);
  };
  const runOnce = async (): Promise<void> => {
    const bounds = await db.query(`SELECT from_ts::long AS from_ts, to_ts::long AS to_ts
       FROM (SELECT min(ts) AS from_ts, max(ts) AS to_ts FROM exchanges ${tenant === undefined ? '' : 'WHERE tenant = $1'})`,
      tenant === undefined ? [] : [tenant]);
    const first = bounds.rows[0]?.['from_ts'] ?? null;
    if (first === null) return;
    seen.from = options.from ?? micros(Number(first));
    seen.to = options.to ?? micros(Number(bounds.rows[0]?.['to_ts']) + 1);
    const whole = options.from === undefined && options.to === undefined;
    const stretches = whole && options.onlyNew === true ? await newStretches() : null;
    if (stretches === null) await inferStretch(whole ? null : { from: seen.from, to: seen.to });
    else for (const { from, to } of stretches) await inferStretch({ from, to: micros(to + 1) });
    const without = total('exchanges_without_tokens');
    if (without > 0) log(`${without} of ${total('exchanges_read')} exchanges read have no values that flow (ingested with --no-tokens, or more than 12 hours ago): times and headers alone tell their causes`);
  };

  const runOn = async (): Promise<void> => {
    warmUp(inferring);
    const resume = await resumePoint(db, run, tenant, scope);
    const start = options.from ?? resume.from;
    const progress = progressReader(db);
    const changes = changeFeed(db, options.from === undefined ? resume.since : null, (await progress()).applied);
    const line = await openLine({ ...lineOptions, models: resume.since !== null && options.from === undefined ? modelsOf({ from: start, to: END_OF_TIME }, resume.end) : null }, null);
    const state = { caughtUp: false };
    const markOf = ({ watermark, newest, live }: IngestProgress): Micros | null => (live > 0 || newest === null ? watermark : line.beyond(newest));
    /** Whether there was something to do, and more may follow soon. */
    const turn = async (): Promise<boolean> => {
      const before = await progress();
      const complete = markOf(before);
      const change = await changes.next(before.applied);
      const ranges = state.caughtUp
        ? change.ranges ?? [{ from: micros((seen.to ?? start) - LOOK_BACK_US), to: END_OF_TIME }]
        : [{ from: start, to: END_OF_TIME }, ...change.ranges?.filter(({ to }) => to < start) ?? []];
      for (const { from, to } of ranges) {
        await feed(line, { from, to: micros(to + 1) }, (read) => (state.caughtUp || complete === null ? micros(0) : micros(Math.min(read, complete))));
      }
      if (signal?.aborted) return false;
      // Among the rows may be the first of a writer that has begun since: its next ones must not come after their window is closed.
      const since = ranges.length === 0 ? complete : markOf(await progress());
      const mark = complete === null || since === null ? null : micros(Math.min(complete, since));
      const goesOn = ranges.length > 0 || (mark !== null && mark > (seen.to ?? -Infinity));
      if (mark !== null) {
        await line.advance(mark);
        seen.from ??= options.from ?? (await resumePoint(db, run, tenant, scope)).first;
        seen.to = micros(Math.max(seen.to ?? 0, mark));
      }
      state.caughtUp = true;
      change.accept();
      await inferLate();
      if (Date.now() - seen.rowMs >= RUN_ROW_EVERY_MS) await recordRun();
      return goesOn;
    };
    let pause = SHORTEST_PAUSE_MS;
    for (const stopped = (): boolean => signal?.aborted ?? false; !stopped();) {
      pause = await turn().then((goesOn) => (goesOn ? SHORTEST_PAUSE_MS : Math.min(LONGEST_PAUSE_MS, pause * 2)), (error: unknown) => {
        if (error instanceof InferenceError) throw error;
        log(`reading the database failed (${error instanceof Error ? error.message : String(error)}); trying again`);
        tally.count('reads_failed');
        return RETRY_MS;
      });
      await sleep(pause, undefined, { ...(signal && { signal }) }).catch(() => undefined);
    }
  };

  try {
    await (follow ? runOn() : runOnce());
    if (follow || !signal?.aborted) await recordRun();
  } finally {
    await db.close();
  }
  return { exchanges: total('exchanges_read'), spans: total('spans_written'), from: seen.from, to: seen.to, counters: { ...tally.snapshot(), ...writer.counters() } };
};
