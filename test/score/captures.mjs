// Decodes every capture of a corpus and scores the exchanges against its truth (CORPUS/score.py).
//   npm run score:captures [-- CORPUS = ../shared/captures] [-- further arguments of score.py]
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { load } from './load.mjs';

const [corpus = new URL('../../../shared/captures', import.meta.url).pathname, ...more] = process.argv.slice(2);
const { exchangePipeline, readCapture, counters } = await load('ingest/pipeline.ts', 'ingest/capture/file.ts', 'sql/counters.ts');
const out = mkdtempSync(join(tmpdir(), 'tapgraph-score-'));
const endpoint = (ip, port) => (ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`);
const seconds = (us) => (us === null ? null : us / 1e6);

const scored = (row) => ({
  ts_request: seconds(row.method === null ? null : row.ts),
  ts_response: seconds(row.method === null ? row.ts : row.first_byte_us === null ? null : row.ts + row.first_byte_us),
  client: endpoint(row.client_ip, row.client_port),
  server: endpoint(row.server_ip, row.server_port),
  method: row.method, uri: row.target, host: row.host, status: row.status === 0 ? null : row.status,
  request_body_len: row.request_bytes, response_body_len: row.response_bytes, response_time_s: seconds(row.first_byte_us),
  unanswered: row.status === 0, orphan_response: row.method === null,
  ...(/^(h2|grpc)$/.test(row.protocol) && { proto: 'h2' }),
});

const index = readFileSync(join(corpus, 'INDEX.tsv'), 'utf8').trim().split('\n').map((line) => line.split('\t'));
const column = Object.fromEntries(index[0].map((name, at) => [name, at]));
let unreadable = 0;
for (const row of index.slice(1)) {
  const lines = [];
  const line = exchangePipeline(
    { push: (exchange) => { lines.push(JSON.stringify(scored(exchange))); }, advance: () => {}, close: () => {} },
    { tenant: 'default', tap: row[column.name], digest: (id) => id, keepTargets: true, ageUs: Infinity, anyTime: true, counters: counters() });
  try {
    await readCapture(join(corpus, row[column.file]), line);
    line.close();
  } catch (error) {
    unreadable++;
    console.log(`${row[column.file]}: ${error.message}`);
  }
  const file = join(out, row[column.set], `${row[column.name]}.jsonl`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, lines.map((one) => `${one}\n`).join(''));
}
console.log(`${index.length - 1} captures decoded, ${unreadable} unreadable, exchanges in ${out}`);
spawnSync('python3', [join(corpus, 'score.py'), out, '--only-bad', ...more], { stdio: 'inherit' });
