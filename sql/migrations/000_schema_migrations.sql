-- schema_migrations: what has been applied to this database, in which order
-- example: SELECT name, kind FROM schema_migrations ORDER BY ts LIMIT 3
CREATE TABLE IF NOT EXISTS schema_migrations (
  ts TIMESTAMP,                          -- [us] wall clock when it was applied
  name VARCHAR,                          -- [name] file of the migration or view
  kind SYMBOL CAPACITY 4,                -- [word] migration, view
  digest VARCHAR                         -- [hash] SHA-256 of its text
) TIMESTAMP(ts) PARTITION BY YEAR BYPASS WAL;
