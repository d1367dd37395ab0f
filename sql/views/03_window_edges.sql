-- window_edges: the calls of a window by step of time, edge and latency bucket: whole hours from edge_1h, other whole minutes from edge_1m, the ends from spans. A bucket may have several rows: add them up
-- @from   start of the window; default an hour before the newest span
-- @to     end of the window (exclusive)
-- @tenant whose traffic
-- @min_confidence leaves out calls whose parent is less probable, 0..1; above 0 everything is read from spans: roll-ups do not know it
-- @run    live, or a run in spans_lab, of which there are no roll-ups
-- @step   length of a step, as in call_graph_timeline; default all in one. Roll-ups of a minute are read for steps in m and longer, those of an hour for steps in h and longer
-- example: SELECT caller, callee, le_us, calls, grain FROM window_edges ORDER BY caller, callee, le_us, grain LIMIT 3
-- columns:
--   step            [us] start of the step
--   caller          [name] service that calls; (outside) = not among the observed
--   callee          [name] service that is called
--   le_us           [us] latency bucket: its inclusive upper bound; null = no answer
--   calls           [count] calls
--   errors          [count] calls answered with 5xx, with a gRPC status above 0, or not at all
--   sum_us          [us] all durations together
--   max_us          [us] the longest
--   network_sum_us  [us] all network times together, where they could be told
--   network_calls   [count] calls that network_sum_us rests on
--   probability_sum [1] all probabilities together
--   coverage_sum    [1] all coverages together
--   first_ts        [us] of the first call, to the grain
--   last_ts         [us] of the last call, to the grain
--   grain           [word] 0 = from spans, 1 = from edge_1m, 2 = from edge_1h
CREATE OR REPLACE VIEW window_edges AS (
  DECLARE OVERRIDABLE @from := (SELECT dateadd('h', -1, ts) FROM spans LIMIT -1), OVERRIDABLE @to := '2200-01-01',
          OVERRIDABLE @tenant := 'default', OVERRIDABLE @min_confidence := 0.0, OVERRIDABLE @run := 'live', OVERRIDABLE @step := '36500d'
  -- other runs
  SELECT timestamp_floor(@step, ts) AS step, parent_service AS caller, service AS callee, duration_le_us AS le_us, count() AS calls,
         sum(CASE WHEN status >= 500 OR status = 0 OR grpc_status > 0 THEN 1 ELSE 0 END) AS errors,
         sum(duration_us) AS sum_us, max(duration_us) AS max_us, sum(network_us) AS network_sum_us, count(network_us) AS network_calls,
         sum(probability) AS probability_sum, sum(coverage) AS coverage_sum, min(ts) AS first_ts, max(ts) AS last_ts, 0 AS grain
  FROM spans_lab
  WHERE @run <> 'live' AND run = @run AND ts >= @from AND ts < @to
    AND tenant = @tenant AND withdrawn = false AND probability >= @min_confidence
  GROUP BY timestamp_floor(@step, ts), parent_service, service, duration_le_us
  UNION ALL
  -- what roll-ups do not do
  SELECT timestamp_floor(@step, ts) AS step, parent_service AS caller, service AS callee, duration_le_us AS le_us, count() AS calls,
         sum(CASE WHEN status >= 500 OR status = 0 OR grpc_status > 0 THEN 1 ELSE 0 END) AS errors,
         sum(duration_us) AS sum_us, max(duration_us) AS max_us, sum(network_us) AS network_sum_us, count(network_us) AS network_calls,
         sum(probability) AS probability_sum, sum(coverage) AS coverage_sum, min(ts) AS first_ts, max(ts) AS last_ts, 0 AS grain
  FROM spans
  WHERE @run = 'live' AND (@min_confidence > 0.0 OR strpos('mhdwMy', right(@step, 1)) = 0)
    AND ts >= @from AND ts < @to
    AND tenant = @tenant AND withdrawn = false AND probability >= @min_confidence
  GROUP BY timestamp_floor(@step, ts), parent_service, service, duration_le_us
  UNION ALL
  -- the same of what was kept when roll-ups were last made anew, where spans no longer reach: minutes before the first whole hour
  SELECT timestamp_floor(@step, ts) AS step, parent_service AS caller, service AS callee, duration_le_us AS le_us, sum(calls) AS calls,
         sum(errors) AS errors,
         sum(sum_us) AS sum_us, max(max_us) AS max_us, sum(network_sum_us) AS network_sum_us, sum(network_calls) AS network_calls,
         sum(probability_sum) AS probability_sum, sum(coverage_sum) AS coverage_sum, min(ts) AS first_ts,
         dateadd('m', 1, max(ts)) AS last_ts, 1 AS grain
  FROM edge_1m_kept
  WHERE @run = 'live' AND @min_confidence <= 0.0 AND strpos('mhdwMy', right(@step, 1)) > 0
    AND ts >= @from AND ts < (SELECT ts FROM edge_1h_kept WHERE ts >= @from LIMIT 1)
    AND ts < (SELECT coalesce(max(CASE WHEN strpos('hdwMy', right(@step, 1)) > 0 THEN CASE WHEN (ts + 3600000000)::timestamp <= @to THEN (ts + 3600000000)::timestamp ELSE ts END END), '1970-01-01'::timestamp)
          FROM (SELECT ts FROM edge_1h_kept WHERE ts >= @from AND ts < @to LIMIT -1))
    AND ts < (SELECT coalesce(max(ts), '2200-01-01'::timestamp) FROM (SELECT timestamp_floor('1h', ts) AS ts FROM spans LIMIT 1))
    AND tenant = @tenant
  GROUP BY timestamp_floor(@step, ts), parent_service, service, duration_le_us
  UNION ALL
  -- whole hours of that
  SELECT timestamp_floor(@step, ts) AS step, parent_service AS caller, service AS callee, duration_le_us AS le_us, sum(calls) AS calls,
         sum(errors) AS errors,
         sum(sum_us) AS sum_us, max(max_us) AS max_us, sum(network_sum_us) AS network_sum_us, sum(network_calls) AS network_calls,
         sum(probability_sum) AS probability_sum, sum(coverage_sum) AS coverage_sum, min(ts) AS first_ts,
         dateadd('h', 1, max(ts)) AS last_ts, 2 AS grain
  FROM edge_1h_kept
  WHERE @run = 'live' AND @min_confidence <= 0.0 AND strpos('mhdwMy', right(@step, 1)) > 0
    AND strpos('hdwMy', right(@step, 1)) > 0 AND ts >= @from AND ts < (SELECT coalesce(max(CASE WHEN strpos('hdwMy', right(@step, 1)) > 0 THEN CASE WHEN (ts + 3600000000)::timestamp <= @to THEN (ts + 3600000000)::timestamp ELSE ts END END), '1970-01-01'::timestamp)
          FROM (SELECT ts FROM edge_1h_kept WHERE ts >= @from AND ts < @to LIMIT -1))
    AND ts < (SELECT coalesce(max(ts), '2200-01-01'::timestamp) FROM (SELECT timestamp_floor('1h', ts) AS ts FROM spans LIMIT 1))
    AND tenant = @tenant
  GROUP BY timestamp_floor(@step, ts), parent_service, service, duration_le_us
  UNION ALL
  -- minutes after them, of that
  SELECT timestamp_floor(@step, ts) AS step, parent_service AS caller, service AS callee, duration_le_us AS le_us, sum(calls) AS calls,
         sum(errors) AS errors,
         sum(sum_us) AS sum_us, max(max_us) AS max_us, sum(network_sum_us) AS network_sum_us, sum(network_calls) AS network_calls,
         sum(probability_sum) AS probability_sum, sum(coverage_sum) AS coverage_sum, min(ts) AS first_ts,
         dateadd('m', 1, max(ts)) AS last_ts, 1 AS grain
  FROM edge_1m_kept
  WHERE @run = 'live' AND @min_confidence <= 0.0 AND strpos('mhdwMy', right(@step, 1)) > 0
    AND ts >= @from AND ts >= (SELECT coalesce(max(CASE WHEN strpos('hdwMy', right(@step, 1)) > 0 THEN CASE WHEN (ts + 3600000000)::timestamp <= @to THEN (ts + 3600000000)::timestamp ELSE ts END END), '1970-01-01'::timestamp)
          FROM (SELECT ts FROM edge_1h_kept WHERE ts >= @from AND ts < @to LIMIT -1))
    AND ts < (SELECT coalesce(max(CASE WHEN (ts + 60000000)::timestamp <= @to THEN (ts + 60000000)::timestamp ELSE ts END), '1970-01-01'::timestamp)
          FROM (SELECT ts FROM edge_1m_kept WHERE ts >= @from AND ts < @to LIMIT -1))
    AND ts < (SELECT coalesce(max(ts), '2200-01-01'::timestamp) FROM (SELECT timestamp_floor('1h', ts) AS ts FROM spans LIMIT 1))
    AND tenant = @tenant
  GROUP BY timestamp_floor(@step, ts), parent_service, service, duration_le_us
  UNION ALL
  -- before the first whole minute
  SELECT timestamp_floor(@step, ts) AS step, parent_service AS caller, service AS callee, duration_le_us AS le_us, count() AS calls,
         sum(CASE WHEN status >= 500 OR status = 0 OR grpc_status > 0 THEN 1 ELSE 0 END) AS errors,
         sum(duration_us) AS sum_us, max(duration_us) AS max_us, sum(network_us) AS network_sum_us, count(network_us) AS network_calls,
         sum(probability) AS probability_sum, sum(coverage) AS coverage_sum, min(ts) AS first_ts, max(ts) AS last_ts, 0 AS grain
  FROM spans
  WHERE @run = 'live' AND @min_confidence <= 0.0 AND strpos('mhdwMy', right(@step, 1)) > 0
    AND ts >= @from AND ts < (SELECT min(ts) FROM ((SELECT ts FROM edge_1m WHERE ts >= @from LIMIT 1) UNION ALL (SELECT CASE WHEN strpos('hdwMy', right(@step, 1)) > 0 THEN ts END AS ts FROM edge_1h WHERE ts >= @from LIMIT 1)))
    AND ts < (SELECT coalesce(max(ts), '1970-01-01'::timestamp) FROM (
          (SELECT CASE WHEN (ts + 60000000)::timestamp <= @to THEN (ts + 60000000)::timestamp ELSE ts END AS ts FROM edge_1m WHERE ts >= @from AND ts < @to LIMIT -1) UNION ALL
          (SELECT CASE WHEN strpos('hdwMy', right(@step, 1)) > 0 THEN CASE WHEN (ts + 3600000000)::timestamp <= @to THEN (ts + 3600000000)::timestamp ELSE ts END END AS ts FROM edge_1h WHERE ts >= @from AND ts < @to LIMIT -1)))
    AND tenant = @tenant AND withdrawn = false AND probability >= @min_confidence
  GROUP BY timestamp_floor(@step, ts), parent_service, service, duration_le_us
  UNION ALL
  -- after the last whole minute
  SELECT timestamp_floor(@step, ts) AS step, parent_service AS caller, service AS callee, duration_le_us AS le_us, count() AS calls,
         sum(CASE WHEN status >= 500 OR status = 0 OR grpc_status > 0 THEN 1 ELSE 0 END) AS errors,
         sum(duration_us) AS sum_us, max(duration_us) AS max_us, sum(network_us) AS network_sum_us, count(network_us) AS network_calls,
         sum(probability) AS probability_sum, sum(coverage) AS coverage_sum, min(ts) AS first_ts, max(ts) AS last_ts, 0 AS grain
  FROM spans
  WHERE @run = 'live' AND @min_confidence <= 0.0 AND strpos('mhdwMy', right(@step, 1)) > 0
    AND ts >= @from AND ts < @to AND ts >= (SELECT coalesce(max(ts), '1970-01-01'::timestamp) FROM (
          (SELECT CASE WHEN (ts + 60000000)::timestamp <= @to THEN (ts + 60000000)::timestamp ELSE ts END AS ts FROM edge_1m WHERE ts >= @from AND ts < @to LIMIT -1) UNION ALL
          (SELECT CASE WHEN strpos('hdwMy', right(@step, 1)) > 0 THEN CASE WHEN (ts + 3600000000)::timestamp <= @to THEN (ts + 3600000000)::timestamp ELSE ts END END AS ts FROM edge_1h WHERE ts >= @from AND ts < @to LIMIT -1)))
    AND tenant = @tenant AND withdrawn = false AND probability >= @min_confidence
  GROUP BY timestamp_floor(@step, ts), parent_service, service, duration_le_us
  UNION ALL
  -- minutes before the first whole hour, where there is one
  SELECT timestamp_floor(@step, ts) AS step, parent_service AS caller, service AS callee, duration_le_us AS le_us, sum(calls) AS calls,
         sum(errors) AS errors,
         sum(sum_us) AS sum_us, max(max_us) AS max_us, sum(network_sum_us) AS network_sum_us, sum(network_calls) AS network_calls,
         sum(probability_sum) AS probability_sum, sum(coverage_sum) AS coverage_sum, min(ts) AS first_ts,
         dateadd('m', 1, max(ts)) AS last_ts, 1 AS grain
  FROM edge_1m
  WHERE @run = 'live' AND @min_confidence <= 0.0 AND strpos('mhdwMy', right(@step, 1)) > 0
    AND ts >= @from AND ts < (SELECT ts FROM edge_1h WHERE ts >= @from LIMIT 1)
    AND ts < (SELECT coalesce(max(CASE WHEN strpos('hdwMy', right(@step, 1)) > 0 THEN CASE WHEN (ts + 3600000000)::timestamp <= @to THEN (ts + 3600000000)::timestamp ELSE ts END END), '1970-01-01'::timestamp)
          FROM (SELECT ts FROM edge_1h WHERE ts >= @from AND ts < @to LIMIT -1))
    AND tenant = @tenant
  GROUP BY timestamp_floor(@step, ts), parent_service, service, duration_le_us
  UNION ALL
  -- whole hours
  SELECT timestamp_floor(@step, ts) AS step, parent_service AS caller, service AS callee, duration_le_us AS le_us, sum(calls) AS calls,
         sum(errors) AS errors,
         sum(sum_us) AS sum_us, max(max_us) AS max_us, sum(network_sum_us) AS network_sum_us, sum(network_calls) AS network_calls,
         sum(probability_sum) AS probability_sum, sum(coverage_sum) AS coverage_sum, min(ts) AS first_ts,
         dateadd('h', 1, max(ts)) AS last_ts, 2 AS grain
  FROM edge_1h
  WHERE @run = 'live' AND @min_confidence <= 0.0 AND strpos('mhdwMy', right(@step, 1)) > 0
    AND strpos('hdwMy', right(@step, 1)) > 0 AND ts >= @from AND ts < (SELECT coalesce(max(CASE WHEN strpos('hdwMy', right(@step, 1)) > 0 THEN CASE WHEN (ts + 3600000000)::timestamp <= @to THEN (ts + 3600000000)::timestamp ELSE ts END END), '1970-01-01'::timestamp)
          FROM (SELECT ts FROM edge_1h WHERE ts >= @from AND ts < @to LIMIT -1))
    AND tenant = @tenant
  GROUP BY timestamp_floor(@step, ts), parent_service, service, duration_le_us
  UNION ALL
  -- minutes after them
  SELECT timestamp_floor(@step, ts) AS step, parent_service AS caller, service AS callee, duration_le_us AS le_us, sum(calls) AS calls,
         sum(errors) AS errors,
         sum(sum_us) AS sum_us, max(max_us) AS max_us, sum(network_sum_us) AS network_sum_us, sum(network_calls) AS network_calls,
         sum(probability_sum) AS probability_sum, sum(coverage_sum) AS coverage_sum, min(ts) AS first_ts,
         dateadd('m', 1, max(ts)) AS last_ts, 1 AS grain
  FROM edge_1m
  WHERE @run = 'live' AND @min_confidence <= 0.0 AND strpos('mhdwMy', right(@step, 1)) > 0
    AND ts >= @from AND ts >= (SELECT coalesce(max(CASE WHEN strpos('hdwMy', right(@step, 1)) > 0 THEN CASE WHEN (ts + 3600000000)::timestamp <= @to THEN (ts + 3600000000)::timestamp ELSE ts END END), '1970-01-01'::timestamp)
          FROM (SELECT ts FROM edge_1h WHERE ts >= @from AND ts < @to LIMIT -1))
    AND ts < (SELECT coalesce(max(CASE WHEN (ts + 60000000)::timestamp <= @to THEN (ts + 60000000)::timestamp ELSE ts END), '1970-01-01'::timestamp)
          FROM (SELECT ts FROM edge_1m WHERE ts >= @from AND ts < @to LIMIT -1))
    AND tenant = @tenant
  GROUP BY timestamp_floor(@step, ts), parent_service, service, duration_le_us);
