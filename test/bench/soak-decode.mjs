// Feeds captures of mutated real packets to the whole line, capture bytes → exchanges, until PACKETS are through: nothing may
// throw, each packet ends as one segment or one counted reason, each row is counted and sane. The same seed gives the same packets.
//   node test/bench/soak-decode.mjs [--packets 10000000] [--seed 1] [CAPTURE…]        default: the captures of test/captures
// What fails is printed with its round; --round N runs that one alone, after making those before it.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { load } from '../score/load.mjs';

const CAPTURES = new URL('../captures/', import.meta.url).pathname;
const MOST_FROM_ONE_FILE = 2000;
const { values, positionals } = parseArgs({
  options: { packets: { type: 'string', default: '10000000' }, seed: { type: 'string', default: '1' }, round: { type: 'string' } }, allowPositionals: true,
});
const { endure, mutator, optionsOf, packetsOf, randomFrom } = await load('test/ingest/mutations.ts');
const files = positionals.length > 0
  ? positionals
  : readdirSync(CAPTURES, { recursive: true }).filter((file) => /\.pcap(ng)?(\.gz)?$/.test(file)).map((file) => join(CAPTURES, file));
const captures = files.map((file) => packetsOf(file.endsWith('.gz') ? gunzipSync(readFileSync(file)) : readFileSync(file), MOST_FROM_ONE_FILE)).filter((packets) => packets.length > 0);

const next = mutator(captures, randomFrom(Number(values.seed)));
const wanted = Number(values.packets);
const totals = {};
let packets = 0;
let failed = 0;
let slowest = { ms: 0, round: 0 };
for (let round = 0; packets < wanted; round++) {
  const mutated = next();
  packets += mutated.packets;
  if (values.round !== undefined && round < Number(values.round)) continue;
  const began = performance.now();
  try {
    for (const [name, n] of Object.entries(endure(mutated, optionsOf(round)))) totals[name] = (totals[name] ?? 0) + n;
  } catch (error) {
    failed++;
    console.log(`round ${round}, ${mutated.packets} packets: ${error.stack}`);
  }
  const ms = performance.now() - began;
  if (ms > slowest.ms) slowest = { ms, round };
  if (values.round !== undefined) break;
}
console.log(JSON.stringify(totals, null, 2));
console.log(`${packets} packets from ${captures.length} captures, seed ${values.seed}: ${failed} rounds failed; slowest round ${slowest.round} with ${Math.round(slowest.ms)} ms; ${Math.round(process.memoryUsage().rss / 1e6)} MB`);
process.exit(failed === 0 ? 0 : 1);
