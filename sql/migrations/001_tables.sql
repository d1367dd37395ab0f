-- Every column carries one line: -- [unit] meaning. They become the rows of `catalogue`.

-- exchanges: one request and the response that answered it, as one tap saw it; never rewritten except by the same exchange seen again
-- example: SELECT ts, tap, client_ip, server_ip, server_port, method, route, status, duration_us FROM exchanges WHERE ts IN '2025-11-21T08' LIMIT 3
CREATE TABLE IF NOT EXISTS exchanges (
  ts TIMESTAMP,                          -- [us] first byte of the request; of an orphan, first byte of the response
  tenant SYMBOL CAPACITY 256,            -- [name] whose traffic it is
  tap SYMBOL CAPACITY 256,               -- [name] where the packets were captured
  vantage SYMBOL CAPACITY 4,             -- [word] which end's host the tap sits on: client, server, middle
  exchange_id UUID,                      -- [id] hash of wire facts: the same at every tap and every replay
  connection_id UUID,                    -- [id] the TCP connection it travelled on
  network SYMBOL CAPACITY 256,           -- [name] outer virtual network, vxlan:42, vlan:7, gre:9; empty = none
  client_ip VARCHAR,                     -- [address] who asked
  client_port INT,                       -- [port] who asked
  server_ip VARCHAR,                     -- [address] who answered
  server_port INT,                       -- [port] who answered
  protocol SYMBOL CAPACITY 16,           -- [word] http/0.9, http/1.0, http/1.1, h2, grpc
  method SYMBOL CAPACITY 64,             -- [word] request method
  host VARCHAR,                          -- [name] Host or :authority as sent, without user-info
  route SYMBOL CAPACITY 4096,            -- [path] target's path with its variable segments named
  target VARCHAR,                        -- [path] request target, query values removed unless asked for
  status SHORT,                          -- [code] final status; 0 = none
  status_class SYMBOL CAPACITY 8,        -- [word] 1xx, 2xx, 3xx, 4xx, 5xx, none
  outcome SYMBOL CAPACITY 8,             -- [word] complete, unanswered, reset, deadline, orphan, cut
  request_bytes LONG,                    -- [bytes] request body after de-chunking, before decompression
  response_bytes LONG,                   -- [bytes] response body after de-chunking, before decompression
  request_us LONG,                       -- [us] first request byte to last request byte
  first_byte_us LONG,                    -- [us] first request byte to first byte of the final response
  duration_us LONG,                      -- [us] first request byte to last response byte
  duration_le_us LONG,                   -- [us] latency bucket of duration_us: its inclusive upper bound
  handshake_us LONG,                     -- [us] SYN to the client's first ACK; null = not captured
  retransmits INT,                       -- [count] retransmitted segments among its bytes, both directions
  gap_bytes LONG,                        -- [bytes] bytes of it that no packet held
  trace_hint VARCHAR,                    -- [hash] salted hash of a trace id in its headers
  span_hint VARCHAR,                     -- [hash] salted hash of the caller's span id in its headers
  parent_hint VARCHAR                    -- [hash] salted hash of the caller's parent span id in its headers
) TIMESTAMP(ts) PARTITION BY DAY TTL 7 DAYS WAL DEDUP UPSERT KEYS(ts, exchange_id, tap);

-- exchange_tokens: salted hashes of identifiers that an exchange carried, to join a call to its cause
CREATE TABLE IF NOT EXISTS exchange_tokens (
  ts TIMESTAMP,                          -- [us] ts of the exchange
  tenant SYMBOL CAPACITY 256,            -- [name] whose traffic it is
  exchange_id UUID,                      -- [id] the exchange
  tap SYMBOL CAPACITY 256,               -- [name] tap that saw it
  side SYMBOL CAPACITY 4,                -- [word] request or response
  hashes VARCHAR                         -- [hash] salted hashes, separated by a space
) TIMESTAMP(ts) PARTITION BY HOUR TTL 12 HOURS WAL DEDUP UPSERT KEYS(ts, exchange_id, tap, side);

-- ingest_progress: how far each writer has come in packet time; rows up to the watermark are committed before it
-- example: SELECT worker, tap, watermark, closed FROM ingest_progress LATEST ON ts PARTITION BY worker, tap
CREATE TABLE IF NOT EXISTS ingest_progress (
  ts TIMESTAMP,                          -- [us] wall clock of the writer
  worker SYMBOL CAPACITY 256,            -- [name] the writer
  tap SYMBOL CAPACITY 256,               -- [name] tap that it reads
  watermark TIMESTAMP,                   -- [us] packet time up to which all exchanges of the tap are in; null = the writer has begun and not said yet
  closed BOOLEAN                         -- [flag] the writer has ended: no more rows of this tap from it
) TIMESTAMP(ts) PARTITION BY DAY TTL 7 DAYS WAL DEDUP UPSERT KEYS(ts, worker, tap);

-- capture_loss: what a worker could not see, decode or store, by name, as growing totals; nothing else that it counts
-- example: SELECT counter, max(total) AS total FROM capture_loss GROUP BY counter ORDER BY total DESC
CREATE TABLE IF NOT EXISTS capture_loss (
  ts TIMESTAMP,                          -- [us] packet time of the flush
  worker SYMBOL CAPACITY 256,            -- [name] the writer that counted
  counter SYMBOL CAPACITY 256,           -- [name] what was lost; the folder READMEs list the names
  total LONG                             -- [count] total since the worker started
) TIMESTAMP(ts) PARTITION BY DAY TTL 30 DAYS WAL DEDUP UPSERT KEYS(ts, worker, counter);

-- spans: an exchange placed in a trace; inference rewrites the inferred columns of the same (ts, span_id)
-- example: SELECT ts, parent_service, service, route, duration_us, probability, evidence FROM spans WHERE ts IN '2025-11-21T08' AND withdrawn = false LIMIT 3
CREATE TABLE IF NOT EXISTS spans (
  ts TIMESTAMP,                          -- [us] request time at the server's tap where one exists, else at the client's
  tenant SYMBOL CAPACITY 256,            -- [name] whose traffic it is
  run SYMBOL CAPACITY 256,               -- [name] live, or the run that wrote it
  span_id UUID,                          -- [id] = exchange_id
  parent_id UUID,                        -- [id] span that caused it; null = a root
  trace_id UUID,                         -- [id] the trace; its first 48 bits are the root's time in ms
  service SYMBOL CAPACITY 1024,          -- [name] who served it
  instance SYMBOL CAPACITY 4096,         -- [address] address that served it
  method SYMBOL CAPACITY 64,             -- [word] request method
  route SYMBOL CAPACITY 4096,            -- [path] path with its variable segments named
  protocol SYMBOL CAPACITY 16,           -- [word] http/1.1, h2, grpc, ...
  status SHORT,                          -- [code] final status; 0 = none
  status_class SYMBOL CAPACITY 8,        -- [word] 1xx ... 5xx, none
  parent_service SYMBOL CAPACITY 1024,   -- [name] who called; (outside) = not among the observed
  parent_route SYMBOL CAPACITY 4096,     -- [path] route that the caller was serving
  root_service SYMBOL CAPACITY 1024,     -- [name] service of the trace's root
  root_route SYMBOL CAPACITY 4096,       -- [path] route of the trace's root
  root_ts TIMESTAMP,                     -- [us] ts of the trace's root
  depth SHORT,                           -- [count] calls between it and the root; the root is 0
  path VARCHAR,                          -- [text] sibling ordinals from the root: ORDER BY path is depth-first, a prefix is a subtree
  duration_us LONG,                      -- [us] first request byte to last response byte; null = no answer
  duration_le_us LONG,                   -- [us] latency bucket of duration_us: its inclusive upper bound
  self_us LONG,                          -- [us] duration less the time covered by its calls
  network_us LONG,                       -- [us] duration at the client less duration at the server
  basis SYMBOL CAPACITY 4,               -- [word] taps that network_us rests on: two_tap, one_tap, none
  probability DOUBLE,                    -- [0..1] that parent_id is right
  evidence SYMBOL CAPACITY 8,            -- [word] what decided: header, unique, token, timing, none
  runner_up_id UUID,                     -- [id] the next likely parent
  runner_up_probability DOUBLE,          -- [0..1] of the next likely parent
  coverage DOUBLE,                       -- [0..1] share of the trace not lost at the taps
  revision INT,                          -- [count] inferences that have written this row in its run
  span_count INT,                        -- [count] spans of the trace; root only
  service_count INT,                     -- [count] services of the trace; root only
  min_probability DOUBLE,                -- [0..1] least certain link of the trace; root only
  withdrawn BOOLEAN                      -- [flag] turned out to be another span: left out everywhere
) TIMESTAMP(ts) PARTITION BY DAY TTL 14 DAYS WAL DEDUP UPSERT KEYS(ts, span_id);

-- spans_lab: experimental runs side by side; columns as in spans
-- example: SELECT run, count() AS spans, avg(probability) AS probability FROM spans_lab GROUP BY run
CREATE TABLE IF NOT EXISTS spans_lab (
  ts TIMESTAMP, tenant SYMBOL CAPACITY 256, run SYMBOL CAPACITY 256, span_id UUID, parent_id UUID, trace_id UUID,
  service SYMBOL CAPACITY 1024, instance SYMBOL CAPACITY 4096, method SYMBOL CAPACITY 64, route SYMBOL CAPACITY 4096, protocol SYMBOL CAPACITY 16,
  status SHORT, status_class SYMBOL CAPACITY 8, parent_service SYMBOL CAPACITY 1024, parent_route SYMBOL CAPACITY 4096,
  root_service SYMBOL CAPACITY 1024, root_route SYMBOL CAPACITY 4096, root_ts TIMESTAMP, depth SHORT, path VARCHAR,
  duration_us LONG, duration_le_us LONG, self_us LONG, network_us LONG, basis SYMBOL CAPACITY 4,
  probability DOUBLE, evidence SYMBOL CAPACITY 8, runner_up_id UUID, runner_up_probability DOUBLE, coverage DOUBLE, revision INT,
  span_count INT, service_count INT, min_probability DOUBLE, withdrawn BOOLEAN
) TIMESTAMP(ts) PARTITION BY DAY TTL 3 DAYS WAL DEDUP UPSERT KEYS(ts, span_id, run);

-- span_candidates: the likeliest parents of a span, best first
-- example: SELECT span_id, rank, parent_id, probability FROM span_candidates ORDER BY span_id, rank LIMIT 3
CREATE TABLE IF NOT EXISTS span_candidates (
  ts TIMESTAMP,                          -- [us] ts of the span
  tenant SYMBOL CAPACITY 256,            -- [name] whose traffic it is
  run SYMBOL CAPACITY 256,               -- [name] run that weighed them
  span_id UUID,                          -- [id] the span
  rank INT,                              -- [count] from 1, the likeliest
  parent_id UUID,                        -- [id] candidate; null = no parent
  probability DOUBLE                     -- [0..1] of this candidate
) TIMESTAMP(ts) PARTITION BY DAY TTL 3 DAYS WAL DEDUP UPSERT KEYS(ts, span_id, run, rank);

-- service_names: which service an address or a listening port was, where that is known from, and since when
-- example: SELECT address, port, service, source FROM service_names LATEST ON ts PARTITION BY tenant, address, port
CREATE TABLE IF NOT EXISTS service_names (
  ts TIMESTAMP,                          -- [us] valid from
  tenant SYMBOL CAPACITY 256,            -- [name] whose address it is
  address SYMBOL CAPACITY 4096,          -- [address] the address
  port INT,                              -- [port] listening port; 0 = every port of the address
  service SYMBOL CAPACITY 1024,          -- [name] the service
  source SYMBOL CAPACITY 16              -- [word] map, host, address
) TIMESTAMP(ts) PARTITION BY MONTH WAL DEDUP UPSERT KEYS(ts, tenant, address, port);

-- inference_runs: each inference over a stretch of packet time
-- example: SELECT run, algorithm, from_ts, to_ts, exchanges, spans, late, took_us FROM inference_runs ORDER BY ts DESC LIMIT 3
CREATE TABLE IF NOT EXISTS inference_runs (
  ts TIMESTAMP,                          -- [us] wall clock at its start
  run SYMBOL CAPACITY 256,               -- [name] live, or the name given
  algorithm SYMBOL CAPACITY 16,          -- [word] model, nesting, fcfs
  tenant SYMBOL CAPACITY 256,            -- [name] whose traffic; empty = everyone's
  from_ts TIMESTAMP,                     -- [us] first packet time inferred
  to_ts TIMESTAMP,                       -- [us] packet time up to which it inferred
  exchanges LONG,                        -- [count] exchanges read
  spans LONG,                            -- [count] spans written
  late LONG,                             -- [count] exchanges that came after their window had closed
  took_us LONG                           -- [us] wall time
) TIMESTAMP(ts) PARTITION BY MONTH TTL 6 MONTHS WAL DEDUP UPSERT KEYS(ts, run);

-- inference_requests: re-inference asked for through the endpoint or the command
-- example: SELECT run, algorithm, from_ts, to_ts, state, windows_done, windows_total, spans FROM inference_requests ORDER BY ts DESC LIMIT 3
CREATE TABLE IF NOT EXISTS inference_requests (
  ts TIMESTAMP,                          -- [us] wall clock at the asking
  request_id UUID,                       -- [id] the request
  run SYMBOL CAPACITY 256,               -- [name] run to write
  algorithm SYMBOL CAPACITY 16,          -- [word] model, nesting, fcfs
  tenant SYMBOL CAPACITY 256,            -- [name] whose traffic
  from_ts TIMESTAMP,                     -- [us] first packet time
  to_ts TIMESTAMP,                       -- [us] packet time up to which
  state SYMBOL CAPACITY 8,               -- [word] asked, running, done, failed
  detail VARCHAR                         -- [text] what it came to
) TIMESTAMP(ts) PARTITION BY MONTH TTL 6 MONTHS WAL DEDUP UPSERT KEYS(ts, request_id);

-- inference_models: what the model has learnt, kept across restarts
-- example: SELECT ts, instance, algorithm, version, length(model) AS characters FROM inference_models LATEST ON ts PARTITION BY tenant, instance
CREATE TABLE IF NOT EXISTS inference_models (
  ts TIMESTAMP,                          -- [us] packet time up to which it has learnt
  tenant SYMBOL CAPACITY 256,            -- [name] whose traffic
  instance SYMBOL CAPACITY 4096,         -- [address] the instance
  version INT,                           -- [count] layout of the model text
  model VARCHAR                          -- [json] the model
) TIMESTAMP(ts) PARTITION BY DAY TTL 7 DAYS WAL DEDUP UPSERT KEYS(ts, tenant, instance);

-- model_events: what changed in the learnt behaviour of a service
-- example: SELECT ts, service, kind, calls, shortfall, detail FROM model_events ORDER BY ts DESC LIMIT 3
CREATE TABLE IF NOT EXISTS model_events (
  ts TIMESTAMP,                          -- [us] packet time
  tenant SYMBOL CAPACITY 256,            -- [name] whose traffic
  service SYMBOL CAPACITY 1024,          -- [name] the service
  kind SYMBOL CAPACITY 64,               -- [word] what happened
  detail VARCHAR                         -- [text] with which figures
) TIMESTAMP(ts) PARTITION BY MONTH TTL 6 MONTHS WAL DEDUP UPSERT KEYS(ts, tenant, service, kind);
