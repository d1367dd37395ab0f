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
CREATE OR REPLACE VIEW call_graph_nodes AS (
  DECLARE OVERRIDABLE @from := (SELECT dateadd('h', -1, ts) FROM spans LIMIT -1), OVERRIDABLE @to := '2200-01-01',
          OVERRIDABLE @tenant := 'default', OVERRIDABLE @min_confidence := 0.0, OVERRIDABLE @run := 'live'
  WITH served AS (
    SELECT service, count() AS calls, sum(CASE WHEN status >= 500 OR status = 0 OR grpc_status > 0 THEN 1 ELSE 0 END) AS errors, avg(duration_us) AS avg_us,
           approx_percentile(duration_us, 0.5, 3) AS p50_us, approx_percentile(duration_us, 0.9, 3) AS p90_us,
           approx_percentile(duration_us, 0.95, 3) AS p95_us, approx_percentile(duration_us, 0.99, 3) AS p99_us,
           max(duration_us) AS max_us, avg(self_us) AS self_us, avg(probability) AS confidence, avg(coverage) AS coverage,
           string_distinct_agg(protocol, ',') AS kinds, min(ts) AS first_ts, max(ts) AS last_ts
    FROM window_spans GROUP BY service),
  called AS (SELECT parent_service AS service, count() AS calls_out FROM window_spans GROUP BY parent_service),
  names AS (SELECT service FROM served UNION SELECT service FROM called),
  timed AS (SELECT *, max(last_ts) OVER () - min(first_ts) OVER () AS window_us FROM served)
  SELECT n.service AS service, coalesce(s.calls, 0) AS calls,
         CASE WHEN s.window_us > 0 THEN s.calls * 1000000.0 / s.window_us ELSE 0.0 END AS calls_per_s,
         coalesce(s.errors, 0) AS errors, CASE WHEN s.calls > 0 THEN s.errors * 1.0 / s.calls ELSE 0.0 END AS error_share,
         s.avg_us AS avg_us, s.p50_us AS p50_us, s.p90_us AS p90_us, s.p95_us AS p95_us, s.p99_us AS p99_us, s.max_us AS max_us,
         s.self_us AS self_us, coalesce(c.calls_out, 0) AS calls_out, s.confidence AS confidence, s.coverage AS coverage, s.kinds AS kinds
  FROM names n LEFT JOIN timed s ON s.service = n.service LEFT JOIN called c ON c.service = n.service
  ORDER BY n.service);
