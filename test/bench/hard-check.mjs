// Compares the exchanges decoded from a capture of hard-capture.mjs with its truth: each one that no lost packet held bytes of
// must be there once, complete, with method, status and body lengths right, and nothing must be there that never was.
//   node test/bench/hard-check.mjs OUT.pcap
import { readFileSync } from 'node:fs';
import { load } from '../score/load.mjs';

const MOST_SHOWN = 20;
const [path] = process.argv.slice(2);
const { exchangePipeline, readCapture, counters } = await load('ingest/pipeline.ts', 'ingest/capture/file.ts', 'sql/counters.ts');
const truth = readFileSync(path.replace(/(\.pcap)?$/, '.truth.jsonl'), 'utf8').trim().split('\n').map((line) => JSON.parse(line));
const key = (client, target) => `${client} ${target}`;
const rows = new Map();
const without = [];
const tally = counters();
const line = exchangePipeline({
  push: (row) => {
    if (row.target === null) { without.push(row); return; }
    const at = key(row.client_port, row.target);
    rows.set(at, [...(rows.get(at) ?? []), row]);
  },
  advance: () => {}, close: () => {},
}, { tenant: 'default', tap: 'hard', digest: (id) => id, keepTargets: true, ageUs: Infinity, counters: tally });
await readCapture(path, line);
line.close();

const isRight = (row, one) => row.outcome === 'complete' && row.method === one.method && row.status === one.status
  && row.request_bytes === one.request_bytes && row.response_bytes === one.response_bytes;
const touched = new Set(truth.filter((one) => one.touched).map((one) => one.id));
/** Of exchanges pipelined together, a loss to one may leave the others without the place by which their answers are told. */
const classOf = (one) => {
  if (one.touched) return 'touched';
  const [from, to] = one.together;
  for (let id = from; id < to; id++) if (touched.has(id)) return 'beside';
  return 'untouched';
};
/** `cut`: there, and said not to be complete; `wrong`: said to be complete, with another answer or length than it had. */
const none = () => ({ right: 0, cut: 0, wrong: 0, missing: 0, twice: 0 });
const found = { untouched: none(), beside: none(), touched: none() };
let shown = 0;
for (const one of truth) {
  const at = key(one.client, one.target);
  const mine = rows.get(at) ?? [];
  rows.delete(at);
  const [first] = mine;
  const how = first === undefined ? 'missing' : mine.length > 1 ? 'twice' : isRight(first, one) ? 'right' : first.outcome === 'complete' ? 'wrong' : 'cut';
  const kind = classOf(one);
  found[kind][how]++;
  if (((kind === 'untouched' && how !== 'right') || how === 'wrong' || how === 'twice') && shown++ < MOST_SHOWN) console.log(`${how}: ${JSON.stringify(one)}\n  ${mine.map((row) => JSON.stringify(row)).join('\n  ')}`);
}
const invented = [...rows.values()].flat();
for (const row of invented.slice(0, MOST_SHOWN)) console.log(`never was: ${JSON.stringify(row)}`);
console.log(JSON.stringify(tally.snapshot(), null, 2));
console.table(found);
console.log(`${truth.length} exchanges; ${without.length} answers whose request was lost; ${invented.length} that never were`);
const { right: _, ...faults } = found.untouched;
process.exit(Object.values(faults).every((n) => n === 0) && invented.length === 0 ? 0 : 1);
