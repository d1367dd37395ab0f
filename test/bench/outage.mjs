// QuestDB away under load: rows come in at RATE a second, QuestDB is stopped for SECONDS, then started again; says how far memory and
// disk went, how long catching up took, and whether every row is there once.
//   node test/bench/outage.mjs [SECONDS=600] [RATE=2000]     starts a QuestDB of its own on free ports.
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { modules, ownQuestDb } from './questdb.mjs';

const SECONDS = Number(process.argv[2] ?? 600);
const RATE = Number(process.argv[3] ?? 2_000);
const BEFORE_S = 2;
const { query, exchangeWriter, exchangeRow } =
  await modules('sql/read/query.ts', 'sql/write/exchanges.ts', 'test/sql/rows.ts');
const own = await ownQuestDb();
const { start } = own;
let { server } = own;

const writer = exchangeWriter(server.database, {
  worker: 'outage', spill: { dir: join(own.dataDir, 'spill'), maxBytes: 8 * 2 ** 30 }, log: (line) => console.log(`writer: ${line}`),
});
let rows = 0;
let most = { mib: 0, held: 0, spilled: 0 };
const began = performance.now();
const stopping = new AbortController();
const loading = (async () => {
  while (!stopping.signal.aborted) {
    for (const due = Math.floor((performance.now() - began) / 1000 * RATE); rows < due; rows++) writer.push(exchangeRow('outage', rows));
    const { rows_held, spill_bytes } = writer.counters();
    most = { mib: Math.max(most.mib, process.memoryUsage().rss / 2 ** 20), held: Math.max(most.held, rows_held), spilled: Math.max(most.spilled, spill_bytes / 2 ** 20) };
    await writer.ready();
    await sleep(20);
  }
})();
await sleep(BEFORE_S * 1000);
const before = process.memoryUsage().rss / 2 ** 20;
await server.stop();
await sleep(SECONDS * 1000);
server = await start();
const back = performance.now();
while (writer.counters().spill_rows > 0 || writer.counters().rows_held > RATE * 2) await sleep(100);
const caughtUpS = (performance.now() - back) / 1000;
stopping.abort();
await loading;
writer.close();
await writer.settled();
await sleep(2_000);
const { n, ids } = (await query(server.database, 'SELECT count() AS n, count_distinct(exchange_id) AS ids FROM exchanges')).rows[0];
console.log(`QuestDB away ${SECONDS} s at ${RATE} rows/s: memory ${before.toFixed(0)} → at most ${most.mib.toFixed(0)} MiB, at most ${most.held} rows in memory and ${most.spilled.toFixed(0)} MiB on disk; caught up ${caughtUpS.toFixed(1)} s after it was back, rows still coming`);
console.log(`rows pushed ${rows}, in the table ${n}, distinct ${ids}`);
await own.end(server);
process.exit(Number(n) === rows && Number(ids) === rows ? 0 : 1);
