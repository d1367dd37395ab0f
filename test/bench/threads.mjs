// Time of `tapgraph decode` with several threads beside one, in interleaved rounds: wall time, CPU time, and that they print the
// same bytes.
//   node test/bench/threads.mjs FILE.pcap [--threads 1,2,3] [--rounds 5]
// On a machine that does other work, wall times tell how its time was shared out; `CPU / threads` says what they come to on as
// many idle processors as threads, were the work spread evenly. FILE as test/bench/keepalive-capture.mjs makes it.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const COMMAND = fileURLToPath(new URL('../../docker/tapgraph.mjs', import.meta.url));
const { values, positionals } = parseArgs({ options: { threads: { type: 'string', default: '1,2,3' }, rounds: { type: 'string', default: '5' } }, allowPositionals: true });
const [file] = positionals;
if (file === undefined) {
  console.error('usage: threads.mjs FILE.pcap [--threads 1,2,3] [--rounds 5]');
  process.exit(2);
}
const counts = values.threads.split(',').map(Number);

const decode = (threads, out) => spawn('bash', ['-c', 'node "$0" decode --threads "$1" "$2"; times >&2', COMMAND, threads, file], { stdio: ['ignore', out, 'pipe'] });
const measured = async (threads) => {
  const began = performance.now();
  const child = decode(threads, 'ignore');
  let said = '';
  child.stderr.on('data', (text) => { said += text; });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(said);
  const wall = (performance.now() - began) / 1000;
  const cpu = said.trim().split('\n').at(-1).split(' ').map((time) => /(\d+)m([\d.]+)s/.exec(time)).reduce((sum, [, minutes, seconds]) => sum + minutes * 60 + Number(seconds), 0);
  return { wall, cpu };
};
/** Of what is printed, but for the hashes, whose key is the run's own. */
const printed = async (threads) => {
  const child = decode(threads, 'pipe');
  child.stderr.resume();
  const hash = createHash('sha256');
  let bytes = 0;
  let rest = '';
  child.stdout.setEncoding('latin1').on('data', (text) => {
    bytes += text.length;
    const whole = (rest + text).lastIndexOf('\n') + 1;
    hash.update((rest + text).slice(0, whole).replaceAll(/_hint":"[0-9a-f]{32}"/g, '_hint":""'));
    rest = (rest + text).slice(whole);
  });
  await once(child, 'close');
  return `${bytes} bytes, ${hash.update(rest).digest('hex').slice(0, 16)}`;
};

const outputs = [];
for (const threads of counts) outputs.push(await printed(threads));
console.log(new Set(outputs).size === 1 ? `the same output: ${outputs[0]}` : `OUTPUTS DIFFER: ${outputs.join('; ')}`);
const found = counts.map(() => []);
for (let round = 0; round < Number(values.rounds); round++) {
  for (const [place, threads] of counts.entries()) found[place].push(await measured(threads));
}
const best = (list, key) => Math.min(...list.map((one) => one[key]));
const [base] = found;
console.log(`best of ${values.rounds} interleaved rounds; load average ${loadavg()[0].toFixed(1)}`);
for (const [place, list] of found.entries()) {
  const cpu = best(list, 'cpu');
  console.log(`threads ${counts[place]}  wall ${best(list, 'wall').toFixed(2)} s (${(best(base, 'wall') / best(list, 'wall')).toFixed(2)} x)  CPU ${cpu.toFixed(2)} s  CPU / threads ${(cpu / counts[place]).toFixed(2)} s (${(best(base, 'cpu') / cpu * counts[place]).toFixed(2)} x)`);
}
if (new Set(outputs).size > 1) process.exitCode = 1;
