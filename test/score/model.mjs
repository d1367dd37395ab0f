#!/usr/bin/env node
// Scores algorithms on the trace sets, in one process: node test/score/model.mjs TRACES_DIR [--sets a,b] [--factors 1,2,5] [--algorithms model,fcfs]
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { build } from 'esbuild';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { sets: { type: 'string' }, factors: { type: 'string', default: '1' }, algorithms: { type: 'string', default: 'model' } } });
const traces = positionals[0];
const work = mkdtempSync(join(tmpdir(), 'tapgraph-'));
const root = new URL('../..', import.meta.url).pathname;
await build({
  stdin: { contents: `export { inferTraceSet } from './udf/offline/csv.ts'; export { ALGORITHMS } from './udf/infer/registry.ts';`, resolveDir: root, loader: 'ts' },
  bundle: true, platform: 'node', format: 'esm', outfile: join(work, 'all.mjs'), logLevel: 'error',
});
const { inferTraceSet, ALGORITHMS } = await import(join(work, 'all.mjs'));
const sets = values.sets?.split(',') ?? readdirSync(traces).filter((f) => f.endsWith('.csv.gz')).map((f) => f.slice(0, -7));
for (const set of sets) for (const factor of values.factors.split(',')) {
  const file = join(traces, `${set}.csv.gz`);
  const text = factor === '1' ? gunzipSync(readFileSync(file)).toString() : execFileSync(process.execPath, [join(traces, 'compress.mjs'), file, factor], { maxBuffer: 1 << 30 }).toString();
  const csv = join(work, `${set}.csv`);
  writeFileSync(csv, text);
  const cells = [];
  for (const name of values.algorithms.split(',')) {
    const before = process.cpuUsage();
    const out = inferTraceSet(text, csv, ALGORITHMS[name]);
    const cpu = process.cpuUsage(before);
    writeFileSync(join(work, 'p.csv'), out);
    const score = JSON.parse(execFileSync(process.execPath, [join(traces, 'score.mjs'), csv, join(work, 'p.csv'), '--json']).toString());
    const rate = score.exchanges / (cpu.user + cpu.system) * 1000;
    cells.push(`${name} ${score.traces_tw}/${score.traces_all} edges ${score.edges_all} ece ${score.ece} c90 ${score.coverage90}/${score.precision90} ${rate.toFixed(0)}k/s`);
  }
  console.log(`${set} x${factor}`.padEnd(14), cells.join(' | '));
}
