-- traces: one row a trace, its root span, of all tenants, newest first; filter ts from outside, which prunes partitions; trace_list is the same with parameters
-- example: SELECT ts, tenant, trace_id, service, route, duration_us, span_count FROM traces WHERE ts IN '2025-11-21' LIMIT 3
-- columns:
--   ts              [us] when the root's request began
--   tenant          [name] whose traffic it is
--   run             [name] live, or the run that wrote it
--   trace_id        [id] to give to the view trace
--   service         [name] service of the root
--   method          [word] method of the root
--   route           [path] route of the root
--   status          [code] final status of the root; 0 = none
--   grpc_status     [code] gRPC status of the root, 0 = OK; null = not gRPC, or none was seen
--   duration_us     [us] of the root
--   span_count      [count] spans of the trace
--   service_count   [count] services of the trace
--   min_probability [0..1] least certain link of the trace
--   coverage        [0..1] share of the trace not lost at the taps
--   caller          [name] who called the root; (outside) = not among the observed
CREATE OR REPLACE VIEW traces AS (
  SELECT ts, tenant, run, trace_id, service, method, route, status, grpc_status, duration_us, span_count, service_count, min_probability, coverage,
         parent_service AS caller
  FROM spans WHERE depth = 0 AND withdrawn = false ORDER BY ts DESC);
