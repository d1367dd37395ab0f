// What reading the values that flow costs on top of decoding: CPU time of the line with and without it over the same bytes in
// memory, each in a process of its own (in one they share compiled code, which is slower for both), in turns.
//   node test/bench/tokens.mjs [FILE.pcap[.gz] …] [--rounds 5]
// Without FILE: the Bookinfo capture of test/captures.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { load } from '../score/load.mjs';

const { values, positionals } = parseArgs({ options: { rounds: { type: 'string', default: '5' }, child: { type: 'string' } }, allowPositionals: true });
const files = positionals.length > 0 ? positionals : [new URL('../captures/apps/bookinfo.pcap.gz', import.meta.url).pathname];

const PIECE_BYTES = 1 << 20;
/** Bytes read to warm up, and bytes measured. */
const WARMING_BYTES = 48 << 20;
const MEASURED_BYTES = 48 << 20;

/** Reads the file again and again; prints ns of CPU an exchange, and what came out. */
const measure = async (file, options) => {
  const { exchangePipeline, counters } = await load('ingest/pipeline.ts', 'sql/counters.ts');
  const packed = readFileSync(file);
  const bytes = packed[0] === 0x1f && packed[1] === 0x8b ? gunzipSync(packed) : packed;
  const found = { exchanges: 0, tokens: 0 };
  const out = { advance: () => {}, close: () => {}, push: ({ tokens }) => {
    found.exchanges++;
    if (tokens !== undefined) found.tokens += tokens.request.values.length + tokens.response.values.length;
  } };
  const read = (most) => {
    for (let done = 0; done < most; done += bytes.length) {
      const line = exchangePipeline(out, { tenant: 'bench', tap: 'bench', digest: (id) => id, counters: counters(), ...options });
      for (let at = 0; at < bytes.length; at += PIECE_BYTES) line.push(bytes.subarray(at, at + PIECE_BYTES));
      line.close();
    }
  };
  read(WARMING_BYTES);
  found.exchanges = found.tokens = 0;
  const before = process.cpuUsage();
  read(MEASURED_BYTES);
  const { user, system } = process.cpuUsage(before);
  return { ns: (user + system) * 1000 / found.exchanges, tokens: found.tokens / found.exchanges };
};

if (values.child !== undefined) {
  console.log(JSON.stringify(await measure(files[0], values.child === 'reading' ? { tokenKey: [1, 2] } : {})));
} else {
  const script = new URL(import.meta.url).pathname;
  const child = (mode, file) => JSON.parse(execFileSync(process.execPath, [script, '--child', mode, file], { encoding: 'utf8' }));
  for (const file of files) {
    const rounds = Array.from({ length: Number(values.rounds) }, () => ({ plain: child('plain', file), reading: child('reading', file) }));
    const least = (mode) => Math.min(...rounds.map((round) => round[mode].ns));
    const ratios = rounds.map(({ plain, reading }) => reading.ns / plain.ns).toSorted((a, b) => a - b);
    const text = (ns) => Math.round(ns).toLocaleString('en');
    console.log(`${basename(file)}: ${text(least('plain'))} ns of CPU an exchange, ${text(least('reading'))} with its ${rounds[0].reading.tokens.toFixed(1)} values: ${(least('reading') / least('plain')).toFixed(2)} times (median round ${ratios[ratios.length >> 1].toFixed(2)})`);
  }
}
