// What `tapgraph up` costs while nothing comes in: CPU of QuestDB and of the program, beside a QuestDB that nobody asks anything.
//   node test/bench/idle.mjs [TIMES=5] [SECONDS=20]     starts a QuestDB of its own on free ports, then `tapgraph up` on its folder.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cpuS, freePort, ownQuestDb, ROOT } from './questdb.mjs';

const [TIMES = '5', SECONDS = '20'] = process.argv.slice(2);
/** For what a start leaves to be done: applying rows, compiling. */
const SETTLE_MS = 20_000;
/** Shares of a core, %, in each of the stretches. */
const measure = async (pids) => {
  await sleep(SETTLE_MS);
  const shares = pids.map(() => []);
  for (let time = 0; time < Number(TIMES); time++) {
    const before = pids.map(cpuS);
    await sleep(Number(SECONDS) * 1_000);
    pids.forEach((pid, n) => { shares[n].push((cpuS(pid) - before[n]) / Number(SECONDS) * 100); });
  }
  return shares;
};
const said = (shares) => `${shares.toSorted((a, b) => a - b)[Math.floor(shares.length / 2)].toFixed(1)} % (${shares.map((share) => share.toFixed(1)).join(', ')})`;

const own = await ownQuestDb({ quickStart: false });
const [alone] = await measure([own.server.pid]);
await own.server.stop();

const up = spawn(process.execPath, [join(ROOT.pathname, 'docker/tapgraph.mjs'), 'up', '--port', String(await freePort()), '--data', own.dataDir,
  '--jar', join(ROOT.pathname, '.tapgraph/lib/questdb-9.3.4.jar')], { stdio: ['ignore', 'pipe', process.env.VERBOSE ? 'inherit' : 'ignore'] });
await new Promise((resolve, reject) => {
  up.stdout.on('data', (chunk) => { if (String(chunk).includes('Ctrl-C')) resolve(); });
  up.once('exit', (code) => { reject(new Error(`tapgraph up ended with ${code}; VERBOSE=1 shows what it said`)); });
});
const { pid } = JSON.parse(readFileSync(join(own.dataDir, 'questdb.pid'), 'utf8'));
const [questdb, program] = await measure([pid, up.pid]);
up.kill('SIGINT');
await once(up, 'exit');
rmSync(own.dataDir, { recursive: true, force: true });
console.log([
  `idle for ${TIMES} × ${SECONDS} s, share of a core, medians, load ${loadavg()[0].toFixed(1)}`,
  `QuestDB alone         ${said(alone)}`,
  `QuestDB, tapgraph up  ${said(questdb)}`,
  `tapgraph up           ${said(program)}`,
].join('\n'));
