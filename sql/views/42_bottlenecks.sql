-- bottlenecks: where the time goes: each service and operation by the time that it spent itself while the whole trace waited for it, most first
-- @from   start of the window; default an hour before the newest span
-- @to     end of the window (exclusive)
-- @tenant whose traffic
-- @min_confidence leaves out calls whose parent is less probable, 0..1
-- @run    live, or a run in spans_lab
-- example: SELECT service, method, route, critical_share, critical_ms, mostly FROM bottlenecks LIMIT 5
-- columns:
--   service          [name] the service
--   method           [word] request method
--   route            [path] path with its variable segments named
--   calls            [count] calls that it served
--   critical_share   [0..1] of the time that traces of the window took, network included where it can be told: spent in the operation itself
--   critical_ms      [ms] that time: of self_ms, what lay on the critical path of its trace, so that less of it would have made the trace shorter
--   self_share       [0..1] of the time that all services of the window spent themselves, on the critical path or beside it
--   self_ms          [ms] time spent itself, over all calls
--   avg_self_us      [us] mean time spent itself
--   p95_self_us      [us] 95 % of the calls spent at most this long themselves
--   mostly           [word] service or network: which takes more of a call, where it was seen at both ends; null = none was
--   network_share    [0..1] of the time that traces of the window took: spent on the network between it and its callers
--   network_ms       [ms] time on the network between it and its callers, over the calls seen at both ends, on the critical path or beside it
--   network_calls    [count] calls that network_ms rests on: those seen at both ends
--   two_tap_share    [0..1] network_calls / calls
--   source           [word] the coarsest that was read: spans, operation_1m, operation_1h; p95 is exact of run live in less than a quarter of an hour, else at most 6.25 % too high
CREATE OR REPLACE VIEW bottlenecks AS (
  DECLARE OVERRIDABLE @from := (SELECT dateadd('h', -1, ts) FROM spans LIMIT -1), OVERRIDABLE @to := '2200-01-01',
          OVERRIDABLE @tenant := 'default', OVERRIDABLE @min_confidence := 0.0, OVERRIDABLE @run := 'live'
  WITH buckets AS (
    SELECT service, method, route, self_le_us, sum(calls) AS calls, sum(self_calls) AS self_calls, sum(self_sum_us) AS self_sum_us,
           sum(critical_sum_us) AS critical_sum_us, sum(network_calls) AS network_calls, sum(network_sum_us) AS network_sum_us,
           sum(critical_network_sum_us) AS critical_network_sum_us, max(grain) AS grain, CASE WHEN self_le_us IS NULL THEN 0 ELSE sum(calls) END AS answered
    FROM window_operations GROUP BY service, method, route, self_le_us),
  ranked AS (
    SELECT *, sum(answered) OVER (PARTITION BY service, method, route ORDER BY self_le_us CUMULATIVE) AS below,
           sum(answered) OVER (PARTITION BY service, method, route) AS all_answered FROM buckets),
  times AS (
    SELECT service, method, route, self_us, count() AS n FROM exact_spans WHERE self_us IS NOT NULL GROUP BY service, method, route, self_us),
  placed AS (
    SELECT *, sum(n) OVER (PARTITION BY service, method, route ORDER BY self_us CUMULATIVE) AS below,
           sum(n) OVER (PARTITION BY service, method, route) AS answered FROM times),
  parts AS (
    SELECT service, method, route, count() AS calls, count(self_us) AS self_calls, sum(self_us) AS self_sum_us,
           null::double AS p95_self_us, sum(critical_us) AS critical_sum_us, count(network_us) AS network_calls,
           sum(network_us) AS network_sum_us, sum(CASE WHEN critical_us IS NOT NULL THEN network_us END) AS critical_network_sum_us, 0 AS grain, 1 AS exact
    FROM exact_spans GROUP BY service, method, route
    UNION ALL
    SELECT service, method, route, 0 AS calls, 0 AS self_calls, null AS self_sum_us, min(CASE WHEN below >= 0.95 * answered THEN self_us END) * 1.0 AS p95_self_us,
           null AS critical_sum_us, 0 AS network_calls, null AS network_sum_us, null AS critical_network_sum_us, 0 AS grain, 1 AS exact
    FROM placed GROUP BY service, method, route
    UNION ALL
    SELECT service, method, route, sum(calls) AS calls, sum(self_calls) AS self_calls, sum(self_sum_us) AS self_sum_us,
           min(CASE WHEN answered > 0 AND below >= 0.95 * all_answered THEN self_le_us END) * 1.0 AS p95_self_us, sum(critical_sum_us) AS critical_sum_us,
           sum(network_calls) AS network_calls, sum(network_sum_us) AS network_sum_us, sum(critical_network_sum_us) AS critical_network_sum_us,
           max(grain) AS grain, 0 AS exact
    FROM ranked GROUP BY service, method, route),
  -- What was read exactly, where there is any; else by buckets.
  ways AS (SELECT *, max(exact) OVER () AS way FROM parts),
  operations AS (
    SELECT service, method, route, sum(calls) AS calls, sum(self_calls) AS self_calls, sum(self_sum_us) AS self_sum_us, max(p95_self_us) AS p95_self_us,
           sum(critical_sum_us) AS critical_sum_us, sum(network_calls) AS network_calls, sum(network_sum_us) AS network_sum_us,
           sum(critical_network_sum_us) AS critical_network_sum_us, max(grain) AS grain
    FROM ways WHERE exact = way GROUP BY service, method, route),
  shared AS (
    SELECT *, sum(self_sum_us) OVER () AS all_self_us, sum(coalesce(critical_sum_us, 0) + coalesce(critical_network_sum_us, 0)) OVER () AS all_critical_us
    FROM operations)
  SELECT service, method, route, calls,
         CASE WHEN all_critical_us > 0 THEN coalesce(critical_sum_us, 0) * 1.0 / all_critical_us END AS critical_share, critical_sum_us / 1000.0 AS critical_ms,
         CASE WHEN all_self_us > 0 THEN self_sum_us * 1.0 / all_self_us END AS self_share, self_sum_us / 1000.0 AS self_ms,
         CASE WHEN self_calls > 0 THEN self_sum_us * 1.0 / self_calls END AS avg_self_us, p95_self_us,
         CASE WHEN network_calls > 0 AND network_sum_us * 1.0 / network_calls > self_sum_us * 1.0 / self_calls THEN 'network'
              WHEN network_calls > 0 THEN 'service' END AS mostly,
         CASE WHEN all_critical_us > 0 THEN critical_network_sum_us * 1.0 / all_critical_us END AS network_share,
         network_sum_us / 1000.0 AS network_ms, network_calls, network_calls * 1.0 / calls AS two_tap_share,
         CASE WHEN grain = 2 THEN 'operation_1h' WHEN grain = 1 THEN 'operation_1m' ELSE 'spans' END AS source
  FROM shared ORDER BY coalesce(critical_sum_us, 0) DESC, coalesce(self_sum_us, 0) DESC, service, method, route);
