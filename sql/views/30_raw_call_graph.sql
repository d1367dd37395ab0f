-- raw_call_graph: which address asked which, without inference or names, to compare; most calls first
-- @from   start of the window; default an hour before the newest exchange
-- @to     end of the window (exclusive)
-- @tenant whose traffic
-- example: SELECT client_ip, server_ip, server_port, calls FROM raw_call_graph
-- columns:
--   client_ip   [address] who asked
--   server_ip   [address] who answered
--   server_port [port] who answered
--   host        [name] Host or :authority as sent
--   calls       [count] exchanges, counted once where several taps saw them
--   errors      [count] sightings answered with 5xx, with a gRPC status above 0, or not at all
--   taps        [count] taps that saw any of them
--   avg_us      [us] mean duration over all sightings
--   p50_us      [us] half of the sightings were at most this long
--   p95_us      [us] 95 %
--   max_us      [us] the longest
CREATE OR REPLACE VIEW raw_call_graph AS (
  DECLARE OVERRIDABLE @from := (SELECT dateadd('h', -1, ts) FROM exchanges LIMIT -1), OVERRIDABLE @to := '2200-01-01', OVERRIDABLE @tenant := 'default'
  SELECT client_ip, server_ip, server_port, host, count_distinct(exchange_id) AS calls,
         sum(CASE WHEN status >= 500 OR status = 0 OR grpc_status > 0 THEN 1 ELSE 0 END) AS errors, count_distinct(tap) AS taps,
         avg(duration_us) AS avg_us, approx_percentile(duration_us, 0.5, 2) AS p50_us, approx_percentile(duration_us, 0.95, 2) AS p95_us,
         max(duration_us) AS max_us
  FROM exchanges WHERE ts >= @from AND ts < @to AND tenant = @tenant
  GROUP BY client_ip, server_ip, server_port, host
  ORDER BY calls DESC, client_ip, server_ip, server_port);
