-- A gRPC call that failed is answered with 200: its outcome stands in grpc-status, and roll-ups count it as an error.

ALTER TABLE exchanges ADD COLUMN IF NOT EXISTS
  grpc_status INT                        -- [code] gRPC status at the end of the answer, 0 = OK; null = not gRPC, or none was seen
;
ALTER TABLE exchanges ADD COLUMN IF NOT EXISTS
  request_messages INT                   -- [count] gRPC messages asked with; null = not gRPC, or bytes were lost
;
ALTER TABLE exchanges ADD COLUMN IF NOT EXISTS
  response_messages INT                  -- [count] gRPC messages answered with; null = not gRPC, or bytes were lost
;
ALTER TABLE spans ADD COLUMN IF NOT EXISTS
  grpc_status INT                        -- [code] gRPC status, 0 = OK; null = not gRPC, or none was seen
;
ALTER TABLE spans_lab ADD COLUMN IF NOT EXISTS grpc_status INT;

DROP MATERIALIZED VIEW IF EXISTS edge_1h;
DROP MATERIALIZED VIEW IF EXISTS edge_1m;

-- edge_1m: spans of the table spans by minute, edge and latency bucket; kept by the server as spans come, also late and re-inferred ones
-- example: SELECT ts, parent_service, service, sum(calls) AS calls FROM edge_1m WHERE ts IN '2025-11-21T08:00' ORDER BY ts, parent_service, service
CREATE MATERIALIZED VIEW IF NOT EXISTS edge_1m WITH BASE spans REFRESH IMMEDIATE AS (
  SELECT ts,                             -- [us] start of the minute
    tenant,                              -- [name] whose traffic it is
    parent_service,                      -- [name] who called; (outside) = not among the observed
    service,                             -- [name] who was called
    duration_le_us,                      -- [us] latency bucket: its inclusive upper bound; null = no answer
    count() AS calls,                    -- [count] calls
    sum(CASE WHEN status >= 500 OR status = 0 OR grpc_status > 0 THEN 1 ELSE 0 END) AS errors, -- [count] calls answered with 5xx, with a gRPC status above 0, or not at all
    sum(duration_us) AS sum_us,          -- [us] all durations together
    max(duration_us) AS max_us,          -- [us] the longest
    sum(network_us) AS network_sum_us,   -- [us] all network times together, where they could be told
    count(network_us) AS network_calls,  -- [count] calls that network_sum_us rests on
    sum(probability) AS probability_sum, -- [1] all probabilities together
    sum(coverage) AS coverage_sum        -- [1] all coverages together
  FROM spans WHERE withdrawn = false SAMPLE BY 1m
) PARTITION BY DAY TTL 14 DAYS;

-- edge_1h: edge_1m by the hour
-- example: SELECT ts, parent_service, service, sum(calls) AS calls, sum(errors) AS errors, max(max_us) AS max_us FROM edge_1h ORDER BY ts, parent_service, service
CREATE MATERIALIZED VIEW IF NOT EXISTS edge_1h WITH BASE edge_1m REFRESH IMMEDIATE AS (
  SELECT ts,                             -- [us] start of the hour
    tenant,                              -- [name] whose traffic it is
    parent_service,                      -- [name] who called; (outside) = not among the observed
    service,                             -- [name] who was called
    duration_le_us,                      -- [us] latency bucket: its inclusive upper bound; null = no answer
    sum(calls) AS calls,                 -- [count] calls
    sum(errors) AS errors,               -- [count] calls answered with 5xx, with a gRPC status above 0, or not at all
    sum(sum_us) AS sum_us,               -- [us] all durations together
    max(max_us) AS max_us,               -- [us] the longest
    sum(network_sum_us) AS network_sum_us, -- [us] all network times together, where they could be told
    sum(network_calls) AS network_calls, -- [count] calls that network_sum_us rests on
    sum(probability_sum) AS probability_sum, -- [1] all probabilities together
    sum(coverage_sum) AS coverage_sum    -- [1] all coverages together
  FROM edge_1m SAMPLE BY 1h
) PARTITION BY MONTH TTL 6 MONTHS;
