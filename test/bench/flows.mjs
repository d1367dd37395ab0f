// Memory of many connections at once, and floods: each run in a process of its own, packets made as they are read.
//   node test/bench/flows.mjs [--flows 1000000] [RUN…]
//   open      FLOWS connections opened (SYN, SYN-ACK, ACK) and left open
//   churn     the same, and then as many again, before which the first ones have to go
//   talking   FLOWS connections with one exchange each, left open
//   syn       a flood of twice FLOWS SYNs, never answered
//   half      a flood of FLOWS requests without an end
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { load } from '../score/load.mjs';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { flows: { type: 'string', default: '1000000' }, alone: { type: 'boolean' } } });
const flows = Number(values.flows);
const RUNS = ['open', 'churn', 'talking', 'syn', 'half'];
if (!values.alone) {
  for (const run of positionals.length > 0 ? positionals : RUNS) {
    const { status } = spawnSync(process.execPath, ['--expose-gc', fileURLToPath(import.meta.url), '--alone', '--flows', values.flows, run], { stdio: 'inherit' });
    if (status !== 0) process.exit(1);
  }
  process.exit(0);
}

const { exchangePipeline, counters } = await load('ingest/pipeline.ts', 'sql/counters.ts');
const [SYN, SYN_ACK, ACK, PUSH] = [2, 18, 16, 24];
const START_US = 1_700_000_000_000_000;
const ROOM = 1 << 20;
const FRAME = 14 + 20 + 20;
const tally = counters();
let rows = 0;
const line = exchangePipeline({ push: () => { rows++; }, advance: () => {}, close: () => {} }, { tenant: 'default', tap: 'flows', digest: (id) => id, counters: tally, mostFlows: flows });

const room = Buffer.alloc(ROOM + 2048);
let at = room.write('d4c3b2a10200040000000000000000000000040001000000', 0, 'hex');
let packets = 0;
const flush = () => { line.push(room.subarray(0, at)); at = 0; };
/** Writes a packet of connection `n`, 65,536 of which share a client. */
const packet = (n, fromClient, flags, seq, ack, text = '') => {
  if (at > ROOM) flush();
  const us = START_US + packets++;
  const length = FRAME + text.length;
  at = room.writeUInt32LE(Math.floor(us / 1e6), at);
  at = room.writeUInt32LE(us % 1e6, at);
  at = room.writeUInt32LE(length, at);
  at = room.writeUInt32LE(length, at);
  room.fill(0, at, at + FRAME);
  room.writeUInt16BE(0x0800, at + 12);
  room[at + 14] = 0x45;
  room.writeUInt16BE(length - 14, at + 16);
  room[at + 23] = 6;
  const client = 0x0a000000 + (n >>> 16);
  room.writeUInt32BE(fromClient ? client : 0x0b000001, at + 26);
  room.writeUInt32BE(fromClient ? 0x0b000001 : client, at + 30);
  room.writeUInt16BE(fromClient ? n & 0xffff : 80, at + 34);
  room.writeUInt16BE(fromClient ? 80 : n & 0xffff, at + 36);
  room.writeUInt32BE(seq, at + 38);
  room.writeUInt32BE(ack, at + 42);
  room[at + 46] = 0x50;
  room[at + 47] = flags;
  room.write(text, at + FRAME, 'latin1');
  at += length;
};
const open = (n) => {
  packet(n, true, SYN, 0x9000_0000, 0);
  packet(n, false, SYN_ACK, 0xa000_0000, 0x9000_0001);
  packet(n, true, ACK, 0x9000_0001, 0xa000_0001);
};
const ASK = 'GET /items/1 HTTP/1.1\r\nHost: shop\r\n\r\n';
const ANSWER = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi';
const talk = (n) => {
  open(n);
  packet(n, true, PUSH, 0x9000_0001, 0xa000_0001, ASK);
  packet(n, false, PUSH, 0xa000_0001, 0x9000_0001 + ASK.length, ANSWER);
};
const half = (n) => { packet(n, true, PUSH, 0x9000_0001, 0xa000_0001, `GET /${n} HTTP/1.1\r\nHost: sh`); };
const [run] = positionals;
const [one, many] = { open: [open, flows], churn: [open, 2 * flows], talking: [talk, flows], syn: [(n) => { packet(n, true, SYN, 7, 0); }, 2 * flows], half: [half, flows] }[run];
for (let n = 0; n < many; n++) one(n);
flush();
const mib = (bytes) => `${Math.round(bytes / 2 ** 20)} MiB`;
const { rss } = process.memoryUsage();
globalThis.gc();
const { heapUsed, arrayBuffers } = process.memoryUsage();
const { connections, flows_evicted: evicted = 0, http1_held_given_up: given = 0 } = tally.snapshot();
console.log(`${run.padEnd(8)} ${packets} packets, ${connections} connections, ${evicted} evicted, ${given} heads given up, ${rows} rows: ${mib(rss)} RSS, in use ${mib(heapUsed)} of the heap and ${mib(arrayBuffers)} in typed arrays; ${Math.round((process.cpuUsage().user + process.cpuUsage().system) * 1000 / packets)} ns CPU a packet`);
