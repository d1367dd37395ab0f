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
--   source       [word] the coarsest that was read: spans, edge_1m, edge_1h; the counts are exact from each
CREATE OR REPLACE VIEW latency_histogram AS (
  WITH counted AS (
    SELECT caller, callee, le_us, sum(calls) AS calls, max(grain) AS grain FROM window_edges WHERE le_us IS NOT NULL GROUP BY caller, callee, le_us),
  coarsest AS (SELECT *, max(grain) OVER () AS most FROM counted)
  SELECT caller, callee, le_us, calls, CASE WHEN most = 2 THEN 'edge_1h' WHEN most = 1 THEN 'edge_1m' ELSE 'spans' END AS source
  FROM coarsest ORDER BY caller, callee, le_us);
