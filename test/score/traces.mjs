// Scores every algorithm on every trace set of ../shared/traces and prints one table.
//   node test/score/traces.mjs [--algorithms nesting,fcfs] [--sets hotel25,media75] [--compress 5] [--json]
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import { load } from './load.mjs';

const SETS = new URL('../../../shared/traces/', import.meta.url).pathname;
if (!existsSync(SETS)) {
  console.error(`score:traces needs the trace sets in ${SETS}`);
  process.exit(1);
}
const { values } = parseArgs({ options: {
  algorithms: { type: 'string' }, sets: { type: 'string' }, compress: { type: 'string' }, json: { type: 'boolean' },
} });
const { ALGORITHMS } = await load('udf/infer/registry.ts');
const { inferTraceSetFile } = await load('udf/offline/file.ts');
const names = values.algorithms?.split(',') ?? Object.keys(ALGORITHMS);
const number = (set) => [set.replace(/\d+$/, ''), Number(/\d+$/.exec(set)?.[0])];
const sets = values.sets?.split(',') ?? readdirSync(SETS).filter((f) => f.endsWith('.csv.gz')).map((f) => f.slice(0, -7))
  .toSorted((a, b) => number(a)[0].localeCompare(number(b)[0]) || number(a)[1] - number(b)[1]);

const work = mkdtempSync(join(tmpdir(), 'tapgraph-score-'));
const rows = [];
try {
  for (const set of sets) {
    let input = join(SETS, `${set}.csv.gz`);
    if (values.compress) {
      const packed = execFileSync(process.execPath, [join(SETS, 'compress.mjs'), input, values.compress], { maxBuffer: 1 << 30 });
      input = join(work, `${set}.csv`);
      writeFileSync(input, packed);
    }
    for (const name of names) {
      const output = join(work, `${set}-${name}.csv`);
      const from = performance.now();
      inferTraceSetFile(input, output, ALGORITHMS[name]);
      const seconds = (performance.now() - from) / 1000;
      const score = JSON.parse(execFileSync(process.execPath, [join(SETS, 'score.mjs'), input, output, '--json'], { encoding: 'utf8' }));
      rows.push({ set, algorithm: name, ...score, spans_s: Math.round(score.exchanges / seconds) });
    }
  }
} finally {
  rmSync(work, { recursive: true });
}
if (values.json) {
  for (const row of rows) console.log(JSON.stringify(row));
} else {
  const columns = ['set', 'algorithm', 'traces_tw', 'traces_all', 'edges_tw', 'edges_all', 'ece', 'coverage90', 'precision90', 'spans_s'];
  const table = new Table({ head: columns, style: { head: [], border: [] } });
  for (const row of rows) table.push(columns.map((column) => String(row[column] ?? '-')));
  console.log(table.toString());
}
