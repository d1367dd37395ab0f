-- latency_heatmap: answered calls per step of time and latency bucket, over all edges; filter caller and callee for one
-- @from   start of the window; default an hour before the newest span
-- @to     end of the window (exclusive)
-- @tenant whose traffic
-- @min_confidence leaves out calls whose parent is less probable, 0..1
-- @run    live, or a run in spans_lab
-- @step   length of a step, a number and s, m, h or d, written into the statement: it cannot be a bound parameter
-- example: DECLARE @step := '30m' SELECT ts, le_us, sum(calls) AS calls FROM latency_heatmap ORDER BY ts, le_us LIMIT 5
-- columns:
--   ts     [us] start of the step
--   caller [name] service that calls
--   callee [name] service that is called
--   le_us  [us] inclusive upper bound of the bucket
--   calls  [count] calls that long that began in the step
--   source [word] the coarsest that was read: spans, edge_1m (steps in m and longer), edge_1h (steps in h and longer); the counts are exact from each
CREATE OR REPLACE VIEW latency_heatmap AS (
  DECLARE OVERRIDABLE @step := '1m'
  WITH counted AS (
    SELECT step, caller, callee, le_us, sum(calls) AS calls, max(grain) AS grain FROM window_edges WHERE le_us IS NOT NULL
    GROUP BY step, caller, callee, le_us)
  SELECT step AS ts, caller, callee, le_us, calls, CASE WHEN grain = 2 THEN 'edge_1h' WHEN grain = 1 THEN 'edge_1m' ELSE 'spans' END AS source
  FROM counted ORDER BY step::long, caller, callee, le_us);
