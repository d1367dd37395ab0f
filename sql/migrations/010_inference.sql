-- What inference tells beside its spans: why, how sure where it can be checked, what it has learnt, and what was asked of it.

ALTER TABLE span_candidates ADD COLUMN IF NOT EXISTS
  scores VARCHAR                         -- [json] what spoke for it, nats by term, more is better; null = the algorithm weighs no terms
;
ALTER TABLE model_events ADD COLUMN IF NOT EXISTS
  instance SYMBOL CAPACITY 4096          -- [address] whose behaviour it is; where several services share an address, with the service
;
ALTER TABLE model_events ADD COLUMN IF NOT EXISTS
  calls LONG                             -- [count] calls learnt from
;
ALTER TABLE model_events ADD COLUMN IF NOT EXISTS
  shortfall DOUBLE                       -- [nats] an event, by which the latest windows were less likely than the model before expected
;
ALTER TABLE inference_requests ADD COLUMN IF NOT EXISTS
  min_confidence DOUBLE                  -- [0..1] parents less probable are left out; null = none
;
ALTER TABLE inference_requests ADD COLUMN IF NOT EXISTS
  windows_done LONG                      -- [count] windows inferred so far
;
ALTER TABLE inference_requests ADD COLUMN IF NOT EXISTS
  windows_total LONG                     -- [count] windows of the stretch, those without exchanges included
;
ALTER TABLE inference_requests ADD COLUMN IF NOT EXISTS
  spans LONG                             -- [count] spans written so far
;
ALTER TABLE inference_requests ADD COLUMN IF NOT EXISTS
  updated TIMESTAMP                      -- [us] wall clock of the latest change of the row
;
ALTER TABLE inference_models ADD COLUMN IF NOT EXISTS
  algorithm SYMBOL CAPACITY 16           -- [word] whose model it is
;
-- A model of an older time is of no use once there are newer ones.
ALTER TABLE inference_models SET TTL 7 DAYS;

-- inference_accuracy: of the calls whose parents tracing headers told, how many the rest of the evidence would have got right
-- example: SELECT service, sum(checked) AS checked, sum(agreed) * 1.0 / sum(checked) AS right, sum(expected) / sum(checked) AS expected FROM inference_accuracy GROUP BY service
CREATE TABLE IF NOT EXISTS inference_accuracy (
  ts TIMESTAMP,                          -- [us] start of the window
  tenant SYMBOL CAPACITY 256,            -- [name] whose traffic
  run SYMBOL CAPACITY 256,               -- [name] live, or the name of the run
  instance SYMBOL CAPACITY 4096,         -- [address] the caller
  service SYMBOL CAPACITY 1024,          -- [name] service of the caller
  decided LONG,                          -- [count] calls that headers decided
  checked LONG,                          -- [count] of those, calls that were inferred without their headers too
  agreed LONG,                           -- [count] of those, calls given to the same parent
  expected DOUBLE                        -- [count] of those, calls that the inference itself expected to get right: its probabilities together
) TIMESTAMP(ts) PARTITION BY DAY WAL DEDUP UPSERT KEYS(ts, tenant, run, instance);
