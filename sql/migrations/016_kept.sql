-- Roll-ups outlive their spans. One that a later migration makes anew can only be filled from the spans that are left: what is older
-- is copied here before (kept.ts), and the views read it where spans no longer reach.

-- edge_1m_kept: rows of edge_1m from before it was last made anew, of spans that were gone then; empty until that happens
-- example: SELECT ts, parent_service, service, sum(calls) AS calls FROM edge_1m_kept ORDER BY ts, parent_service, service
CREATE TABLE IF NOT EXISTS edge_1m_kept (
  ts TIMESTAMP,                          -- [us] start of the minute
  tenant SYMBOL CAPACITY 256,            -- [name] whose traffic it is
  parent_service SYMBOL CAPACITY 1024,   -- [name] who called; (outside) = not among the observed
  service SYMBOL CAPACITY 1024,          -- [name] who was called
  duration_le_us LONG,                   -- [us] latency bucket: its inclusive upper bound; null = no answer
  calls LONG,                            -- [count] calls
  errors LONG,                           -- [count] calls that failed, as errors were counted when they were kept
  sum_us LONG,                           -- [us] all durations together
  max_us LONG,                           -- [us] the longest
  network_sum_us LONG,                   -- [us] all network times together, where they could be told
  network_calls LONG,                    -- [count] calls that network_sum_us rests on
  probability_sum DOUBLE,                -- [1] all probabilities together
  coverage_sum DOUBLE                    -- [1] all coverages together
) TIMESTAMP(ts) PARTITION BY MONTH WAL DEDUP UPSERT KEYS(ts, tenant, parent_service, service, duration_le_us);

-- edge_1h_kept: rows of edge_1h from before it was last made anew, of spans that were gone then; empty until that happens
-- example: SELECT ts, parent_service, service, sum(calls) AS calls FROM edge_1h_kept ORDER BY ts, parent_service, service
CREATE TABLE IF NOT EXISTS edge_1h_kept (
  ts TIMESTAMP,                          -- [us] start of the hour
  tenant SYMBOL CAPACITY 256,            -- [name] whose traffic it is
  parent_service SYMBOL CAPACITY 1024,   -- [name] who called; (outside) = not among the observed
  service SYMBOL CAPACITY 1024,          -- [name] who was called
  duration_le_us LONG,                   -- [us] latency bucket: its inclusive upper bound; null = no answer
  calls LONG,                            -- [count] calls
  errors LONG,                           -- [count] calls that failed, as errors were counted when they were kept
  sum_us LONG,                           -- [us] all durations together
  max_us LONG,                           -- [us] the longest
  network_sum_us LONG,                   -- [us] all network times together, where they could be told
  network_calls LONG,                    -- [count] calls that network_sum_us rests on
  probability_sum DOUBLE,                -- [1] all probabilities together
  coverage_sum DOUBLE                    -- [1] all coverages together
) TIMESTAMP(ts) PARTITION BY MONTH WAL DEDUP UPSERT KEYS(ts, tenant, parent_service, service, duration_le_us);

-- operation_1m_kept: rows of operation_1m from before it was last made anew, of spans that were gone then; empty until that happens
-- example: SELECT ts, service, route, sum(calls) AS calls FROM operation_1m_kept ORDER BY ts, service, route
CREATE TABLE IF NOT EXISTS operation_1m_kept (
  ts TIMESTAMP,                          -- [us] start of the minute
  tenant SYMBOL CAPACITY 256,            -- [name] whose traffic it is
  service SYMBOL CAPACITY 1024,          -- [name] who served
  method SYMBOL CAPACITY 32,             -- [word] request method
  route SYMBOL CAPACITY 4096,            -- [path] path with its variable segments named
  protocol SYMBOL CAPACITY 16,           -- [word] http/1.1, h2, grpc, ...
  self_le_us LONG,                       -- [us] latency bucket of self_us: its inclusive upper bound; null = no answer
  calls LONG,                            -- [count] calls
  self_calls LONG,                       -- [count] calls that were answered
  self_sum_us LONG,                      -- [us] time spent itself, over all calls
  critical_calls LONG,                   -- [count] calls on the critical path of their trace
  critical_sum_us LONG,                  -- [us] of self_sum_us, the time in which the whole trace waited
  network_calls LONG,                    -- [count] calls that were seen at both ends: those that network_sum_us rests on
  network_sum_us LONG,                   -- [us] time on the network, over those calls
  critical_network_sum_us LONG           -- [us] of network_sum_us, that of calls on the critical path
) TIMESTAMP(ts) PARTITION BY MONTH WAL DEDUP UPSERT KEYS(ts, tenant, service, method, route, protocol, self_le_us);

-- operation_1h_kept: rows of operation_1h from before it was last made anew, of spans that were gone then; empty until that happens
-- example: SELECT ts, service, route, sum(calls) AS calls FROM operation_1h_kept ORDER BY ts, service, route
CREATE TABLE IF NOT EXISTS operation_1h_kept (
  ts TIMESTAMP,                          -- [us] start of the hour
  tenant SYMBOL CAPACITY 256,            -- [name] whose traffic it is
  service SYMBOL CAPACITY 1024,          -- [name] who served
  method SYMBOL CAPACITY 32,             -- [word] request method
  route SYMBOL CAPACITY 4096,            -- [path] path with its variable segments named
  protocol SYMBOL CAPACITY 16,           -- [word] http/1.1, h2, grpc, ...
  self_le_us LONG,                       -- [us] latency bucket of self_us: its inclusive upper bound; null = no answer
  calls LONG,                            -- [count] calls
  self_calls LONG,                       -- [count] calls that were answered
  self_sum_us LONG,                      -- [us] time spent itself, over all calls
  critical_calls LONG,                   -- [count] calls on the critical path of their trace
  critical_sum_us LONG,                  -- [us] of self_sum_us, the time in which the whole trace waited
  network_calls LONG,                    -- [count] calls that were seen at both ends: those that network_sum_us rests on
  network_sum_us LONG,                   -- [us] time on the network, over those calls
  critical_network_sum_us LONG           -- [us] of network_sum_us, that of calls on the critical path
) TIMESTAMP(ts) PARTITION BY MONTH WAL DEDUP UPSERT KEYS(ts, tenant, service, method, route, protocol, self_le_us);
