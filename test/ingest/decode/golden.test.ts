import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readCapture } from '../../../ingest/capture/file.ts';
import { captureReader } from '../../../ingest/capture/reader.ts';
import { frameDecoder } from '../../../ingest/decode/frame.ts';
import type { Segment } from '../../../ingest/decode/segment.ts';
import { counters } from '../../../sql/counters.ts';

const v6 = (bytes: Uint8Array, at: number): string => {
  const groups = Buffer.from(bytes.subarray(at, at + 16)).toString('hex').match(/..../g) ?? [];
  return new URL(`http://[${groups.join(':')}]/`).hostname.slice(1, -1);
};
const address = (s: Segment, at: number): string => (s.addressBytes === 4 ? s.bytes.subarray(at, at + 4).join('.') : v6(s.bytes, at));

/** Golden lines are tshark's: `node test/score/segments.mjs --golden CAPTURE`. */
describe('each segment of a real capture is what tshark says', () => {
  test.each([
    { capture: 'arkime/80211http', counted: { segments: 26, packets: 26 } },
    { capture: 'arkime/gre-erspan-vxlan', counted: { segments: 7, packets: 7 } },
    { capture: 'pcapplusplus/expected_output__http_req_frag', counted: { fragment_held: 11, fragment_reassembled: 1, segments: 1, packets: 12 } },
    { capture: 'tcpdump/arcnet-rfc1051-arp-icmp-http', counted: { arp: 4, icmp: 4, udp: 4, segments: 14, packets: 26 } },
    { capture: 'zeek/mixed-vlan-mpls', counted: { ip_checksum_wrong: 22, segments: 47, packets: 47 } },
    { capture: 'zeek/nflog-http', counted: { segments: 13, packets: 13 } },
    { capture: 'zeek/tunnels__Teredo', counted: { udp: 16, icmp: 4, ip_protocol_other: 3, segments: 55, tcp_checksum_looked_at: 1, packets: 78 } },
  ])('$capture', async ({ capture, counted }) => {
    const lines: string[] = [];
    const tally = counters();
    const reader = captureReader(frameDecoder({
      push: (s) => { lines.push([s.ordinal, s.ts, address(s, s.srcAt), address(s, s.dstAt), s.srcPort, s.dstPort, s.seq, s.ack, s.flags, s.payloadBytes].join(' ')); },
      advance: () => {},
      close: () => {},
    }, tally.count), tally.count);
    expect(await readCapture(new URL(`../../captures/${capture}.pcap`, import.meta.url).pathname, reader)).toEqual({ truncated: null });
    reader.close();
    const name = capture.slice(capture.indexOf('/') + 1);
    expect(lines).toEqual(readFileSync(new URL(`golden/${name}.txt`, import.meta.url), 'utf8').trimEnd().split('\n'));
    const { capture_bytes: _, ...rest } = tally.snapshot();
    expect(rest).toEqual(counted);
  });
});
