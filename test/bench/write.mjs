// Rows a second acknowledged and client CPU a row: our writer against the official client's Sender, same rows, in turns.
// Each time into an empty table.
//   node test/bench/write.mjs [ROWS=100000] [ROUNDS=3]   starts a QuestDB of its own on free ports.
import { loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { Sender } from '@questdb/nodejs-client';
import { modules, ownQuestDb } from './questdb.mjs';

const ROWS = Number(process.argv[2] ?? 100_000);
const ROUNDS = Number(process.argv[3] ?? 3);
/** Of every way: as the writer's requests. */
const BATCH_ROWS = 20_000;
const { exchangeWriter, EXCHANGES, bodyOf, lineEncoder, poster, reader, exchangeRow } = await modules(
  'sql/write/exchanges.ts', 'sql/write/shapes.ts', 'sql/write/line.ts', 'sql/write/post.ts', 'sql/read/query.ts', 'test/sql/rows.ts');
const own = await ownQuestDb({ quickStart: false });
const { database } = own.server;
const db = reader(database);

const rowsOf = (tenant) => Array.from({ length: ROWS }, (_, n) => exchangeRow(tenant, n));
const symbols = Object.entries(EXCHANGES.columns).filter(([, kind]) => kind === 'symbol').map(([key]) => key);
const texts = Object.entries(EXCHANGES.columns).filter(([, kind]) => kind === 'text' || kind === 'name').map(([key]) => key);
const wholes = Object.entries(EXCHANGES.columns).filter(([, kind]) => kind === 'whole').map(([key]) => key);

const ways = {
  'our writer': async (rows) => {
    const writer = exchangeWriter(database, { worker: 'bench' });
    for (const row of rows) {
      writer.push(row);
      await writer.ready();
    }
    writer.close();
    await writer.settled();
  },
  'posting encoded rows': async (rows, encoded) => {
    const post = poster(database);
    for (const body of encoded) if ((await post(body)).kind !== 'committed') throw new Error('not committed');
  },
  Sender: async (rows) => {
    const { host } = new URL(database.http);
    const sender = await Sender.fromConfig(`http::addr=${host};username=${database.httpUser};password=${database.httpPassword};auto_flush=off;max_buf_size=1000000000;`);
    for (let n = 0; n < rows.length; n++) {
      const row = rows[n];
      sender.table('exchanges');
      for (const key of symbols) if (row[key] !== null) sender.symbol(key, row[key]);
      for (const key of texts) if (row[key] !== null) sender.stringColumn(key, row[key]);
      for (const key of wholes) if (row[key] !== null) sender.intColumn(key, row[key]);
      await sender.at(BigInt(row.ts), 'us');
      if ((n + 1) % BATCH_ROWS === 0) await sender.flush();
    }
    await sender.flush();
    await sender.close();
  },
};

const stored = async () => Number((await db.query('SELECT count() AS n FROM exchanges')).rows[0].n);
const results = Object.fromEntries(Object.keys(ways).map((name) => [name, []]));
const encode = lineEncoder(EXCHANGES);
for (let round = 0; round <= ROUNDS; round++) {
  for (const [name, way] of Object.entries(ways)) {
    const rows = rowsOf(`${name} ${round}`);
    const encoded = name.startsWith('posting')
      ? Array.from({ length: Math.ceil(ROWS / BATCH_ROWS) }, (_, at) => bodyOf(encode, rows.slice(at * BATCH_ROWS, (at + 1) * BATCH_ROWS)).bytes)
      : [];
    await db.query('TRUNCATE TABLE exchanges');
    await sleep(500);
    const cpu = process.cpuUsage();
    const start = performance.now();
    await way(rows, encoded);
    const ms = performance.now() - start;
    const { user, system } = process.cpuUsage(cpu);
    if (round > 0) results[name].push({ perSecond: ROWS / ms * 1000, cpuUs: (user + system) / ROWS });  // round 0 warms up
    for (let tries = 0; tries < 500 && await stored() < ROWS; tries++) await sleep(20);
    if (await stored() !== ROWS) throw new Error(`${await stored()} of ${ROWS} rows are in the table`);
  }
}
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const of = (name, key) => median(results[name].map((result) => result[key]));
console.log(`${ROWS} rows of exchanges, ${Object.keys(EXCHANGES.columns).length + 1} columns, median of ${ROUNDS} rounds in turns, load ${loadavg()[0].toFixed(1)}`);
for (const name of Object.keys(ways)) console.log(`${name.padEnd(22)} ${of(name, 'perSecond').toFixed(0).padStart(8)} rows/s  ${of(name, 'cpuUs').toFixed(1).padStart(6)} µs client CPU a row`);
/** Of a round, because the machine may be busier in the next. */
const ratios = (name, other, key) => results[name].map((result, n) => result[key] / results[other][n][key]);
const said = (values, digits) => `× ${median(values).toFixed(digits)} (${values.map((value) => value.toFixed(digits)).join(', ')})`;
console.log(`our writer / Sender: rows/s ${said(ratios('our writer', 'Sender', 'perSecond'), 1)}, CPU a row ${said(ratios('our writer', 'Sender', 'cpuUs'), 3)}`);
console.log(`our writer / posting encoded rows: time ${said(ratios('posting encoded rows', 'our writer', 'perSecond'), 2)}`);
await db.close();
await own.end(own.server);
