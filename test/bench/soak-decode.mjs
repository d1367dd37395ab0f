// Feeds mutated real packets to the reader and the decoder until PACKETS are through: nothing may throw, and each packet
// must end as one segment or one counted reason. The same seed gives the same packets.
//   node test/bench/soak-decode.mjs [--packets 10000000] [--seed 1] [CAPTURE…]        default: the captures of test/captures
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { load } from '../score/load.mjs';

const CAPTURES = new URL('../captures/', import.meta.url).pathname;
const { values, positionals } = parseArgs({
  options: { packets: { type: 'string', default: '10000000' }, seed: { type: 'string', default: '1' } }, allowPositionals: true,
});
const { captureReader } = await load('ingest/capture/reader.ts');
const { frameDecoder } = await load('ingest/decode/frame.ts');
const files = positionals.length > 0
  ? positionals
  : readdirSync(CAPTURES, { recursive: true }).filter((file) => /\.pcap(\.gz)?$/.test(file)).map((file) => join(CAPTURES, file));

/** Remarks that come beside the verdict of a packet. */
const REMARKS = new Set(['segments_cut', 'ip_length_zero', 'ip_length_beyond_frame', 'fragment_reassembled', 'fragment_overlap',
  'fragment_evicted', 'fragment_timed_out', 'fragment_unfinished']);
const MOST_FROM_ONE_FILE = 2000;
const ignore = { push: () => {}, advance: () => {}, close: () => {} };

const packets = [];
for (const file of files) {
  const bytes = readFileSync(file);
  let taken = 0;
  const reader = captureReader({ ...ignore, push: (p) => {
    if (taken++ < MOST_FROM_ONE_FILE) packets.push({ linkType: p.linkType, wireBytes: p.wireBytes, bytes: p.bytes.slice(p.at, p.end) });
  } }, () => {});
  reader.push(file.endsWith('.gz') ? gunzipSync(bytes) : bytes);
  reader.close();
}

/** xorshift32: fast, and the same everywhere. */
let state = Number(values.seed) >>> 0 || 1;
const random = (below) => {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return (state >>> 0) % below;
};

const verdicts = {};
const decoder = frameDecoder(ignore, (name, by = 1) => { verdicts[name] = (verdicts[name] ?? 0) + by; });
const wanted = Number(values.packets);
const room = new Uint8Array(65_536 + 64);
const view = { ts: 0, ordinal: 0, linkType: 0, bytes: room, at: 32, end: 32, wireBytes: 0 };
for (let n = 0; n < wanted; n++) {
  const { linkType, wireBytes, bytes } = packets[random(packets.length)];
  room.set(bytes, view.at);
  let { length } = bytes;
  for (let changes = length === 0 ? 0 : random(5); changes > 0; changes--) room[view.at + random(random(2) === 0 ? Math.min(length, 100) : length)] = random(256);
  if (random(8) === 0) length = random(length + 1);
  view.ts = n * 100;
  view.ordinal = n + 1;
  view.linkType = random(50) === 0 ? random(300) : linkType;
  view.end = view.at + length;
  view.wireBytes = Math.max(length, wireBytes);
  if (n % 100 === 0) decoder.advance(view.ts);
  decoder.push(view);
}
decoder.close();
const decided = Object.entries(verdicts).reduce((sum, [name, times]) => (REMARKS.has(name) ? sum : sum + times), 0);
console.log(JSON.stringify(verdicts, null, 2));
console.log(`${wanted} packets from ${packets.length} real ones, seed ${values.seed}: ${decided} verdicts, ${Math.round(process.memoryUsage().rss / 1e6)} MB`);
process.exit(decided === wanted ? 0 : 1);
