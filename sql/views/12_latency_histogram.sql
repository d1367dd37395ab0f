-- latency_histogram: answered calls of each edge by latency bucket, shortest first; empty buckets have no row
-- @from   start of the window; default an hour before the newest span
-- @to     end of the window (exclusive)
-- @tenant whose traffic
-- @min_confidence leaves out calls whose parent is less probable, 0..1
-- @run    live, or a run in spans_lab
-- example: SELECT caller, callee, le_us, calls FROM latency_histogram LIMIT 5
-- columns:
--   caller       [name] service that calls
--   callee       [name] service that is called
--   le_us        [us] inclusive upper bound of the bucket, at most 6.25 % above its lower
--   calls        [count] calls that long
CREATE OR REPLACE VIEW latency_histogram AS (
  SELECT parent_service AS caller, service AS callee, duration_le_us AS le_us, count() AS calls
  FROM window_spans WHERE duration_le_us IS NOT NULL
  GROUP BY parent_service, service, duration_le_us
  ORDER BY caller, callee, le_us);
