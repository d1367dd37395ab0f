// Memory of reading a capture once and ten times in a row, as one that is ten times as long: it must stay flat.
//   node test/bench/memory.mjs FILE.pcap [--times 10]
// Each time over, addresses and times go on from the last, so that nothing is seen again. FILE is a classic pcap of Ethernet
// and IPv4, as the other scripts here make them. Prints what is in use after each time, the heap collected.
import { spawnSync } from 'node:child_process';
import { closeSync, openSync, readSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { load } from '../score/load.mjs';

const { values, positionals: [path] } = parseArgs({ allowPositionals: true, options: { times: { type: 'string', default: '10' } } });
if (globalThis.gc === undefined) process.exit(spawnSync(process.execPath, ['--expose-gc', fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' }).status);

const HEADER = 24;
const ROOM = 4 << 20;
/** Longer than anything is remembered. */
const PAUSE_US = 700e6;
const { exchangePipeline, counters } = await load('ingest/pipeline.ts', 'sql/counters.ts');
const tally = counters();
let rows = 0;
const line = exchangePipeline({ push: () => { rows++; }, advance: () => {}, close: () => {} }, { tenant: 'default', tap: 'memory', digest: (id) => id, counters: tally });

const room = Buffer.alloc(ROOM);
let shift = 0;
let last = 0;
let mostRss = 0;
const once = (time) => {
  const file = openSync(path, 'r');
  if (time === 0) { readSync(file, room, 0, HEADER, 0); line.push(Buffer.from(room.subarray(0, HEADER))); }
  let held = 0;
  let first = null;
  for (let position = HEADER; ;) {
    const read = readSync(file, room, held, ROOM - held, position);
    if (read === 0) break;
    position += read;
    const end = held + read;
    let at = 0;
    while (end - at >= 16 && end - at - 16 >= room.readUInt32LE(at + 8)) {
      const us = room.readUInt32LE(at) * 1e6 + room.readUInt32LE(at + 4);
      first ??= us;
      if (shift === 0 && time > 0) shift = last + PAUSE_US - first;
      last = us + shift;
      room.writeUInt32LE(Math.floor(last / 1e6), at);
      room.writeUInt32LE(last % 1e6, at + 4);
      // Another network for all: the first byte of both addresses.
      room[at + 16 + 26] += time;
      room[at + 16 + 30] += time;
      at += 16 + room.readUInt32LE(at + 8);
    }
    line.push(room.subarray(0, at));
    room.copyWithin(0, at, end);
    held = end - at;
    mostRss = Math.max(mostRss, process.memoryUsage.rss());
  }
  closeSync(file);
  shift = 0;
};
const mib = (bytes) => (bytes / 2 ** 20).toFixed(1);
for (let time = 0; time < Number(values.times); time++) {
  once(time);
  globalThis.gc();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  console.log(`${String(time + 1).padStart(2)} times: ${tally.snapshot()['packets']} packets, ${rows} rows; in use ${mib(heapUsed)} MiB of the heap and ${mib(arrayBuffers)} in typed arrays; most RSS so far ${mib(mostRss)}`);
}
