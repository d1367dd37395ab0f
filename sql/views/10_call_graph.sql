-- call_graph: who calls whom in a window, with rates, errors and latencies; most calls first
-- @from   start of the window; default an hour before the newest span
-- @to     end of the window (exclusive)
-- @tenant whose traffic
-- @min_confidence leaves out calls whose parent is less probable, 0..1
-- @run    live, or a run in spans_lab
-- example: SELECT caller, callee, calls, p95_us FROM call_graph
-- columns:
--   caller        [name] service that calls; (outside) = not among the observed
--   callee        [name] service that is called
--   calls         [count] calls in the window
--   calls_per_s   [1/s] calls over the time between the window's first and last call
--   errors        [count] calls answered with 5xx, with a gRPC status above 0, or not at all
--   error_share   [0..1] errors / calls
--   avg_us        [us] mean duration of the answered calls
--   p50_us        [us] half of the answered calls were at most this long
--   p90_us        [us] 90 %
--   p95_us        [us] 95 %
--   p99_us        [us] 99 %
--   max_us        [us] the longest
--   network_us    [us] mean time on the network, where it could be told
--   network_share [0..1] network_us of the mean time that the caller saw (network_us + avg_us)
--   confidence    [0..1] mean probability of the parents
--   coverage      [0..1] mean share of the traffic not lost at the taps
--   source        [word] the coarsest that was read: spans, edge_1m, edge_1h; percentiles are exact of run live in less than a quarter of an hour, else at most 6.25 % too high
CREATE OR REPLACE VIEW call_graph AS (
  DECLARE OVERRIDABLE @from := (SELECT dateadd('h', -1, ts) FROM spans LIMIT -1), OVERRIDABLE @to := '2200-01-01',
          OVERRIDABLE @tenant := 'default', OVERRIDABLE @min_confidence := 0.0, OVERRIDABLE @run := 'live'
  WITH buckets AS (
    SELECT caller, callee, le_us, sum(calls) AS calls, sum(errors) AS errors, sum(sum_us) AS sum_us, max(max_us) AS max_us,
           sum(network_sum_us) AS network_sum_us, sum(network_calls) AS network_calls, sum(probability_sum) AS probability_sum,
           sum(coverage_sum) AS coverage_sum, min(first_ts) AS first_ts, max(last_ts) AS last_ts, max(grain) AS grain,
           CASE WHEN le_us IS NULL THEN 0 ELSE sum(calls) END AS answered
    FROM window_edges GROUP BY caller, callee, le_us),
  ranked AS (
    SELECT *, sum(answered) OVER (PARTITION BY caller, callee ORDER BY le_us CUMULATIVE) AS below,
           sum(answered) OVER (PARTITION BY caller, callee) AS all_answered FROM buckets),
  durations AS (
    SELECT parent_service AS caller, service AS callee, duration_us, count() AS n
    FROM exact_spans WHERE duration_us IS NOT NULL GROUP BY parent_service, service, duration_us),
  placed AS (
    SELECT *, sum(n) OVER (PARTITION BY caller, callee ORDER BY duration_us CUMULATIVE) AS below, sum(n) OVER (PARTITION BY caller, callee) AS answered
    FROM durations),
  parts AS (
    SELECT parent_service AS caller, service AS callee, count() AS calls,
           sum(CASE WHEN status >= 500 OR status = 0 OR grpc_status > 0 THEN 1 ELSE 0 END) AS errors, avg(duration_us) AS avg_us,
           null::double AS p50_us, null::double AS p90_us, null::double AS p95_us, null::double AS p99_us, max(duration_us) AS max_us,
           avg(network_us) AS network_us, avg(probability) AS confidence, avg(coverage) AS coverage, min(ts) AS first_ts, max(ts) AS last_ts, 0 AS grain, 1 AS exact
    FROM exact_spans GROUP BY parent_service, service
    UNION ALL
    SELECT caller, callee, 0 AS calls, 0 AS errors, null AS avg_us, min(CASE WHEN below >= 0.50 * answered THEN duration_us END) * 1.0 AS p50_us,
           min(CASE WHEN below >= 0.90 * answered THEN duration_us END) * 1.0 AS p90_us, min(CASE WHEN below >= 0.95 * answered THEN duration_us END) * 1.0 AS p95_us,
           min(CASE WHEN below >= 0.99 * answered THEN duration_us END) * 1.0 AS p99_us, null AS max_us, null AS network_us, null AS confidence,
           null AS coverage, null AS first_ts, null AS last_ts, 0 AS grain, 1 AS exact
    FROM placed GROUP BY caller, callee
    UNION ALL
    SELECT caller, callee, sum(calls) AS calls, sum(errors) AS errors,
           CASE WHEN max(all_answered) > 0 THEN sum(sum_us) * 1.0 / max(all_answered) END AS avg_us,
           min(CASE WHEN answered > 0 AND below >= 0.50 * all_answered THEN le_us END) * 1.0 AS p50_us,
           min(CASE WHEN answered > 0 AND below >= 0.90 * all_answered THEN le_us END) * 1.0 AS p90_us,
           min(CASE WHEN answered > 0 AND below >= 0.95 * all_answered THEN le_us END) * 1.0 AS p95_us,
           min(CASE WHEN answered > 0 AND below >= 0.99 * all_answered THEN le_us END) * 1.0 AS p99_us,
           max(max_us) AS max_us, CASE WHEN sum(network_calls) > 0 THEN sum(network_sum_us) * 1.0 / sum(network_calls) END AS network_us,
           sum(probability_sum) / sum(calls) AS confidence, sum(coverage_sum) / sum(calls) AS coverage,
           min(first_ts) AS first_ts, max(last_ts) AS last_ts, max(grain) AS grain, 0 AS exact
    FROM ranked GROUP BY caller, callee),
  -- What was read exactly, where there is any; else by buckets.
  ways AS (SELECT *, max(exact) OVER () AS way FROM parts),
  edges AS (
    SELECT caller, callee, sum(calls) AS calls, sum(errors) AS errors, max(avg_us) AS avg_us, max(p50_us) AS p50_us, max(p90_us) AS p90_us,
           max(p95_us) AS p95_us, max(p99_us) AS p99_us, max(max_us) AS max_us, max(network_us) AS network_us, max(confidence) AS confidence,
           max(coverage) AS coverage, min(first_ts) AS first_ts, max(last_ts) AS last_ts, max(grain) AS grain
    FROM ways WHERE exact = way GROUP BY caller, callee),
  timed AS (SELECT *, max(last_ts) OVER () - min(first_ts) OVER () AS window_us FROM edges)
  SELECT caller, callee, calls, CASE WHEN window_us > 0 THEN calls * 1000000.0 / window_us END AS calls_per_s,
         errors, errors * 1.0 / calls AS error_share, avg_us, p50_us, p90_us, p95_us, p99_us, max_us,
         network_us, CASE WHEN network_us + avg_us > 0 THEN network_us / (network_us + avg_us) END AS network_share, confidence, coverage,
         CASE WHEN grain = 2 THEN 'edge_1h' WHEN grain = 1 THEN 'edge_1m' ELSE 'spans' END AS source
  FROM timed ORDER BY calls DESC, caller, callee);
