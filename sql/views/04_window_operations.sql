-- window_operations: the calls of a window by operation and bucket of the time that they spent themselves, read as window_edges is, from operation_1h, operation_1m and spans. A bucket may have several rows: add them up
-- @from   start of the window; default an hour before the newest span
-- @to     end of the window (exclusive)
-- @tenant whose traffic
-- @min_confidence leaves out calls whose parent is less probable, 0..1; above 0 everything is read from spans: roll-ups do not know it
-- @run    live, or a run in spans_lab, of which there are no roll-ups
-- example: SELECT service, route, self_le_us, calls, grain FROM window_operations ORDER BY service, route, self_le_us, grain LIMIT 3
-- columns:
--   service                 [name] who served
--   method                  [word] request method
--   route                   [path] path with its variable segments named
--   protocol                [word] http/1.1, h2, grpc, ...
--   self_le_us              [us] latency bucket of the time spent itself: its inclusive upper bound; null = no answer
--   calls                   [count] calls
--   self_calls              [count] calls that were answered
--   self_sum_us             [us] time spent itself, over all calls
--   critical_calls          [count] calls on the critical path of their trace
--   critical_sum_us         [us] of self_sum_us, the time in which the whole trace waited
--   network_calls           [count] calls that were seen at both ends: those that network_sum_us rests on
--   network_sum_us          [us] time on the network, over those calls
--   critical_network_sum_us [us] of network_sum_us, that of calls on the critical path
--   grain                   [word] 0 = from spans, 1 = from operation_1m, 2 = from operation_1h
CREATE OR REPLACE VIEW window_operations AS (
  DECLARE OVERRIDABLE @from := (SELECT dateadd('h', -1, ts) FROM spans LIMIT -1), OVERRIDABLE @to := '2200-01-01',
          OVERRIDABLE @tenant := 'default', OVERRIDABLE @min_confidence := 0.0, OVERRIDABLE @run := 'live'
  -- other runs
  SELECT service, method, route, protocol, self_le_us, count() AS calls, count(self_us) AS self_calls, sum(self_us) AS self_sum_us,
         count(critical_us) AS critical_calls, sum(critical_us) AS critical_sum_us, count(network_us) AS network_calls, sum(network_us) AS network_sum_us,
         sum(CASE WHEN critical_us IS NOT NULL THEN network_us END) AS critical_network_sum_us, 0 AS grain
  FROM spans_lab
  WHERE @run <> 'live' AND run = @run AND ts >= @from AND ts < @to
    AND tenant = @tenant AND withdrawn = false AND probability >= @min_confidence
  GROUP BY service, method, route, protocol, self_le_us
  UNION ALL
  -- what roll-ups do not do
  SELECT service, method, route, protocol, self_le_us, count() AS calls, count(self_us) AS self_calls, sum(self_us) AS self_sum_us,
         count(critical_us) AS critical_calls, sum(critical_us) AS critical_sum_us, count(network_us) AS network_calls, sum(network_us) AS network_sum_us,
         sum(CASE WHEN critical_us IS NOT NULL THEN network_us END) AS critical_network_sum_us, 0 AS grain
  FROM spans
  WHERE @run = 'live' AND @min_confidence > 0.0
    AND ts >= @from AND ts < @to
    AND tenant = @tenant AND withdrawn = false AND probability >= @min_confidence
  GROUP BY service, method, route, protocol, self_le_us
  UNION ALL
  -- the same of what was kept when roll-ups were last made anew, where spans no longer reach: minutes before the first whole hour
  SELECT service, method, route, protocol, self_le_us, sum(calls) AS calls, sum(self_calls) AS self_calls, sum(self_sum_us) AS self_sum_us,
         sum(critical_calls) AS critical_calls, sum(critical_sum_us) AS critical_sum_us, sum(network_calls) AS network_calls,
         sum(network_sum_us) AS network_sum_us, sum(critical_network_sum_us) AS critical_network_sum_us, 1 AS grain
  FROM operation_1m_kept
  WHERE @run = 'live' AND @min_confidence <= 0.0
    AND ts >= @from AND ts < (SELECT ts FROM operation_1h_kept WHERE ts >= @from LIMIT 1)
    AND ts < (SELECT coalesce(max(CASE WHEN (ts + 3600000000)::timestamp <= @to THEN (ts + 3600000000)::timestamp ELSE ts END), '1970-01-01'::timestamp)
          FROM (SELECT ts FROM operation_1h_kept WHERE ts >= @from AND ts < @to LIMIT -1))
    AND ts < (SELECT coalesce(max(ts), '2200-01-01'::timestamp) FROM (SELECT timestamp_floor('1h', ts) AS ts FROM spans LIMIT 1))
    AND tenant = @tenant
  GROUP BY service, method, route, protocol, self_le_us
  UNION ALL
  -- whole hours of that
  SELECT service, method, route, protocol, self_le_us, sum(calls) AS calls, sum(self_calls) AS self_calls, sum(self_sum_us) AS self_sum_us,
         sum(critical_calls) AS critical_calls, sum(critical_sum_us) AS critical_sum_us, sum(network_calls) AS network_calls,
         sum(network_sum_us) AS network_sum_us, sum(critical_network_sum_us) AS critical_network_sum_us, 2 AS grain
  FROM operation_1h_kept
  WHERE @run = 'live' AND @min_confidence <= 0.0
    AND ts >= @from AND ts < (SELECT coalesce(max(CASE WHEN (ts + 3600000000)::timestamp <= @to THEN (ts + 3600000000)::timestamp ELSE ts END), '1970-01-01'::timestamp)
          FROM (SELECT ts FROM operation_1h_kept WHERE ts >= @from AND ts < @to LIMIT -1))
    AND ts < (SELECT coalesce(max(ts), '2200-01-01'::timestamp) FROM (SELECT timestamp_floor('1h', ts) AS ts FROM spans LIMIT 1))
    AND tenant = @tenant
  GROUP BY service, method, route, protocol, self_le_us
  UNION ALL
  -- minutes after them, of that
  SELECT service, method, route, protocol, self_le_us, sum(calls) AS calls, sum(self_calls) AS self_calls, sum(self_sum_us) AS self_sum_us,
         sum(critical_calls) AS critical_calls, sum(critical_sum_us) AS critical_sum_us, sum(network_calls) AS network_calls,
         sum(network_sum_us) AS network_sum_us, sum(critical_network_sum_us) AS critical_network_sum_us, 1 AS grain
  FROM operation_1m_kept
  WHERE @run = 'live' AND @min_confidence <= 0.0
    AND ts >= @from AND ts >= (SELECT coalesce(max(CASE WHEN (ts + 3600000000)::timestamp <= @to THEN (ts + 3600000000)::timestamp ELSE ts END), '1970-01-01'::timestamp)
          FROM (SELECT ts FROM operation_1h_kept WHERE ts >= @from AND ts < @to LIMIT -1))
    AND ts < (SELECT coalesce(max(CASE WHEN (ts + 60000000)::timestamp <= @to THEN (ts + 60000000)::timestamp ELSE ts END), '1970-01-01'::timestamp)
          FROM (SELECT ts FROM operation_1m_kept WHERE ts >= @from AND ts < @to LIMIT -1))
    AND ts < (SELECT coalesce(max(ts), '2200-01-01'::timestamp) FROM (SELECT timestamp_floor('1h', ts) AS ts FROM spans LIMIT 1))
    AND tenant = @tenant
  GROUP BY service, method, route, protocol, self_le_us
  UNION ALL
  -- before the first whole minute
  SELECT service, method, route, protocol, self_le_us, count() AS calls, count(self_us) AS self_calls, sum(self_us) AS self_sum_us,
         count(critical_us) AS critical_calls, sum(critical_us) AS critical_sum_us, count(network_us) AS network_calls, sum(network_us) AS network_sum_us,
         sum(CASE WHEN critical_us IS NOT NULL THEN network_us END) AS critical_network_sum_us, 0 AS grain
  FROM spans
  WHERE @run = 'live' AND @min_confidence <= 0.0
    AND ts >= @from AND ts < (SELECT min(ts) FROM ((SELECT ts FROM operation_1m WHERE ts >= @from LIMIT 1) UNION ALL (SELECT ts FROM operation_1h WHERE ts >= @from LIMIT 1)))
    AND ts < (SELECT coalesce(max(ts), '1970-01-01'::timestamp) FROM (
          (SELECT CASE WHEN (ts + 60000000)::timestamp <= @to THEN (ts + 60000000)::timestamp ELSE ts END AS ts FROM operation_1m WHERE ts >= @from AND ts < @to LIMIT -1) UNION ALL
          (SELECT CASE WHEN (ts + 3600000000)::timestamp <= @to THEN (ts + 3600000000)::timestamp ELSE ts END AS ts FROM operation_1h WHERE ts >= @from AND ts < @to LIMIT -1)))
    AND tenant = @tenant AND withdrawn = false AND probability >= @min_confidence
  GROUP BY service, method, route, protocol, self_le_us
  UNION ALL
  -- after the last whole minute
  SELECT service, method, route, protocol, self_le_us, count() AS calls, count(self_us) AS self_calls, sum(self_us) AS self_sum_us,
         count(critical_us) AS critical_calls, sum(critical_us) AS critical_sum_us, count(network_us) AS network_calls, sum(network_us) AS network_sum_us,
         sum(CASE WHEN critical_us IS NOT NULL THEN network_us END) AS critical_network_sum_us, 0 AS grain
  FROM spans
  WHERE @run = 'live' AND @min_confidence <= 0.0
    AND ts >= @from AND ts < @to AND ts >= (SELECT coalesce(max(ts), '1970-01-01'::timestamp) FROM (
          (SELECT CASE WHEN (ts + 60000000)::timestamp <= @to THEN (ts + 60000000)::timestamp ELSE ts END AS ts FROM operation_1m WHERE ts >= @from AND ts < @to LIMIT -1) UNION ALL
          (SELECT CASE WHEN (ts + 3600000000)::timestamp <= @to THEN (ts + 3600000000)::timestamp ELSE ts END AS ts FROM operation_1h WHERE ts >= @from AND ts < @to LIMIT -1)))
    AND tenant = @tenant AND withdrawn = false AND probability >= @min_confidence
  GROUP BY service, method, route, protocol, self_le_us
  UNION ALL
  -- minutes before the first whole hour, where there is one
  SELECT service, method, route, protocol, self_le_us, sum(calls) AS calls, sum(self_calls) AS self_calls, sum(self_sum_us) AS self_sum_us,
         sum(critical_calls) AS critical_calls, sum(critical_sum_us) AS critical_sum_us, sum(network_calls) AS network_calls,
         sum(network_sum_us) AS network_sum_us, sum(critical_network_sum_us) AS critical_network_sum_us, 1 AS grain
  FROM operation_1m
  WHERE @run = 'live' AND @min_confidence <= 0.0
    AND ts >= @from AND ts < (SELECT ts FROM operation_1h WHERE ts >= @from LIMIT 1)
    AND ts < (SELECT coalesce(max(CASE WHEN (ts + 3600000000)::timestamp <= @to THEN (ts + 3600000000)::timestamp ELSE ts END), '1970-01-01'::timestamp)
          FROM (SELECT ts FROM operation_1h WHERE ts >= @from AND ts < @to LIMIT -1))
    AND tenant = @tenant
  GROUP BY service, method, route, protocol, self_le_us
  UNION ALL
  -- whole hours
  SELECT service, method, route, protocol, self_le_us, sum(calls) AS calls, sum(self_calls) AS self_calls, sum(self_sum_us) AS self_sum_us,
         sum(critical_calls) AS critical_calls, sum(critical_sum_us) AS critical_sum_us, sum(network_calls) AS network_calls,
         sum(network_sum_us) AS network_sum_us, sum(critical_network_sum_us) AS critical_network_sum_us, 2 AS grain
  FROM operation_1h
  WHERE @run = 'live' AND @min_confidence <= 0.0
    AND ts >= @from AND ts < (SELECT coalesce(max(CASE WHEN (ts + 3600000000)::timestamp <= @to THEN (ts + 3600000000)::timestamp ELSE ts END), '1970-01-01'::timestamp)
          FROM (SELECT ts FROM operation_1h WHERE ts >= @from AND ts < @to LIMIT -1))
    AND tenant = @tenant
  GROUP BY service, method, route, protocol, self_le_us
  UNION ALL
  -- minutes after them
  SELECT service, method, route, protocol, self_le_us, sum(calls) AS calls, sum(self_calls) AS self_calls, sum(self_sum_us) AS self_sum_us,
         sum(critical_calls) AS critical_calls, sum(critical_sum_us) AS critical_sum_us, sum(network_calls) AS network_calls,
         sum(network_sum_us) AS network_sum_us, sum(critical_network_sum_us) AS critical_network_sum_us, 1 AS grain
  FROM operation_1m
  WHERE @run = 'live' AND @min_confidence <= 0.0
    AND ts >= @from AND ts >= (SELECT coalesce(max(CASE WHEN (ts + 3600000000)::timestamp <= @to THEN (ts + 3600000000)::timestamp ELSE ts END), '1970-01-01'::timestamp)
          FROM (SELECT ts FROM operation_1h WHERE ts >= @from AND ts < @to LIMIT -1))
    AND ts < (SELECT coalesce(max(CASE WHEN (ts + 60000000)::timestamp <= @to THEN (ts + 60000000)::timestamp ELSE ts END), '1970-01-01'::timestamp)
          FROM (SELECT ts FROM operation_1m WHERE ts >= @from AND ts < @to LIMIT -1))
    AND tenant = @tenant
  GROUP BY service, method, route, protocol, self_le_us);
