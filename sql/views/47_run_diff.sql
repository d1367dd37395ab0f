-- run_diff: two runs over the same spans, edge by edge: how often they agree on the parent; the edges that disagree most first
-- @from   start of the window; default an hour before the newest span
-- @to     end of the window (exclusive)
-- @tenant whose traffic
-- @run    live, or a run in spans_lab
-- @before_run the run to compare with
-- example: DECLARE @run := 'nesting', @from := '2025-11-21T08:00:00Z', @to := '2025-11-21T08:16:40Z' SELECT caller, callee, calls_before, calls, agreed, agreement FROM run_diff
-- columns:
--   caller         [name] service that calls; (outside) = not among the observed
--   callee         [name] service that is called
--   calls_before   [count] calls that @before_run puts on the edge
--   calls          [count] calls that @run puts on the edge
--   agreed         [count] of them with the same parent in both
--   taken_away     [count] calls of @before_run that have another parent in @run, or are not in it
--   added          [count] calls of @run that have another parent in @before_run, or are not in it
--   agreement      [0..1] agreed / the larger of calls_before and calls
--   agreement_all  [0..1] the same over all edges
CREATE OR REPLACE VIEW run_diff AS (
  DECLARE OVERRIDABLE @from := (SELECT dateadd('h', -1, ts) FROM spans LIMIT -1), OVERRIDABLE @to := '2200-01-01',
          OVERRIDABLE @tenant := 'default', OVERRIDABLE @run := 'live', OVERRIDABLE @before_run := 'live'
  WITH before AS (
    SELECT span_id, parent_id, parent_service, service FROM spans
    WHERE @before_run = 'live' AND ts >= @from AND ts < @to AND tenant = @tenant AND withdrawn = false
    UNION ALL
    SELECT span_id, parent_id, parent_service, service FROM spans_lab
    WHERE @before_run <> 'live' AND run = @before_run AND ts >= @from AND ts < @to AND tenant = @tenant AND withdrawn = false),
  after AS (
    SELECT span_id, parent_id, parent_service, service FROM spans
    WHERE @run = 'live' AND ts >= @from AND ts < @to AND tenant = @tenant AND withdrawn = false
    UNION ALL
    SELECT span_id, parent_id, parent_service, service FROM spans_lab
    WHERE @run <> 'live' AND run = @run AND ts >= @from AND ts < @to AND tenant = @tenant AND withdrawn = false),
  counted AS (
    SELECT parent_service AS caller, service AS callee, count() AS n0, 0 AS n1, 0 AS same FROM before GROUP BY parent_service, service
    UNION ALL
    SELECT parent_service AS caller, service AS callee, 0 AS n0, count() AS n1, 0 AS same FROM after GROUP BY parent_service, service
    UNION ALL
    SELECT a.parent_service AS caller, a.service AS callee, 0 AS n0, 0 AS n1, count() AS same
    FROM after a JOIN before b ON b.span_id = a.span_id
    WHERE a.parent_id = b.parent_id AND a.parent_service = b.parent_service AND a.service = b.service
    GROUP BY a.parent_service, a.service),
  edges AS (SELECT caller, callee, sum(n0) AS n0, sum(n1) AS n1, sum(same) AS same FROM counted GROUP BY caller, callee),
  totals AS (SELECT *, sum(n0) OVER () AS all0, sum(n1) OVER () AS all1, sum(same) OVER () AS all_same FROM edges)
  SELECT caller, callee, n0 AS calls_before, n1 AS calls, same AS agreed, n0 - same AS taken_away, n1 - same AS added,
         same * 1.0 / greatest(n0, n1) AS agreement, all_same * 1.0 / greatest(all0, all1) AS agreement_all
  FROM totals ORDER BY taken_away + added DESC, caller, callee);
