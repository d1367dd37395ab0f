-- call_graph: who calls whom in a window, with rates, errors and latencies; most calls first
-- @from   start of the window; default an hour before the newest span
-- @to     end of the window (exclusive)
-- @tenant whose traffic
-- @min_confidence leaves out calls whose parent is less probable, 0..1
-- @run    live, or a run in spans_lab
-- example: SELECT caller, callee, calls, p95_us FROM call_graph
-- columns:
--   caller       [name] service that calls; (outside) = not among the observed
--   callee       [name] service that is called
--   calls        [count] calls in the window
--   calls_per_s  [1/s] calls over the time between the window's first and last call
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
CREATE OR REPLACE VIEW call_graph AS (
  DECLARE OVERRIDABLE @from := (SELECT dateadd('h', -1, ts) FROM spans LIMIT -1), OVERRIDABLE @to := '2200-01-01',
          OVERRIDABLE @tenant := 'default', OVERRIDABLE @min_confidence := 0.0, OVERRIDABLE @run := 'live'
  WITH edges AS (
    SELECT parent_service AS caller, service AS callee, count() AS calls,
           sum(CASE WHEN status >= 500 OR status = 0 OR grpc_status > 0 THEN 1 ELSE 0 END) AS errors, avg(duration_us) AS avg_us,
           approx_percentile(duration_us, 0.5, 3) AS p50_us, approx_percentile(duration_us, 0.9, 3) AS p90_us,
           approx_percentile(duration_us, 0.95, 3) AS p95_us, approx_percentile(duration_us, 0.99, 3) AS p99_us,
           max(duration_us) AS max_us, avg(network_us) AS network_us, avg(probability) AS confidence, avg(coverage) AS coverage,
           min(ts) AS first_ts, max(ts) AS last_ts
    FROM spans
    WHERE @run = 'live' AND ts >= @from AND ts < @to AND tenant = @tenant AND withdrawn = false AND probability >= @min_confidence
    GROUP BY parent_service, service
    UNION ALL
    SELECT parent_service AS caller, service AS callee, count() AS calls,
           sum(CASE WHEN status >= 500 OR status = 0 OR grpc_status > 0 THEN 1 ELSE 0 END) AS errors, avg(duration_us) AS avg_us,
           approx_percentile(duration_us, 0.5, 3) AS p50_us, approx_percentile(duration_us, 0.9, 3) AS p90_us,
           approx_percentile(duration_us, 0.95, 3) AS p95_us, approx_percentile(duration_us, 0.99, 3) AS p99_us,
           max(duration_us) AS max_us, avg(network_us) AS network_us, avg(probability) AS confidence, avg(coverage) AS coverage,
           min(ts) AS first_ts, max(ts) AS last_ts
    FROM spans_lab
    WHERE @run <> 'live' AND run = @run AND ts >= @from AND ts < @to AND tenant = @tenant AND withdrawn = false AND probability >= @min_confidence
    GROUP BY parent_service, service),
  timed AS (SELECT *, max(last_ts) OVER () - min(first_ts) OVER () AS window_us FROM edges)
  SELECT caller, callee, calls, CASE WHEN window_us > 0 THEN calls * 1000000.0 / window_us END AS calls_per_s,
         errors, errors * 1.0 / calls AS error_share, avg_us, p50_us, p90_us, p95_us, p99_us, max_us, network_us, confidence, coverage
  FROM timed ORDER BY calls DESC, caller, callee);
