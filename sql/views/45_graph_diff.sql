-- graph_diff: two windows side by side: edges that are new, gone or changed; changes that stand out of the noise first
-- @from   start of the window; default an hour before the newest span
-- @to     end of the window (exclusive)
-- @before_from start of the window to compare with; default two hours before the newest span
-- @before_to   its end (exclusive); default an hour before the newest span
-- @tenant whose traffic
-- @min_confidence leaves out calls whose parent is less probable, 0..1
-- @run    live, or a run in spans_lab
-- example: DECLARE @before_from := '2025-11-21T07:00:00Z', @before_to := '2025-11-21T08:00:00Z' SELECT change, caller, callee, avg_z FROM graph_diff
-- columns:
--   change        [word] new, gone, both
--   caller        [name] service that calls
--   callee        [name] service that is called
--   calls_before  [count] calls in the window compared with
--   calls         [count] calls in the window
--   errors_before [count] failed calls in the window compared with
--   errors        [count] failed calls in the window
--   avg_us_before [us] mean duration in the window compared with
--   avg_us        [us] mean duration in the window
--   avg_z         [1] change of the mean over its standard error (Welch); beyond 3 either way is more than noise
--   error_z       [1] change of the share of errors over its standard error; beyond 3 either way is more than noise
CREATE OR REPLACE VIEW graph_diff AS (
  DECLARE OVERRIDABLE @from := (SELECT dateadd('h', -1, ts) FROM spans LIMIT -1), OVERRIDABLE @to := '2200-01-01',
          OVERRIDABLE @before_from := (SELECT dateadd('h', -2, ts) FROM spans LIMIT -1),
          OVERRIDABLE @before_to := (SELECT dateadd('h', -1, ts) FROM spans LIMIT -1), OVERRIDABLE @tenant := 'default',
          OVERRIDABLE @min_confidence := 0.0, OVERRIDABLE @run := 'live'
  WITH sides AS (
    SELECT parent_service AS caller, service AS callee, 1 AS side, count() AS n, count(duration_us) AS answered,
           sum(CASE WHEN status >= 500 OR status = 0 OR grpc_status > 0 THEN 1 ELSE 0 END) AS failed, avg(duration_us) AS mean, coalesce(stddev_samp(duration_us), 0.0) AS deviation
    FROM spans
    WHERE @run = 'live' AND ts >= @from AND ts < @to AND tenant = @tenant AND withdrawn = false AND probability >= @min_confidence
    GROUP BY parent_service, service
    UNION ALL
    SELECT parent_service AS caller, service AS callee, 1 AS side, count() AS n, count(duration_us) AS answered,
           sum(CASE WHEN status >= 500 OR status = 0 OR grpc_status > 0 THEN 1 ELSE 0 END) AS failed, avg(duration_us) AS mean, coalesce(stddev_samp(duration_us), 0.0) AS deviation
    FROM spans_lab
    WHERE @run <> 'live' AND run = @run AND ts >= @from AND ts < @to AND tenant = @tenant AND withdrawn = false AND probability >= @min_confidence
    GROUP BY parent_service, service
    UNION ALL
    SELECT parent_service AS caller, service AS callee, 0 AS side, count() AS n, count(duration_us) AS answered,
           sum(CASE WHEN status >= 500 OR status = 0 OR grpc_status > 0 THEN 1 ELSE 0 END) AS failed, avg(duration_us) AS mean, coalesce(stddev_samp(duration_us), 0.0) AS deviation
    FROM spans
    WHERE @run = 'live' AND ts >= @before_from AND ts < @before_to AND tenant = @tenant AND withdrawn = false AND probability >= @min_confidence
    GROUP BY parent_service, service
    UNION ALL
    SELECT parent_service AS caller, service AS callee, 0 AS side, count() AS n, count(duration_us) AS answered,
           sum(CASE WHEN status >= 500 OR status = 0 OR grpc_status > 0 THEN 1 ELSE 0 END) AS failed, avg(duration_us) AS mean, coalesce(stddev_samp(duration_us), 0.0) AS deviation
    FROM spans_lab
    WHERE @run <> 'live' AND run = @run AND ts >= @before_from AND ts < @before_to AND tenant = @tenant AND withdrawn = false AND probability >= @min_confidence
    GROUP BY parent_service, service),
  pairs AS (
    SELECT caller, callee,
           sum(CASE WHEN side = 0 THEN n ELSE 0 END) AS n0, sum(CASE WHEN side = 1 THEN n ELSE 0 END) AS n1,
           sum(CASE WHEN side = 0 THEN answered ELSE 0 END) AS a0, sum(CASE WHEN side = 1 THEN answered ELSE 0 END) AS a1,
           sum(CASE WHEN side = 0 THEN failed ELSE 0 END) AS f0, sum(CASE WHEN side = 1 THEN failed ELSE 0 END) AS f1,
           max(CASE WHEN side = 0 THEN mean END) AS m0, max(CASE WHEN side = 1 THEN mean END) AS m1,
           max(CASE WHEN side = 0 THEN deviation END) AS d0, max(CASE WHEN side = 1 THEN deviation END) AS d1
    FROM sides GROUP BY caller, callee),
  scored AS (
    SELECT *, CASE WHEN n0 = 0 THEN 'new' WHEN n1 = 0 THEN 'gone' ELSE 'both' END AS change,
           CASE WHEN a0 > 1 AND a1 > 1 AND d0 + d1 > 0 THEN (m1 - m0) / sqrt(d0 * d0 / a0 + d1 * d1 / a1) END AS avg_z,
           CASE WHEN n0 > 0 AND n1 > 0 AND f0 + f1 > 0 AND f0 + f1 < n0 + n1
                THEN (f1 * 1.0 / n1 - f0 * 1.0 / n0) / sqrt((f0 + f1) * 1.0 / (n0 + n1) * (1.0 - (f0 + f1) * 1.0 / (n0 + n1)) * (1.0 / n0 + 1.0 / n1)) END AS error_z
    FROM pairs)
  SELECT change, caller, callee, n0 AS calls_before, n1 AS calls, f0 AS errors_before, f1 AS errors, m0 AS avg_us_before, m1 AS avg_us, avg_z, error_z
  FROM scored
  ORDER BY CASE WHEN change = 'both' THEN 1 ELSE 0 END, greatest(abs(coalesce(avg_z, 0.0)), abs(coalesce(error_z, 0.0))) DESC, caller, callee);
