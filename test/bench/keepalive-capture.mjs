// Makes the capture of many small keep-alive exchanges that the decoder's figures rest on: two Node servers in a chain on
// loopback under wrk, recorded by tcpdump until PACKETS are in the file. The servers' own counts are the truth.
//   node test/bench/keepalive-capture.mjs OUT.pcap [PACKETS = 1500000]
// writes OUT.pcap and OUT.truth.json. Needs wrk and tcpdump, and the right to capture on lo. Stops by itself.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import http from 'node:http';

const [out, wanted = '1500000'] = process.argv.slice(2);
if (out === undefined) {
  console.error('usage: keepalive-capture.mjs OUT.pcap [PACKETS]');
  process.exit(2);
}
const MOST_SECONDS = 900;
const PACKETS_AN_EXCHANGE = 2;
const exchangesWanted = Number(wanted) / PACKETS_AN_EXCHANGE;
const served = { front: 0, back: 0 };

const listen = async (handler) => {
  const server = http.createServer({ keepAliveTimeout: 60_000 }, handler);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
};

const back = await listen((_, response) => {
  served.back++;
  response.end('{"stock":7}');
});
const agent = new http.Agent({ keepAlive: true, maxSockets: 64 });
const front = await listen((request, response) => {
  served.front++;
  http.get({ agent, port: back.address().port, path: `/stock/${served.front % 1000}` }, (answer) => {
    answer.resume().on('end', () => response.end('{"ok":true}'));
  }).on('error', () => response.writeHead(502).end());
});

const ports = [front, back].map((server) => server.address().port);
const dump = spawn('tcpdump', ['-i', 'lo', '-s', '0', '-B', '65536', '-w', out, ports.map((port) => `tcp port ${port}`).join(' or ')],
  { stdio: ['ignore', 'ignore', 'pipe'] });
let said = '';
dump.stderr.on('data', (text) => { said += text; });
while (!said.includes('listening on')) await once(dump.stderr, 'data');

const load = spawn('wrk', ['-t', '1', '-c', '32', '-d', `${MOST_SECONDS}s`, `http://127.0.0.1:${ports[0]}/orders/1`], { stdio: 'ignore' });
const began = Date.now();
while (served.front + served.back < exchangesWanted && Date.now() - began < MOST_SECONDS * 1000) await new Promise((go) => setTimeout(go, 100));
load.kill('SIGINT');
await once(load, 'exit');
await new Promise((go) => setTimeout(go, 1500));
dump.kill('SIGINT');
await once(dump, 'exit');
const dropped = Number(/(\d+) packets? dropped by kernel/.exec(said)?.[1] ?? NaN);
const packets = Number(/(\d+) packets? captured/.exec(said)?.[1] ?? NaN);
writeFileSync(out.replace(/\.pcap$/, '.truth.json'), `${JSON.stringify({ packets, dropped, exchanges: served.front + served.back, ...served })}\n`);
console.log({ packets, dropped, exchanges: served.front + served.back });
process.exit(0);
