import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { overview, POSTGRES, QUESTDB } from '../../../docker/grafana/dashboard.ts';
import { writeDatabase, type Database } from '../../../sql/database.ts';
import { micros } from '../../../sql/micros.ts';
import { visible } from '../../../sql/read/progress.ts';
import { query, reader, type QueryResult } from '../../../sql/read/query.ts';
import { exchangeWriter } from '../../../sql/write/exchanges.ts';
import { exchangeRow } from '../../sql/rows.ts';
import { testDatabase } from '../../sql/server.ts';
import { BOOKINFO, BOOKINFO_EXCHANGES, BOOKINFO_NAMES, tapgraph } from '../run.ts';
import { expanded, type Range } from './expand.ts';

interface Target { readonly refId: string; readonly rawSql: string; readonly format: unknown }
interface Panel { readonly title: string; readonly type: string; readonly targets: readonly Target[] }
interface Board {
  readonly panels: readonly Panel[];
  readonly annotations: { readonly list: readonly { readonly target: Target }[] };
  readonly templating: { readonly list: readonly { readonly name: string; readonly query: unknown }[] };
}

const TENANT = "o'grafana";
const RANGE: Range = {
  fromMs: Date.parse('2026-11-23T20:47:00Z'), toMs: Date.parse('2026-11-23T20:49:00Z'), interval: '10s', intervalMs: 10_000,
  variables: { tenant: TENANT, service: ['productpage', 'details', 'reviews', 'ratings'], run: 'live', min_confidence: '0.0', trace: '' },
};

/** Half of the capture, so that the stretch before it has calls too. */
const LATER: Range = { ...RANGE, fromMs: Date.parse('2026-11-23T20:48:18Z'), toMs: Date.parse('2026-11-23T20:48:38Z') };

let database: Database;
let data: string;
let trace: string;
beforeAll(async () => {
  data = mkdtempSync(join(tmpdir(), 'tapgraph-grafana-'));
  database = await testDatabase();
  writeDatabase(data, database);
  const args = ['--data', data, '--tenant', TENANT, '--names', BOOKINFO_NAMES];
  for (const command of [['ingest', BOOKINFO], ['infer', '--algorithm', 'fcfs']]) {
    const { code, err } = await tapgraph(...command, ...args);
    if (code !== 0) throw new Error(err);
  }
  // Bookinfo speaks no gRPC.
  const writer = exchangeWriter(database, { worker: 'grafana' });
  for (let n = 0; n < 4; n++) {
    writer.push({
      ...exchangeRow(TENANT, n), ts: micros(RANGE.fromMs * 1_000 + 90_000_000 + n), protocol: 'grpc', host: 'prices', route: '/prices.Prices/Get', outcome: n === 0 ? 'deadline' : 'complete',
      status: 200, status_class: '2xx', grpc_status: n === 0 ? 4 : 0, duration_us: 2_000,
    });
  }
  writer.close();
  await writer.settled();
  const admin = reader(database);
  await admin.query(`INSERT INTO model_events (ts, tenant, service, kind, detail, instance, calls, shortfall) VALUES
    ('2026-11-23T20:48:10Z', $1, 'ratings', 'changed', 'ratings answers later than it did', '10.77.0.14', 300, 0.7)`, [TENANT]);
  for (const table of ['exchanges', 'model_events']) await visible(admin, table);
  await admin.close();
  trace = String((await ask(`SELECT trace_id FROM spans WHERE tenant = '${TENANT.replace("'", "''")}' AND depth = 1`)).rows[0]?.['trace_id']);
});
afterAll(() => { rmSync(data, { recursive: true }); });

const ask = (sql: string): Promise<QueryResult> => query(database, sql, [], { asAnalyst: true });
/** A panel that compares needs something before its window. */
const rangeOf = (title: string): Range => (title === 'What changed' ? LATER : RANGE);
const panelQuery = (board: Board, title: string, refId = 'A', range = RANGE): string => {
  const found = board.panels.find((panel) => panel.title === title)?.targets.find((target) => target.refId === refId);
  if (found === undefined) throw new Error(`no panel ${title} with a query ${refId}`);
  return expanded(found.rawSql, { ...range, variables: { ...range.variables, trace } });
};
const total = ({ rows }: QueryResult, column: string): number => rows.reduce((sum, row) => sum + Number(row[column]), 0);

const NUMBER = /^(short|int|long|float|double)$/;

/** What a kind of panel needs of the columns that come back: name and type; more may follow. */
const needs = (panel: Panel, target: Target): readonly (readonly [RegExp, RegExp])[] => {
  switch (panel.type) {
    case 'timeseries': return [[/^time$/, /^timestamp$/], [/^edge$/, /^varchar$/], [/./, NUMBER]];
    case 'heatmap': return [[/^time$/, /^timestamp$/], [/^100 us$/, NUMBER], [/^200 us$/, NUMBER]];
    case 'nodeGraph': return target.refId === 'nodes'
      ? [[/^id$/, /^varchar$/], [/^title$/, /^varchar$/], [/^mainstat$/, NUMBER], [/^secondarystat$/, NUMBER], [/^arc__ok$/, NUMBER], [/^arc__errors$/, NUMBER]]
      : [[/^id$/, /^varchar$/], [/^source$/, /^varchar$/], [/^target$/, /^varchar$/], [/^mainstat$/, NUMBER]];
    case 'stat': return [[/^calls$/, NUMBER], [/^calls_per_s$/, NUMBER], [/^errors$/, NUMBER], [/^error_share$/, NUMBER], [/^avg_ms$/, NUMBER], [/^slowest_p95_ms$/, NUMBER], [/^confidence$/, NUMBER], [/^coverage$/, NUMBER]];
    case 'table': return [[/./, /./], [/./, /./]];
    default: throw new Error(`a panel of type ${panel.type}: say what it needs`);
  }
};
const missing = (panel: Panel, target: Target, { columns, rows }: QueryResult): readonly string[] => [
  ...needs(panel, target).flatMap(([name, type], at) => (name.test(columns[at]?.name ?? '') && type.test(columns[at]?.type ?? '') ? [] : [`${panel.title}: column ${at} is ${JSON.stringify(columns[at])}`])),
  // Loss is counted only where there is some.
  ...(rows.length > 0 || panel.title === 'What the taps did not see' ? [] : [`${panel.title} ${target.refId}: no rows`]),
];

describe.each([['questdb', QUESTDB], ['postgres', POSTGRES]] as const)('the overview for %s', (name, source) => {
  const board = JSON.parse(readFileSync(new URL(`../../../docker/grafana/dashboards/overview-${name}.json`, import.meta.url), 'utf8')) as Board;

  test('is what dashboard.ts makes (npm run grafana)', () => {
    expect(board).toEqual(JSON.parse(JSON.stringify(overview(source))));
  });

  test('every panel gets the columns that it needs, and rows', async () => {
    const faults: string[] = [];
    for (const panel of board.panels) {
      for (const target of panel.targets) faults.push(...missing(panel, target, await ask(panelQuery(board, panel.title, target.refId, rangeOf(panel.title)))));
    }
    expect(faults).toEqual([]);
    expect(board.panels.length).toBe(14);
  });

  test('the marks over the charts have a time, a text and tags', async () => {
    const [mark] = board.annotations.list;
    const { columns, rows } = await ask(expanded(mark?.target.rawSql ?? '', RANGE));
    expect(columns.map(({ name: column, type }) => [column, type])).toEqual([['time', 'timestamp'], ['text', 'varchar'], ['tags', 'varchar']]);
    expect(rows).toMatchObject([{ text: 'ratings: ratings answers later than it did', tags: 'changed' }]);
  });

  test('the variables have values', async () => {
    const values: Record<string, unknown[]> = {};
    for (const { name: variable, query: text } of board.templating.list.filter(({ name: one }) => ['tenant', 'service', 'run'].includes(one))) {
      const sql = typeof text === 'string' ? text : (text as Target).rawSql;
      values[variable] = (await ask(expanded(sql, RANGE))).rows.map((row) => Object.values(row)[0]);
    }
    expect(values).toEqual({ tenant: expect.arrayContaining([TENANT]), service: ['details', 'productpage', 'ratings', 'reviews'], run: expect.arrayContaining(['live']) });
  });
});

describe('the figures are those of the spans', () => {
  const board = JSON.parse(JSON.stringify(overview(POSTGRES))) as Board;
  const truth = (columns: string, more = ''): Promise<QueryResult> =>
    ask(`SELECT ${columns} FROM spans WHERE tenant = '${TENANT.replace("'", "''")}' AND withdrawn = false ${more}`);

  test('calls in total, on the edges, over time, and in the heatmap', async () => {
    expect(total(await ask(panelQuery(board, 'In this window')), 'calls')).toBe(BOOKINFO_EXCHANGES);
    expect(total(await ask(panelQuery(board, 'Who calls whom', 'edges')), 'secondarystat')).toBe(BOOKINFO_EXCHANGES);
    const perStep = await ask(panelQuery(board, 'Calls'));
    expect(Math.round(total(perStep, 'calls_per_s') * 10)).toBe(BOOKINFO_EXCHANGES);
    const { rows, columns } = await ask(panelQuery(board, 'Durations of the chosen services'));
    const answered = Number((await truth('count(duration_us) AS n')).rows[0]?.['n']);
    expect(columns.slice(1).reduce((sum, { name }) => sum + total({ rows, columns }, name), 0)).toBe(answered);
  });

  test('the share of errors and the longest request', async () => {
    const [slowest] = (await ask(panelQuery(board, 'Slowest requests'))).rows;
    expect(Number(slowest?.['duration_ms']) * 1_000).toBeCloseTo(Number((await truth('max(duration_us) AS most', 'AND depth = 0')).rows[0]?.['most']), 3);
    const [totals] = (await ask(panelQuery(board, 'In this window'))).rows;
    const errors = Number((await truth('count() AS n', 'AND (status >= 500 OR status = 0)')).rows[0]?.['n']);
    expect(Number(totals?.['error_share'])).toBeCloseTo(errors / BOOKINFO_EXCHANGES, 9);
  });

  test('what changed: against the twenty seconds before, as graph_diff says, and only what is more than noise', async () => {
    const { rows } = await ask(panelQuery(board, 'What changed', 'A', LATER));
    const before = `DECLARE @tenant := '${TENANT.replace("'", "''")}', @before_from := '2026-11-23T20:47:58Z', @before_to := '2026-11-23T20:48:18Z', @from := '2026-11-23T20:48:18Z', @to := '2026-11-23T20:48:38Z'`;
    const all = (await ask(`${before} SELECT change, caller, callee, what, avg_us_before, avg_us, more_than_noise FROM graph_diff`)).rows;
    const told = all.filter((row) => row['more_than_noise'] === true);
    expect(told.length).toBeGreaterThan(0);
    expect(rows.map(({ change, caller, callee, what }) => ({ change, caller, callee, what }))).toEqual(told.map(({ change, caller, callee, what }) => ({ change, caller, callee, what })));
    expect(Number(rows[0]?.['avg_ms'])).toBeCloseTo(Number(told[0]?.['avg_us']) / 1_000, 6);
  });

  test('what fails, and the requests in which it did', async () => {
    const errors = await truth('service, status, trace_id', 'AND (status >= 500 OR status = 0)');
    expect(errors.rows.length).toBeGreaterThan(0);
    const failures = await ask(panelQuery(board, 'What fails'));
    expect(total(failures, 'calls')).toBe(errors.rows.length);
    expect(errors.rows.map((row) => row['trace_id'])).toContain(failures.rows[0]?.['trace_id']);
    const requests = await ask(panelQuery(board, 'Latest failed requests'));
    expect(new Set(requests.rows.map((row) => row['trace_id']))).toEqual(new Set(errors.rows.map((row) => row['trace_id'])));
  });

  test('gRPC methods tell what failed', async () => {
    expect((await ask(panelQuery(board, 'gRPC methods'))).rows).toMatchObject([{ host: 'prices', route: '/prices.Prices/Get', calls: 4, failed: 1 }]);
  });

  test('where the time goes: shares of the critical path are at most all of it, most first', async () => {
    const { rows } = await ask(panelQuery(board, 'Where the time goes'));
    const shares = rows.map((row) => Number(row['critical_share']));
    expect(shares).toEqual(shares.toSorted((a, b) => b - a));
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 6);
  });

  test('the chosen trace has its spans, in tree order', async () => {
    const { rows } = await ask(panelQuery(board, 'The chosen trace'));
    const found = await truth('count() AS n', `AND trace_id = '${trace}'`);
    expect(rows.length).toBe(Number(found.rows[0]?.['n']));
    expect(rows[0]?.['at_ms']).toBe(0);
    // Grafana's tables draw several spaces as one.
    for (const row of rows) expect(`${row['span']}${row['waterfall']}`).not.toMatch(/ {2}|^ /);
    expect(rows[0]?.['waterfall']).toMatch(/^█+$/);
    expect(rows[1]?.['span']).toMatch(/^··\w/);
  });
});

test('a variable that nobody gave is an error, not an empty text', () => {
  expect(() => expanded('SELECT $nobody', RANGE)).toThrow(/\$nobody/);
});
