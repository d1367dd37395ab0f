// What reading the values that flow costs on top of decoding: CPU time of the line with and without it, in turns, over the same bytes in memory.
//   node test/bench/tokens.mjs [FILE.pcap[.gz] …] [--rounds 5]
// Without FILE: the Bookinfo capture of test/captures.
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { load } from '../score/load.mjs';

const { values, positionals } = parseArgs({ options: { rounds: { type: 'string', default: '5' } }, allowPositionals: true });
const files = positionals.length > 0 ? positionals : [new URL('../captures/apps/bookinfo.pcap.gz', import.meta.url).pathname];
const { exchangePipeline, counters } = await load('ingest/pipeline.ts', 'sql/counters.ts');

const PIECE_BYTES = 1 << 20;
/** A round reads at least so many bytes, that it is not all warming up. */
const ROUND_BYTES = 24 << 20;
const KEY = [1, 2];

const bytesOf = (file) => {
  const bytes = readFileSync(file);
  return bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;
};
/** ns of CPU, and what came out. */
const through = (bytes, times, more) => {
  const found = { exchanges: 0, tokens: 0 };
  const out = { advance: () => {}, close: () => {}, push: ({ tokens }) => {
    found.exchanges++;
    if (tokens !== undefined) found.tokens += tokens.request.values.length + tokens.response.values.length;
  } };
  const before = process.cpuUsage();
  for (let time = 0; time < times; time++) {
    const line = exchangePipeline(out, { tenant: 'bench', tap: 'bench', digest: (id) => id, counters: counters(), ...more });
    for (let at = 0; at < bytes.length; at += PIECE_BYTES) line.push(bytes.subarray(at, at + PIECE_BYTES));
    line.close();
  }
  const { user, system } = process.cpuUsage(before);
  return { ns: (user + system) * 1000, ...found };
};

for (const file of files) {
  const bytes = bytesOf(file);
  const times = Math.max(1, Math.ceil(ROUND_BYTES / bytes.length));
  const least = { plain: Infinity, reading: Infinity };
  const ratios = [];
  let found = { exchanges: 0, tokens: 0 };
  for (let round = 0; round < Number(values.rounds); round++) {
    const plain = through(bytes, times, {});
    found = through(bytes, times, { tokenKey: KEY });
    ratios.push(found.ns / plain.ns);
    least.plain = Math.min(least.plain, plain.ns);
    least.reading = Math.min(least.reading, found.ns);
  }
  const { exchanges, tokens } = found;
  const each = (ns) => Math.round(ns / exchanges).toLocaleString('en');
  const median = ratios.toSorted((a, b) => a - b)[ratios.length >> 1];
  console.log(`${basename(file)}: ${exchanges / times} exchanges, ${(tokens / exchanges).toFixed(1)} values each; ${each(least.plain)} ns an exchange, reading values ${each(least.reading)}: ${(least.reading / least.plain).toFixed(2)} times (median round ${median.toFixed(2)})`);
}
