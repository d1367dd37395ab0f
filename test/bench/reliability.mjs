#!/usr/bin/env node
// Draws how often parents are right at each stated probability: node test/bench/reliability.mjs TRACES_DIR [OUT=docker/reliability.svg] [--factors 1,5] [--algorithm model]
// TRACES_DIR holds trace sets (*.csv.gz, with the column `parent`) and compress.mjs.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { build } from 'esbuild';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { factors: { type: 'string', default: '1,5' }, algorithm: { type: 'string', default: 'model' } } });
const root = new URL('../..', import.meta.url).pathname;
const [traces, out = join(root, 'docker/reliability.svg')] = positionals;
if (traces === undefined) {
  process.stderr.write('usage: reliability.mjs TRACES_DIR [OUT.svg]\n');
  process.exit(2);
}
const work = mkdtempSync(join(tmpdir(), 'tapgraph-'));
await build({
  stdin: { contents: `export { inferTraceSet } from './udf/offline/csv.ts'; export { ALGORITHMS } from './udf/infer/registry.ts';`, resolveDir: root, loader: 'ts' },
  bundle: true, platform: 'node', format: 'esm', outfile: join(work, 'all.mjs'), logLevel: 'error',
});
const { inferTraceSet, ALGORITHMS } = await import(join(work, 'all.mjs'));

const BINS = 20;
const rowsOf = (csv) => csv.trim().split('\n').slice(1).map((line) => line.split(','));

/** Edges by stated probability: how many, how many right, and the sum of what was stated. */
const binsOf = (factor) => {
  const bins = Array.from({ length: BINS }, () => ({ edges: 0, right: 0, stated: 0 }));
  for (const name of readdirSync(traces).filter((file) => file.endsWith('.csv.gz'))) {
    const file = join(traces, name);
    const text = factor === 1 ? gunzipSync(readFileSync(file)).toString()
      : execFileSync(process.execPath, [join(traces, 'compress.mjs'), file, String(factor)], { maxBuffer: 1 << 30 }).toString();
    const truth = new Map(rowsOf(text).map(([exchange, parent]) => [exchange, parent]));
    for (const [exchange, parent, confidence] of rowsOf(inferTraceSet(text, name, ALGORITHMS[values.algorithm]))) {
      const right = truth.get(exchange);
      if (right === '' || right === undefined) continue;
      const bin = bins[Math.min(BINS - 1, Math.floor(Number(confidence) * BINS))];
      bin.edges++;
      bin.stated += Number(confidence);
      bin.right += Number(parent === right);
    }
  }
  return bins;
};
const errorOf = (bins) => bins.reduce((sum, { stated, right }) => sum + Math.abs(stated - right), 0) / bins.reduce((sum, { edges }) => sum + edges, 0);
const curves = values.factors.split(',').map(Number).map((factor) => {
  const bins = binsOf(factor);
  return { factor, bins, edges: bins.reduce((sum, { edges }) => sum + edges, 0), error: errorOf(bins) };
});
rmSync(work, { recursive: true });

const [WIDTH, HEIGHT, LEFT, TOP, SIDE] = [640, 420, 64, 24, 340];
const COLOURS = ['#0b7285', '#d9480f', '#6741d9', '#2b8a3e'];
const x = (share) => (LEFT + share * SIDE).toFixed(1);
const y = (share) => (TOP + (1 - share) * SIDE).toFixed(1);
const ticks = [0, 0.25, 0.5, 0.75, 1];
const axes = ticks.map((at) => `<line class="grid" x1="${x(at)}" y1="${y(0)}" x2="${x(at)}" y2="${y(1)}"/><line class="grid" x1="${x(0)}" y1="${y(at)}" x2="${x(1)}" y2="${y(at)}"/>
  <text x="${x(at)}" y="${Number(y(0)) + 18}" text-anchor="middle">${at}</text><text x="${LEFT - 8}" y="${Number(y(at)) + 4}" text-anchor="end">${at}</text>`).join('\n  ');
/** Fewer edges than this say nothing of a share: a dot, but no part of the line. */
const LEAST_EDGES = 20;
const curve = ({ bins, edges, factor, error }, n) => {
  const points = bins.filter((bin) => bin.edges > 0).map((bin) => ({ at: [x(bin.stated / bin.edges), y(bin.right / bin.edges)], radius: 2 + 7 * Math.sqrt(bin.edges / edges), bin }));
  const colour = COLOURS[n % COLOURS.length];
  const dots = points.map(({ at: [cx, cy], radius, bin }) =>
    `<circle cx="${cx}" cy="${cy}" r="${radius.toFixed(1)}" fill="${colour}" fill-opacity=".75"><title>stated ${(bin.stated / bin.edges).toFixed(3)}, right ${(bin.right / bin.edges).toFixed(3)}, ${bin.edges} edges</title></circle>`).join('');
  const legend = TOP + 20 + n * 52;
  return `<polyline points="${points.filter(({ bin }) => bin.edges >= LEAST_EDGES).map(({ at }) => at.join(',')).join(' ')}" fill="none" stroke="${colour}" stroke-width="1.5"/>${dots}
  <circle cx="${LEFT + SIDE + 24}" cy="${legend - 4}" r="5" fill="${colour}"/><text x="${LEFT + SIDE + 36}" y="${legend}">${factor === 1 ? 'load as recorded' : `load × ${factor}`}</text>
  <text class="small" x="${LEFT + SIDE + 36}" y="${legend + 17}">error ${error.toFixed(4)}, ${Math.round(edges / 1_000)} k edges</text>`;
};
writeFileSync(out, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="Share of parents that are right, by stated probability">
  <style>text{font:13px system-ui,sans-serif;fill:#212529}.small{font-size:11px}.grid{stroke:#adb5bd;stroke-opacity:.4}.even{stroke:#868e96;stroke-dasharray:4 4}
  @media (prefers-color-scheme:dark){text{fill:#e9ecef}}</style>
  ${axes}
  <line class="even" x1="${x(0)}" y1="${y(0)}" x2="${x(1)}" y2="${y(1)}"/>
  <text x="${x(0.5)}" y="${HEIGHT - 12}" text-anchor="middle">stated probability of the parent</text>
  <text transform="translate(16 ${y(0.5)}) rotate(-90)" text-anchor="middle">share that is right</text>
  ${curves.map(curve).join('\n  ')}
</svg>
`);
for (const { factor, bins, edges, error } of curves) {
  process.stdout.write(`× ${factor}: ${edges} edges, calibration error ${error.toFixed(4)}\n`);
  for (const [n, bin] of bins.entries()) {
    if (bin.edges > 0) process.stdout.write(`  ${(n / BINS).toFixed(2)}  stated ${(bin.stated / bin.edges).toFixed(3)}  right ${(bin.right / bin.edges).toFixed(3)}  ${bin.edges}\n`);
  }
}
