// What carries our encoded rows: the writer's way (the official client's transport, made to end after one attempt) against the client's two
// transports as they are and a bare request of node:http, same bodies, in turns; and what each does while nobody listens, and says of a refused row.
//   node test/bench/transport.mjs [ROWS=100000] [ROUNDS=5]   starts a QuestDB of its own on free ports.
import http from 'node:http';
import { loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { createTransport, SenderOptions } from '@questdb/nodejs-client';
import { freePort, modules, ownQuestDb } from './questdb.mjs';

const ROWS = Number(process.argv[2] ?? 100_000);
const ROUNDS = Number(process.argv[3] ?? 5);
const BATCH_ROWS = 20_000;
const AWAY_S = 10;
const { EXCHANGES, bodyOf, lineEncoder, poster, reader, exchangeRow } =
  await modules('sql/write/shapes.ts', 'sql/write/line.ts', 'sql/write/post.ts', 'sql/read/query.ts', 'test/sql/rows.ts');
const own = await ownQuestDb({ quickStart: false });
const { database } = own.server;
const db = reader(database);

const transport = (to, more) => createTransport(new SenderOptions(
  `http::addr=${new URL(to).host};username=${database.httpUser};password=${database.httpPassword};protocol_version=1;${more}`, { log: () => undefined }));
const post = (to) => {
  const send = poster({ ...database, http: to });
  return async (body) => {
    const verdict = await send(body);
    if (verdict.kind !== 'committed') throw new Error(verdict.reason);
  };
};
const bare = (to) => {
  const agent = new http.Agent({ keepAlive: true });
  return (body) => new Promise((resolve, reject) => {
    const headers = { 'content-length': body.length, authorization: `Basic ${Buffer.from(`${database.httpUser}:${database.httpPassword}`).toString('base64')}` };
    http.request(`${to}/write?precision=n`, { method: 'POST', agent, headers }, (response) => {
      response.setEncoding('utf8').once('data', (text) => reject(new Error(text))).once('end', resolve).resume();
    }).once('error', reject).end(body);
  });
};
const through = (address, more) => { const to = transport(address, more); return (body) => to.send(body); };
const ways = {
  "the writer's": post,
  'client, undici': (to) => through(to, 'retry_timeout=2000;'),
  'client, node:http': (to) => through(to, 'stdlib_http=on;retry_timeout=2000;'),
  'bare node:http': bare,
};

const encode = lineEncoder(EXCHANGES);
const bodies = Array.from({ length: Math.ceil(ROWS / BATCH_ROWS) }, (_, at) =>
  bodyOf(encode, Array.from({ length: BATCH_ROWS }, (_row, n) => exchangeRow('transport', at * BATCH_ROWS + n))).bytes);
const results = Object.fromEntries(Object.keys(ways).map((name) => [name, []]));
const open = Object.fromEntries(Object.entries(ways).map(([name, way]) => [name, way(database.http)]));
for (let round = 0; round <= ROUNDS; round++) {
  for (const [name, send] of Object.entries(open)) {
    await db.query('TRUNCATE TABLE exchanges');
    await sleep(500);
    const cpu = process.cpuUsage();
    const start = performance.now();
    for (const body of bodies) await send(body);
    const ms = performance.now() - start;
    const { user, system } = process.cpuUsage(cpu);
    if (round > 0) results[name].push({ ms, cpuUs: (user + system) / (bodies.length * BATCH_ROWS) });  // round 0 warms up
  }
}
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
console.log(`${bodies.length * BATCH_ROWS} rows, ${BATCH_ROWS} a request, medians of ${ROUNDS} rounds in turns, load ${loadavg()[0].toFixed(1)}`);
for (const [name, of] of Object.entries(results)) console.log(`${name.padEnd(18)} ${median(of.map(({ ms }) => ms)).toFixed(0).padStart(6)} ms, ${median(of.map(({ cpuUs }) => cpuUs)).toFixed(2)} µs of client CPU a row`);

const refused = Buffer.from('exchanges,tenant=t duration_us=1i 1000000000000000000\nexchanges,tenant=t duration_us="no number" 1000000000000000000\n');
for (const [name, send] of Object.entries(open)) console.log(`${name.padEnd(18)} of a refused row says: ${await send(refused).then(() => 'nothing', (error) => error.message)}`);

const nobody = `http://127.0.0.1:${await freePort()}`;
for (const [name, way] of Object.entries(ways)) {
  const cpu = process.cpuUsage();
  const start = performance.now();
  const said = await Promise.race([way(nobody)(refused).then(() => 'sent', (error) => error.message), sleep(AWAY_S * 1000, `no word after ${AWAY_S} s`)]);
  const { user, system } = process.cpuUsage(cpu);
  const ms = performance.now() - start;
  console.log(`${name.padEnd(18)} with nobody there, retry_timeout 2 s: ${said} (${(ms / 1000).toFixed(2)} s, ${((user + system) / 10 / ms).toFixed(1)} % of a core)`);
}
await db.close();
await own.end(own.server);
process.exit(0);
