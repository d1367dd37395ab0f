-- trace_time: when a trace was, by its id alone, which begins with 48 bits of the root's time in ms (UUIDv7): where the view trace looks for its spans
-- @trace  trace_id
-- example: DECLARE @trace := '019aa56e-e6a0-7000-8000-00000000000a' SELECT root_ts, from_ts, to_ts FROM trace_time
-- columns:
--   root_ts [us] start of the root, to the ms
--   from_ts [us] a minute before it
--   to_ts   [us] a day after it
CREATE OR REPLACE VIEW trace_time AS (
  DECLARE OVERRIDABLE @trace := '00000000-0000-0000-0000-000000000000'
  SELECT (ms * 1000)::timestamp AS root_ts, (ms * 1000 - 60000000)::timestamp AS from_ts, (ms * 1000 + 86400000000)::timestamp AS to_ts FROM (
    SELECT ((strpos('0123456789abcdef', lower(substring(@trace, 1, 1))) - 1) * 17592186044416 + (strpos('0123456789abcdef', lower(substring(@trace, 2, 1))) - 1) * 1099511627776 +
    (strpos('0123456789abcdef', lower(substring(@trace, 3, 1))) - 1) * 68719476736 + (strpos('0123456789abcdef', lower(substring(@trace, 4, 1))) - 1) * 4294967296 +
    (strpos('0123456789abcdef', lower(substring(@trace, 5, 1))) - 1) * 268435456 + (strpos('0123456789abcdef', lower(substring(@trace, 6, 1))) - 1) * 16777216 +
    (strpos('0123456789abcdef', lower(substring(@trace, 7, 1))) - 1) * 1048576 + (strpos('0123456789abcdef', lower(substring(@trace, 8, 1))) - 1) * 65536 +
    (strpos('0123456789abcdef', lower(substring(@trace, 10, 1))) - 1) * 4096 + (strpos('0123456789abcdef', lower(substring(@trace, 11, 1))) - 1) * 256 +
    (strpos('0123456789abcdef', lower(substring(@trace, 12, 1))) - 1) * 16 + (strpos('0123456789abcdef', lower(substring(@trace, 13, 1))) - 1) * 1) AS ms
    FROM long_sequence(1)));
