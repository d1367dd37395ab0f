// Feeds mutated packets of real captures to the whole decoder: it must neither throw nor hang nor grow.
//   node test/bench/soak.mjs [--packets 10000000] [--seed 1] [CAPTURE…]
// Prints seed and progress; on a throw, the seed and the round that repeat it, and ends with 1.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { load } from '../score/load.mjs';

const { values, positionals } = parseArgs({ options: { packets: { type: 'string', default: '10000000' }, seed: { type: 'string', default: '1' } }, allowPositionals: true });
const { exchangePipeline, counters } = await load('ingest/pipeline.ts', 'sql/counters.ts');
const OURS = ['apps/bookinfo.pcap.gz', 'deepflow/grpc-server-stream.pcap'];
const files = positionals.length > 0 ? positionals : OURS.map((file) => new URL(`../captures/${file}`, import.meta.url).pathname);
const captures = files.map((file) => (file.endsWith('.gz') ? gunzipSync(readFileSync(file)) : readFileSync(file)));

/** Marsaglia's xorshift: the same numbers for a seed everywhere. */
let state = Number(values.seed) | 1;
const random = (below) => {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return (state >>> 0) % below;
};

const BYTES_A_ROUND = 2 << 20;
const HEADER = 24;
let packets = 0;
for (let round = 0; packets < Number(values.packets); round++) {
  const capture = captures[round % captures.length];
  const seed = state;
  const bytes = Uint8Array.from(capture);
  // Whole records of the file, each with some bytes changed; the record headers stay, so that the reader goes on.
  const view = new DataView(bytes.buffer);
  let at = HEADER;
  while (at + 16 <= bytes.length) {
    const length = view.getUint32(at + 8, true);
    for (let n = random(8); n > 3; n--) bytes[at + 16 + random(random(2) === 0 ? Math.min(64, length) : length)] = random(256);
    at += 16 + length;
  }
  const tally = counters();
  let rows = 0;
  const line = exchangePipeline({ push: () => { rows++; }, advance: () => {}, close: () => {} }, { tenant: 'soak', tap: 'soak', digest: (id) => id, counters: tally });
  try {
    for (let from = 0; from < bytes.length; from += BYTES_A_ROUND) line.push(bytes.subarray(from, from + BYTES_A_ROUND));
    line.close();
  } catch (error) {
    console.error(`seed ${seed}, ${files[round % files.length]}:`, error);
    process.exit(1);
  }
  packets += tally.snapshot().packets ?? 0;
  if (round % 20 === 0) console.log(`${packets} packets, ${rows} exchanges in this round, ${Math.round(process.memoryUsage().rss / 2 ** 20)} MiB`);
}
console.log(`${packets} mutated packets of ${files.length} captures, seed ${values.seed}: nothing thrown`);
