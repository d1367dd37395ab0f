-- explain_span: why a span has the parent that it has: the parents that were weighed, likeliest first
-- @span   span_id, from trace or spans
-- @from   start of the search; narrower is faster
-- @to     end of the search (exclusive)
-- @tenant whose traffic
-- @run    live, or a run in spans_lab
-- example: DECLARE @span := '0000000a-0000-4000-8000-000000000003' SELECT rank, chosen, probability, service, route, after_ms FROM explain_span
-- columns:
--   rank        [count] from 1, the likeliest
--   chosen      [flag] it is the parent that the span has
--   probability [0..1] that it is the parent
--   evidence    [word] what decided for the one chosen: header, unique, token, timing, none; null for the others
--   parent_id   [id] candidate; null = no parent: a root
--   service     [name] service of the candidate; null = a root, or not found in the search
--   method      [word] its request method
--   route       [path] its route
--   after_ms    [ms] from the start of the candidate to the start of the span
--   left_ms     [ms] from the end of the span to the end of the candidate; below 0 = the candidate ended first
--   trace_id    [id] trace of the candidate
--   scores      [json] what spoke for it, nats by term, more is better: see the README of udf/infer/model; null = the algorithm weighs no terms
CREATE OR REPLACE VIEW explain_span AS (
  DECLARE OVERRIDABLE @span := '00000000-0000-0000-0000-000000000000',
          OVERRIDABLE @from := '1970-01-01', OVERRIDABLE @to := '2200-01-01', OVERRIDABLE @tenant := 'default', OVERRIDABLE @run := 'live'
  WITH stored AS (
    SELECT ts, span_id, trace_id, parent_id, service, method, route, duration_us, probability, evidence, runner_up_id, runner_up_probability FROM spans
    WHERE @run = 'live' AND ts >= @from AND ts < @to AND tenant = @tenant AND withdrawn = false
    UNION ALL
    SELECT ts, span_id, trace_id, parent_id, service, method, route, duration_us, probability, evidence, runner_up_id, runner_up_probability FROM spans_lab
    WHERE @run <> 'live' AND run = @run AND ts >= @from AND ts < @to AND tenant = @tenant AND withdrawn = false),
  asked AS (SELECT * FROM stored WHERE span_id = @span),
  weighed AS (
    SELECT parent_id, probability, scores FROM span_candidates
    WHERE span_id = @span AND run = @run AND tenant = @tenant AND ts >= @from AND ts < @to AND probability > 0
    UNION ALL
    SELECT parent_id, probability, cast(null AS varchar) AS scores FROM asked
    UNION ALL
    SELECT runner_up_id AS parent_id, runner_up_probability AS probability, cast(null AS varchar) AS scores FROM asked WHERE runner_up_probability IS NOT NULL),
  candidates AS (SELECT parent_id, max(probability) AS probability, max(scores) AS scores FROM weighed GROUP BY parent_id),
  ranked AS (SELECT *, row_number() OVER (ORDER BY probability DESC) AS rank FROM candidates)
  SELECT r.rank AS rank, r.parent_id = a.parent_id AS chosen, r.probability AS probability,
         CASE WHEN r.parent_id = a.parent_id THEN a.evidence END AS evidence, r.parent_id AS parent_id,
         p.service AS service, p.method AS method, p.route AS route, (a.ts - p.ts) / 1000.0 AS after_ms,
         ((p.ts + p.duration_us) - (a.ts + a.duration_us)) / 1000.0 AS left_ms, p.trace_id AS trace_id, r.scores AS scores
  FROM ranked r CROSS JOIN asked a LEFT JOIN stored p ON p.span_id = r.parent_id
  ORDER BY rank);
