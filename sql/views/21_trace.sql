-- trace: one trace as a waterfall in tree order
-- @trace  trace_id, from trace_list
-- @from   start of the search; by itself it looks from a minute before the root, whose time the id holds,
-- @to     to a day after it (exclusive)
-- @tenant whose traffic
-- @run    live, or a run in spans_lab
-- example: DECLARE @trace := '019aa56e-e6a0-7000-8000-00000000000a' SELECT span, waterfall, op, ms, self_ms, probability FROM trace
-- columns:
--   span        [name] service, indented by depth
--   waterfall   [text] when it ran, in 30 characters for the whole trace
--   op          [text] method and route
--   status      [code] final status; 0 = none
--   at_ms       [ms] start after the root's
--   ms          [ms] duration
--   self_ms     [ms] duration not spent waiting for its own calls
--   network_ms  [ms] time on the network
--   probability [0..1] that it belongs under its parent
--   evidence    [word] what decided: header, unique, token, timing, none
--   ts          [us] start
--   span_id     [id] the span
--   parent_id   [id] its parent; null = the root
--   depth       [count] calls between it and the root
--   path        [text] position in the tree
--   service     [name] who served it
--   instance    [address] address that served it
--   method      [word] request method
--   route       [path] path with its variable segments named
--   duration_us [us] duration
--   self_us     [us] duration not spent waiting for its own calls
--   network_us  [us] time on the network
--   grpc_status [code] gRPC status, 0 = OK; null = not gRPC, or none was seen
CREATE OR REPLACE VIEW trace AS (
  DECLARE OVERRIDABLE @trace := '00000000-0000-0000-0000-000000000000',
          OVERRIDABLE @from := '1970-01-01', OVERRIDABLE @to := '2200-01-01', OVERRIDABLE @tenant := 'default', OVERRIDABLE @run := 'live'
  WITH found AS (
    SELECT * FROM spans
    WHERE @run = 'live' AND trace_id = @trace AND ts >= (SELECT from_ts FROM trace_time) AND ts < (SELECT to_ts FROM trace_time)
      AND ts >= @from AND ts < @to AND tenant = @tenant AND withdrawn = false
    UNION ALL
    SELECT * FROM spans_lab
    WHERE @run <> 'live' AND run = @run AND trace_id = @trace AND ts >= (SELECT from_ts FROM trace_time) AND ts < (SELECT to_ts FROM trace_time)
      AND ts >= @from AND ts < @to AND tenant = @tenant AND withdrawn = false),
  timed AS (SELECT *, greatest(max(ts - root_ts + coalesce(duration_us, 0)) OVER (), 1) AS trace_us FROM found)
  SELECT concat(lpad('', depth * 2, ' '), service) AS span,
         rpad(lpad('', (30 * (ts - root_ts) / trace_us)::int, ' '), greatest(1 + (30 * (ts - root_ts) / trace_us)::int, (30 * (ts - root_ts + coalesce(duration_us, 0)) / trace_us)::int), '=') AS waterfall,
         concat(method, ' ', route) AS op, status,
         (ts - root_ts) / 1000.0 AS at_ms, duration_us / 1000.0 AS ms, self_us / 1000.0 AS self_ms, network_us / 1000.0 AS network_ms,
         probability, evidence, ts, span_id, parent_id, depth, path, service, instance, method, route, duration_us, self_us, network_us, grpc_status
  FROM timed ORDER BY path);
