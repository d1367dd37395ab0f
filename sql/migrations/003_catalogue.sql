-- catalogue: every table, roll-up and view with its columns, units, parameters and an example; written anew by each migration
-- example: SELECT name, unit, meaning FROM catalogue WHERE object = 'latency_histogram' AND role = 'column' ORDER BY position
CREATE TABLE IF NOT EXISTS catalogue (
  object SYMBOL CAPACITY 256,            -- [name] table, roll-up or view
  kind SYMBOL CAPACITY 4,                -- [word] table, rollup, view
  position INT,                          -- [count] order of the lines of an object
  role SYMBOL CAPACITY 8,                -- [word] purpose, parameter, column, example
  name VARCHAR,                          -- [name] column or parameter
  unit VARCHAR,                          -- [text] us, ms, count, 0..1, name, ...
  meaning VARCHAR                        -- [text] one line
);
