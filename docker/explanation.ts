import type { Value } from '../sql/read/query.ts';
import { duration, textTable } from './terminal/table.ts';

type Row = Readonly<Record<string, Value>>;

/** Parts of an explanation: the span, its candidates by rank (empty = it had no choice), and the spans that these name. */
export interface Explained {
  readonly span: Row;
  readonly candidates: readonly Row[];
  readonly parents: ReadonlyMap<string, Row>;
}

const text = (value: Value | undefined): string => (value === null || value === undefined ? '-' : String(value));
const percent = (value: Value | undefined): string => `${(Number(value ?? 0) * 100).toFixed(1)} %`;
const operation = (span: Row): string => `${text(span['service'])} ${text(span['method'])} ${text(span['route'])}`;

const EVIDENCE: Readonly<Record<string, string>> = {
  header: 'a tracing header named it', unique: 'nothing else was being served that could have sent it',
  token: 'values that it carries flowed from there', timing: 'the times at which it was sent and answered', none: 'nothing that was being served fits',
};

/** Scores by term as text, the weightiest first. */
const scoresOf = (json: Value | undefined): string => {
  if (typeof json !== 'string') return '';
  const scores = Object.entries(JSON.parse(json) as Record<string, number>);
  return scores.toSorted(([, a], [, b]) => Math.abs(b) - Math.abs(a)).map(([term, nats]) => `${term} ${nats.toFixed(2)}`).join(', ');
};

const lag = (span: Row, parent: Row): string => {
  const us = Number(span['ts_us']) - Number(parent['ts_us']);
  return us < 0 ? `${duration(-us)} after it` : `${duration(us)} before it`;
};

/** What is possible: weighed candidates, else parent and runner-up of the span itself. */
const possible = ({ span, candidates }: Explained): readonly Row[] => {
  if (candidates.length > 0) return candidates;
  const own: Row = { parent_id: span['parent_id'] ?? null, probability: span['probability'] ?? 0, scores: null };
  return (span['runner_up_id'] ?? null) === null ? [own] : [own, { parent_id: span['runner_up_id'] ?? null, probability: span['runner_up_probability'] ?? 0, scores: null }];
};

/** Why this parent, for people: what it is, what decided, and everything that was possible, best first. */
export const explanation = (explained: Explained): string => {
  const { span, parents } = explained;
  const parent = parents.get(String(span['parent_id']));
  const evidence = String(span['evidence']);
  const chosen = (span['parent_id'] ?? null) === null ? 'no parent: a root' : `parent ${text(span['parent_id'])}${parent === undefined ? '' : `, ${operation(parent)}`}`;
  const rows = possible(explained).map((one, at) => {
    const it = parents.get(String(one['parent_id']));
    const none = (one['parent_id'] ?? null) === null;
    return [String(at + 1), percent(one['probability']), none ? '(none: a root)' : it === undefined ? '(no longer stored)' : operation(it), none ? '' : text(one['parent_id']),
      it === undefined ? '' : lag(span, it), it === undefined ? '' : duration(it['duration_us'] === null ? null : Number(it['duration_us'])), scoresOf(one['scores'])];
  });
  const alone = rows.length > 1 ? '' : evidence === 'token' || evidence === 'timing' ? '\nNothing else that was being served came near.' : '\nIt had no other choice.';
  return [
    `${text(span['span_id'])}: ${operation(span)}, status ${text(span['status'])}`,
    `sent ${text(span['ts'])} by ${text(span['parent_service'])}, ${duration(span['duration_us'] === null ? null : Number(span['duration_us']))}; tenant ${text(span['tenant'])}, run ${text(span['run'])}, trace ${text(span['trace_id'])}`,
    chosen,
    `${percent(span['probability'])} sure; decided by ${evidence}: ${EVIDENCE[evidence] ?? ''}`,
    '',
    textTable({ head: ['rank', 'probability', 'parent', 'span_id', 'started', 'took', 'scores (nats)'], rows, right: new Set([0, 1]) }) + alone,
  ].join('\n');
};
