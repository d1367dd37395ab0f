-- call_graph_nodes: each service of a window with what it served and what it called; by name
-- @from   start of the window; default an hour before the newest span
-- @to     end of the window (exclusive)
-- @tenant whose traffic
-- @min_confidence leaves out calls whose parent is less probable, 0..1
-- @run    live, or a run in spans_lab
-- example: SELECT service, calls, errors, p95_us, self_us FROM call_graph_nodes
-- columns:
--   service      [name] the service; one that only calls has 0 calls
--   calls        [count] calls that it served
--   calls_per_s  [1/s] calls over the time between the window's first and last call
--   errors       [count] calls answered with 5xx, with a gRPC status above 0, or not at all
--   error_share  [0..1] errors / calls
--   avg_us       [us] mean duration of the answered calls
--   p50_us       [us] half of the answered calls were at most this long
--   p90_us       [us] 90 %
--   p95_us       [us] 95 %
--   p99_us       [us] 99 %
--   max_us       [us] the longest
--   self_us      [us] mean time of a call not spent waiting for its own calls
--   calls_out    [count] calls that it made
--   confidence   [0..1] mean probability of the parents of the calls that it served
--   coverage     [0..1] mean share of the traffic not lost at the taps
--   kinds        [words] protocols that it served, separated by a comma
--   source       [word] the coarsest that was read: spans, edge_1m, edge_1h; percentiles are exact of run live in less than a quarter of an hour, else at most 6.25 % too high
CREATE OR REPLACE VIEW call_graph_nodes AS (
  DECLARE OVERRIDABLE @from := (SELECT dateadd('h', -1, ts) FROM spans LIMIT -1), OVERRIDABLE @to := '2200-01-01',
          OVERRIDABLE @tenant := 'default', OVERRIDABLE @min_confidence := 0.0, OVERRIDABLE @run := 'live'
  WITH ends AS (
    SELECT CASE WHEN e.x = 1 THEN callee ELSE caller END AS service, e.x = 1 AS served, le_us, calls, errors, sum_us, max_us, probability_sum, coverage_sum,
           first_ts, last_ts, grain FROM window_edges CROSS JOIN (SELECT x FROM long_sequence(2)) e),
  buckets AS (
    SELECT service, le_us, sum(CASE WHEN served THEN calls ELSE 0 END) AS calls, sum(CASE WHEN served THEN 0 ELSE calls END) AS calls_out,
           sum(CASE WHEN served THEN errors ELSE 0 END) AS errors, sum(CASE WHEN served THEN sum_us END) AS sum_us, max(CASE WHEN served THEN max_us END) AS max_us,
           sum(CASE WHEN served THEN probability_sum END) AS probability_sum, sum(CASE WHEN served THEN coverage_sum END) AS coverage_sum,
           min(first_ts) AS first_ts, max(last_ts) AS last_ts, max(grain) AS grain,
           sum(CASE WHEN served AND le_us IS NOT NULL THEN calls ELSE 0 END) AS answered
    FROM ends GROUP BY service, le_us),
  ranked AS (
    SELECT *, sum(answered) OVER (PARTITION BY service ORDER BY le_us CUMULATIVE) AS below, sum(answered) OVER (PARTITION BY service) AS all_answered
    FROM buckets),
  rolled AS (
    SELECT service, sum(calls) AS calls, sum(calls_out) AS calls_out, sum(errors) AS errors, CASE WHEN max(all_answered) > 0 THEN sum(sum_us) * 1.0 / max(all_answered) END AS avg_us,
           min(CASE WHEN answered > 0 AND below >= 0.50 * all_answered THEN le_us END) * 1.0 AS p50_us,
           min(CASE WHEN answered > 0 AND below >= 0.90 * all_answered THEN le_us END) * 1.0 AS p90_us,
           min(CASE WHEN answered > 0 AND below >= 0.95 * all_answered THEN le_us END) * 1.0 AS p95_us,
           min(CASE WHEN answered > 0 AND below >= 0.99 * all_answered THEN le_us END) * 1.0 AS p99_us,
           max(max_us) AS max_us, CASE WHEN sum(calls) > 0 THEN sum(probability_sum) / sum(calls) END AS confidence,
           CASE WHEN sum(calls) > 0 THEN sum(coverage_sum) / sum(calls) END AS coverage,
           min(first_ts) AS first_ts, max(last_ts) AS last_ts, max(grain) AS grain
    FROM ranked GROUP BY service),
  durations AS (SELECT service, duration_us, count() AS n FROM exact_spans WHERE duration_us IS NOT NULL GROUP BY service, duration_us),
  placed AS (
    SELECT *, sum(n) OVER (PARTITION BY service ORDER BY duration_us CUMULATIVE) AS below, sum(n) OVER (PARTITION BY service) AS answered FROM durations),
  parts AS (
    SELECT service, calls, errors, avg_us, p50_us, p90_us, p95_us, p99_us, max_us, confidence, coverage, first_ts, last_ts, grain,
           null::double AS self_us, null::varchar AS kinds, calls_out, 0 AS exact
    FROM rolled
    UNION ALL
    SELECT service, 0 AS calls, 0 AS errors, null AS avg_us, null AS p50_us, null AS p90_us, null AS p95_us, null AS p99_us, null AS max_us, null AS confidence,
           null AS coverage, null AS first_ts, null AS last_ts, 0 AS grain,
           CASE WHEN sum(self_calls) > 0 THEN sum(self_sum_us) * 1.0 / sum(self_calls) END AS self_us, string_distinct_agg(protocol, ',') AS kinds, 0 AS calls_out, 0 AS exact
    FROM window_operations GROUP BY service
    UNION ALL
    SELECT service, count() AS calls, sum(CASE WHEN status >= 500 OR status = 0 OR grpc_status > 0 THEN 1 ELSE 0 END) AS errors, avg(duration_us) AS avg_us,
           null AS p50_us, null AS p90_us, null AS p95_us, null AS p99_us,
           max(duration_us) AS max_us, avg(probability) AS confidence, avg(coverage) AS coverage, min(ts) AS first_ts, max(ts) AS last_ts, 0 AS grain,
           avg(self_us) AS self_us, string_distinct_agg(protocol, ',') AS kinds, 0 AS calls_out, 1 AS exact
    FROM exact_spans GROUP BY service
    UNION ALL
    SELECT service, 0 AS calls, 0 AS errors, null AS avg_us, min(CASE WHEN below >= 0.50 * answered THEN duration_us END) * 1.0 AS p50_us,
           min(CASE WHEN below >= 0.90 * answered THEN duration_us END) * 1.0 AS p90_us, min(CASE WHEN below >= 0.95 * answered THEN duration_us END) * 1.0 AS p95_us,
           min(CASE WHEN below >= 0.99 * answered THEN duration_us END) * 1.0 AS p99_us, null AS max_us, null AS confidence, null AS coverage,
           null AS first_ts, null AS last_ts, 0 AS grain, null AS self_us, null AS kinds, 0 AS calls_out, 1 AS exact
    FROM placed GROUP BY service
    UNION ALL
    SELECT parent_service AS service, 0 AS calls, 0 AS errors, null AS avg_us, null AS p50_us, null AS p90_us, null AS p95_us, null AS p99_us, null AS max_us,
           null AS confidence, null AS coverage, null AS first_ts, null AS last_ts, 0 AS grain, null AS self_us, null AS kinds, count() AS calls_out, 1 AS exact
    FROM exact_spans GROUP BY parent_service),
  -- What was read exactly, where there is any; else by buckets.
  ways AS (SELECT *, max(exact) OVER () AS way FROM parts),
  nodes AS (
    SELECT service, sum(calls) AS calls, sum(errors) AS errors, max(avg_us) AS avg_us, max(p50_us) AS p50_us, max(p90_us) AS p90_us, max(p95_us) AS p95_us,
           max(p99_us) AS p99_us, max(max_us) AS max_us, max(self_us) AS self_us, sum(calls_out) AS calls_out, max(confidence) AS confidence,
           max(coverage) AS coverage, max(kinds) AS kinds, min(first_ts) AS first_ts, max(last_ts) AS last_ts, max(grain) AS grain
    FROM ways WHERE exact = way GROUP BY service),
  timed AS (SELECT *, max(last_ts) OVER () - min(first_ts) OVER () AS window_us, max(grain) OVER () AS coarsest FROM nodes)
  SELECT service, calls, CASE WHEN window_us > 0 THEN calls * 1000000.0 / window_us ELSE 0.0 END AS calls_per_s,
         errors, CASE WHEN calls > 0 THEN errors * 1.0 / calls ELSE 0.0 END AS error_share,
         avg_us, p50_us, p90_us, p95_us, p99_us, max_us, self_us, calls_out, confidence, coverage, kinds,
         CASE WHEN coarsest = 2 THEN 'edge_1h' WHEN coarsest = 1 THEN 'edge_1m' ELSE 'spans' END AS source
  FROM timed ORDER BY service);
