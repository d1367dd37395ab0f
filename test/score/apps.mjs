// Scores every algorithm on every application capture of ../shared/apps and prints one table.
//   node test/score/apps.mjs [--algorithms nesting,fcfs] [--sets hr5,bi15] [--evidence timing,token] [--from packets|truth] [--json]
// Beside edges_all of the model stand those of first-come-first-served, in brackets.
// --from truth takes times, addresses and operations (never parents) from the truth file instead of decoding packets:
// it tells what is lost in inference from what is lost in decoding.
import { execFileSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import Table from 'cli-table3';
import { load } from './load.mjs';

const SETS = new URL('../../../shared/apps/', import.meta.url).pathname;
if (!existsSync(SETS)) {
  console.error(`score:apps needs the captures in ${SETS}`);
  process.exit(1);
}
const { values } = parseArgs({ options: {
  algorithms: { type: 'string' }, sets: { type: 'string' }, from: { type: 'string', default: 'packets' },
  evidence: { type: 'string', default: 'timing,token,header' }, json: { type: 'boolean' },
} });
const { ALGORITHMS } = await load('udf/infer/registry.ts');
const { inferExchanges, parentLine } = await load('udf/offline/exchanges.ts');
const names = values.algorithms?.split(',') ?? Object.keys(ALGORITHMS);
const files = readdirSync(SETS);
const sets = values.sets?.split(',') ?? files.filter((f) => f.endsWith('.truth.jsonl.gz')).map((f) => f.slice(0, -15));

const evidence = new Set(values.evidence.split(','));
const tokenKey = [0x7461_7067, 0x7261_7068];
const digest = (id) => createHmac('sha256', 'score').update(id).digest('hex').slice(0, 32);

const fromPackets = async (set) => {
  const { exchangePipeline, asStored } = await load('ingest/pipeline.ts', 'sql/exchange.ts');
  const { readCapture } = await load('ingest/capture/file.ts');
  const { counters } = await load('sql/counters.ts');
  const exchanges = [];
  const out = { push: (exchange) => { exchanges.push(asStored(exchange)); }, advance: () => {}, close: () => {} };
  for (const file of files.filter((f) => f === `${set}.pcap.gz` || (f.startsWith(`${set}-`) && f.endsWith('.pcap.gz')))) {
    const line = exchangePipeline(out, {
      tenant: 'default', tap: basename(file, '.pcap.gz'), digest, counters: counters(), streams: true, ...(evidence.has('token') && { tokenKey }),
    });
    await readCapture(join(SETS, file), line, {});
    line.close();
  }
  return exchanges;
};

const split = (endpoint) => [endpoint.slice(0, endpoint.lastIndexOf(':')), Number(endpoint.slice(endpoint.lastIndexOf(':') + 1))];
const fromTruth = (set) => gunzipSync(readFileSync(join(SETS, `${set}.truth.jsonl.gz`))).toString().trim().split('\n').flatMap((text, n) => {
  const t = JSON.parse(text);
  const [client_ip, client_port] = split(t.client);
  const [server_ip, server_port] = split(t.server);
  const path = t.path?.replace(/\?.*$/, '').replace(/\/\d+(?=\/|$)/g, '/{id}') ?? null;
  const row = (tap, start, end) => ({
    ts: start, tenant: 'default', tap, vantage: 'middle', exchange_id: `e${n}`, connection_id: '', network: '',
    client_ip, client_port, server_ip, server_port, protocol: t.proto, method: t.method, host: null, route: path, target: path,
    status: t.status ?? 0, status_class: 'none', outcome: end === null ? 'unanswered' : 'complete', request_bytes: 0, response_bytes: 0,
    request_us: null, first_byte_us: null, duration_us: end === null ? null : end - start, duration_le_us: null, handshake_us: null,
    retransmits: 0, gap_bytes: 0, trace_hint: null, span_hint: null, parent_hint: null,
  });
  return t.client_start_us === undefined ? [row(set, t.t_req_us, t.t_resp_us)] : [
    row(`${set}-${t.caller}`, t.client_start_us, t.client_end_us ?? null),
    row(`${set}-${t.service}`, t.server_start_us, t.server_end_us ?? null),
  ];
});

const work = mkdtempSync(join(tmpdir(), 'tapgraph-score-'));
const rows = [];
try {
  for (const set of sets) {
    const exchanges = values.from === 'truth' ? fromTruth(set) : await fromPackets(set);
    for (const name of names) {
      const output = join(work, `${set}-${name}.jsonl`);
      const { user: userBefore, system: systemBefore } = process.cpuUsage();
      const inferred = inferExchanges(exchanges, { algorithm: ALGORITHMS[name], evidence });
      const { user, system } = process.cpuUsage();
      const seconds = (user - userBefore + system - systemBefore) / 1e6;
      writeFileSync(output, inferred.map((one) => `${parentLine(one)}\n`).join(''));
      const score = JSON.parse(execFileSync(process.execPath, [join(SETS, 'score.mjs'), join(SETS, `${set}.truth.jsonl.gz`), output, '--json'], { encoding: 'utf8' }));
      rows.push({ set, algorithm: name, ...score, spans_s: Math.round(exchanges.length / seconds) });
    }
  }
} finally {
  rmSync(work, { recursive: true });
}
if (values.json) {
  for (const row of rows) console.log(JSON.stringify(row));
} else {
  const columns = ['set', 'algorithm', 'edges_all', 'traces_all', 'false_parents', 'found', 'extra', 'ece', 'coverage90', 'precision90', 'spans_s'];
  const table = new Table({ head: columns, style: { head: [], border: [] } });
  const fcfsOf = (set) => rows.find((row) => row.set === set && row.algorithm === 'fcfs')?.edges_all;
  for (const row of rows) {
    const fcfs = row.algorithm === 'model' ? fcfsOf(row.set) : undefined;
    table.push(columns.map((column) => (column === 'edges_all' && fcfs !== undefined ? `${row.edges_all} (${fcfs})` : String(row[column] ?? '-'))));
  }
  console.log(table.toString());
}
