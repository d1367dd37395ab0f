import type { Database } from '../sql/database.ts';
import { query } from '../sql/read/query.ts';
import { duration, textTable } from './terminal/table.ts';

/** From the first span to past the last, epoch µs. */
export interface ShownWindow {
  readonly from: number;
  readonly to: number;
}

/** The stretch of packet time that holds a tenant's spans; null while there are none. */
export const windowOf = async (database: Database, tenant: string): Promise<ShownWindow | null> => {
  const { rows } = await query(database, 'SELECT min(ts) AS first, max(ts) AS last FROM spans WHERE tenant = $1', [tenant], { times: 'micros' });
  const { first, last } = rows[0] ?? {};
  return typeof first === 'number' && typeof last === 'number' ? { from: first, to: last + 1 } : null;
};

const time = (value: unknown): string => duration(typeof value === 'number' ? value : null);

const NOTHING = 'No exchanges yet. `npx tapgraph decode FILE --stats` says what a capture holds.';

/** The view call_graph over the window, laid out for a terminal. */
export const callGraphTable = async (database: Database, tenant: string, window: ShownWindow | null): Promise<string> => {
  if (window === null) return NOTHING;
  const { rows } = await query(database,
    'DECLARE @from := $1, @to := $2, @tenant := $3 SELECT caller, callee, calls, errors, avg_us, p50_us, p95_us, p99_us, confidence FROM call_graph',
    [window.from, window.to, tenant], { asAnalyst: true });
  return textTable({
    head: ['caller', 'callee', 'calls', 'errors', 'avg', 'p50', 'p95', 'p99', 'confidence'],
    rows: rows.map((row) => [
      String(row['caller']), String(row['callee']), String(row['calls']), String(row['errors']),
      time(row['avg_us']), time(row['p50_us']), time(row['p95_us']), time(row['p99_us']), Number(row['confidence']).toFixed(2),
    ]),
    right: new Set([2, 3, 4, 5, 6, 7, 8]),
  });
};

/** Where a person goes from here: the page, psql, and what a dashboard needs. */
export const whereToLook = (url: string, { analyst }: Database, window: ShownWindow | null): string => {
  const range = window === null ? '' : `?from=${window.from}&to=${window.to}`;
  const { host, port, user, password, database } = analyst;
  return `
Look at it
  page     ${url}/${range}
  psql     PGPASSWORD=${password} psql -h ${host} -p ${port} -U ${user} ${database} -c 'SELECT * FROM call_graph'
  Grafana  a PostgreSQL (or QuestDB) data source, or any BI tool: ${host}:${port}, database ${database}, user ${user}, password ${password}, no TLS

Following new exchanges; Ctrl-C stops everything that was started here.
`;
};
