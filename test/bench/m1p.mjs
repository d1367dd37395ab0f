import { Session } from 'node:inspector';
import { readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { load } from '../score/load.mjs';
const { ALGORITHMS, byStart } = await load('udf/infer/registry.ts', 'udf/order.ts');
const set = process.argv[2]; const N = Number(process.argv[3]); const warm = Number(process.argv[4] ?? 3);
const HINTS = { trace: null, span: null, parent: null };
const rows = gunzipSync(readFileSync(`/work/shared/traces/${set}.csv.gz`)).toString().trim().split('\n').slice(1).map((line) => { const [id, , caller, callee, operation, ...times] = line.split(','); return { id, caller, callee, operation, times: times.map(Number) }; });
const windowsOf = (name, shift) => {
  const by = new Map();
  const at = (instance) => by.get(instance) ?? by.set(instance, { instance, served: [], calls: [] }).get(instance);
  for (const { id, caller, callee, operation, times } of rows) {
    const common = { id: `${name}-${id}`, operation, status: 200, hints: HINTS };
    at(callee).served.push({ ...common, caller, start: times[2] + shift, end: times[3] + shift });
    at(caller).calls.push({ ...common, callee, start: times[0] + shift, end: times[1] + shift });
  }
  return JSON.parse(JSON.stringify([...by.values()].filter(({ served, calls }) => served.length > 0 && calls.length > 0).map(({ instance, served, calls }) => ({ instance, served: served.toSorted(byStart), calls: calls.toSorted(byStart) }))));
};
const inf = new Map();
const session = new Session(); session.connect();
const post = (m, p) => new Promise((r, j) => session.post(m, p, (e, x) => (e ? j(e) : r(x))));
await post('Profiler.enable'); 
let cpu = 0, spans = 0;
for (let n = 0; n < N + warm; n++) {
  const ws = windowsOf(n, 1.7e15 + n * 2e8);
  if (n === warm) await post('Profiler.start');
  for (const w of ws) {
    const i = inf.get(w.instance) ?? inf.set(w.instance, ALGORITHMS.model()).get(w.instance);
    const b = process.cpuUsage(); const out = i.assign(w); const { user, system } = process.cpuUsage(b);
    if (n >= warm) { cpu += user + system; spans += out.length; }
  }
}
const { profile } = await post('Profiler.stop');
writeFileSync('/tmp/m1p/x.cpuprofile', JSON.stringify(profile));
console.log(set, spans, (spans / cpu * 1000).toFixed(0) + 'k/s');
