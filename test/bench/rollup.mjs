// call_graph from roll-ups against the same figures from spans, on a day that the server makes up itself; server CPU and wall time, in turns.
// node test/bench/rollup.mjs [SPANS=5000000] [ROUNDS=3]   starts a QuestDB of its own on free ports; 50 M spans take about 15 GB of disk.
import { readFileSync } from 'node:fs';
import { modules, ownQuestDb } from './questdb.mjs';

const SPANS = Number(process.argv[2] ?? 5_000_000);
const ROUNDS = Number(process.argv[3] ?? 3);
const PARTS = 10;
const DAY_US = 86_400_000_000;
const START_US = Date.parse('2025-11-21T00:00:00Z') * 1000;
const { reader } = await modules('sql/read/query.ts');

/** 60 edges of 12 services, lognormal durations, 1 % errors, an even rate over the day. */
const part = (from, rows) => `INSERT INTO spans (ts, tenant, run, span_id, trace_id, service, instance, method, route, protocol, status, status_class,
    parent_service, depth, path, duration_us, duration_le_us, self_us, network_us, basis, probability, evidence, coverage, revision, withdrawn, root_ts)
  SELECT ts, 'default', 'live', id, id, concat('s', e % 12), '10.0.0.1', 'GET', '/x', 'http/1.1', CASE WHEN u < 0.01 THEN 502 ELSE 200 END::short, '2xx',
    concat('p', e / 12), 0::short, '0001', d, CASE WHEN d < 16 THEN d ELSE d / w * w + w - 1 END, d / 2, d / 10, 'two_tap', 0.9, 'timing', 1.0, 1, false, ts
  FROM (SELECT ts, id, e, u, d, CASE WHEN d < 16 THEN 1 ELSE power(2, floor(log(d) / log(2.0) + 1e-12) - 4)::long END AS w
    FROM (SELECT timestamp_sequence(${START_US + Math.round(from * DAY_US / SPANS)}::timestamp, ${Math.floor(DAY_US / SPANS)}) AS ts, rnd_uuid4() AS id, rnd_int(0, 59, 0) AS e,
      rnd_double() AS u, exp(8.0 + 2.0 * (rnd_double() + rnd_double() + rnd_double() - 1.5))::long AS d FROM long_sequence(${rows})))`;

const own = await ownQuestDb({ quickStart: false });
const { server } = own;
try {
  const db = reader(server.database, { timeoutMs: 900_000 });
  const applied = async () => {
    for (let same = 0, last = ''; same < 3;) {
      await new Promise((done) => { setTimeout(done, 500); });
      const { rows } = await db.query(`SELECT name, writerTxn, sequencerTxn FROM wal_tables() WHERE name IN ('spans', 'edge_1m', 'edge_1h') ORDER BY name`);
      const now = JSON.stringify(rows);
      same = rows.every(({ writerTxn, sequencerTxn }) => writerTxn === sequencerTxn) && now === last ? same + 1 : 0;
      last = now;
    }
  };
  const cpuMs = () => {
    const fields = readFileSync(`/proc/${server.pid}/stat`, 'utf8').split(') ')[1].split(' ');
    return (Number(fields[11]) + Number(fields[12])) * 10;
  };
  const at = (hour) => new Date(START_US / 1000 + hour * 3_600_000).toISOString();
  const ask = async (from, to, raw) => {
    const cpu = cpuMs();
    const wall = performance.now();
    const { rows } = await db.query(`DECLARE @from := '${at(from)}', @to := '${at(to)}'${raw ? ', @min_confidence := 0.000001' : ''} SELECT * FROM call_graph`);
    return { wall: performance.now() - wall, cpu: cpuMs() - cpu, calls: rows.reduce((sum, { calls }) => sum + Number(calls), 0), source: rows[0]?.source };
  };
  const middle = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
  const compare = async (name, from, to) => {
    const found = { raw: [], rolled: [] };
    await ask(from, to, false);
    for (let round = 0; round < ROUNDS; round++) {
      found.raw.push(await ask(from, to, true));
      for (let n = 0; n < 3; n++) found.rolled.push(await ask(from, to, false));
    }
    const figure = (kind, what) => middle(found[kind].map((one) => one[what]));
    if (found.raw[0].calls !== found.rolled[0].calls) throw new Error(`${name}: ${found.raw[0].calls} calls from spans, ${found.rolled[0].calls} from roll-ups`);
    console.log(`${name.padEnd(34)} spans ${figure('raw', 'wall').toFixed(0)} ms (CPU ${figure('raw', 'cpu')}), ${found.rolled[0].source} ${figure('rolled', 'wall').toFixed(0)} ms (CPU ${figure('rolled', 'cpu')}): `
      + `${(figure('raw', 'wall') / figure('rolled', 'wall')).toFixed(1)} x (CPU ${(figure('raw', 'cpu') / figure('rolled', 'cpu')).toFixed(1)} x), ${found.raw[0].calls} calls`);
    return figure('rolled', 'wall');
  };

  const started = performance.now();
  const hour = {};
  for (let n = 0; n < PARTS; n++) {
    await db.query(part(n * SPANS / PARTS, SPANS / PARTS));
    await applied();
    console.log(`part ${n + 1} of ${PARTS}: ${((performance.now() - started) / 1000).toFixed(0)} s`);
    if (n === 0) hour.before = [await compare('1 h, whole, a tenth of the history', 1, 2), await compare('1 h, across, a tenth of the history', 1.3334, 2.3334)];
  }
  hour.after = [await compare('1 h, whole hour', 1, 2), await compare('1 h, across two hours', 1.3334, 2.3334)];
  console.log(`1 h with ten times the history: ${hour.after.map((ms, n) => (ms / hour.before[n]).toFixed(2)).join(' and ')} x`);
  await compare('6 h', 3.01, 9.01);
  await compare('24 h', 0, 24);
  await compare('24 h less a minute and a half', 0.0125, 23.9875);
  const { rows } = await db.query(`SELECT 'spans' AS name, count() AS n FROM spans UNION ALL SELECT 'edge_1m', count() FROM edge_1m UNION ALL SELECT 'edge_1h', count() FROM edge_1h`);
  console.log(rows.map(({ name, n }) => `${name} ${n} rows`).join(', '));
  await db.close();
} finally {
  await own.end(server);
}
