// Reads tapgraph with what analysts use, and compares what they get with our own query. Run: npm run readers [-- psql cursor python jdbc]
// Starts a QuestDB of its own on a new folder with the capture that ships. A reader whose parts cannot be had here (psql, python3
// with pip, Java with Maven) is said to be not tried, and makes the run fail only where it was asked for by name.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { equal, PARTS, ROOT, WINDOW, withTapgraph } from './tapgraph.mjs';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const PACKAGES = ['psycopg[binary]==3.3.*', 'pandas==3.*', 'duckdb==2.*', 'pyarrow'];
const DRIVER = 'org.postgresql:postgresql:42.7.8';
/** A cursor that held what it has read would grow by a hundred MiB and more. */
const MOST_GROWTH_MIB = 64;

class Missing extends Error {}

/** Runs what fetches a reader's parts. */
const fetchPart = (command, args) => {
  try {
    run(command, args);
  } catch (error) {
    throw new Missing(error.message, { cause: error });
  }
};
const run = (command, args, env = {}) => {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd: ROOT, env: { ...process.env, ...env }, encoding: 'utf8', maxBuffer: 1 << 28 });
  if (error !== undefined) throw new Missing(`${command} is not here: ${error.message}`);
  if (status !== 0) throw new Error(`${command} ended with ${status}:\n${stderr}`);
  return stdout;
};
/** Each reader: gets the environment and the truth, throws where it reads something else. */
const READERS = {
  psql: ({ env, edges, calls }) => {
    const lines = (text) => text.trim().split('\n').slice(1);
    const graph = `DECLARE @from := '${WINDOW.TAPGRAPH_FROM}', @to := '${WINDOW.TAPGRAPH_TO}' SELECT caller, callee, calls FROM call_graph ORDER BY caller, callee`;
    equal('psql --csv', lines(run('psql', ['qdb', '--csv', '-c', graph], env)), edges.map((edge) => edge.join(',')));
    equal('psql --csv of a table', lines(run('psql', ['qdb', '--csv', '-c', `SELECT count() FROM spans WHERE ts IN '2026-11-23'`], env)), [String(calls)]);
    const dt = run('psql', ['qdb', '-c', '\\dt'], env);
    for (const name of ['spans', 'call_graph', 'edge_1h']) equal(`\\dt lists ${name}`, dt.includes(` ${name} `), true);
    equal('SHOW COLUMNS', lines(run('psql', ['qdb', '--csv', '-c', 'SHOW COLUMNS FROM call_graph'], env)).length > 10, true);
  },
  cursor: ({ env }) => {
    const { rows, sum, grewMiB, after } = JSON.parse(run('node', [join(HERE, 'cursor.mjs')], env));
    equal('pg-cursor', { rows, sum, after }, { rows: 1_000_000, sum: 500_000_500_000, after: 1 });
    equal(`memory stays (grew by ${grewMiB} MiB)`, grewMiB < MOST_GROWTH_MIB, true);
  },
  python: ({ env, edges, calls }) => {
    const venv = join(PARTS, 'venv');
    if (!existsSync(join(venv, 'complete'))) {
      fetchPart('python3', ['-m', 'venv', venv]);
      fetchPart(join(venv, 'bin', 'pip'), ['install', '-q', '--disable-pip-version-check', ...PACKAGES]);
      mkdirSync(join(venv, 'complete'));
    }
    const { duckdb_types: types, ...found } = JSON.parse(run(join(venv, 'bin', 'python'), [join(HERE, 'readers.py')], env));
    equal('python', found, {
      psycopg: edges, psycopg_types: [true, true, true, true], psycopg_write_refused: true, psycopg_declare_text: edges, psycopg_declare_time: edges,
      psycopg_named_cursor_refused: true, pandas: edges, pandas_time: true, pandas_calls: calls, duckdb: edges, pyarrow_rows: calls,
    });
    equal('DuckDB types', types, { ts: 'TIMESTAMP WITH TIME ZONE', span_id: 'UUID', duration_us: 'BIGINT' });
  },
  jdbc: ({ env, edges, calls }) => {
    const jar = join(PARTS, `postgresql-${DRIVER.split(':')[2]}.jar`);
    if (!existsSync(jar)) fetchPart('mvn', ['-B', '-q', '-ntp', 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy', `-Dartifact=${DRIVER}`, `-DoutputDirectory=${PARTS}`]);
    const found = Object.fromEntries(run('java', ['-cp', jar, join(HERE, 'Readers.java')], env).trim().split('\n').map((line) => line.split('\t')));
    equal('JDBC', found, {
      tables: 'true', columns_of_a_table: 'true', columns_of_a_view: 'true', pg_class: 'true', prepared_count: String(calls),
      edges: edges.map((edge) => edge.join(',')).join(';'), fetch_size_sum: '20000100000', write_refused: 'true',
      index_info_refused: 'true', imported_keys_refused: 'true', type_info_refused: 'true',
    });
  },
};

const wanted = process.argv.slice(2);
for (const name of wanted) {
  if (READERS[name] !== undefined) continue;
  console.error(`there is no reader ${name}; there are ${Object.keys(READERS).join(', ')}`);
  process.exit(2);
}
let failed = 0;
await withTapgraph(({ env, edges, calls }) => {
  for (const [name, read] of Object.entries(READERS)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    try {
      read({ env, edges, calls });
      console.log(`${name.padEnd(8)} reads what it should`);
    } catch (error) {
      const missing = error instanceof Missing;
      if (!missing || wanted.length > 0) failed++;
      console.log(`${name.padEnd(8)} ${missing ? 'NOT TRIED, a part cannot be had here: ' : ''}${error.message}`);
    }
  }
});
process.exitCode = failed === 0 ? 0 : 1;
