import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../../sql/database.ts';
import { micros } from '../../sql/micros.ts';
import type { Names } from '../../sql/names.ts';
import { reader, type Parameter, type Reader, type Value } from '../../sql/read/query.ts';
import { evidenceText } from '../infer/evidence.ts';
import { checkRequest, windowsIn, type Request } from './request.ts';
import { inferenceService } from './service.ts';

/** What has become of a request. */
export interface Outcome {
  readonly state: 'asked' | 'running' | 'done' | 'failed';
  readonly detail: string;
  readonly windowsDone: number;
  readonly windowsTotal: number;
  readonly spans: number;
}

export interface AnswerOptions {
  readonly names: Names;
  readonly latenessMs: number;
  readonly windowSeconds: number;
  readonly log: (line: string) => void;
  readonly signal: AbortSignal;
  /** How often is looked for requests; default every second. */
  readonly pollMs?: number;
}

/** Progress is written this often at most. */
const TELL_MS = 1_000;
const POLL_MS = 1_000;
/** What is read may be this old. */
const STALE_US = 10_000_000;
/** Answers remembered. */
const MOST_ANSWERED = 10_000;
/** A running request that has not been heard of for this long was left behind by a process that ended. */
const ABANDONED_US = 120_000_000;

const now = (): number => Date.now() * 1_000;
const time = (value: Value | undefined): string => (value === null || value === undefined ? 'null' : `${Number(value)}::timestamp`);
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Writes a request's row; the same `ts` and id replace what was there. */
const tell = async (db: Reader, row: Readonly<Record<string, Value>>, { state, detail, windowsDone, windowsTotal, spans }: Outcome): Promise<void> => {
  const texts: readonly Parameter[] = [row['request_id'] ?? null, row['run'] ?? null, row['algorithm'] ?? null, row['tenant'] ?? null, state, detail, row['evidence'] ?? null];
  await db.query(
    `INSERT INTO inference_requests
       (ts, request_id, run, algorithm, tenant, state, detail, evidence, from_ts, to_ts, min_confidence, windows_done, windows_total, spans, updated)
     VALUES (${time(row['ts'])}, $1, $2, $3, $4, $5, $6, $7, ${time(row['from_ts'])}, ${time(row['to_ts'])}, ${row['min_confidence'] === null ? 'null' : Number(row['min_confidence'])},
       ${windowsDone}, ${windowsTotal}, ${spans}, ${now()}::timestamp)`, texts);
};

const COLUMNS = `ts::long AS ts, request_id, run, algorithm, tenant, from_ts::long AS from_ts, to_ts::long AS to_ts, min_confidence, evidence, state, updated::long AS updated`;

/** Inserts a request, as anybody may in SQL; it waits until a process that infers takes it up. */
export const askInference = async (db: Reader, id: string, { algorithm, run, tenant, from, to, minConfidence, evidence }: Request): Promise<void> =>
  tell(db, { ts: now(), request_id: id, run, algorithm, tenant, from_ts: from, to_ts: to, min_confidence: minConfidence, evidence: evidenceText(evidence) },
    { state: 'asked', detail: 'waits for `tapgraph up` or `tapgraph infer --follow`', windowsDone: 0, windowsTotal: 0, spans: 0 });

/** A request's row as it stands; null = there is none of that id. */
export const requestOf = async (db: Reader, id: string): Promise<Readonly<Record<string, Value>> | null> => {
  const { rows } = await db.query(`SELECT * FROM inference_requests WHERE request_id = $1 LIMIT 1`, [id]);
  return rows[0] ?? null;
};

const answer = async (database: Database, db: Reader, row: Readonly<Record<string, Value>>, options: AnswerOptions): Promise<void> => {
  const { names, latenessMs, windowSeconds, log, signal } = options;
  const checked = checkRequest(row);
  if (checked.kind === 'bad') {
    await tell(db, row, { state: 'failed', detail: checked.problem, windowsDone: 0, windowsTotal: 0, spans: 0 });
    return;
  }
  const { algorithm, run, tenant, from, to, minConfidence, evidence } = checked.request;
  const windowUs = windowSeconds * 1_000_000;
  const windowsTotal = windowsIn(checked.request, windowUs);
  const progress = { windowsDone: 0, spans: 0, toldMs: 0 };
  const telling = { last: Promise.resolve() };
  const say = (state: Outcome['state'], detail: string): Promise<void> => {
    progress.toldMs = Date.now();
    const { windowsDone, spans } = progress;
    telling.last = telling.last.then(() => tell(db, row, { state, detail, windowsDone, windowsTotal, spans }));
    return telling.last;
  };
  log(`inferring again as asked in inference_requests: ${algorithm}, run ${run}, ${new Date(from / 1_000).toISOString()} to ${new Date(to / 1_000).toISOString()}`);
  await say('running', '');
  try {
    const { exchanges, spans } = await inferenceService(database, {
      algorithm, run, names, minConfidence, evidence, from, to, follow: false, latenessMs, windowSeconds, log, signal,
      ...(tenant !== null && { tenant }),
      onWindow: (window) => {
        progress.windowsDone = Math.max(0, Math.min(windowsTotal, Math.round((window.to - Math.floor(from / windowUs) * windowUs) / windowUs)));
        progress.spans += window.spans.length;
        if (Date.now() - progress.toldMs >= TELL_MS) void say('running', '').catch(() => undefined);
      },
    });
    if (signal.aborted) { await say('asked', 'stopped with the process that was at it; the next one begins again'); return; }
    progress.windowsDone = windowsTotal;
    progress.spans = spans;
    const where = run === 'live' ? 'spans' : `spans_lab WHERE run = '${run}'`;
    await say('done', spans === 0 ? `no exchanges there: ${exchanges} were read; look at the times with SELECT min(ts), max(ts) FROM exchanges` : `SELECT * FROM ${where} has them`);
  } catch (error) {
    await say('failed', `${messageOf(error)}; what was written before stays, ask again to have the rest`);
  }
};

/**
 * Takes up the rows of `inference_requests` one after the other, oldest first, until `signal`; each is answered in its own row.
 * Two processes that answer may both take one up: they write the same rows.
 */
export const answerRequests = async (database: Database, options: AnswerOptions): Promise<void> => {
  const { log, signal, pollMs = POLL_MS } = options;
  const db = reader(database);
  /** When a request was answered here, µs: what is read of it just after may be older than that. */
  const answered = new Map<string, number>();
  let failing = false;
  const turn = async (): Promise<void> => {
    const { rows } = await db.query(`SELECT ${COLUMNS} FROM inference_requests WHERE state IS NULL OR state IN ('', 'asked', 'running') ORDER BY ts`);
    for (const row of rows) {
      if (signal.aborted) return;
      if (row['state'] === 'running' && Number(row['updated'] ?? 0) > now() - ABANDONED_US) continue;
      const id = String(row['request_id']);
      const answeredAt = answered.get(id) ?? 0;
      if (Number(row['updated'] ?? 0) < answeredAt && now() < answeredAt + STALE_US) continue;
      await answer(database, db, { ...row, ts: micros(Number(row['ts'])) }, options);
      if (answered.size >= MOST_ANSWERED) answered.clear();
      answered.set(id, now());
    }
  };
  try {
    for (const stopped = (): boolean => signal.aborted; !stopped();) {
      failing = await turn().then(() => false, (error: unknown) => {
        if (!failing) log(`looking for inference requests failed (${messageOf(error)}); trying again`);
        return true;
      });
      await sleep(pollMs, undefined, { signal }).catch(() => undefined);
    }
  } finally {
    await db.close();
  }
};
