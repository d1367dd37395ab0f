import { readFileSync, readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { pcap } from './capture/files.ts';
import { client, records, server } from './conversation.ts';
import { call, get, grpc, hello, ok } from './http2/frames.ts';
import { endure, mutator, optionsOf, packetsOf, randomFrom } from './mutations.ts';

const CAPTURES = new URL('../captures/', import.meta.url).pathname;
const REAL = readdirSync(CAPTURES, { recursive: true, encoding: 'utf8' }).filter((file) => /\.pcap(ng)?$/.test(file)).map((file) => packetsOf(readFileSync(`${CAPTURES}${file}`), 600));
const HTTP2 = packetsOf(pcap(records([...hello, client(get(1, '/a')), server(ok(1, 'x')), client(call(3, '/p.S/M') + grpc('ask')), server(ok(3, grpc('hi'))), client(get(5, '/b')), server(ok(5, 'yy'))])), 100);
const PACKETS = 200_000;
const SEED = 20_261_124;

/** The same, for as long as wanted: `node test/bench/soak-decode.mjs`. */
test('200,000 mutated real packets go through the whole line: nothing throws, each has one verdict, every row is counted and sane', () => {
  const next = mutator([...REAL, HTTP2, HTTP2], randomFrom(SEED));
  let packets = 0;
  let exchanges = 0;
  for (let round = 0; packets < PACKETS; round++) {
    const mutated = next();
    packets += mutated.packets;
    exchanges += endure(mutated, optionsOf(round))['exchanges_complete'] ?? 0;
  }
  expect(exchanges).toBeGreaterThan(500);
});
