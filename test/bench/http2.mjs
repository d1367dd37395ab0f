// CPU time a packet from the bytes of a capture to its exchanges: gRPC (grpc-capture.mjs) beside HTTP/1 (keepalive-capture.mjs)
// and beside tshark on the first packets of the same gRPC capture, in interleaved rounds.
//   node test/bench/http2.mjs GRPC.pcap HTTP1.pcap [--rounds 3] [--tshark 40000]
// Where GRPC.pcap.truth.json stands beside it, the calls found are compared with the server's count.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { load } from '../score/load.mjs';

const { values, positionals } = parseArgs({ options: { rounds: { type: 'string', default: '3' }, tshark: { type: 'string', default: '40000' } }, allowPositionals: true });
const [grpc, http1] = positionals;
if (grpc === undefined || http1 === undefined) {
  console.error('usage: http2.mjs GRPC.pcap HTTP1.pcap [--rounds 3] [--tshark PACKETS]');
  process.exit(2);
}
const { exchangePipeline, readCapture, counters } = await load('ingest/pipeline.ts', 'ingest/capture/file.ts', 'sql/counters.ts');

const ours = async (path) => {
  const counted = counters();
  const found = { calls: 0, failed: 0, other: 0 };
  const out = { advance: () => {}, close: () => {}, push: (row) => {
    if (row.outcome !== 'complete') found.other++;
    else found.calls++;
    if ((row.grpc_status ?? 0) > 0) found.failed++;
  } };
  const line = exchangePipeline(out, { tenant: 'default', tap: 'bench', digest: (id) => id, counters: counted });
  const before = process.cpuUsage();
  await readCapture(path, line);
  line.close();
  const { user, system } = process.cpuUsage(before);
  return { ns: (user + system) * 1000, packets: counted.snapshot().packets, found };
};
const seconds = (text) => [...text.matchAll(/(\d+)m([\d.]+)s/g)].slice(2, 4).reduce((sum, [, m, s]) => sum + Number(m) * 60 + Number(s), 0);
const tshark = (path, packets) => {
  const port = execFileSync('tshark', ['-r', path, '-c', '1', '-T', 'fields', '-e', 'tcp.dstport'], { stdio: ['ignore', 'pipe', 'ignore'] }).toString().trim();
  const fields = ['frame.time_epoch', 'tcp.stream', 'http2.streamid', 'http2.headers.method', 'http2.headers.path', 'http2.headers.status'];
  const script = 'tshark "$@" > /dev/null 2> /dev/null || exit 1; times';
  const args = ['-r', path, '-c', String(packets), '-d', `tcp.port==${port},http2`, '-Y', 'http2.type == 1', '-T', 'fields', ...fields.flatMap((field) => ['-e', field])];
  return { ns: seconds(execFileSync('bash', ['-c', script, 'tshark', ...args]).toString()) * 1e9, packets };
};

const least = {};
let grpcFound = {};
for (let round = 0; round < Number(values.rounds); round++) {
  for (const [name, run] of [['grpc', () => ours(grpc)], ['http/1', () => ours(http1)], ['tshark', () => tshark(grpc, Number(values.tshark))]]) {
    const { ns, packets, found } = await run();
    if (name === 'grpc') grpcFound = found;
    if (least[name] === undefined || ns / packets < least[name].ns) least[name] = { ns: ns / packets, packets };
  }
}
for (const [name, { ns, packets }] of Object.entries(least)) console.log(`${name.padEnd(7)} ${Math.round(ns)} ns a packet, ${Math.round(1e9 / ns).toLocaleString('en')} packets a CPU second (${packets} packets, best of ${values.rounds})`);
console.log(`gRPC: ${(least.tshark.ns / least.grpc.ns).toFixed(1)} times tshark's speed; ${(least.grpc.ns / least['http/1'].ns).toFixed(2)} times the time of HTTP/1 a packet`);
const truth = `${grpc}.truth.json`;
console.log(`found ${JSON.stringify(grpcFound)}${existsSync(truth) ? `, truth ${readFileSync(truth, 'utf8').trim()}` : ''}`);
