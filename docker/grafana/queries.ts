/**
 * The SQL behind the panels. Grafana puts in `$__from` and `$__to` (epoch ms), `$__interval` (a QuestDB unit, as panels ask for 1 s
 * at least), `$__interval_ms` and the dashboard's variables before a data source sees the text, so that the same text serves
 * QuestDB's data source and the PostgreSQL one. Views are read without SAMPLE BY and LIMIT over them (see sql/README.md).
 */
export interface Query {
  readonly refId: string;
  readonly sql: string;
  /** A time series has a column `time`, one of names, and one value; anything else is a table. */
  readonly as: 'series' | 'table';
}

const PARAMETERS = 'DECLARE @from := $__from * 1000, @to := $__to * 1000, @tenant := ${tenant:sqlstring}, @run := ${run:sqlstring}, @min_confidence := $min_confidence';
const STEPPED = `${PARAMETERS}, @step := '$__interval'`;
/** The stretch that ends where the window begins, as long as it. */
const COMPARED = `${PARAMETERS}, @before_from := $__from * 2000 - $__to * 1000, @before_to := $__from * 1000`;
const CHOSEN = 'callee IN (${service:sqlstring})';
const FAILED = '(status >= 500 OR status = 0 OR grpc_status > 0)';

const table = (refId: string, sql: string): Query => ({ refId, sql, as: 'table' });

/** A value of each edge over time, named `caller → callee`. */
const edges = (value: string): Query => ({
  refId: 'A', as: 'series',
  sql: `${STEPPED} SELECT ts AS time, concat(caller, ' → ', callee) AS edge, ${value} FROM call_graph_timeline WHERE ${CHOSEN} ORDER BY time`,
});

/** The figures of the whole window, one row. */
export const TOTALS = table('A', `${PARAMETERS} SELECT sum(calls) AS calls, sum(calls_per_s) AS calls_per_s, sum(errors) AS errors, sum(errors) * 1.0 / sum(calls) AS error_share,
 sum(avg_us * calls) / sum(calls) / 1000 AS avg_ms, max(p95_us) / 1000 AS slowest_p95_ms, sum(confidence * calls) / sum(calls) AS confidence,
 sum(coverage * calls) / sum(calls) AS coverage
 FROM call_graph`);

/** Edges that changed by more than noise against the stretch before, what stands out first. */
export const CHANGES = table('A', `${COMPARED} SELECT change, caller, callee, what, calls_per_s_before, calls_per_s, error_share_before, error_share,
 avg_us_before / 1000.0 AS avg_ms_before, avg_us / 1000.0 AS avg_ms, p95_us_before / 1000.0 AS p95_ms_before, p95_us / 1000.0 AS p95_ms
 FROM graph_diff WHERE more_than_noise`);

/** What fails, by operation and outcome, and one request to look at. */
export const FAILURES = table('A', `${PARAMETERS} SELECT service, concat(method, ' ', route) AS operation, CASE WHEN status = 0 THEN 'no answer' ELSE status::varchar END AS status,
 grpc_status, count() AS calls, max(ts) AS latest, last(trace_id::varchar) AS trace_id
 FROM window_spans WHERE ${FAILED} GROUP BY service, operation, status, grpc_status ORDER BY calls DESC LIMIT 20`);

export const NODES = table('nodes', `${PARAMETERS} SELECT service AS id, service AS title, coalesce(avg_us, 0.0) / 1000 AS mainstat, calls_per_s AS secondarystat,
 1 - error_share AS arc__ok, error_share AS arc__errors, calls AS detail__calls, p95_us AS detail__p95_us, self_us AS detail__self_us, kinds AS detail__kinds,
 confidence AS detail__confidence, coverage AS detail__coverage
 FROM call_graph_nodes`);

export const EDGES = table('edges', `${PARAMETERS} SELECT concat(caller, ' → ', callee) AS id, caller AS source, callee AS target, p95_us / 1000 AS mainstat,
 calls AS secondarystat, CASE WHEN error_share >= 0.05 THEN 'red' WHEN error_share > 0 THEN 'orange' ELSE 'gray' END AS color,
 errors AS detail__errors, confidence AS detail__confidence, coverage AS detail__coverage, network_us AS detail__network_us
 FROM call_graph`);

export const RATES = edges('calls * 1000.0 / $__interval_ms AS calls_per_s');
export const ERRORS = edges('errors * 1.0 / calls AS error_share');
export const P95 = edges('p95_us / 1000.0 AS p95_ms');

/** Upper bounds of the heatmap's rows in µs: 1, 2, 5 a decade; what is longer is in the last. */
export const HEATMAP_BOUNDS_US: readonly number[] = [2, 3, 4, 5, 6, 7].flatMap((decade) => [1, 2, 5].map((first) => first * 10 ** decade));

const duration = (us: number): string => (us < 1_000 ? `${us} us` : us < 1_000_000 ? `${us / 1_000} ms` : `${us / 1_000_000} s`);

/** One column a row of the heatmap, from fast to slow: Grafana would sort rows of names as text. */
export const HEATMAP: Query = {
  refId: 'A', as: 'table',
  sql: `${STEPPED} SELECT ts AS time, ${HEATMAP_BOUNDS_US.map((to, at) => {
    const from = HEATMAP_BOUNDS_US[at - 1] ?? -1;
    const last = at === HEATMAP_BOUNDS_US.length - 1;
    return `sum(CASE WHEN le_us > ${from}${last ? '' : ` AND le_us <= ${to}`} THEN calls ELSE 0 END) AS "${last ? `over ${duration(from)}` : duration(to)}"`;
  }).join(',\n ')} FROM latency_heatmap WHERE ${CHOSEN} GROUP BY ts ORDER BY ts`,
};

/** By the time that whole traces waited for: in the operation itself, and on the network to it. */
export const BOTTLENECKS = table('A', `${PARAMETERS} SELECT service, concat(method, ' ', route) AS operation, critical_share, network_share, mostly, calls,
 avg_self_us / 1000.0 AS avg_self_ms, p95_self_us / 1000.0 AS p95_self_ms, critical_ms, self_ms, network_ms, two_tap_share
 FROM bottlenecks ORDER BY critical_ms DESC LIMIT 20`);

const REQUEST = 'ts, trace_id, service, concat(method, \' \', route) AS operation, status, grpc_status, duration_us / 1000.0 AS duration_ms, span_count, min_probability, coverage';
export const SLOWEST = table('A', `${PARAMETERS} SELECT ${REQUEST} FROM trace_list ORDER BY duration_us DESC LIMIT 20`);

/** The latest requests in which a call to a chosen service failed. */
export const BROKEN = table('A', `${PARAMETERS} SELECT root_ts AS ts, trace_id, root_service AS service, root_route AS route, count() AS failed_calls, string_distinct_agg(service, ',') AS failed_in,
 max(duration_us) / 1000.0 AS longest_ms, min(probability) AS min_probability
 FROM window_spans WHERE ${FAILED} AND service IN (\${service:sqlstring}) GROUP BY root_ts, trace_id, root_service, root_route ORDER BY ts DESC LIMIT 20`);

/** The trace whose id was chosen in a table; none before. Spaces would be drawn as one: the bar is made of blocks. */
export const TRACE = table('A', `DECLARE @trace := \${trace:sqlstring}, @tenant := \${tenant:sqlstring}, @run := \${run:sqlstring}
 SELECT replace(span, ' ', '·') AS span, op, replace(replace(waterfall, ' ', '░'), '=', '█') AS waterfall, at_ms, ms, self_ms, network_ms, status, grpc_status, probability, evidence
 FROM trace ORDER BY path`);

/** gRPC answers a failed call with 200: its methods by how their calls ended. */
export const GRPC = table('A', `${PARAMETERS} SELECT host, route, kind, calls, failed, deadlines, resets, first_message_p50_us / 1000.0 AS first_message_p50_ms,
 p50_us / 1000.0 AS p50_ms, p95_us / 1000.0 AS p95_ms FROM grpc_methods ORDER BY failed DESC, calls DESC LIMIT 20`);

/** What the taps lost or could not read, by name, as it grew in the window. */
export const LOSS = table('A', `SELECT counter, max(total) - min(total) AS in_window, max(total) AS total FROM capture_loss
 WHERE ts >= cast($__from * 1000 AS timestamp) AND ts <= cast($__to * 1000 AS timestamp) GROUP BY counter ORDER BY total DESC`);

/** Marks over the charts: services whose behaviour the model found changed. */
export const MARKS = table('marks', `SELECT ts AS time, concat(service, ': ', detail) AS text, kind AS tags FROM model_events
 WHERE ts >= cast($__from * 1000 AS timestamp) AND ts <= cast($__to * 1000 AS timestamp) AND tenant = \${tenant:sqlstring} AND kind = 'changed' ORDER BY ts`);

/** The variables' own statements. */
export const TENANTS = 'SELECT DISTINCT tenant FROM edge_1h ORDER BY tenant';
export const SERVICES = 'SELECT DISTINCT service FROM edge_1h WHERE tenant = ${tenant:sqlstring} ORDER BY service';
export const RUNS = `SELECT run FROM (SELECT DISTINCT run FROM spans_lab) UNION SELECT 'live' AS run FROM long_sequence(1)`;
