// Time from `npm start` to the call graph on the terminal, on a machine that has started before, against the bare start of
// QuestDB up to its first SELECT, in turns in one run.
//   node test/bench/start.mjs [ROUNDS = 3]
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { load } from '../score/load.mjs';

const rounds = Number(process.argv[2] ?? 3);
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PORT = 24_500;
const { startQuestDb } = await load('sql/server/start.ts');
const data = mkdtempSync(join(tmpdir(), 'tapgraph-start-'));
const cacheDir = join(data, 'lib');

const timed = async (work) => {
  const began = performance.now();
  const after = await work();
  const seconds = (performance.now() - began) / 1000;
  await after?.();
  return seconds;
};
const bare = (name) => timed(async () => {
  const server = await startQuestDb({ dataDir: join(data, name), cacheDir, httpPort: PORT + 1, pgPort: PORT + 2, healthPort: PORT + 3, log: () => {} });
  return () => server.stop();
});
const whole = () => timed(async () => {
  const { status, stderr } = spawnSync('npm', ['start', '--', '--exit', '--data', data, '--port', String(PORT)], { cwd: ROOT, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
});
const median = (list) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)];

await bare('bare');
const first = await whole();
const [starts, bares] = [[], []];
for (let round = 0; round < rounds; round++) {
  bares.push(await bare('bare'));
  starts.push(await whole());
}
console.log(`npm start, first time with this data (schema, ingest, inference): ${first.toFixed(1)} s`);
console.log(`npm start, again: ${median(starts).toFixed(1)} s; bare QuestDB to its first SELECT: ${median(bares).toFixed(1)} s; ratio ${(median(starts) / median(bares)).toFixed(2)} (medians of ${rounds})`);
rmSync(data, { recursive: true });
