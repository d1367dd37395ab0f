// Makes the capture of many small gRPC calls that the HTTP/2 figures rest on: a server and clients of @grpc/grpc-js on
// loopback, recorded by tcpdump. The server's own count is the truth.
//   node test/bench/grpc-capture.mjs OUT.pcap [CALLS = 500000] [OPEN = 8] [ids]
// with OPEN calls at a time on each of 16 connections, each with an x-request-id of its own where `ids` is said; writes OUT.pcap and OUT.pcap.truth.json. Needs tcpdump, and the right to capture on lo. Stops by itself.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import grpc from '@grpc/grpc-js';

const [out, wanted = '500000', open = '8', ids] = process.argv.slice(2);
if (out === undefined) {
  console.error('usage: grpc-capture.mjs OUT.pcap [CALLS] [OPEN] [ids]');
  process.exit(2);
}
const CALLS = Number(wanted);
const CONNECTIONS = 16;
const OPEN_A_CONNECTION = Number(open);
const METHODS = ['Get', 'List', 'Reserve', 'Release'];
const same = (bytes) => bytes;
const method = (name) => ({
  path: `/shop.Stock/${name}`, requestStream: false, responseStream: name === 'List',
  requestSerialize: same, requestDeserialize: same, responseSerialize: same, responseDeserialize: same,
});
const service = Object.fromEntries(METHODS.map((name) => [name, method(name)]));
const served = { calls: 0, failed: 0 };
const body = Buffer.alloc(60, 'a');
const failing = () => served.calls % 50 === 0;

const server = new grpc.Server();
const unary = (_, done) => {
  served.calls++;
  if (!failing()) { done(null, body); return; }
  served.failed++;
  done({ code: grpc.status.NOT_FOUND, details: 'no such item' });
};
server.addService(service, {
  Get: unary, Reserve: unary, Release: unary,
  List: (call) => {
    served.calls++;
    for (let i = 0; i < 3; i++) call.write(body);
    call.end();
  },
});
const port = await new Promise((done, failed) => {
  server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, bound) => (error ? failed(error) : done(bound)));
});
const dump = spawn('tcpdump', ['-i', 'lo', '-s', '0', '-B', '65536', '-w', out, `tcp port ${port}`], { stdio: ['ignore', 'ignore', 'pipe'] });
let said = '';
dump.stderr.on('data', (text) => { said += text; });
while (!said.includes('listening on')) await once(dump.stderr, 'data');

const Stub = grpc.makeGenericClientConstructor(service, 'Stock');
let started = 0;
const worker = async (client) => {
  while (started < CALLS) {
    const name = METHODS[started++ % METHODS.length];
    const metadata = new grpc.Metadata();
    if (ids === 'ids') metadata.set('x-request-id', `order-${started}`);
    await new Promise((done) => {
      if (name === 'List') client.List(body, metadata).on('data', () => {}).on('error', done).on('end', done);
      else client[name](body, metadata, () => { done(); });
    });
  }
};
const clients = Array.from({ length: CONNECTIONS }, () => new Stub(`127.0.0.1:${port}`, grpc.credentials.createInsecure(), { 'grpc.use_local_subchannel_pool': 1 }));
await Promise.all(clients.flatMap((client) => Array.from({ length: OPEN_A_CONNECTION }, () => worker(client))));
for (const client of clients) client.close();
server.forceShutdown();
await new Promise((go) => { setTimeout(go, 1000); });
dump.kill('SIGINT');
await once(dump, 'exit');
writeFileSync(`${out}.truth.json`, `${JSON.stringify({ ...served, dropped: Number(/(\d+) packets? dropped by kernel/.exec(said)?.[1] ?? -1) })}\n`);
console.log(`${out}: ${served.calls} calls, ${served.failed} failed; ${said.split('\n').slice(-4).join('; ')}`);
