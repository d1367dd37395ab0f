-- graph_diff: two windows side by side: edges that are new, gone or changed, by how much, and whether that is more than noise; what stands out comes first
-- @from   start of the window; default an hour before the newest span
-- @to     end of the window (exclusive)
-- @before_from start of the window to compare with; default two hours before the newest span
-- @before_to   its end (exclusive); default an hour before the newest span
-- @tenant whose traffic
-- @min_confidence leaves out calls whose parent is less probable, 0..1
-- @run    live, or a run in spans_lab
-- example: DECLARE @before_from := '2025-11-21T08:00:00Z', @before_to := '2025-11-21T09:00:00Z', @from := '2025-11-21T09:00:00Z', @to := '2025-11-21T10:00:00Z' SELECT change, caller, callee, what, avg_us_before, avg_us FROM graph_diff
-- columns:
--   change             [word] new, gone, changed (more than noise), same
--   caller             [name] service that calls; (outside) = not among the observed
--   callee             [name] service that is called
--   what               [words] what changed by more than noise: slower, faster, failing, recovered, busier, quieter
--   more_than_noise    [flag] by more than 3 standard errors; new and gone: where six calls or more would have been expected
--   calls_before       [count] calls in the window compared with
--   calls              [count] calls in the window
--   calls_per_s_before [1/s] over the time between the first and the last call of the window compared with
--   calls_per_s        [1/s] over the time between the first and the last call of the window
--   error_share_before [0..1] failed calls / calls in the window compared with
--   error_share        [0..1] failed calls / calls
--   avg_us_before      [us] mean duration in the window compared with
--   avg_us             [us] mean duration
--   avg_change         [1] avg_us / avg_us_before - 1
--   p95_us_before      [us] 95 % took at most this long in the window compared with; at most 6.25 % too high
--   p95_us             [us] 95 % took at most this long; at most 6.25 % too high
--   avg_z              [1] change of the mean over its standard error (Welch)
--   error_z            [1] change of the share of errors over its standard error
--   calls_z            [1] change of calls/s over its standard error, were calls independent; they come in bursts, so it says more than it should
--   source             [word] the coarsest that was read for either: spans, edge_1m, edge_1h
CREATE OR REPLACE VIEW graph_diff AS (
  WITH cells AS (
    SELECT 0 AS side, caller, callee, le_us, sum(calls) AS n, sum(errors) AS failed, sum(sum_us) AS sum_us, min(first_ts) AS first_ts, max(last_ts) AS last_ts,
           max(grain) AS grain, CASE WHEN le_us IS NULL THEN 0 ELSE sum(calls) END AS answered
    FROM before_edges GROUP BY caller, callee, le_us
    UNION ALL
    SELECT 1 AS side, caller, callee, le_us, sum(calls) AS n, sum(errors) AS failed, sum(sum_us) AS sum_us, min(first_ts) AS first_ts, max(last_ts) AS last_ts,
           max(grain) AS grain, CASE WHEN le_us IS NULL THEN 0 ELSE sum(calls) END AS answered
    FROM window_edges GROUP BY caller, callee, le_us),
  ranked AS (
    SELECT *, sum(answered) OVER (PARTITION BY side, caller, callee ORDER BY le_us CUMULATIVE) AS below,
           sum(answered) OVER (PARTITION BY side, caller, callee) AS all_answered,
           max(CASE WHEN side = 0 THEN last_ts END) OVER () - min(CASE WHEN side = 0 THEN first_ts END) OVER () AS t0,
           max(CASE WHEN side = 1 THEN last_ts END) OVER () - min(CASE WHEN side = 1 THEN first_ts END) OVER () AS t1,
           max(grain) OVER () AS coarsest FROM cells),
  -- The squares of durations from the mean of each bucket and the width of the bucket, about a 22nd of le_us.
  pairs AS (
    SELECT caller, callee, max(t0) / 1000000.0 AS t0, max(t1) / 1000000.0 AS t1, max(coarsest) AS grain,
           sum(CASE WHEN side = 0 THEN n ELSE 0 END) AS n0, sum(CASE WHEN side = 1 THEN n ELSE 0 END) AS n1,
           sum(CASE WHEN side = 0 THEN answered ELSE 0 END) AS a0, sum(CASE WHEN side = 1 THEN answered ELSE 0 END) AS a1,
           sum(CASE WHEN side = 0 THEN failed ELSE 0 END) AS f0, sum(CASE WHEN side = 1 THEN failed ELSE 0 END) AS f1,
           sum(CASE WHEN side = 0 THEN sum_us ELSE 0 END) * 1.0 AS s0, sum(CASE WHEN side = 1 THEN sum_us ELSE 0 END) * 1.0 AS s1,
           sum(CASE WHEN side = 0 AND answered > 0 THEN sum_us * 1.0 * sum_us / answered + CASE WHEN le_us < 16 THEN 0.0 ELSE answered * 1.0 * le_us * le_us / 5808 END ELSE 0.0 END) AS q0,
           sum(CASE WHEN side = 1 AND answered > 0 THEN sum_us * 1.0 * sum_us / answered + CASE WHEN le_us < 16 THEN 0.0 ELSE answered * 1.0 * le_us * le_us / 5808 END ELSE 0.0 END) AS q1,
           min(CASE WHEN side = 0 AND answered > 0 AND below >= 0.95 * all_answered THEN le_us END) AS p0,
           min(CASE WHEN side = 1 AND answered > 0 AND below >= 0.95 * all_answered THEN le_us END) AS p1
    FROM ranked GROUP BY caller, callee),
  figures AS (
    SELECT *, CASE WHEN a0 > 0 THEN s0 / a0 END AS m0, CASE WHEN a1 > 0 THEN s1 / a1 END AS m1,
           CASE WHEN a0 > 1 THEN greatest((q0 - s0 * s0 / a0) / (a0 - 1), 0.0) / a0 END AS v0,
           CASE WHEN a1 > 1 THEN greatest((q1 - s1 * s1 / a1) / (a1 - 1), 0.0) / a1 END AS v1 FROM pairs),
  scored AS (
    SELECT *, CASE WHEN v0 + v1 > 0 THEN (m1 - m0) / sqrt(v0 + v1) END AS avg_z,
           CASE WHEN n0 > 0 AND n1 > 0 AND f0 + f1 > 0 AND f0 + f1 < n0 + n1
                THEN (f1 * 1.0 / n1 - f0 * 1.0 / n0) / sqrt((f0 + f1) * 1.0 / (n0 + n1) * (1.0 - (f0 + f1) * 1.0 / (n0 + n1)) * (1.0 / n0 + 1.0 / n1)) END AS error_z,
           CASE WHEN n0 > 0 AND n1 > 0 AND t0 > 0 AND t1 > 0 THEN (n1 / t1 - n0 / t0) / sqrt(n1 / t1 / t1 + n0 / t0 / t0) END AS calls_z
    FROM figures),
  judged AS (
    SELECT *, CASE WHEN n0 = 0 THEN n1 * t0 / t1 >= 6 WHEN n1 = 0 THEN n0 * t1 / t0 >= 6
                   ELSE abs(coalesce(avg_z, 0.0)) > 3 OR abs(coalesce(error_z, 0.0)) > 3 OR abs(coalesce(calls_z, 0.0)) > 3 END AS more_than_noise
    FROM scored)
  SELECT CASE WHEN n0 = 0 THEN 'new' WHEN n1 = 0 THEN 'gone' WHEN more_than_noise THEN 'changed' ELSE 'same' END AS change, caller, callee,
         trim(concat(CASE WHEN avg_z > 3 THEN 'slower ' WHEN avg_z < -3 THEN 'faster ' ELSE '' END,
                     CASE WHEN error_z > 3 THEN 'failing ' WHEN error_z < -3 THEN 'recovered ' ELSE '' END,
                     CASE WHEN calls_z > 3 THEN 'busier' WHEN calls_z < -3 THEN 'quieter' ELSE '' END)) AS what, more_than_noise,
         n0 AS calls_before, n1 AS calls, CASE WHEN t0 > 0 THEN n0 / t0 END AS calls_per_s_before, CASE WHEN t1 > 0 THEN n1 / t1 END AS calls_per_s,
         CASE WHEN n0 > 0 THEN f0 * 1.0 / n0 END AS error_share_before, CASE WHEN n1 > 0 THEN f1 * 1.0 / n1 END AS error_share,
         m0 AS avg_us_before, m1 AS avg_us, CASE WHEN m0 > 0 THEN m1 / m0 - 1 END AS avg_change, p0 AS p95_us_before, p1 AS p95_us,
         avg_z, error_z, calls_z, CASE WHEN grain = 2 THEN 'edge_1h' WHEN grain = 1 THEN 'edge_1m' ELSE 'spans' END AS source
  FROM judged
  ORDER BY CASE WHEN n0 > 0 AND n1 > 0 THEN 1 ELSE 0 END, CASE WHEN more_than_noise THEN 0 ELSE 1 END,
           greatest(abs(coalesce(avg_z, 0.0)), abs(coalesce(error_z, 0.0)), abs(coalesce(calls_z, 0.0))) DESC, caller, callee);
