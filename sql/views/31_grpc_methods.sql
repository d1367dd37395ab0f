-- grpc_methods: the gRPC methods that were called, of which kind each is by the messages that were sent, and how its calls ended; most calls first
-- @from   start of the window; default an hour before the newest exchange
-- @to     end of the window (exclusive)
-- @tenant whose traffic
-- example: SELECT route, kind, calls, failed, deadlines, first_message_p50_us FROM grpc_methods
-- columns:
--   host                 [name] :authority as sent
--   route                [name] service and method, /package.Service/Method
--   kind                 [word] unary, client_stream, server_stream, two_way_stream: whether any call had more than one message that way
--   calls                [count] calls, counted once where several taps saw them
--   failed               [count] sightings with a gRPC status above 0, or without an answer
--   deadlines            [count] sightings stopped because the call's time was over, or answered with status 4
--   resets               [count] sightings stopped by either side before (RST_STREAM)
--   request_messages     [count] messages asked with, mean a sighting
--   response_messages    [count] messages answered with, mean a sighting
--   first_message_p50_us [us] half of the sightings had the first message of their answer by then
--   last_message_p50_us  [us] half of the sightings had the last message of their answer by then
--   p50_us               [us] half of the sightings were at most this long
--   p95_us               [us] 95 %
CREATE OR REPLACE VIEW grpc_methods AS (
  DECLARE OVERRIDABLE @from := (SELECT dateadd('h', -1, ts) FROM exchanges LIMIT -1), OVERRIDABLE @to := '2200-01-01', OVERRIDABLE @tenant := 'default'
  SELECT host, route,
         CASE WHEN max(request_messages) > 1 AND max(response_messages) > 1 THEN 'two_way_stream' WHEN max(request_messages) > 1 THEN 'client_stream'
              WHEN max(response_messages) > 1 THEN 'server_stream' ELSE 'unary' END AS kind,
         count_distinct(exchange_id) AS calls,
         sum(CASE WHEN status >= 500 OR status = 0 OR grpc_status > 0 THEN 1 ELSE 0 END) AS failed,
         sum(CASE WHEN outcome = 'deadline' OR grpc_status = 4 THEN 1 ELSE 0 END) AS deadlines,
         sum(CASE WHEN outcome = 'reset' THEN 1 ELSE 0 END) AS resets,
         avg(request_messages) AS request_messages, avg(response_messages) AS response_messages,
         approx_percentile(response_first_message_us, 0.5, 2) AS first_message_p50_us,
         approx_percentile(response_last_message_us, 0.5, 2) AS last_message_p50_us,
         approx_percentile(duration_us, 0.5, 2) AS p50_us, approx_percentile(duration_us, 0.95, 2) AS p95_us
  FROM exchanges WHERE ts >= @from AND ts < @to AND tenant = @tenant AND protocol = 'grpc'
  GROUP BY host, route
  ORDER BY calls DESC, host, route);
