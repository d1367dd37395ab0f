#!/usr/bin/env node
// Spans a CPU second of the algorithms, side by side in one run, over a long stream made of one trace set told again and again.
//   node test/bench/infer.mjs TRACES_DIR [--sets hotel100,media75,node100] [--algorithms nesting,fcfs,model] [--spans 1000000] [--pipeline] [--window 1]
// Without --pipeline the algorithm alone: each telling of the set is one window an instance. With it exchanges go through the whole
// of the inference, window by window, to rows of spans. The parts of the stream are taken in turns, so that all meet the same machine.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { gunzipSync } from 'node:zlib';
import { load } from '../score/load.mjs';

const { values, positionals: [traces] } = parseArgs({ allowPositionals: true, options: {
  sets: { type: 'string', default: 'hotel100,media75,node100' }, algorithms: { type: 'string', default: 'nesting,fcfs,model' },
  spans: { type: 'string', default: '1000000' }, pipeline: { type: 'boolean' }, window: { type: 'string', default: '1' },
} });
if (traces === undefined) {
  process.stderr.write('usage: infer.mjs TRACES_DIR [--sets a,b] [--algorithms a,b] [--spans N] [--pipeline] [--window SECONDS]\n');
  process.exit(2);
}
const { ALGORITHMS, withHeaders, inferencePipeline, exchange, byStart } = await load(
  'udf/infer/registry.ts', 'udf/infer/headers.ts', 'udf/pipeline.ts', 'test/udf/exchange.ts', 'udf/order.ts');

/** Between two tellings: as long as no exchange lasts. */
const GAP_US = 2_000_000;
/** A telling starts on a whole second. */
const SECOND_US = 1_000_000;
/** Parts of the stream whose cost is told apart. */
const PARTS = 5;
/** Tellings made before any is told: making each beside those that are told left its own waste to be collected in their time. */
const TOLD_AT_ONCE = 16;
const HINTS = { trace: null, span: null, parent: null };

const rowsOf = (set) => gunzipSync(readFileSync(join(traces, `${set}.csv.gz`))).toString().trim().split('\n').slice(1).map((line) => {
  const [id, , caller, callee, operation, ...times] = line.split(',');
  return { id, caller, callee, operation, times: times.map(Number) };
});

/** The windows of one telling, by instance. */
const windowsOf = (rows, name, shift) => {
  const by = new Map();
  const at = (instance) => by.get(instance) ?? by.set(instance, { instance, served: [], calls: [] }).get(instance);
  for (const { id, caller, callee, operation, times } of rows) {
    const common = { id: `${name}-${id}`, operation, status: 200, hints: HINTS };
    at(callee).served.push({ ...common, caller, start: times[2] + shift, end: times[3] + shift });
    at(caller).calls.push({ ...common, callee, start: times[0] + shift, end: times[1] + shift });
  }
  return [...by.values()].filter(({ served, calls }) => served.length > 0 && calls.length > 0)
    .map(({ instance, served, calls }) => ({ instance, served: served.toSorted(byStart), calls: calls.toSorted(byStart) }));
};

const addresses = new Map();
const addressOf = (name) => addresses.get(name) ?? addresses.set(name, `10.0.0.${addresses.size + 1}`).get(name);
/** The rows of one telling as taps see it: one where both ends' times are the same, else one at each host. */
const exchangesOf = (rows, name, shift) => rows.flatMap(({ id, caller, callee, operation, times: [a, b, c, d] }) => {
  const row = (from, to, rest) => exchange(`${name}-${id}`, addressOf(caller), addressOf(callee), from + shift, to - from, { host: callee, route: operation, ...rest });
  return a === c && b === d ? [row(a, b, {})] : [row(a, b, { tap: caller, vantage: 'client' }), row(c, d, { tap: callee, vantage: 'server' })];
}).toSorted((one, other) => one.ts - other.ts);

/** A run of one algorithm alone: an inference an instance. */
const alone = (name) => {
  const inferences = new Map();
  return { tell: (windows) => {
    let spans = 0;
    for (const window of windows) {
      const inference = inferences.get(window.instance) ?? inferences.set(window.instance, ALGORITHMS[name]()).get(window.instance);
      spans += inference.assign(window).length;
    }
    return spans;
  } };
};
/** A run of the whole. */
const whole = (name) => {
  let spans = 0;
  const sink = { push: (window) => { spans += window.spans.length; }, advance: () => undefined, close: () => undefined };
  const pipeline = inferencePipeline({
    algorithm: withHeaders(ALGORITHMS[name]), run: 'live', names: { serviceOf: () => null, entries: [] }, minConfidence: 0,
    windowUs: Number(values.window) * SECOND_US, latenessUs: SECOND_US, count: () => undefined, written: () => null, tooLate: () => undefined,
  }, sink);
  return { tell: (rows) => {
    const before = spans;
    let mark = 0;
    for (const row of rows) {
      pipeline.push(row);
      if (row.ts >= mark + SECOND_US / 5) { mark = row.ts; pipeline.advance(mark); }
    }
    return spans - before;
  } };
};

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');
/** Moves the stream out of the young generation, so that making it is not billed to whoever allocates next. */
const settle = () => { for (let i = 0; i < 2; i++) collect({ type: 'minor' }); };

const figure = (spans, cpu) => (cpu === 0 ? '-' : `${(spans / cpu * 1_000).toFixed(0).padStart(4)}k`);
for (const set of values.sets.split(',')) {
  const rows = rowsOf(set);
  const first = Math.min(...rows.flatMap(({ times }) => times));
  const lasts = Math.ceil((Math.max(...rows.flatMap(({ times }) => times)) - first + GAP_US) / SECOND_US) * SECOND_US;
  const tellings = Math.ceil(Number(values.spans) / rows.length);
  const runs = values.algorithms.split(',').map((name) => ({ name, run: values.pipeline ? whole(name) : alone(name), spans: new Float64Array(PARTS + 1), cpu: new Float64Array(PARTS + 1) }));
  // The first telling is where the model learns: a part of its own.
  const partOf = (n) => (n === 0 ? 0 : 1 + Math.floor(PARTS * (n - 1) / Math.max(1, tellings - 1)));
  for (let n = 0; n < tellings;) {
    const part = partOf(n);
    const told = [];
    for (; n < tellings && partOf(n) === part && told.length < TOLD_AT_ONCE; n++) {
      // Through JSON, so that texts are as flat as those that come from a database.
      told.push(JSON.parse(JSON.stringify((values.pipeline ? exchangesOf : windowsOf)(rows, n, 1.7e15 + n * lasts - first))));
    }
    for (const { run, spans, cpu } of runs) {
      settle();
      const before = process.cpuUsage();
      for (const one of told) spans[part] += run.tell(one);
      const { user, system } = process.cpuUsage(before);
      cpu[part] += user + system;
    }
  }
  const sum = (list) => list.reduce((total, one) => total + one, 0);
  for (const { name, spans, cpu } of runs) {
    const parts = Array.from({ length: PARTS }, (_, k) => figure(spans[k + 1], cpu[k + 1]));
    console.log(`${set.padEnd(9)} ${name.padEnd(8)} ${sum(spans)} spans, all ${figure(sum(spans), sum(cpu))}/s, first telling ${figure(spans[0], cpu[0])}, later by fifths ${parts.join(' ')}, x${(sum(cpu) / sum(spans) / (sum(runs[0].cpu) / sum(runs[0].spans))).toFixed(1)} the CPU of ${runs[0].name}`);
  }
}
