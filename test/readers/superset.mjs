// Drives Apache Superset over its REST API against tapgraph: datasets on a table and on materialized views, charts, and what is refused.
//   node test/readers/superset.mjs       (npm run readers does not include it: 0.9 GB of packages, some minutes)
// The recipe that it tests is in sql/README.md.
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../bench/questdb.mjs';
import { equal, PARTS, WINDOW, withTapgraph } from './tapgraph.mjs';

const PACKAGES = ['apache-superset==4.0.2', 'questdb-connect==1.1.4', 'psycopg2-binary', 'marshmallow<4'];
const START_MS = 180_000;
/** `bi_*` are at most a minute behind. */
const BEHIND_MS = 120_000;
/** The hour of the capture: rows by the hour stand at its start. */
const HOUR = '2026-11-23T20:00:00 : 2026-11-23T21:00:00';
/** Grains of time that a chart may have, as Superset names them. */
const GRAINS = ['PT1M', 'PT1H', 'P1D'];
/** Of each roll-up with a time column: what a chart may break its calls down by, and how calls are counted. */
const ROLLUPS = {
  edge_1m: ['parent_service', 'service'], edge_1h: ['parent_service', 'service'], operation_1m: ['service', 'route'], operation_1h: ['service', 'route'],
  bi_edges: ['caller', 'callee'], bi_operations: ['service', 'route', 'status_class'],
};

const venv = join(PARTS, 'superset');
const run = (command, args, options = {}) => {
  const { status, stderr, error } = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 28, ...options });
  if (error !== undefined || status !== 0) throw new Error(`${command} ${args[0]}: ${error?.message ?? stderr.split('\n').slice(-8).join('\n')}`);
};
if (!existsSync(join(venv, 'bin', 'superset'))) {
  mkdirSync(PARTS, { recursive: true });
  run('python3', ['-m', 'venv', venv]);
  run(join(venv, 'bin', 'pip'), ['install', '-q', '--disable-pip-version-check', ...PACKAGES]);
}

const home = mkdtempSync(join(tmpdir(), 'tapgraph-superset-'));
const password = randomBytes(12).toString('hex');
writeFileSync(join(home, 'superset_config.py'), `
SECRET_KEY = "${randomBytes(32).toString('hex')}"
SQLALCHEMY_DATABASE_URI = "sqlite:///${home}/superset.db"
WTF_CSRF_ENABLED = False
TALISMAN_ENABLED = False
`, { mode: 0o600 });
const env = { ...process.env, SUPERSET_CONFIG_PATH: join(home, 'superset_config.py'), SUPERSET_HOME: home, FLASK_APP: 'superset.app:create_app()', PYTHONWARNINGS: 'ignore' };
const superset = join(venv, 'bin', 'superset');
for (const args of [['db', 'upgrade'], ['fab', 'create-admin', '--username', 'admin', '--firstname', 'a', '--lastname', 'b', '--email', 'a@example.org', '--password', password], ['init']]) {
  run(superset, args, { env });
}
const port = await freePort();
const server = spawn(superset, ['run', '-h', '127.0.0.1', '-p', String(port), '--with-threads'], { env, stdio: 'ignore' });
const base = `http://127.0.0.1:${port}`;
let token = '';
const call = async (method, path, body) => {
  const answer = await fetch(`${base}${path}`, {
    method, headers: { 'content-type': 'application/json', ...(token !== '' && { authorization: `Bearer ${token}` }) }, ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  try {
    return { status: answer.status, ...JSON.parse(text) };
  } catch {
    return { status: answer.status, message: text.slice(0, 500) };
  }
};
const done = async (what, answer) => {
  const { status, ...rest } = await answer;
  if (status >= 300) throw new Error(`${what}: ${status} ${JSON.stringify(rest).slice(0, 500)}`);
  return rest;
};

try {
  for (let waited = 0; ; waited += 500) {
    if (waited > START_MS || server.exitCode !== null) throw new Error('Superset did not start');
    await sleep(500);
    try {
      if ((await fetch(`${base}/health`)).ok) break;
    } catch {
      // Not listening yet.
    }
  }
  ({ access_token: token } = await done('login', call('POST', '/api/v1/security/login', { username: 'admin', password, provider: 'db', refresh: true })));
  await withTapgraph(async ({ env: reader, edges, calls, objects }) => {
    const uri = `questdb://${reader.PGUSER}:${reader.PGPASSWORD}@${reader.PGHOST}:${reader.PGPORT}/qdb`;
    const { id: database } = await done('database', call('POST', '/api/v1/database/', { database_name: 'tapgraph', engine: 'questdb', sqlalchemy_uri: uri, expose_in_sqllab: true, allow_dml: true }));
    const dataset = async (table_name) => (await done(`dataset on ${table_name}`, call('POST', '/api/v1/dataset/', { database, schema: '', table_name }))).id;
    const chart = async (id, query) => (await done('chart data', call('POST', '/api/v1/chart/data', {
      datasource: { id, type: 'table' }, result_type: 'full', result_format: 'json',
      queries: [{ time_range: HOUR, granularity: 'ts', row_limit: 1000, ...query }],
    }))).result[0].data;
    const sum = (column) => ({ label: column, expressionType: 'SQL', sqlExpression: `sum(${column})` });

    const spans = await dataset('spans');
    const columns = (await done('columns', call('GET', `/api/v1/dataset/${spans}`))).result.columns;
    equal('ts of a table is temporal', columns.find(({ column_name: name }) => name === 'ts').is_dttm, true);
    equal('calls of the table', (await chart(spans, { columns: [], metrics: [{ label: 'n', expressionType: 'SQL', sqlExpression: 'count()' }] }))[0].n, calls);
    console.log('table spans              dataset, time range, metric');

    equal('every bi_* object has charts here', objects.filter((name) => name.startsWith('bi_') && ROLLUPS[name] === undefined), []);
    const byName = (rows) => rows.toSorted((a, b) => (a.join(' ') < b.join(' ') ? -1 : 1));
    for (const [name, by] of Object.entries(ROLLUPS)) {
      const id = await dataset(name);
      equal(`ts of ${name} is temporal`, (await done('columns', call('GET', `/api/v1/dataset/${id}`))).result.columns.find(({ column_name: column }) => column === 'ts').is_dttm, true);
      const split = async () => byName((await chart(id, { columns: by, metrics: [sum('calls')] })).map((row) => [...by, 'calls'].map((column) => row[column])));
      let rows = await split();
      for (let waited = 0; rows.length === 0 && waited < BEHIND_MS; waited += 2_000) {
        await sleep(2_000);
        rows = await split();
      }
      equal(`calls of ${name}`, rows.reduce((all, row) => all + row.at(-1), 0), calls);
      if (by.length === 2 && by[1] !== 'route') equal(`the graph of ${name}`, rows, byName(edges));
      for (const grain of GRAINS) {
        const steps = await chart(id, { columns: [{ timeGrain: grain, columnType: 'BASE_AXIS', sqlExpression: 'ts', label: 'ts', expressionType: 'SQL' }], metrics: [sum('calls')], extras: { time_grain_sqla: grain } });
        equal(`calls of ${name} by ${grain}`, steps.reduce((all, row) => all + row.calls, 0), calls);
      }
      console.log(`${name.padEnd(24)} dataset, time column, ${by.join(' and ')}, by minute, hour and day`);
    }
    const view = await call('POST', '/api/v1/dataset/', { database, schema: '', table_name: 'call_graph' });
    equal('a dataset on a plain view is refused (see sql/README.md)', view.status >= 400, true);
    console.log('plain views              refused as datasets, as documented');
    const lab = await done('SQL Lab', call('POST', '/api/v1/sqllab/execute/', { database_id: database, runAsync: false, queryLimit: 1000, schema: null, sql:
      `DECLARE @from := '${WINDOW.TAPGRAPH_FROM}', @to := '${WINDOW.TAPGRAPH_TO}' SELECT caller, callee, calls FROM call_graph ORDER BY caller, callee`, client_id: randomBytes(5).toString('hex') }));
    equal('call_graph with DECLARE in SQL Lab', lab.data.map(({ caller, callee, calls: n }) => [caller, callee, n]), edges);
    console.log('SQL Lab                  call_graph with DECLARE');
  });
} finally {
  if (server.exitCode === null) {
    server.kill('SIGTERM');
    await new Promise((resolve) => { server.once('close', resolve); });
  }
  rmSync(home, { recursive: true, force: true });
}
