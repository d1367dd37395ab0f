-- slowest_paths: kinds of calls by the operation at the root and the operation reached, slowest first
-- @from   start of the window; default an hour before the newest span
-- @to     end of the window (exclusive)
-- @tenant whose traffic
-- @min_confidence leaves out calls whose parent is less probable, 0..1
-- @run    live, or a run in spans_lab
-- example: SELECT root_service, root_route, depth, service, route, p95_us FROM slowest_paths LIMIT 5
-- columns:
--   root_service   [name] service of the root
--   root_route     [path] route of the root
--   depth          [count] calls between the root and this one
--   parent_service [name] who called
--   parent_route   [path] route that the caller was serving
--   service        [name] who was called
--   route          [path] route that was called
--   calls          [count] such calls
--   avg_us         [us] mean duration
--   p95_us         [us] 95 % took at most this long
--   self_us        [us] mean time that it spent itself
CREATE OR REPLACE VIEW slowest_paths AS (
  SELECT root_service, root_route, depth, parent_service, parent_route, service, route, count() AS calls, avg(duration_us) AS avg_us,
         approx_percentile(duration_us, 0.95, 2) AS p95_us, avg(self_us) AS self_us
  FROM window_spans WHERE duration_us IS NOT NULL
  GROUP BY root_service, root_route, depth, parent_service, parent_route, service, route
  ORDER BY p95_us DESC, calls DESC, service);
