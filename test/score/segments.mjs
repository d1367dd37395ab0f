// Compares every TCP segment our decoder finds with tshark's, packet by packet, over the captures of ../shared/captures.
//   node test/score/segments.mjs [--verbose] [PART OF A NAME…]
//   node test/score/segments.mjs --golden FILE…     prints what tshark says of captures, for test/ingest/decode/golden
// Compared: time, addresses, ports, sequence and acknowledgement numbers, flags, payload length on the wire.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { load } from './load.mjs';

const CORPUS = new URL('../../../shared/captures/', import.meta.url).pathname;
const { values, positionals } = parseArgs({
  options: { verbose: { type: 'boolean', short: 'v' }, golden: { type: 'boolean' } }, allowPositionals: true,
});
if (!values.golden && !existsSync(CORPUS)) {
  console.error(`score:segments needs the captures in ${CORPUS}`);
  process.exit(1);
}
const { readCapture } = await load('ingest/capture/file.ts');
const { captureReader } = await load('ingest/capture/reader.ts');
const { frameDecoder } = await load('ingest/decode/frame.ts');
const { counters } = await load('sql/counters.ts');

const FIELDS = ['frame.number', 'frame.time_epoch', 'frame.protocols', 'ip.src', 'ip.dst', 'ipv6.src', 'ipv6.dst',
  'tcp.srcport', 'tcp.dstport', 'tcp.seq_raw', 'tcp.ack_raw', 'tcp.flags', 'tcp.len'];
const last = (text) => text.slice(text.lastIndexOf(';') + 1);

/** Frame number → what tshark says of the innermost TCP segment, not counting the one an ICMP error quotes. */
const theirs = (file) => {
  const args = ['-r', file, '-n', '-Y', 'tcp', '--enable-heuristic', 'teredo_udp', '-T', 'fields', '-E', 'aggregator=;', '-E', 'separator=/t',
    '-o', 'tcp.desegment_tcp_streams:FALSE', ...FIELDS.flatMap((field) => ['-e', field])];
  const { stdout } = spawnSync('tshark', args, { encoding: 'utf8', maxBuffer: 1 << 30 });
  const found = new Map();
  for (const line of stdout.split('\n')) {
    if (line === '') continue;
    const [number, time, protocols, src4, dst4, src6, dst6, ...tcp] = line.split('\t');
    const stack = protocols.split(':');
    const tcpAt = stack.lastIndexOf('tcp');
    if (stack.slice(0, tcpAt).some((name) => name.startsWith('icmp'))) continue;
    const isV6 = stack.slice(0, tcpAt).findLast((name) => name === 'ip' || name === 'ipv6') === 'ipv6';
    const [seconds, fraction = ''] = time.split('.');
    const us = Number(seconds) * 1e6 + Number(fraction.padEnd(6, '0').slice(0, 6));
    const [srcPort, dstPort, seq, ack, flags, length] = tcp.map(last);
    found.set(Number(number), [us, last(isV6 ? src6 : src4), last(isV6 ? dst6 : dst4), srcPort, dstPort, seq, ack, Number(flags) & 0xff, length].join(' '));
  }
  return found;
};

if (values.golden) {
  for (const file of positionals) for (const [number, line] of theirs(file)) console.log(`${number} ${line}`);
  process.exit(0);
}

const v4 = (bytes, at) => bytes.subarray(at, at + 4).join('.');
const v6 = (bytes, at) => {
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, 16);
  const groups = Array.from({ length: 8 }, (_, n) => view.getUint16(2 * n).toString(16));
  return new URL(`http://[${groups.join(':')}]/`).hostname.slice(1, -1);
};
const canonical = (text) => text.split(' ').map((word) => (word.includes(':') ? new URL(`http://[${word}]/`).hostname.slice(1, -1) : word)).join(' ');

const ours = async (file) => {
  const found = new Map();
  const tally = counters();
  const reader = captureReader(frameDecoder({
    push: (s) => {
      const name = s.addressBytes === 4 ? v4 : v6;
      found.set(s.ordinal, [s.ts, name(s.bytes, s.srcAt), name(s.bytes, s.dstAt), s.srcPort, s.dstPort, s.seq, s.ack, s.flags, s.payloadBytes].join(' '));
    },
    advance: () => {},
    close: () => {},
  }, tally.count), tally.count);
  const { truncated } = await readCapture(file, reader);
  reader.close();
  return { found, tally: tally.snapshot(), truncated };
};

const [head, ...rows] = readFileSync(join(CORPUS, 'INDEX.tsv'), 'utf8').trimEnd().split('\n');
const column = head.split('\t').indexOf('file');
const files = rows.map((row) => row.split('\t')[column]).filter((file) => positionals.length === 0 || positionals.some((part) => file.includes(part)));
let segments = 0;
let different = 0;
for (const file of files) {
  const path = join(CORPUS, file);
  const expected = theirs(path);
  const { found, tally, truncated } = await ours(path);
  segments += found.size;
  const lines = [];
  for (const number of new Set([...expected.keys(), ...found.keys()])) {
    const [a, b] = [expected.get(number), found.get(number)];
    if (a === undefined || b === undefined || canonical(a) !== canonical(b)) lines.push(`  ${number}\n    tshark ${a ?? '-'}\n    ours   ${b ?? '-'}`);
  }
  different += lines.length;
  if (lines.length > 0 || truncated !== null) console.log(`${file}: ${lines.length} of ${expected.size}${truncated === null ? '' : ` (${truncated})`}`);
  if (values.verbose) console.log(JSON.stringify(tally));
  for (const line of lines.slice(0, values.verbose ? Infinity : 3)) console.log(line);
}
console.log(`${segments} segments of ${files.length} captures, ${different} differ from tshark's`);
