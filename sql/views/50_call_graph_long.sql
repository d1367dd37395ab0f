-- call_graph_long: as call_graph for days and months, from hourly roll-ups: whole hours, percentiles at most 6.25 % above the exact ones
-- @from   start of the window, taken down to the hour by you; default a week before the newest hour
-- @to     end of the window (exclusive)
-- @tenant whose traffic
-- example: SELECT caller, callee, calls, p95_us FROM call_graph_long
-- columns:
--   caller       [name] service that calls; (outside) = not among the observed
--   callee       [name] service that is called
--   calls        [count] calls in the window
--   errors       [count] calls answered with 5xx, with a gRPC status above 0, or not at all
--   error_share  [0..1] errors / calls
--   avg_us       [us] mean duration of the answered calls
--   p50_us       [us] half of the answered calls were at most this long
--   p90_us       [us] 90 %
--   p95_us       [us] 95 %
--   p99_us       [us] 99 %
--   max_us       [us] the longest
--   network_us   [us] mean time on the network, where it could be told
--   confidence   [0..1] mean probability of the parents
--   coverage     [0..1] mean share of the traffic not lost at the taps
CREATE OR REPLACE VIEW call_graph_long AS (
  DECLARE OVERRIDABLE @from := (SELECT dateadd('d', -7, ts) FROM edge_1h LIMIT -1), OVERRIDABLE @to := '2200-01-01', OVERRIDABLE @tenant := 'default'
  WITH buckets AS (
    SELECT parent_service, service, duration_le_us, sum(calls) AS c, sum(errors) AS e, sum(sum_us) AS s, max(max_us) AS m,
           sum(network_sum_us) AS ns, sum(network_calls) AS nc, sum(probability_sum) AS ps, sum(coverage_sum) AS cs,
           CASE WHEN duration_le_us IS NULL THEN 0 ELSE sum(calls) END AS a
    FROM edge_1h WHERE ts >= @from AND ts < @to AND tenant = @tenant GROUP BY parent_service, service, duration_le_us),
  ranked AS (
    SELECT *, sum(a) OVER (PARTITION BY parent_service, service ORDER BY duration_le_us CUMULATIVE) AS below,
           sum(a) OVER (PARTITION BY parent_service, service) AS answered FROM buckets)
  SELECT parent_service AS caller, service AS callee, sum(c) AS calls, sum(e) AS errors, sum(e) * 1.0 / sum(c) AS error_share,
         CASE WHEN max(answered) > 0 THEN sum(s) * 1.0 / max(answered) END AS avg_us,
         min(CASE WHEN a > 0 AND below >= 0.50 * answered THEN duration_le_us END) AS p50_us,
         min(CASE WHEN a > 0 AND below >= 0.90 * answered THEN duration_le_us END) AS p90_us,
         min(CASE WHEN a > 0 AND below >= 0.95 * answered THEN duration_le_us END) AS p95_us,
         min(CASE WHEN a > 0 AND below >= 0.99 * answered THEN duration_le_us END) AS p99_us,
         max(m) AS max_us, CASE WHEN sum(nc) > 0 THEN sum(ns) * 1.0 / sum(nc) END AS network_us,
         sum(ps) / sum(c) AS confidence, sum(cs) / sum(c) AS coverage
  FROM ranked GROUP BY parent_service, service ORDER BY calls DESC, caller, callee);
