// What the roll-ups of operations cost while spans are written: the same windows, one commit each, into a QuestDB with them and one without, in turns.
// node test/bench/rollup-price.mjs [WINDOWS=120] [SPANS=2000 a window of a second] [PAUSE_MS=100 after each]   starts two QuestDBs of its own.
// With a pause each commit is followed by its own refresh, as live; without, the server takes several together.
import { loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { cpuS, modules, ownQuestDb } from './questdb.mjs';

const WINDOWS = Number(process.argv[2] ?? 120);
const SPANS = Number(process.argv[3] ?? 2000);
const PAUSE_MS = Number(process.argv[4] ?? 100);
const EDGES = 60;
const START_US = Date.parse('2025-11-21T08:00:00Z') * 1000;
const { reader, spanWriter, latencyBucket } = await modules('sql/read/query.ts', 'sql/write/spans.ts', 'sql/latency.ts');

let seed = 1;
const random = () => { seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0; return seed / 2 ** 32; };
const hex = (n, digits) => n.toString(16).padStart(digits, '0');
const spanOf = (window, n) => {
  const duration = Math.floor(Math.exp(8 + 2 * (random() + random() + random() - 1.5)));
  const edge = Math.floor(random() * EDGES);
  const ts = START_US + window * 1_000_000 + Math.floor(n / SPANS * 1_000_000);
  const id = `${hex(window, 8)}-0000-4000-8000-${hex(n, 12)}`;
  return {
    ts, tenant: 'default', run: 'live', span_id: id, parent_id: null, trace_id: id, service: `s${edge % 12}`, instance: '10.0.0.1', method: 'GET', route: `/${edge % 3}`,
    protocol: 'http/1.1', status: 200, status_class: '2xx', grpc_status: null, parent_service: `p${Math.floor(edge / 12)}`, parent_route: null, root_service: 's0', root_route: '/',
    root_ts: ts, depth: 0, path: '0001', duration_us: duration, duration_le_us: latencyBucket(duration), self_us: duration, self_le_us: latencyBucket(duration),
    critical_us: random() < 0.5 ? duration : null, network_us: Math.floor(duration / 10), basis: 'two_tap', probability: 0.9, evidence: 'timing', runner_up_id: null,
    runner_up_probability: null, coverage: 1, revision: 1, span_count: 1, service_count: 1, min_probability: 0.9, withdrawn: false,
  };
};

const opened = async (name) => {
  const own = await ownQuestDb({ quickStart: false });
  const db = reader(own.server.database, { timeoutMs: 600_000 });
  return { name, own, db, writer: spanWriter(own.server.database), cpu: 0 };
};
const cpuMs = ({ own }) => cpuS(own.server.pid) * 1_000;
const rested = async ({ db }) => {
  for (let same = 0, last = ''; same < 3;) {
    await sleep(200);
    const { rows } = await db.query(`SELECT name, writerTxn, sequencerTxn FROM wal_tables() ORDER BY name`);
    const now = JSON.stringify(rows);
    same = rows.every(({ writerTxn, sequencerTxn }) => writerTxn === sequencerTxn) && now === last ? same + 1 : 0;
    last = now;
  }
};

const both = [await opened('without'), await opened('with')];
try {
  for (const name of ['operation_1h', 'operation_1m']) await both[0].db.query(`DROP MATERIALIZED VIEW ${name}`);
  // The first windows warm the servers up.
  const WARM = Math.floor(WINDOWS / 4);
  for (let window = 0; window < WARM + WINDOWS; window++) {
    const spans = Array.from({ length: SPANS }, (_, n) => spanOf(window, n));
    if (window === WARM) for (const one of both) { await rested(one); one.cpu = cpuMs(one); }
    for (const one of both) await one.writer.write(spans);
    await sleep(PAUSE_MS);
  }
  for (const one of both) await rested(one);
  const [without, withThem] = both.map((one) => (cpuMs(one) - one.cpu) * 1000 / (WINDOWS * SPANS));
  console.log(`${WINDOWS} windows of ${SPANS} spans, ${PAUSE_MS} ms between: ${without.toFixed(1)} µs of server CPU a span without operation_1m and operation_1h, ${withThem.toFixed(1)} with, ${(withThem / without).toFixed(2)} ×; load ${loadavg()[0].toFixed(0)}`);
} finally {
  for (const one of both) { await one.db.close(); await one.own.end(one.own.server); }
}
