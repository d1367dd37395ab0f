-- exact_spans: window_spans where a window of the run live is shorter than a quarter of an hour; else no rows
-- @from   start of the window; default an hour before the newest span
-- @to     end of the window (exclusive)
-- @tenant whose traffic
-- @min_confidence leaves out calls whose parent is less probable, 0..1
-- @run    live; of another run there are no rows
-- example: DECLARE @from := '2025-11-21T09:55:00Z' SELECT ts, parent_service, service, duration_us FROM exact_spans ORDER BY ts LIMIT 3
-- columns: those of spans
CREATE OR REPLACE VIEW exact_spans AS (
  DECLARE OVERRIDABLE @from := (SELECT dateadd('h', -1, ts) FROM spans LIMIT -1), OVERRIDABLE @to := '2200-01-01',
          OVERRIDABLE @tenant := 'default', OVERRIDABLE @min_confidence := 0.0, OVERRIDABLE @run := 'live'
  SELECT * FROM spans
  WHERE @run = 'live' AND ts >= @from AND ts < @to
    AND ts < (SELECT coalesce(max(CASE WHEN last.ts >= dateadd('m', 15, first.ts) THEN '1970-01-01'::timestamp END), '2200-01-01'::timestamp)
              FROM (SELECT min(ts) AS ts FROM ((SELECT ts FROM edge_1m_kept WHERE ts >= @from LIMIT 1) UNION ALL (SELECT ts FROM edge_1m WHERE ts >= @from LIMIT 1))) first CROSS JOIN (SELECT ts FROM edge_1m WHERE ts < @to LIMIT -1) last)
    AND tenant = @tenant AND withdrawn = false AND probability >= @min_confidence);
