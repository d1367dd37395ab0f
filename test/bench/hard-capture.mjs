// Makes the capture that is hard to read: thousands of short and long connections, bodies of many segments both ways, by length,
// chunked and until close, pipelining; recorded by tcpdump on loopback, then rewritten with packets lost, late and repeated, 1 % each.
//   node test/bench/hard-capture.mjs OUT.pcap [--short 4000] [--long 40] [--share 0.01] [--seed 1]
// writes OUT.pcap and OUT.truth.jsonl: each exchange as the two ends know it, and whether a lost packet held bytes of it.
// node test/bench/hard-check.mjs OUT.pcap compares. Needs tcpdump and the right to capture on lo. Stops by itself.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { load } from '../score/load.mjs';
import { damageCapture } from './damage-capture.mjs';
import { hardTraffic } from './hard-traffic.mjs';

const { values, positionals: [out] } = parseArgs({
  allowPositionals: true,
  options: { short: { type: 'string', default: '4000' }, long: { type: 'string', default: '40' }, share: { type: 'string', default: '0.01' }, seed: { type: 'string', default: '1' } },
});
if (out === undefined) {
  console.error('usage: hard-capture.mjs OUT.pcap [--short N] [--long N] [--share 0.01] [--seed N]');
  process.exit(2);
}
const { randomFrom } = await load('test/ingest/mutations.ts');
const random = randomFrom(Number(values.seed));
const whole = `${out}.whole`;

let dump;
let said = '';
const listening = async (port) => {
  dump = spawn('tcpdump', ['-i', 'lo', '-s', '0', '-B', '131072', '-w', whole, `tcp port ${port}`], { stdio: ['ignore', 'ignore', 'pipe'] });
  dump.stderr.on('data', (text) => { said += text; });
  while (!said.includes('listening on')) await once(dump.stderr, 'data');
};
const truth = await hardTraffic({ short: Number(values.short), long: Number(values.long), random, listening });
await sleep(1500);
dump.kill('SIGINT');
await once(dump, 'exit');
const dropped = Number(/(\d+) packets? dropped by kernel/.exec(said)?.[1] ?? NaN);
if (dropped !== 0) throw new Error(`tcpdump dropped ${dropped} packets: what was lost is not known. Make less traffic at a time, or try on a quieter machine`);

const connections = new Map();
for (const one of truth) {
  const name = `${one.client} ${one.opening}`;
  connections.set(name, [...(connections.get(name) ?? []), { ...one, touched: false }]);
}
const clients = new Set(truth.map(({ client }) => client));
const lost = ({ ports, opening, from, to, fin }) => {
  const side = clients.has(ports[0]) ? 'request' : 'response';
  const client = side === 'request' ? ports[0] : ports[1];
  for (const one of connections.get(`${client} ${opening(client)}`) ?? []) {
    const [begin, end] = one[side];
    // Where nothing but the connection's end ends an answer, that end belongs to it.
    if ((from < end && to > begin) || (fin && side === 'response' && one.until_close)) one.touched = true;
  }
};
const counts = damageCapture({ from: whole, to: out, random, share: Number(values.share), lost });
rmSync(whole);
const lines = [...connections.values()].flat();
writeFileSync(out.replace(/(\.pcap)?$/, '.truth.jsonl'), lines.map((one) => `${JSON.stringify(one)}\n`).join(''));
console.log({ ...counts, connections: connections.size, exchanges: lines.length, served: lines.filter((one) => one.served).length, touched: lines.filter((one) => one.touched).length });
