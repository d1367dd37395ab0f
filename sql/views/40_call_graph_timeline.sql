-- call_graph_timeline: each edge per step of time; oldest first
-- @from   start of the window; default an hour before the newest span
-- @to     end of the window (exclusive)
-- @tenant whose traffic
-- @min_confidence leaves out calls whose parent is less probable, 0..1
-- @run    live, or a run in spans_lab
-- @step   length of a step, a number and s, m, h or d, written into the statement: it cannot be a bound parameter
-- example: DECLARE @step := '5m' SELECT ts, caller, callee, calls, p95_us FROM call_graph_timeline LIMIT 5
-- columns:
--   ts      [us] start of the step
--   caller  [name] service that calls
--   callee  [name] service that is called
--   calls   [count] calls that began in the step
--   errors  [count] calls answered with 5xx, with a gRPC status above 0, or not at all
--   error_share [0..1] errors / calls
--   avg_us  [us] mean duration of the answered calls
--   p50_us  [us] half of the answered calls were at most this long; at most 6.25 % too high
--   p95_us  [us] 95 %; at most 6.25 % too high
--   max_us  [us] the longest
--   confidence [0..1] mean probability of the parents
--   source  [word] the coarsest that was read: spans, edge_1m (steps in m and longer), edge_1h (steps in h and longer)
CREATE OR REPLACE VIEW call_graph_timeline AS (
  DECLARE OVERRIDABLE @step := '1m'
  WITH buckets AS (
    SELECT step, caller, callee, le_us, sum(calls) AS calls, sum(errors) AS errors, sum(sum_us) AS sum_us, max(max_us) AS max_us,
           sum(probability_sum) AS probability_sum, max(grain) AS grain, CASE WHEN le_us IS NULL THEN 0 ELSE sum(calls) END AS answered
    FROM window_edges GROUP BY step, caller, callee, le_us),
  ranked AS (
    SELECT *, sum(answered) OVER (PARTITION BY step, caller, callee ORDER BY le_us CUMULATIVE) AS below,
           sum(answered) OVER (PARTITION BY step, caller, callee) AS all_answered FROM buckets)
  SELECT step AS ts, caller, callee, sum(calls) AS calls, sum(errors) AS errors, sum(errors) * 1.0 / sum(calls) AS error_share,
         CASE WHEN max(all_answered) > 0 THEN sum(sum_us) * 1.0 / max(all_answered) END AS avg_us,
         min(CASE WHEN answered > 0 AND below >= 0.50 * all_answered THEN le_us END) AS p50_us,
         min(CASE WHEN answered > 0 AND below >= 0.95 * all_answered THEN le_us END) AS p95_us, max(max_us) AS max_us,
         sum(probability_sum) / sum(calls) AS confidence, CASE WHEN max(grain) = 2 THEN 'edge_1h' WHEN max(grain) = 1 THEN 'edge_1m' ELSE 'spans' END AS source
  FROM ranked GROUP BY step, caller, callee ORDER BY step::long, caller, callee);
