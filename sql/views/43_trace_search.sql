-- trace_search: traces that pass through a service, are slow or failed; newest first
-- @from   start of the window; default an hour before the newest span
-- @to     end of the window (exclusive)
-- @tenant whose traffic
-- @min_confidence leaves out spans whose parent is less probable, 0..1
-- @run    live, or a run in spans_lab
-- @service pattern of a service that takes part, % = any
-- @route  pattern of a route that it served, % = any
-- @min_us least duration of the span found
-- @failed 1 = only spans answered with 5xx, with a gRPC status above 0, or not at all
-- example: DECLARE @service := 'stock', @min_us := 19000 SELECT ts, trace_id, root_service, found_us FROM trace_search LIMIT 3
-- columns:
--   ts           [us] when the root's request began
--   trace_id     [id] to give to the view trace
--   root_service [name] service of the root
--   root_route   [path] route of the root
--   found        [count] spans that match
--   found_us     [us] the longest of them
--   errors       [count] of them answered with 5xx, with a gRPC status above 0, or not at all
CREATE OR REPLACE VIEW trace_search AS (
  DECLARE OVERRIDABLE @service := '%', OVERRIDABLE @route := '%', OVERRIDABLE @min_us := 0, OVERRIDABLE @failed := 0
  SELECT root_ts AS ts, trace_id, root_service, root_route, count() AS found, max(duration_us) AS found_us,
         sum(CASE WHEN status >= 500 OR status = 0 OR grpc_status > 0 THEN 1 ELSE 0 END) AS errors
  FROM window_spans
  WHERE service LIKE @service AND (route LIKE @route OR @route = '%') AND coalesce(duration_us, 0) >= @min_us
    AND (@failed = 0 OR status >= 500 OR status = 0 OR grpc_status > 0)
  GROUP BY root_ts, trace_id, root_service, root_route ORDER BY ts DESC, trace_id);
