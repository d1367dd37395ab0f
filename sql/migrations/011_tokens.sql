-- Nothing was ever written to the first exchange_tokens: it had one row a side, and no place for where a value stood.
DROP TABLE IF EXISTS exchange_tokens;

-- exchange_tokens: salted hashes of the values that an exchange carried, which join a call to its cause; gone after hours
-- example: SELECT ts, exchange_id, tap, request, response FROM exchange_tokens LIMIT 2
CREATE TABLE IF NOT EXISTS exchange_tokens (
  ts TIMESTAMP,                          -- [us] ts of the exchange
  tenant SYMBOL CAPACITY 256,            -- [name] whose traffic it is
  exchange_id UUID,                      -- [id] the exchange
  tap SYMBOL CAPACITY 256,               -- [name] tap that saw it
  kind LONG,                             -- [hash] what the body says the operation is; 0 = nothing
  request VARCHAR,                       -- [hash] of each value of the request where it stood and what it was: 15 letters, or 10 where one before stood at the same place; empty = none
  response VARCHAR                       -- [hash] the same of the response
) TIMESTAMP(ts) PARTITION BY HOUR TTL 12 HOURS WAL DEDUP UPSERT KEYS(ts, exchange_id, tap);
