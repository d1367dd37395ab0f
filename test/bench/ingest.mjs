// From a capture file to rows visible in SQL: `tapgraph ingest FILE`, its start included, against posting the same rows encoded
// beforehand through the same transport, in turns, each time into empty tables of the same server.
//   node test/bench/ingest.mjs FILE [ROUNDS=3]     starts a QuestDB of its own on free ports; keepalive-capture.mjs makes a file.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { cpuS, modules, ownQuestDb, ROOT } from './questdb.mjs';

const [file, rounds = '3'] = process.argv.slice(2);
if (file === undefined) {
  console.error('usage: ingest.mjs FILE [ROUNDS]');
  process.exit(2);
}
/** As ingest sends a file's. */
const BATCH_ROWS = 40_000;
const PROGRAM = join(ROOT.pathname, 'docker/tapgraph.mjs');
const { reader, EXCHANGES, lineEncoder, newLines, takeBody, poster, captureLine } = await modules(
  'sql/read/query.ts', 'sql/write/shapes.ts', 'sql/write/line.ts', 'sql/write/body.ts', 'sql/write/post.ts',
  'docker/capture-line.ts');

/** The file's rows as bodies of requests. */
const encoded = async () => {
  const encode = lineEncoder(EXCHANGES);
  const lines = newLines();
  const bodies = [];
  const out = {
    push: (exchange) => { encode(exchange, lines); if (lines.rows === BATCH_ROWS) bodies.push(takeBody(lines)); },
    advance: () => undefined,
    close: () => { if (lines.rows > 0) bodies.push(takeBody(lines)); },
  };
  await captureLine(file, { options: { tenant: 'default' }, salt: '', out });
  return bodies;
};

spawnSync(process.execPath, [PROGRAM, '--version']);  // builds it
const bodies = await encoded();
const rows = bodies.reduce((sum, body) => sum + body.rows, 0);
const bytes = bodies.reduce((sum, body) => sum + body.bytes.length, 0);
const own = await ownQuestDb({ quickStart: false });
const { server } = own;
const db = reader(server.database);

const untilVisible = async () => {
  while (Number((await db.query('SELECT count() AS n FROM exchanges')).rows[0].n) < rows) await sleep(20);
};

let clientCpuS = 0;
const ways = {
  ingest: async () => {
    // Beside the server's data lies what tells how to reach it.
    const child = spawn(process.execPath, [PROGRAM, 'ingest', file, '--no-tokens', '--data', own.dataDir], { stdio: ['ignore', 'ignore', process.env.VERBOSE ? 'inherit' : 'ignore'] });
    const ended = once(child, 'exit');
    for (let running = true; running;) {
      running = await Promise.race([ended.then(() => false), sleep(50, true)]);
      if (running) clientCpuS = cpuS(child.pid);
    }
    const [code] = await ended;
    if (code !== 0) throw new Error(`ingest ended with ${code}`);
  },
  'posting encoded rows': async () => {
    const post = poster(server.database);
    for (const { bytes: body } of bodies) if ((await post(body)).kind !== 'committed') throw new Error('not committed');
  },
};
const results = Object.fromEntries(Object.keys(ways).map((name) => [name, []]));
for (let round = 0; round <= Number(rounds); round++) {
  for (const [name, way] of Object.entries(ways)) {
    for (const table of ['exchanges', 'ingest_progress', 'capture_loss']) await db.query(`TRUNCATE TABLE ${table}`);
    await sleep(1_000);
    const [serverCpu, ownCpu] = [cpuS(server.pid), process.cpuUsage()];
    const start = performance.now();
    await way();
    const acknowledged = performance.now() - start;
    await untilVisible();
    const ms = performance.now() - start;
    const { user, system } = process.cpuUsage(ownCpu);
    const clientUs = name === 'ingest' ? clientCpuS / rows * 1e6 : (user + system) / rows;
    const result = { s: ms / 1000, acknowledgedS: acknowledged / 1000, serverUs: (cpuS(server.pid) - serverCpu) / rows * 1e6, clientUs };
    if (process.env.VERBOSE) console.log(round, name, result, loadavg()[0].toFixed(1));
    if (round > 0) results[name].push(result);  // round 0 warms up
  }
}
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const of = (name, key) => median(results[name].map((result) => result[key]));
console.log(`${rows} exchanges, ${(bytes / rows).toFixed(0)} bytes a line, medians of ${rounds} rounds in turns, load ${loadavg()[0].toFixed(1)}`);
for (const name of Object.keys(ways)) {
  console.log(`${name.padEnd(22)} visible after ${of(name, 's').toFixed(2)} s (acknowledged ${of(name, 'acknowledgedS').toFixed(2)} s), ${(rows / of(name, 's')).toFixed(0)} rows/s, CPU a row: client ${of(name, 'clientUs').toFixed(1)}, server ${of(name, 'serverUs').toFixed(1)} µs`);
}
const ratios = results.ingest.map(({ s }, n) => s / results['posting encoded rows'][n].s);
console.log(`ingest / posting encoded rows: time × ${median(ratios).toFixed(2)} (${ratios.map((ratio) => ratio.toFixed(2)).join(', ')})`);
await db.close();
await own.end(server);
