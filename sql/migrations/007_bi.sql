-- For tools that add LIMIT by themselves and know no parameters: materialized, with a ts, and brought up to date every minute.
-- What is in them can be added up over any time. No percentiles: they cannot be, and kept by the minute they filled the server's heap.

-- bi_edges: who called whom, by the minute; late and re-inferred spans correct it
-- example: SELECT caller, callee, sum(calls) AS calls, sum(sum_us) / sum(answered) AS avg_us, sum(within_10ms) * 1.0 / sum(answered) AS within_10ms FROM bi_edges ORDER BY caller, callee
CREATE MATERIALIZED VIEW IF NOT EXISTS bi_edges WITH BASE spans REFRESH EVERY 1m AS (
  SELECT ts,                             -- [us] start of the minute
    tenant,                              -- [name] whose traffic it is
    parent_service AS caller,            -- [name] who called; (outside) = not among the observed
    service AS callee,                   -- [name] who was called
    count() AS calls,                    -- [count] calls
    sum(CASE WHEN status >= 500 OR status = 0 OR grpc_status > 0 THEN 1 ELSE 0 END) AS errors, -- [count] calls answered with 5xx, with a gRPC status above 0, or not at all
    sum(duration_us) AS sum_us,          -- [us] all durations together; sum(sum_us) / sum(answered) is the mean over any time
    count(duration_us) AS answered,      -- [count] calls that were answered
    sum(CASE WHEN duration_us <= 10000 THEN 1 ELSE 0 END) AS within_10ms, -- [count] calls answered within 10 ms
    sum(CASE WHEN duration_us <= 100000 THEN 1 ELSE 0 END) AS within_100ms, -- [count] calls answered within 100 ms
    sum(CASE WHEN duration_us <= 1000000 THEN 1 ELSE 0 END) AS within_1s, -- [count] calls answered within 1 s
    max(duration_us) AS max_us,          -- [us] the longest
    sum(probability) AS probability_sum, -- [1] all probabilities together; over sum(calls) it is the confidence
    sum(coverage) AS coverage_sum        -- [1] all coverages together
  FROM spans WHERE withdrawn = false SAMPLE BY 1m
) PARTITION BY MONTH;

-- bi_operations: what each service was asked and how it went, by the minute; late and re-inferred spans correct it
-- example: SELECT service, route, status_class, sum(calls) AS calls, sum(self_sum_us) AS self_sum_us FROM bi_operations ORDER BY service, route, status_class
CREATE MATERIALIZED VIEW IF NOT EXISTS bi_operations WITH BASE spans REFRESH EVERY 1m AS (
  SELECT ts,                             -- [us] start of the minute
    tenant,                              -- [name] whose traffic it is
    service,                             -- [name] who served
    method,                              -- [word] request method
    route,                               -- [path] path with its variable segments named
    status_class,                        -- [word] 1xx ... 5xx, none
    count() AS calls,                    -- [count] calls
    sum(CASE WHEN status >= 500 OR status = 0 OR grpc_status > 0 THEN 1 ELSE 0 END) AS errors, -- [count] calls answered with 5xx, with a gRPC status above 0, or not at all
    sum(duration_us) AS sum_us,          -- [us] all durations together
    count(duration_us) AS answered,      -- [count] calls that were answered
    sum(self_us) AS self_sum_us,         -- [us] time spent itself, over all calls
    sum(CASE WHEN duration_us <= 10000 THEN 1 ELSE 0 END) AS within_10ms, -- [count] calls answered within 10 ms
    sum(CASE WHEN duration_us <= 100000 THEN 1 ELSE 0 END) AS within_100ms, -- [count] calls answered within 100 ms
    sum(CASE WHEN duration_us <= 1000000 THEN 1 ELSE 0 END) AS within_1s, -- [count] calls answered within 1 s
    max(duration_us) AS max_us           -- [us] the longest
  FROM spans WHERE withdrawn = false SAMPLE BY 1m
) PARTITION BY MONTH;
