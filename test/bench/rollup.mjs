// The windowed views from roll-ups against the same views from spans, on a day that the server makes up itself; server CPU and wall time, in turns.
// node test/bench/rollup.mjs [SPANS=5000000] [ROUNDS=3] [HOURS=24]   starts two QuestDBs of its own on free ports; 50 M spans take about 15 GB of disk.
// One holds the whole day, the other its first tenth: what ten times the history costs is asked of both in turns.
// With fewer HOURS it makes only so much of the day, at the same rate, and leaves out what needs all of it.
import { loadavg } from 'node:os';
import { cpuS, modules, ownQuestDb } from './questdb.mjs';

const SPANS = Number(process.argv[2] ?? 5_000_000);
const ROUNDS = Number(process.argv[3] ?? 3);
const HOURS = Number(process.argv[4] ?? 24);
const PARTS = 10;
/** Statements that only warm a server up, and those that count, of the comparison of histories. */
const WARM = 20;
const TURNS = 40;
/** Spans made: of a day's worth, that of its first hours. */
const MADE = Math.round(SPANS * HOURS / 24);
const DAY_US = 86_400_000_000;
const START_US = Date.parse('2025-11-21T00:00:00Z') * 1000;
const { reader } = await modules('sql/read/query.ts');

/** 60 edges of 12 services, 36 operations, lognormal durations, 1 % errors, an even rate over the day. */
const part = (from, rows) => `INSERT INTO spans (ts, tenant, run, span_id, trace_id, service, instance, method, route, protocol, status, status_class,
    parent_service, depth, path, duration_us, duration_le_us, self_us, self_le_us, critical_us, network_us, basis, probability, evidence, coverage, revision, withdrawn, root_ts)
  SELECT ts, 'default', 'live', id, id, concat('s', e % 12), '10.0.0.1', 'GET', concat('/', e % 3), 'http/1.1', CASE WHEN u < 0.01 THEN 502 ELSE 200 END::short, '2xx',
    concat('p', e / 12), 0::short, '0001', d, CASE WHEN d < 16 THEN d ELSE d / w * w + w - 1 END, d, CASE WHEN d < 16 THEN d ELSE d / w * w + w - 1 END,
    CASE WHEN u < 0.5 THEN d END, d / 10, 'two_tap', 0.9, 'timing', 1.0, 1, false, ts
  FROM (SELECT ts, id, e, u, d, CASE WHEN d < 16 THEN 1 ELSE power(2, floor(log(d) / log(2.0) + 1e-12) - 4)::long END AS w
    FROM (SELECT timestamp_sequence(${START_US + Math.round(from * DAY_US / SPANS)}::timestamp, ${Math.floor(DAY_US / SPANS)}) AS ts, rnd_uuid4() AS id, rnd_int(0, 59, 0) AS e,
      rnd_double() AS u, exp(8.0 + 2.0 * (rnd_double() + rnd_double() + rnd_double() - 1.5))::long AS d FROM long_sequence(${rows})))`;

/** Each with what more it declares. */
const VIEWS = {
  call_graph: '', call_graph_nodes: '', latency_histogram: '', bottlenecks: '', call_graph_timeline: `, @step := '1h'`, latency_heatmap: `, @step := '10m'`, graph_diff: '',
};
/** The figures of call_graph as one would write them over spans by hand. */
const BY_HAND = `SELECT sum(calls) AS figure, 0 AS grain, max(errors), max(avg_us), max(p50), max(p90), max(p95), max(p99), max(max_us), max(network_us), max(confidence), max(coverage)
  FROM (SELECT parent_service, service, count() AS calls, sum(CASE WHEN status >= 500 OR status = 0 OR grpc_status > 0 THEN 1 ELSE 0 END) AS errors, avg(duration_us) AS avg_us,
    approx_percentile(duration_us, 0.5) AS p50, approx_percentile(duration_us, 0.9) AS p90, approx_percentile(duration_us, 0.95) AS p95, approx_percentile(duration_us, 0.99) AS p99,
    max(duration_us) AS max_us, avg(network_us) AS network_us, avg(probability) AS confidence, avg(coverage) AS coverage
  FROM spans WHERE ts >= @from AND ts < @to AND tenant = 'default' AND withdrawn = false GROUP BY parent_service, service)`;

/** A QuestDB with what is asked of it. */
const opened = async () => {
  const own = await ownQuestDb({ quickStart: false });
  return { own, server: own.server, db: reader(own.server.database, { timeoutMs: 900_000 }) };
};
const whole = await opened();
const tenth = await opened();
try {
  const applied = async (of) => {
    for (let same = 0, last = ''; same < 3;) {
      await new Promise((done) => { setTimeout(done, 500); });
      const { rows } = await of.db.query(`SELECT name, writerTxn, sequencerTxn FROM wal_tables() WHERE name = 'spans' OR name LIKE '%_1m' OR name LIKE '%_1h' ORDER BY name`);
      const now = JSON.stringify(rows);
      same = rows.every(({ writerTxn, sequencerTxn }) => writerTxn === sequencerTxn) && now === last ? same + 1 : 0;
      last = now;
    }
  };
  const cpuMs = ({ server }) => cpuS(server.pid) * 1_000;
  const at = (hour) => new Date(START_US / 1000 + hour * 3_600_000).toISOString();
  /** All figures of a view in one row: QuestDB leaves out what nobody asks for. */
  const figures = {};
  for (const view of Object.keys(VIEWS)) {
    const { rows } = await whole.db.query(`SHOW COLUMNS FROM ${view}`);
    const numbers = rows.filter(({ type }) => ['SHORT', 'INT', 'LONG', 'DOUBLE', 'TIMESTAMP'].includes(type)).map(({ column }) => `max(${column})`);
    figures[view] = `SELECT sum(calls) AS figure, max(CASE WHEN source LIKE '%_1h' THEN 2 WHEN source LIKE '%_1m' THEN 1 ELSE 0 END) AS grain, ${numbers.join(', ')} FROM ${view}`;
  }
  const ask = async (view, from, to, way, of = whole) => {
    const more = VIEWS[view];
    const before = view === 'graph_diff' ? `, @before_from := '${at(from + from - to)}', @before_to := '${at(from)}'` : '';
    const cpu = cpuMs(of);
    const wall = performance.now();
    // A least confidence keeps a view from the roll-ups, and leaves nothing out here.
    const { rows } = await of.db.query(`DECLARE @from := '${at(from)}', @to := '${at(to)}'${before}${more}${way === 'as the view counts' ? ', @min_confidence := 0.000001' : ''} ${way === 'by hand' ? BY_HAND : figures[view]}`);
    return { wall: performance.now() - wall, cpu: cpuMs(of) - cpu, figure: Number(rows[0].figure), source: ['spans', '…_1m', '…_1h'][Number(rows[0].grain)] };
  };
  const best = (found, what) => Math.min(...found.map((one) => one[what]));
  const middle = (found, what) => found.map((one) => one[what]).toSorted((a, b) => a - b)[Math.floor(found.length / 2)];

  /** In turns: from spans once, as the view itself counts them or by hand, and from roll-ups three times a round. */
  const compare = async (view, name, from, to, rounds = ROUNDS, way = 'as the view counts') => {
    const found = { raw: [], rolled: [] };
    await ask(view, from, to, 'rolled');
    for (let round = 0; round < rounds; round++) {
      found.raw.push(await ask(view, from, to, way));
      for (let n = 0; n < 3; n++) found.rolled.push(await ask(view, from, to, 'rolled'));
    }
    const [raw, rolled] = [found.raw, found.rolled];
    if (raw[0].figure !== rolled[0].figure) throw new Error(`${view}, ${name}: ${raw[0].figure} from spans, ${rolled[0].figure} from roll-ups`);
    console.log(`| ${view}, spans ${way} | ${name} | ${best(raw, 'wall').toFixed(0)} ms | ${best(rolled, 'wall').toFixed(0)} ms (${rolled[0].source}) | ${(best(raw, 'wall') / best(rolled, 'wall')).toFixed(1)} × | `
      + `${(middle(raw, 'wall') / middle(rolled, 'wall')).toFixed(1)} × | ${(middle(raw, 'cpu') / Math.max(10, middle(rolled, 'cpu'))).toFixed(1)} × | ${loadavg()[0].toFixed(0)}`);
  };
  /** The same hour with a tenth of the history and with all of it, in turns. */
  const histories = async (view, name, from, to) => {
    const found = [[], []];
    // The first runs are slower, whatever is stored: the server compiles its own code.
    for (let n = 0; n < WARM + TURNS; n++) {
      for (const [which, of] of [tenth, whole].entries()) {
        const one = await ask(view, from, to, 'rolled', of);
        if (n >= WARM) found[which].push(one);
      }
    }
    const [then, now] = found;
    const cpu = (all) => all.reduce((sum, one) => sum + one.cpu, 0) / all.length;
    console.log(`| ${view} | ${name} | ${best(then, 'wall').toFixed(0)} ms | ${best(now, 'wall').toFixed(0)} ms | ${(best(now, 'wall') / best(then, 'wall')).toFixed(2)} × | `
      + `${(middle(now, 'wall') / middle(then, 'wall')).toFixed(2)} × | ${cpu(then).toFixed(1)} → ${cpu(now).toFixed(1)} ms CPU | load ${loadavg()[0].toFixed(0)}`);
  };

  const started = performance.now();
  const ONE_HOUR = [['1 h, whole', 1, 2], ['1 h, across', 1.3334, 2.3334]];
  for (let n = 0; n < PARTS; n++) {
    for (const of of n === 0 ? [tenth, whole] : [whole]) {
      await of.db.query(part(n * MADE / PARTS, MADE / PARTS));
      await applied(of);
    }
    console.log(`part ${n + 1} of ${PARTS}: ${((performance.now() - started) / 1000).toFixed(0)} s`);
  }
  if (HOURS === 24) {
    console.log('| view | window | a tenth of the history | all of it | best | middle | server CPU a statement | load');
    for (const view of Object.keys(VIEWS)) for (const [name, from, to] of ONE_HOUR) await histories(view, name, from, to);
  }
  console.log('| view | window | from spans | from roll-ups | best | middle | server CPU | load');
  for (const view of Object.keys(VIEWS)) {
    for (const [name, from, to] of ONE_HOUR) await compare(view, name, from, to);
    await compare(view, `${HOURS} h less a minute and a half`, 0.0125, HOURS - 0.0125, 1);
  }
  await compare('call_graph', `${HOURS} h`, 0, HOURS, 1);
  for (const [name, from, to] of [...ONE_HOUR, ['1 h from the 7th minute and 42 s', 1.1283, 2.1283], ['1 h from the 59th minute and 59 s', 1.9997, 2.9997]]) {
    await compare('call_graph', name, from, to);
    await compare('call_graph', name, from, to, ROUNDS, 'by hand');
  }
  const { rows } = await whole.db.query(`SELECT 'spans' AS name, count() AS n FROM spans UNION ALL SELECT 'edge_1m', count() FROM edge_1m UNION ALL SELECT 'edge_1h', count() FROM edge_1h
    UNION ALL SELECT 'operation_1m', count() FROM operation_1m UNION ALL SELECT 'operation_1h', count() FROM operation_1h`);
  console.log(rows.map(({ name, n }) => `${name} ${n} rows`).join(', '));
} finally {
  for (const of of [whole, tenth]) {
    await of.db.close();
    await of.own.end(of.server);
  }
}
