import { DatabaseError } from 'pg';
import type { Database } from '../../sql/database.ts';
import { reader as openReader, type Parameter } from '../../sql/read/query.ts';
import {
  ReaderError, type EdgeRow, type GraphReader, type GraphWindow, type HistogramRow, type LossRow, type NodeRow, type RangeRow,
  type TimelineRow, type TraceRow, type TraceSpanRow,
} from '../graph/reader.ts';

const STATEMENT_MS = 25_000;
const MINUTE_US = 60_000_000;
const HOUR_US = 3_600_000_000;
const DAY_US = 86_400_000_000;

const FIGURES = 'calls, calls_per_s, errors, error_share, avg_us, p50_us, p90_us, p95_us, p99_us, max_us, confidence, coverage';
const WINDOW = 'DECLARE @from := $1, @to := $2, @tenant := $3, @run := $4, @min_confidence := $5';

const windowParameters = ({ from, to, tenant, run, minConfidence }: GraphWindow): readonly Parameter[] => [from, to, tenant, run, minConfidence];

interface Condition { readonly sql: string; readonly parameters: readonly Parameter[] }

/** `WHERE` over the ends that are given, its parameters numbered from `first`. */
const where = (ends: Readonly<Record<string, string | null>>, first: number): Condition => {
  const given = Object.entries(ends).filter((end): end is [string, string] => end[1] !== null);
  return {
    sql: given.length === 0 ? '' : `WHERE ${given.map(([column], i) => `${column} = $${first + i}`).join(' AND ')}`,
    parameters: given.map(([, value]) => value),
  };
};

/** A step as QuestDB writes it, where it is whole minutes, which roll-ups can answer. */
const wholeStep = (us: number): string | null => {
  const unit = [['d', DAY_US], ['h', HOUR_US], ['m', MINUTE_US]].find((one): one is [string, number] => us % Number(one[1]) === 0);
  return unit === undefined ? null : `${us / unit[1]}${unit[0]}`;
};

/** The steps of all edges together, from latency buckets. */
const rolledTimeline = (condition: string): string => `WITH buckets AS (
    SELECT step, le_us, sum(calls) AS calls, sum(errors) AS errors, CASE WHEN le_us IS NULL THEN 0 ELSE sum(calls) END AS answered
    FROM window_edges ${condition} GROUP BY step, le_us),
  ranked AS (
    SELECT *, sum(answered) OVER (PARTITION BY step ORDER BY le_us CUMULATIVE) AS below, sum(answered) OVER (PARTITION BY step) AS all_answered FROM buckets)
  SELECT step::long AS ts, sum(calls) AS calls, sum(errors) AS errors,
    min(CASE WHEN answered > 0 AND below >= 0.50 * all_answered THEN le_us END) AS p50_us,
    min(CASE WHEN answered > 0 AND below >= 0.95 * all_answered THEN le_us END) AS p95_us
  FROM ranked GROUP BY step ORDER BY ts`;

/** The port over the views of `sql/`, asked as the user that can only read. */
export const questDbReader = (database: Database): GraphReader => {
  const connections = openReader(database, { asAnalyst: true, times: 'micros', timeoutMs: STATEMENT_MS });
  const rows = async <T>(text: string, parameters: readonly Parameter[]): Promise<readonly T[]> => {
    try {
      return (await connections.query(text, parameters)).rows as readonly unknown[] as readonly T[];
    } catch (error) {
      throw readerError(error);
    }
  };
  const windowed = <T>(window: GraphWindow, text: string, parameters: readonly Parameter[] = []): Promise<readonly T[]> =>
    rows<T>(`${WINDOW} ${text}`, [...windowParameters(window), ...parameters]);

  return {
    edges: (window) => windowed<EdgeRow>(window, `SELECT caller, callee, ${FIGURES}, network_us FROM call_graph ORDER BY calls DESC, caller, callee`),
    nodes: (window) => windowed<NodeRow>(window, `SELECT service, ${FIGURES}, self_us, calls_out FROM call_graph_nodes ORDER BY service`),
    loss: ({ from, to }) => rows<LossRow>(LOSS, [from, to]),
    histogram: (window, { caller, callee }) => {
      const { sql, parameters } = where({ caller, callee }, 6);
      return windowed<HistogramRow>(window, `SELECT le_us, sum(calls) AS calls FROM latency_histogram ${sql} GROUP BY le_us ORDER BY le_us`, parameters);
    },
    timeline: (window, stepUs, { caller, callee }) => {
      const step = wholeStep(stepUs);
      if (step === null) {
        const { sql, parameters } = where({ parent_service: caller, service: callee }, 6);
        return windowed<TimelineRow>(window, `SELECT ts::long / ${stepUs} * ${stepUs} AS ts, count() AS calls,
          sum(CASE WHEN status >= 500 OR status = 0 OR grpc_status > 0 THEN 1 ELSE 0 END) AS errors,
          approx_percentile(duration_us, 0.5, 3) AS p50_us, approx_percentile(duration_us, 0.95, 3) AS p95_us
          FROM window_spans ${sql} GROUP BY ts ORDER BY ts`, parameters);
      }
      const { sql, parameters } = where({ caller, callee }, 6);
      return rows<TimelineRow>(`${WINDOW}, @step := '${step}' ${rolledTimeline(sql)}`, [...windowParameters(window), ...parameters]);
    },
    traces: (window, { order, limit, edge, root }) => {
      const through = where({ parent_service: edge.caller, service: edge.callee }, 6);
      const rooted = where({ 't.service': root }, 6 + through.parameters.length);
      const joined = through.sql === '' ? '' : `JOIN (SELECT DISTINCT trace_id FROM window_spans ${through.sql}) e ON e.trace_id = t.trace_id`;
      return windowed<TraceRow>(window, `SELECT t.trace_id, t.ts, t.service, t.method, t.route, t.status, t.grpc_status, t.duration_us, t.span_count, t.service_count, t.min_probability
        FROM trace_list t ${joined} ${rooted.sql} ORDER BY ${order === 'newest' ? 'ts' : 'duration_us'} DESC, trace_id LIMIT ${limit}`, [...through.parameters, ...rooted.parameters]);
    },
    trace: (id, tenant, run) => rows<TraceSpanRow>(`DECLARE @trace := $1, @tenant := $2, @run := $3
      SELECT span_id, parent_id, ts, depth, path, service, instance, method, route, status, grpc_status, duration_us, self_us, network_us, probability, evidence
      FROM trace ORDER BY path`, [id, tenant, run]),
    ranges: () => rows<RangeRow>(RANGES, []),
    close: () => connections.close(),
  };
};

/** Rows of `spans` are the live run whichever inference wrote them, as in the views. */
const RANGES = `SELECT tenant, run, from_ts AS "from", to_ts AS "to" FROM (
  SELECT tenant, 'live' AS run, min(ts) AS from_ts, max(ts) AS to_ts FROM spans WHERE withdrawn = false GROUP BY tenant
  UNION ALL
  SELECT tenant, run::varchar AS run, min(ts) AS from_ts, max(ts) AS to_ts FROM spans_lab WHERE withdrawn = false GROUP BY tenant, run)
  ORDER BY tenant, run`;

/** Totals only grow while a worker lives: what was lost in a window is the last total in it less the last one before. */
const LOSS = `SELECT counter AS kind, sum(lost) AS amount FROM (
  SELECT worker, counter, max(total) - coalesce(max(CASE WHEN ts < $1 THEN total END), 0) AS lost FROM capture_loss WHERE ts < $2 GROUP BY worker, counter)
  WHERE lost > 0 ORDER BY kind`;

// QuestDB answers refused logins and stopped statements with code 00000 like any other error: only the text tells them apart.
const REFUSED_LOGIN = /invalid username\/password/i;
const STOPPED = /timeout, query aborted/i;

const readerError = (cause: unknown): ReaderError => {
  if (!(cause instanceof DatabaseError) || REFUSED_LOGIN.test(cause.message)) return new ReaderError('away', 'The database cannot be reached.', { cause });
  if (STOPPED.test(cause.message)) return new ReaderError('slow', 'The database stopped the statement.', { cause });
  return new ReaderError('schema', 'The database refused the statement.', { cause });
};
