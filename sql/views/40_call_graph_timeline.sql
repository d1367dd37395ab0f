-- call_graph_timeline: each edge per step of time; oldest first
-- @from   start of the window; default an hour before the newest span
-- @to     end of the window (exclusive)
-- @tenant whose traffic
-- @min_confidence leaves out calls whose parent is less probable, 0..1
-- @run    live, or a run in spans_lab
-- @step   length of a step, a number and s, m, h or d, written into the statement: it cannot be a bound parameter
-- example: DECLARE @step := '5m' SELECT ts, caller, callee, calls, p95_us FROM call_graph_timeline
-- columns:
--   ts      [us] start of the step
--   caller  [name] service that calls
--   callee  [name] service that is called
--   calls   [count] calls that began in the step
--   errors  [count] calls answered with 5xx, with a gRPC status above 0, or not at all
--   avg_us  [us] mean duration of the answered calls
--   p50_us  [us] half of the answered calls were at most this long; at most 6.25 % too high
--   p95_us  [us] 95 %; at most 6.25 % too high
--   max_us  [us] the longest
CREATE OR REPLACE VIEW call_graph_timeline AS (
  DECLARE OVERRIDABLE @step := '1m'
  WITH buckets AS (
    SELECT timestamp_floor(@step, ts) AS step, parent_service, service, duration_le_us AS le_us, count() AS n, count(duration_us) AS answered,
           sum(CASE WHEN status >= 500 OR status = 0 OR grpc_status > 0 THEN 1 ELSE 0 END) AS failed, sum(duration_us) AS total_us, max(duration_us) AS longest_us
    FROM window_spans GROUP BY timestamp_floor(@step, ts), parent_service, service, duration_le_us),
  ranked AS (
    SELECT *, sum(answered) OVER (PARTITION BY step, parent_service, service ORDER BY le_us CUMULATIVE) AS below,
           sum(answered) OVER (PARTITION BY step, parent_service, service) AS all_answered FROM buckets)
  SELECT step AS ts, parent_service AS caller, service AS callee, sum(n) AS calls, sum(failed) AS errors,
         CASE WHEN max(all_answered) > 0 THEN sum(total_us) * 1.0 / max(all_answered) END AS avg_us,
         min(CASE WHEN answered > 0 AND below >= 0.50 * all_answered THEN le_us END) AS p50_us,
         min(CASE WHEN answered > 0 AND below >= 0.95 * all_answered THEN le_us END) AS p95_us, max(longest_us) AS max_us
  FROM ranked GROUP BY step, parent_service, service ORDER BY step::long, caller, callee);
