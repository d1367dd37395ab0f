-- Where the time goes, over long windows: the time that services spend themselves, by operation, kept as edges are.

ALTER TABLE spans ADD COLUMN IF NOT EXISTS
  critical_us LONG                       -- [us] part of self_us in which the whole trace waited for it; null = not on the critical path
;
ALTER TABLE spans ADD COLUMN IF NOT EXISTS
  self_le_us LONG                        -- [us] latency bucket of self_us: its inclusive upper bound
;
ALTER TABLE spans_lab ADD COLUMN IF NOT EXISTS critical_us LONG;
ALTER TABLE spans_lab ADD COLUMN IF NOT EXISTS self_le_us LONG;

-- operation_1m: spans of the table spans by minute, operation and bucket of self time; late and re-inferred ones correct it
-- example: SELECT ts, service, route, sum(calls) AS calls, sum(self_sum_us) AS self_sum_us FROM operation_1m WHERE ts IN '2025-11-21T08:00' ORDER BY ts, service, route
CREATE MATERIALIZED VIEW IF NOT EXISTS operation_1m WITH BASE spans REFRESH IMMEDIATE AS (
  SELECT ts,                             -- [us] start of the minute
    tenant,                              -- [name] whose traffic it is
    service,                             -- [name] who served
    method,                              -- [word] request method
    route,                               -- [path] path with its variable segments named
    protocol,                            -- [word] http/1.1, h2, grpc, ...
    self_le_us,                          -- [us] latency bucket of self_us: its inclusive upper bound; null = no answer
    count() AS calls,                    -- [count] calls
    count(self_us) AS self_calls,        -- [count] calls that were answered
    sum(self_us) AS self_sum_us,         -- [us] time spent itself, over all calls
    count(critical_us) AS critical_calls, -- [count] calls on the critical path of their trace
    sum(critical_us) AS critical_sum_us, -- [us] of self_sum_us, the time in which the whole trace waited
    count(network_us) AS network_calls,  -- [count] calls that were seen at both ends: those that network_sum_us rests on
    sum(network_us) AS network_sum_us,   -- [us] time on the network, over those calls
    sum(CASE WHEN critical_us IS NOT NULL THEN network_us END) AS critical_network_sum_us -- [us] of network_sum_us, that of calls on the critical path
  FROM spans WHERE withdrawn = false SAMPLE BY 1m
) PARTITION BY DAY;

-- operation_1h: operation_1m by the hour
-- example: SELECT ts, service, route, sum(calls) AS calls, sum(critical_sum_us) AS critical_sum_us FROM operation_1h ORDER BY ts, service, route
CREATE MATERIALIZED VIEW IF NOT EXISTS operation_1h WITH BASE operation_1m REFRESH IMMEDIATE AS (
  SELECT ts,                             -- [us] start of the hour
    tenant,                              -- [name] whose traffic it is
    service,                             -- [name] who served
    method,                              -- [word] request method
    route,                               -- [path] path with its variable segments named
    protocol,                            -- [word] http/1.1, h2, grpc, ...
    self_le_us,                          -- [us] latency bucket of self_us: its inclusive upper bound; null = no answer
    sum(calls) AS calls,                 -- [count] calls
    sum(self_calls) AS self_calls,       -- [count] calls that were answered
    sum(self_sum_us) AS self_sum_us,     -- [us] time spent itself, over all calls
    sum(critical_calls) AS critical_calls, -- [count] calls on the critical path of their trace
    sum(critical_sum_us) AS critical_sum_us, -- [us] of self_sum_us, the time in which the whole trace waited
    sum(network_calls) AS network_calls, -- [count] calls that were seen at both ends: those that network_sum_us rests on
    sum(network_sum_us) AS network_sum_us, -- [us] time on the network, over those calls
    sum(critical_network_sum_us) AS critical_network_sum_us -- [us] of network_sum_us, that of calls on the critical path
  FROM operation_1m SAMPLE BY 1h
) PARTITION BY MONTH;
