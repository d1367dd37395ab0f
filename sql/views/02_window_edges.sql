-- window_edges: the calls of a window by edge and latency bucket, from the coarsest roll-ups that fit into it and spans at its ends; no rows where it is shorter than 15 minutes
-- @from   start of the window; default an hour before the newest span
-- @to     end of the window (exclusive)
-- @tenant whose traffic
-- @min_confidence above 0 there are no rows: the roll-ups do not know it
-- @run    live; runs of spans_lab have no roll-ups
-- example: SELECT caller, callee, le_us, calls, grain FROM window_edges LIMIT 3
-- columns:
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
          OVERRIDABLE @tenant := 'default', OVERRIDABLE @min_confidence := 0.0, OVERRIDABLE @run := 'live'
  SELECT parent_service AS caller, service AS callee, duration_le_us AS le_us, count() AS calls,
         sum(CASE WHEN status >= 500 OR status = 0 OR grpc_status > 0 THEN 1 ELSE 0 END) AS errors,
         sum(duration_us) AS sum_us, max(duration_us) AS max_us, sum(network_us) AS network_sum_us, count(network_us) AS network_calls,
         sum(probability) AS probability_sum, sum(coverage) AS coverage_sum, min(ts) AS first_ts, max(ts) AS last_ts, 0 AS grain
  FROM spans
  WHERE @run = 'live' AND @min_confidence <= 0.0 AND ts >= @from AND ts < @to
    AND ts < (SELECT CASE WHEN z.ts >= dateadd('m', 15, a.ts) THEN a.ts ELSE '1970-01-01'::timestamp END
               FROM (SELECT ts FROM edge_1m WHERE ts >= @from AND ts < @to LIMIT 1) a
               CROSS JOIN (SELECT ts FROM edge_1m WHERE ts >= @from AND ts < @to LIMIT -1) z)
    AND tenant = @tenant AND withdrawn = false AND probability >= @min_confidence
  GROUP BY parent_service, service, duration_le_us
  UNION ALL
  SELECT parent_service AS caller, service AS callee, duration_le_us AS le_us, sum(calls) AS calls, sum(errors) AS errors,
         sum(sum_us) AS sum_us, max(max_us) AS max_us, sum(network_sum_us) AS network_sum_us, sum(network_calls) AS network_calls,
         sum(probability_sum) AS probability_sum, sum(coverage_sum) AS coverage_sum, min(ts) AS first_ts, dateadd('m', 1, max(ts)) AS last_ts,
         1 AS grain
  FROM edge_1m
  WHERE @run = 'live' AND @min_confidence <= 0.0 AND ts < @to AND dateadd('m', 1, ts) <= @to
    AND ts >= (SELECT CASE WHEN z.ts >= dateadd('m', 15, a.ts) THEN a.ts ELSE '2200-01-01'::timestamp END
               FROM (SELECT ts FROM edge_1m WHERE ts >= @from AND ts < @to LIMIT 1) a
               CROSS JOIN (SELECT ts FROM edge_1m WHERE ts >= @from AND ts < @to LIMIT -1) z)
    AND ts < (SELECT CASE WHEN timestamp_floor('1h', ts) >= @from THEN timestamp_floor('1h', ts) ELSE dateadd('h', 1, timestamp_floor('1h', ts)) END FROM edge_1m WHERE ts >= @from AND ts < @to LIMIT 1)
    AND tenant = @tenant
  GROUP BY parent_service, service, duration_le_us
  UNION ALL
  SELECT parent_service AS caller, service AS callee, duration_le_us AS le_us, sum(calls) AS calls, sum(errors) AS errors,
         sum(sum_us) AS sum_us, max(max_us) AS max_us, sum(network_sum_us) AS network_sum_us, sum(network_calls) AS network_calls,
         sum(probability_sum) AS probability_sum, sum(coverage_sum) AS coverage_sum, min(ts) AS first_ts, dateadd('h', 1, max(ts)) AS last_ts,
         2 AS grain
  FROM edge_1h
  WHERE @run = 'live' AND @min_confidence <= 0.0 AND ts < @to AND dateadd('h', 1, ts) <= @to
    AND ts >= (SELECT CASE WHEN z.ts >= dateadd('m', 15, a.ts) THEN a.ts_hour ELSE '2200-01-01'::timestamp END
               FROM (SELECT ts, CASE WHEN timestamp_floor('1h', ts) >= @from THEN timestamp_floor('1h', ts) ELSE dateadd('h', 1, timestamp_floor('1h', ts)) END AS ts_hour
                     FROM edge_1m WHERE ts >= @from AND ts < @to LIMIT 1) a
               CROSS JOIN (SELECT ts FROM edge_1m WHERE ts >= @from AND ts < @to LIMIT -1) z)
    AND tenant = @tenant
  GROUP BY parent_service, service, duration_le_us
  UNION ALL
  SELECT parent_service AS caller, service AS callee, duration_le_us AS le_us, sum(calls) AS calls, sum(errors) AS errors,
         sum(sum_us) AS sum_us, max(max_us) AS max_us, sum(network_sum_us) AS network_sum_us, sum(network_calls) AS network_calls,
         sum(probability_sum) AS probability_sum, sum(coverage_sum) AS coverage_sum, min(ts) AS first_ts, dateadd('m', 1, max(ts)) AS last_ts,
         1 AS grain
  FROM edge_1m
  WHERE @run = 'live' AND @min_confidence <= 0.0 AND ts < @to AND dateadd('m', 1, ts) <= @to
    AND ts >= (SELECT CASE WHEN z.ts >= dateadd('m', 15, a.ts) AND z.ts_hour >= a.ts_hour AND dateadd('h', 1, z.ts_hour) > @to THEN z.ts_hour ELSE '2200-01-01'::timestamp END
               FROM (SELECT ts, CASE WHEN timestamp_floor('1h', ts) >= @from THEN timestamp_floor('1h', ts) ELSE dateadd('h', 1, timestamp_floor('1h', ts)) END AS ts_hour
                     FROM edge_1m WHERE ts >= @from AND ts < @to LIMIT 1) a
               CROSS JOIN (SELECT ts, timestamp_floor('1h', ts) AS ts_hour FROM edge_1m WHERE ts >= @from AND ts < @to LIMIT -1) z)
    AND tenant = @tenant
  GROUP BY parent_service, service, duration_le_us
  UNION ALL
  SELECT parent_service AS caller, service AS callee, duration_le_us AS le_us, count() AS calls,
         sum(CASE WHEN status >= 500 OR status = 0 OR grpc_status > 0 THEN 1 ELSE 0 END) AS errors,
         sum(duration_us) AS sum_us, max(duration_us) AS max_us, sum(network_us) AS network_sum_us, count(network_us) AS network_calls,
         sum(probability) AS probability_sum, sum(coverage) AS coverage_sum, min(ts) AS first_ts, max(ts) AS last_ts, 0 AS grain
  FROM spans
  WHERE @run = 'live' AND @min_confidence <= 0.0 AND ts < @to
    AND ts >= (SELECT CASE WHEN z.ts >= dateadd('m', 15, a.ts) THEN CASE WHEN dateadd('m', 1, z.ts) <= @to THEN dateadd('m', 1, z.ts) ELSE z.ts END ELSE '2200-01-01'::timestamp END
               FROM (SELECT ts FROM edge_1m WHERE ts >= @from AND ts < @to LIMIT 1) a
               CROSS JOIN (SELECT ts FROM edge_1m WHERE ts >= @from AND ts < @to LIMIT -1) z)
    AND tenant = @tenant AND withdrawn = false AND probability >= @min_confidence
  GROUP BY parent_service, service, duration_le_us);
