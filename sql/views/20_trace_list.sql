-- trace_list: one row a trace, its root span; newest first
-- @from   start of the window; default an hour before the newest span
-- @to     end of the window (exclusive)
-- @tenant whose traffic
-- @min_confidence leaves out traces whose root is less probable, 0..1
-- @run    live, or a run in spans_lab
-- example: SELECT ts, service, route, duration_us, span_count FROM trace_list LIMIT 3
-- columns:
--   ts              [us] when the root's request began
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
CREATE OR REPLACE VIEW trace_list AS (
  SELECT ts, trace_id, service, method, route, status, grpc_status, duration_us, span_count, service_count, min_probability, coverage, parent_service AS caller
  FROM window_spans WHERE depth = 0 ORDER BY ts DESC);
