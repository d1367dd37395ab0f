// CPU time a packet of the line up to each of its stages, of the whole line to exchanges and of the command that prints them, beside pcap-parser's framing, tcpdump and, where it
// is installed, tshark, in interleaved rounds.
//   node test/bench/decode.mjs [FILE.pcap] [--rounds 5]
// Without FILE it makes 1,000,000 small packets of 500 connections. It is a script, and bundles what it measures: under
// `vitest bench` every call across modules goes through a getter, which made the decoder look six times as slow.
import { execFileSync, spawnSync } from 'node:child_process';
import { createReadStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import pcapParser from 'pcap-parser';
import { load } from '../score/load.mjs';

const MADE_PACKETS = 10_000;
const COPIES = 100;
const HELD_BYTES = 256 << 20;
/** What a row of ours says of a request and its answer, as far as tshark does. */
const TSHARK_FIELDS = [
  'frame.time_epoch', 'ip.src', 'tcp.srcport', 'ip.dst', 'tcp.dstport', 'http.request.method', 'http.host', 'http.request.uri',
  'http.response.code', 'http.content_length', 'http.request_in', 'http.time',
];
const COMMAND = fileURLToPath(new URL('../../docker/tapgraph.mjs', import.meta.url));
const { values, positionals } = parseArgs({ options: { rounds: { type: 'string', default: '5' }, only: { type: 'string' } }, allowPositionals: true });
const { readCapture } = await load('ingest/capture/file.ts');
const { captureReader } = await load('ingest/capture/reader.ts');
const { frameDecoder } = await load('ingest/decode/frame.ts');
const { tcpReassembler, httpParser, http2Parser, beginsWithFrame } = await load(
  'ingest/reassembly/reassembler.ts', 'ingest/http/parser.ts', 'ingest/http2/http2.ts', 'ingest/http2/grammar.ts');
const { exchangePipeline } = await load('ingest/pipeline.ts');

const work = mkdtempSync(join(tmpdir(), 'tapgraph-bench-'));
const made = async () => {
  const { pcap } = await load('test/ingest/capture/files.ts');
  const { ethernet, ipv4, tcp, text } = await load('test/ingest/decode/frames.ts');
  const body = text('x'.repeat(90));
  const options = Array.from({ length: 12 }, () => 1);
  const file = pcap(Array.from({ length: MADE_PACKETS }, (_, n) => ({
    seconds: 1_700_000_000,
    fraction: n * 15,
    frame: ethernet(ipv4(tcp(n % 3 === 0 ? [] : body, { srcPort: 40_000 + (n % 500), seq: n * 100, options }))),
  })));
  const path = join(work, 'small.pcap');
  writeFileSync(path, Buffer.concat([file, ...Array.from({ length: COPIES - 1 }, () => file.subarray(24))]));
  return path;
};

const sink = { push: () => {}, advance: () => {}, close: () => {} };
let packets = 0;
let exchanges = 0;
const count = (name, by) => { if (name === 'packets') packets += by; };
const through = async (path, reader) => {
  packets = 0;
  const { user: userBefore, system: systemBefore } = process.cpuUsage();
  await readCapture(path, reader);
  reader.close();
  const { user, system } = process.cpuUsage();
  return (user - userBefore + system - systemBefore) * 1000;
};
/** CPU time in ns of a shell command, as the shell's own `times` gives it. */
const outside = (command, ...files) => {
  const [, children] = execFileSync('bash', ['-c', `${command}; times`, ...files], { encoding: 'utf8' }).trim().split('\n');
  return children.split(' ').map((time) => /(\d+)m([\d.]+)s/.exec(time)).reduce((sum, [, minutes, seconds]) => sum + (minutes * 60 + Number(seconds)) * 1e9, 0);
};
const contestants = {
  'read and frame': (path) => through(path, captureReader(sink, count)),
  'to segments': (path) => through(path, captureReader(frameDecoder(sink, count), count)),
  'to bytes in order': (path) => through(path, captureReader(frameDecoder(tcpReassembler(sink, count), count), count)),
  'to messages': (path) => {
    const messages = httpParser(sink, count, { http2: { parser: http2Parser, beginsWithFrame } }, { now: 0, most: HELD_BYTES });
    return through(path, captureReader(frameDecoder(tcpReassembler(messages, count), count), count));
  },
  'to exchanges, each paired': async (path) => {
    exchanges = 0;
    const line = exchangePipeline({ ...sink, push: () => { exchanges++; } }, { tenant: 'bench', tap: 'bench', digest: (id) => id, counters: { count, snapshot: () => ({}) } });
    return through(path, line);
  },
  'tapgraph decode > /dev/null': (path) => outside('"$1" "$2" decode "$0" > /dev/null', path, process.execPath, COMMAND),
  'pcap-parser, read and frame': async (path) => {
    const before = process.cpuUsage();
    const parser = pcapParser.parse(createReadStream(path));
    parser.on('packet', () => {});
    await once(parser, 'end');
    const { user, system } = process.cpuUsage(before);
    return (user + system) * 1000;
  },
  'tcpdump -r -w': (path) => outside('tcpdump -r "$0" -w "$1" 2> /dev/null', path, join(work, 'copy.pcap')),
  'tcpdump -r -w /dev/null': (path) => outside('tcpdump -r "$0" -w /dev/null 2> /dev/null', path),
  ...(spawnSync('tshark', ['--version']).status === 0 && {
    'tshark -T fields': (path) => outside(`tshark -r "$0" -Y http -T fields ${TSHARK_FIELDS.map((field) => `-e ${field}`).join(' ')} > /dev/null 2>&1`, path),
  }),
};

/** Each in a process of its own, as it would run: in one with others, functions that they share are compiled for all of them. */
const alone = (name, path) => {
  const said = JSON.parse(execFileSync(process.execPath, [fileURLToPath(import.meta.url), path, '--only', name], { encoding: 'utf8' }));
  packets ||= said.packets;
  exchanges ||= said.exchanges;
  return said.ns;
};

if (values.only !== undefined) {
  const ns = await contestants[values.only](positionals[0]);
  console.log(JSON.stringify({ ns, packets, exchanges }));
  rmSync(work, { recursive: true });
  process.exit(0);
}
try {
  const path = positionals[0] ?? await made();
  const best = {};
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const name of Object.keys(contestants)) {
      const ns = alone(name, path);
      best[name] = Math.min(best[name] ?? Infinity, ns);
    }
  }
  const total = packets;
  const yardstick = best['tcpdump -r -w'];
  console.log(`${total} packets, ${exchanges} exchanges, best of ${values.rounds} rounds`);
  for (const [name, ns] of Object.entries(best)) console.log(`${name.padEnd(28)} ${(ns / total).toFixed(0).padStart(5)} ns CPU a packet   ${(ns / yardstick).toFixed(2)} × tcpdump`);
} finally {
  rmSync(work, { recursive: true });
}
