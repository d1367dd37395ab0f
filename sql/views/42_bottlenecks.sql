-- bottlenecks: where the time goes: each service and operation by the time that it spent itself, most first
-- @from   start of the window; default an hour before the newest span
-- @to     end of the window (exclusive)
-- @tenant whose traffic
-- @min_confidence leaves out calls whose parent is less probable, 0..1
-- @run    live, or a run in spans_lab
-- example: SELECT service, method, route, self_share, self_ms FROM bottlenecks LIMIT 5
-- columns:
--   service        [name] the service
--   method         [word] request method
--   route          [path] path with its variable segments named
--   calls          [count] calls that it served
--   self_ms        [ms] time spent itself, over all calls
--   self_share     [0..1] of the time that all services of the window spent themselves
--   avg_self_us    [us] mean time spent itself
--   p95_self_us    [us] 95 % of the calls spent at most this long themselves
--   network_ms     [ms] time on the network between it and its callers, over the calls where it could be told
--   network_calls  [count] calls that network_ms rests on
--   two_tap_share  [0..1] of network_calls that were seen at both ends; the others rest on one tap's round trips
CREATE OR REPLACE VIEW bottlenecks AS (
  WITH operations AS (
    SELECT service, method, route, count() AS calls, sum(self_us) AS self_total, avg(self_us) AS avg_self_us,
           approx_percentile(self_us, 0.95, 3) AS p95_self_us, sum(network_us) AS network_total, count(network_us) AS network_calls,
           sum(CASE WHEN basis = 'two_tap' AND network_us IS NOT NULL THEN 1 ELSE 0 END) AS two_tap
    FROM window_spans GROUP BY service, method, route),
  shared AS (SELECT *, sum(self_total) OVER () AS all_self FROM operations)
  SELECT service, method, route, calls, self_total / 1000.0 AS self_ms,
         CASE WHEN all_self > 0 THEN self_total * 1.0 / all_self END AS self_share, avg_self_us, p95_self_us,
         network_total / 1000.0 AS network_ms, network_calls, CASE WHEN network_calls > 0 THEN two_tap * 1.0 / network_calls END AS two_tap_share
  FROM shared ORDER BY self_ms DESC, service, method, route);
