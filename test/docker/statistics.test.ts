import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { reasonFor, statistics } from '../../docker/statistics.ts';
import { pcap } from '../ingest/capture/files.ts';
import { client, decode, OPENING, records, server, type Step } from '../ingest/conversation.ts';
import { ethernet, ipv4, udp } from '../ingest/decode/frames.ts';
import { SETTINGS, PREFACE } from '../ingest/http2/frames.ts';

const CLIENT_HELLO = '\x16\x03\x01\x00\x05\x01\0\0\x01\x03';
const of = (...steps: readonly Step[]): Uint8Array => pcap(records(steps));
const frames = (...list: readonly (readonly number[])[]): Uint8Array => pcap(list.map((frame, n) => ({ seconds: n, fraction: 0, frame })));

describe('the reason why a capture gave no exchange', () => {
  test.each<[situation: string, capture: Uint8Array, says: RegExp]>([
    ['no packets', pcap([]), /no packets in it/],
    ['UDP alone', frames(ethernet(ipv4(udp(53, [1, 2]), { protocol: 17 })), ethernet([], 0x0806), ethernet(ipv4(udp(443, [1]), { protocol: 17 }))), /none of its 3 packets is TCP: 2 UDP \(.*HTTP\/3.*\), 1 ARP$/],
    ['a link type that is not read', pcap([{ seconds: 0, fraction: 0, frame: [1, 2, 3] }], { linkType: 250 }), /1 of a link type that is not read/],
    ['TLS alone', of(...OPENING, client(CLIENT_HELLO), server(CLIENT_HELLO), client('\x17\x03\x03\0\x01x')), /1 of 1 connection is encrypted by TLS/],
    ['cut short', of(...OPENING, ...Array.from({ length: 5 }, () => client('GET / HTTP/1.1\r\nHost: x\r\n\r\n', { captured: 2 }))), /`-s 0`/],
    ['another protocol', of(...OPENING, client('SSH-2.0-x\r\n'), server('SSH-2.0-y\r\n')), /1 connection carried is neither HTTP\/1 nor HTTP\/2/],
    ['HTTP/2 without a request', of(...OPENING, client(PREFACE + SETTINGS), server(SETTINGS)), /there is HTTP\/2 on 1 connection,/],
    ['handshakes alone', of(...OPENING), /only handshakes/],
  ])('%s', (_, capture, says) => {
    expect(reasonFor(decode(capture).counted)).toMatch(says);
  });

  test('is not given where there was one', () => {
    expect(reasonFor(decode(readFileSync(new URL('../captures/zeek/nflog-http.pcap', import.meta.url))).counted)).toBeNull();
  });
});

test('the statistics name every counter, and what streams lack', () => {
  expect(statistics('a.pcap', { packets: 1234, udp: 0, gap_bytes: 50, capture_bytes: 950 })).toBe(
    'a.pcap\n  packets        1,234\n  gap_bytes      50\n  capture_bytes  950\n  loss: 50 bytes of streams are in no packet, 5.0 % of what went by\n');
});
