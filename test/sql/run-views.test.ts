import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Database } from '../../sql/database.ts';
import { visible } from '../../sql/read/progress.ts';
import { reader, type Reader } from '../../sql/read/query.ts';
import type { Span } from '../../sql/span.ts';
import { spanWriter } from '../../sql/write/spans.ts';
import { spanRow, START, uuidOf } from './rows.ts';
import { testDatabase } from './server.ts';

let database: Database;
let admin: Reader;
let db: Reader;
beforeAll(async () => {
  database = await testDatabase();
  admin = reader(database);
  db = reader(database, { asAnalyst: true });
});
afterAll(async () => { await db.close(); await admin.close(); });

const windowed = `DECLARE @from := $1, @to := $2, @tenant := $3`;

describe('views of runs and for BI tools', () => {
  test('run_diff tells edge by edge how often two runs agree', async () => {
    const of = (run: string, n: number, parent: number, values: Partial<Span> = {}): Span =>
      spanRow('runs', n, { run, parent_id: uuidOf(`runs span ${parent}`), parent_service: `p${parent}`, ...values });
    const root = { parent_id: null, parent_service: '(outside)' };
    await spanWriter(database).write([of('live', 1, 0, root), of('live', 2, 1), of('live', 3, 1), of('live', 4, 1)]);
    await spanWriter(database).write([of('b', 1, 0, root), of('b', 2, 1), of('b', 3, 2), of('b', 5, 2)], 'spans_lab');
    await visible(admin, 'spans');
    await visible(admin, 'spans_lab');
    const { rows } = await db.query(`${windowed}, @run := 'b' SELECT caller, calls_before, calls, agreed, taken_away, added, agreement, agreement_all FROM run_diff`, [START, START * 2, 'runs']);
    expect(rows).toEqual([
      { caller: 'p1', calls_before: 3, calls: 1, agreed: 1, taken_away: 2, added: 0, agreement: 1 / 3, agreement_all: 0.5 },
      { caller: 'p2', calls_before: 0, calls: 2, agreed: 0, taken_away: 0, added: 2, agreement: 0, agreement_all: 0.5 },
      { caller: '(outside)', calls_before: 1, calls: 1, agreed: 1, taken_away: 0, added: 0, agreement: 1, agreement_all: 0.5 },
    ]);
  });

  test('explain_span lists the parents that were weighed, the chosen one marked', async () => {
    const [near, far, asked] = [1, 2, 3].map((n) => uuidOf(`why span ${n}`));
    await spanWriter(database).write([
      spanRow('why', 1, { service: 'near', duration_us: 9000 }), spanRow('why', 2, { service: 'far', duration_us: 1500 }),
      spanRow('why', 3, { parent_id: near ?? null, probability: 0.7, evidence: 'timing', runner_up_id: far ?? null, runner_up_probability: 0.2 }),
    ]);
    await admin.query(`INSERT INTO span_candidates (ts, tenant, run, span_id, rank, parent_id, probability, scores) VALUES ($1, 'why', 'live', $2, 1, $3, 0.7, '{"lag":-2}'), ($1, 'why', 'live', $2, 2, $4, 0.2, null), ($1, 'why', 'live', $2, 3, null, 0.1, '{"prior":-9}')`,
      [START + 3000, asked ?? '', near ?? '', far ?? '']);
    for (const table of ['spans', 'span_candidates']) await visible(admin, table);
    const { rows } = await db.query(`DECLARE @span := $1, @tenant := 'why' SELECT rank, chosen, probability, evidence, service, after_ms, left_ms, scores FROM explain_span`, [asked ?? '']);
    expect(rows).toEqual([
      { rank: 1, chosen: true, probability: 0.7, evidence: 'timing', service: 'near', after_ms: 2, left_ms: 6, scores: '{"lag":-2}' },
      { rank: 2, chosen: false, probability: 0.2, evidence: null, service: 'far', after_ms: 1, left_ms: -0.5, scores: null },
      { rank: 3, chosen: false, probability: 0.1, evidence: null, service: null, after_ms: null, left_ms: null, scores: '{"prior":-9}' },
    ]);
  });

  test('bi_edges and bi_operations count every call once, and follow rewritten spans', async () => {
    const rows = Array.from({ length: 200 }, (_, n) => spanRow('bi', n, { duration_us: n % 9 === 0 ? null : n * 1000, status: n % 9 === 0 ? 0 : n % 7 === 0 ? 500 : 200 }));
    await spanWriter(database).write(rows);
    await spanWriter(database).write(Array.from(rows, (span, n) => ({ ...span, route: '/again', withdrawn: n < 20, revision: 2 })));
    await visible(admin, 'spans');
    const left = rows.slice(20);
    const answered = left.flatMap(({ duration_us }) => duration_us ?? []);
    const failed = left.filter(({ status }) => status === 0 || status >= 500).length;
    for (const view of ['bi_edges', 'bi_operations']) {
      await admin.query(`REFRESH MATERIALIZED VIEW ${view} INCREMENTAL`);
      await expect.poll(async () => (await db.query(`SELECT sum(calls) AS calls, sum(errors) AS errors, sum(answered) AS answered FROM ${view} WHERE tenant = 'bi'`)).rows[0], { timeout: 10_000 })
        .toMatchObject({ calls: left.length, errors: failed, answered: answered.length });
    }
    expect((await db.query(`SELECT sum(within_100ms) AS n FROM bi_edges WHERE tenant = 'bi'`)).rows).toEqual([{ n: answered.filter((us) => us <= 100_000).length }]);
    expect((await db.query(`SELECT DISTINCT route FROM bi_operations WHERE tenant = 'bi'`)).rows).toEqual([{ route: '/again' }]);
  });
});
