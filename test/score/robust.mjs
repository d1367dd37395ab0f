#!/usr/bin/env node
// Scores algorithms on disturbed trace sets: node test/score/robust.mjs TRACES_DIR [--sets a,b] [--algorithms model,fcfs] [--disturbances round,miss1]
// Prints, a disturbance and algorithm: share of calls whose parent is right (for a call whose parent was lost: that it has none).
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { build } from 'esbuild';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { sets: { type: 'string', default: 'hotel50,media75,node100' }, algorithms: { type: 'string', default: 'model,fcfs,arrival,nesting' }, disturbances: { type: 'string' } } });
const work = mkdtempSync(join(tmpdir(), 'tapgraph-'));
await build({
  stdin: { contents: `export { inferTraceSet } from './udf/offline/csv.ts'; export { ALGORITHMS } from './udf/infer/registry.ts';`, resolveDir: new URL('../..', import.meta.url).pathname, loader: 'ts' },
  bundle: true, platform: 'node', format: 'esm', outfile: join(work, 'all.mjs'), logLevel: 'error',
});
const { inferTraceSet, ALGORITHMS } = await import(join(work, 'all.mjs'));

const generator = (seed) => () => {
  seed = (seed * 1103515245 + 12345) % 2147483648;
  return seed / 2147483648;
};
// a row: exchange,parent,caller,callee,operation,client_start,client_end,server_start,server_end
const times = (row, change) => [...row.slice(0, 5), ...row.slice(5).map((t, i) => change(Number(t), i + 5))];
const missing = (share) => (rows, random) => rows.filter(() => random() >= share);
const DISTURBANCES = {
  none: (rows) => rows,
  round: (rows) => rows.map((row) => times(row, (t) => Math.floor(t / 1000) * 1000)),
  miss1: missing(0.01),
  miss5: missing(0.05),
  offset: (rows) => {
    const names = [...new Set(rows.flatMap((row) => [row[2], row[3]]))];
    const shift = new Map(names.map((name, i) => [name, (i % 2 === 0 ? 1 : -1) * (10_000 - 37 * i)]));
    return rows.map((row) => times(row, (t, i) => t + shift.get(row[i < 7 ? 2 : 3])));
  },
  // the first try of a leaf fails fast and is sent again after half a millisecond
  retry5: (rows, random) => {
    const parents = new Set(rows.map((row) => row[1]));
    return rows.flatMap((row) => (row[1] === '' || parents.has(row[0]) || random() >= 0.05 ? [row] : [
      [`${row[0]}-r`, ...row.slice(1, 5), Number(row[5]) - 1500, Number(row[5]) - 500, Number(row[7]) - 1500, Number(row[7]) - 500], row,
    ]));
  },
  // every parent of a leaf sends one more call as it ends, which takes 20 ms
  forget: (rows, random) => rows.flatMap((row) => {
    if (row[1] === '') return [row];
    const start = Number(row[7]) + Math.floor(0.8 * (row[8] - row[7]));
    const end = start + 10_000 + Math.floor(20_000 * random());
    return [row, [`${row[0]}-f`, row[0], row[3], 'audit', 'POST /audit', start, end, start, end]];
  }),
};

for (const set of values.sets.split(',')) for (const name of (values.disturbances ?? Object.keys(DISTURBANCES).join(',')).split(',')) {
  const [header, ...lines] = gunzipSync(readFileSync(join(positionals[0], `${set}.csv.gz`))).toString().trim().split('\n');
  const rows = DISTURBANCES[name](lines.map((line) => line.split(',')), generator(7)).toSorted((a, b) => a[5] - b[5]);
  const kept = new Set(rows.map((row) => row[0]));
  const text = `${header}\n${rows.map((row) => row.join(',')).join('\n')}\n`;
  const cells = values.algorithms.split(',').map((algorithm) => {
    const found = new Map(inferTraceSet(text, set, ALGORITHMS[algorithm]).trim().split('\n').slice(1).map((line) => { const cell = line.split(','); return [cell[0], cell]; }));
    let [calls, right, error] = [0, 0, 0];
    const bins = Array.from({ length: 20 }, () => [0, 0]);
    for (const [exchange, parent] of rows) {
      if (parent === '') continue;
      const [, guess, confidence] = found.get(exchange);
      const good = guess === (kept.has(parent) ? parent : '');
      calls++;
      right += good;
      const bin = bins[Math.min(19, Math.floor(confidence * 20))];
      bin[0] += Number(confidence);
      bin[1] += good;
    }
    for (const [sure, good] of bins) error += Math.abs(sure - good) / calls;
    return `${algorithm} ${(100 * right / calls).toFixed(2)} ece ${error.toFixed(3)}`;
  });
  console.log(`${set} ${name}`.padEnd(18), cells.join(' | '));
}
