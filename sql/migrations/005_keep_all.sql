-- Nothing that an analyst reads goes by itself: QuestDB counts a TTL from the newest row, so a capture of an earlier year
-- would be dropped while it comes in. Whoever wants an end sets one (retention.ts).
-- On partitions of a month QuestDB 9.3 refuses 0, which means never.
ALTER TABLE exchanges SET TTL 0 DAYS;
ALTER TABLE ingest_progress SET TTL 0 DAYS;
ALTER TABLE capture_loss SET TTL 0 DAYS;
ALTER TABLE spans SET TTL 0 DAYS;
ALTER TABLE spans_lab SET TTL 0 DAYS;
ALTER TABLE span_candidates SET TTL 0 DAYS;
ALTER TABLE inference_runs SET TTL 1000 YEARS;
ALTER TABLE inference_requests SET TTL 1000 YEARS;
ALTER TABLE inference_models SET TTL 0 DAYS;
ALTER TABLE model_events SET TTL 1000 YEARS;
ALTER MATERIALIZED VIEW edge_1m SET TTL 0 DAYS;
ALTER MATERIALIZED VIEW edge_1h SET TTL 1000 YEARS;
