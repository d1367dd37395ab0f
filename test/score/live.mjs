// Scores the spans that end up in SQL: ingests the captures of an application through the commands that users run, infers over the
// database, and compares with the same packets inferred offline (what score:apps prints).
//   node test/score/live.mjs [--sets hr5,hr20,fed15] [--ways offline,stored,live] [--evidence timing,token,header] [--algorithm model] [--json]
// stored: `tapgraph ingest` and then `tapgraph infer`; live: `tapgraph infer --follow` runs while `tapgraph ingest` goes on.
// `same`: share of calls that are given the same parent as offline.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import { modules, ownQuestDb, ROOT } from '../bench/questdb.mjs';

const SETS = new URL('../../../shared/apps/', import.meta.url).pathname;
if (!existsSync(SETS)) {
  console.error(`score:live needs the captures in ${SETS}`);
  process.exit(1);
}
const { values } = parseArgs({ options: {
  sets: { type: 'string', default: 'hr5,hr20,fed15' }, ways: { type: 'string', default: 'offline,stored,live' }, evidence: { type: 'string' },
  algorithm: { type: 'string', default: 'model' }, json: { type: 'boolean' },
} });
const COMMAND = new URL('docker/tapgraph.mjs', ROOT).pathname;
const { query, reader, readExchanges, mergeSightings, vantageLearner } = await modules(
  'sql/read/query.ts', 'sql/read/exchanges.ts', 'udf/source/merged.ts', 'udf/source/vantage.ts');
const files = readdirSync(SETS);
const capturesOf = (set) => files.filter((file) => file === `${set}.pcap.gz` || (file.startsWith(`${set}-`) && file.endsWith('.pcap.gz'))).map((file) => join(SETS, file));

const ran = async (...args) => {
  const child = spawn(process.execPath, [COMMAND, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
  const err = [];
  child.stderr.on('data', (text) => { err.push(text); });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`tapgraph ${args.join(' ')} ended with ${code}:\n${err.join('')}`);
};

const endpoint = (ip, port) => `${ip}:${port}`;

/** Spans as lines of a parents file; a call's time is that of the tap nearest to its client. */
const predictionsOf = async (database, exchanges) => {
  const vantages = vantageLearner();
  const rows = new Map();
  const db = reader(database);
  for await (const page of readExchanges(db, { from: 0, to: Number.MAX_SAFE_INTEGER })) {
    for (const row of page) {
      vantages.see(row);
      rows.set(row.exchange_id, [...rows.get(row.exchange_id) ?? [], row]);
    }
  }
  await db.close();
  const places = new Map([...rows].map(([id, sightings]) => {
    const { exchange, client } = mergeSightings(sightings, vantages.sideOf);
    return [id, { client: endpoint(exchange.client_ip, exchange.client_port), server: endpoint(exchange.server_ip, exchange.server_port), t_req_us: client.start }];
  }));
  if (places.size !== exchanges) throw new Error(`${places.size} exchanges of ${exchanges} are in the database`);
  const { rows: spans } = await query(database, 'SELECT span_id, parent_id, probability FROM spans WHERE withdrawn = false');
  return spans.map(({ span_id: id, parent_id: parent, probability: confidence }) => {
    const { client, server, t_req_us } = places.get(id);
    return { client, server, t_req_us, parent: places.get(parent) ?? null, confidence };
  });
};

const settled = async (database, wanted) => {
  for (let before = -1; ;) {
    await sleep(2000);
    const { rows: [{ n }] } = await query(database, 'SELECT count() AS n FROM spans');
    if (Number(n) >= wanted && n === before) return;
    before = n;
  }
};

const work = mkdtempSync(join(tmpdir(), 'tapgraph-score-'));
const scoreOf = (set, lines) => {
  const output = join(work, `${set}.jsonl`);
  writeFileSync(output, lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join(''));
  return JSON.parse(execFileSync(process.execPath, [join(SETS, 'score.mjs'), join(SETS, `${set}.truth.jsonl.gz`), output, '--json'], { encoding: 'utf8' }));
};

const nameOf = ({ client, server, t_req_us: time }) => `${client} ${server} ${time}`;
const parentsOf = (lines) => new Map(lines.map((line) => [nameOf(line), line.parent === null ? '' : nameOf(line.parent)]));
const sameAs = (offline, lines) => {
  if (offline === null) return null;
  const parents = parentsOf(lines);
  const same = [...offline].filter(([name, parent]) => parents.get(name) === parent).length;
  return Number((100 * same / offline.size).toFixed(2));
};

const rows = [];
const common = ['--algorithm', values.algorithm, ...values.evidence === undefined ? [] : ['--evidence', values.evidence]];
for (const set of values.sets.split(',')) {
  const captures = capturesOf(set);
  const output = join(work, 'offline.jsonl');
  await ran('infer', '--captures', ...captures, '--output', output, ...common);
  const lines = readFileSync(output, 'utf8').trim().split('\n').map((line) => JSON.parse(line));
  const offline = parentsOf(lines);
  if (values.ways.includes('offline')) rows.push({ set, way: 'offline', ...scoreOf(set, lines), same: 100 });
  for (const way of values.ways.split(',').filter((one) => one !== 'offline')) {
    const own = await ownQuestDb({ quickStart: false });
    const { database } = own.server;
    const data = mkdtempSync(join(work, 'data-'));
    const store = ['--data', own.dataDir];
    try {
      const ingest = () => ran('ingest', ...captures, ...store);
      if (way === 'stored') {
        await ingest();
        await ran('infer', ...store, ...common);
      } else {
        const follower = spawn(process.execPath, [COMMAND, 'infer', '--follow', ...store, ...common], { stdio: ['ignore', 'ignore', 'inherit'] });
        await ingest();
        await settled(database, lines.length);
        follower.kill('SIGTERM');
        await once(follower, 'close');
      }
      const found = await predictionsOf(database, lines.length);
      const { rows: [tokens] } = await query(database, 'SELECT count() AS n FROM exchange_tokens');
      const { rows: decided } = await query(database, `SELECT evidence, count() AS n FROM spans WHERE parent_id IS NOT NULL ORDER BY evidence`);
      rows.push({ set, way, ...scoreOf(set, found), same: sameAs(offline, found), token_rows: Number(tokens.n), evidence: decided.map(({ evidence, n }) => `${evidence} ${n}`).join(', ') });
    } finally {
      rmSync(data, { recursive: true });
      await own.end(own.server);
    }
  }
}
rmSync(work, { recursive: true });
if (values.json) {
  for (const row of rows) console.log(JSON.stringify(row));
} else {
  const columns = ['set', 'way', 'edges_all', 'traces_all', 'ece', 'false_parents', 'found', 'extra', 'same', 'token_rows', 'evidence'];
  const table = new Table({ head: columns, style: { head: [], border: [] } });
  for (const row of rows) table.push(columns.map((column) => String(row[column] ?? '-')));
  console.log(table.toString());
}
