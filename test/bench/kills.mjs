// Kills the writer, and every fifth time QuestDB, with SIGKILL at random moments while rows come in; in the end all rows
// must be there once, as after an undisturbed run.
//   node test/bench/kills.mjs [KILLS=100] [ROWS=60000]     starts a QuestDB of its own on free ports; about 4 minutes.
import { fork } from 'node:child_process';
import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { bundle, modules, ownQuestDb } from './questdb.mjs';

const KILLS = Number(process.argv[2] ?? 100);
const ROWS = Number(process.argv[3] ?? 60_000);
const SERVER_EVERY = 5;
const { query } = await modules('sql/read/query.ts');
const script = await bundle('writer', `import './test/sql/writer.ts';`);

const own = await ownQuestDb();
const { start } = own;
let { server } = own;

const startWriter = () => {
  const child = fork(script, [JSON.stringify(server.database), String(ROWS)], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  return { child, ended: new Promise((resolve) => { child.once('exit', (code) => resolve(code)); }) };
};
let writer = startWriter();
let finished = 0;
for (let kills = 1; kills <= KILLS; kills++) {
  const code = await Promise.race([writer.ended, sleep(100 + Math.random() * 1_500)]);
  if (code === 0) { finished++; writer = startWriter(); await sleep(Math.random() * 500); }
  if (kills % SERVER_EVERY === 0) {
    process.kill(server.pid, 'SIGKILL');
    await server.exited;
    server = await start();
  } else {
    writer.child.kill('SIGKILL');
    await writer.ended;
    writer = startWriter();
  }
  if (kills % 10 === 0) console.log(`${kills} kills, the writer ended by itself ${finished} times`);
}
if (await writer.ended !== 0) throw new Error('the last writer failed');
const sql = 'SELECT count() AS n, count_distinct(exchange_id) AS ids, sum(response_bytes) AS bytes FROM exchanges';
const want = { n: ROWS, ids: ROWS, bytes: ROWS * (ROWS - 1) / 2 };
let got = {};
for (let tries = 0; tries < 100 && JSON.stringify(got) !== JSON.stringify(want); tries++) {
  got = Object.fromEntries(Object.entries((await query(server.database, sql)).rows[0]).map(([key, value]) => [key, Number(value)]));
  await sleep(100);
}
console.log('undisturbed', want, 'after the kills', got);
await own.end(server);
rmSync(script);
process.exit(JSON.stringify(got) === JSON.stringify(want) ? 0 : 1);
