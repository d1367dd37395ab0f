-- Values that flow go by the clock, not by packet time: a capture of an earlier day must be inferred by its values too, whatever
-- newer ones are there. Without a TTL (0) tapgraph drops an hour of them when all of it was written long enough ago (token-age.ts).
ALTER TABLE exchange_tokens ADD COLUMN IF NOT EXISTS
  written TIMESTAMP                      -- [us] wall clock at the writing; hours of it go 12 hours later, unless migrate --retention says otherwise
;
ALTER TABLE exchange_tokens SET TTL 0 HOURS;
