import { expect, test } from 'vitest';
import { captureLine } from '../../docker/capture-line.ts';
import { lossesOf } from '../../docker/losses.ts';

const counted = (file: string): Promise<Readonly<Record<string, number>>> => captureLine(new URL(`../captures/${file}`, import.meta.url).pathname, {
  options: { tenant: 'default' }, salt: '', tokens: true, out: { push: () => {}, advance: () => {}, close: () => {} },
});

test.each<[situation: string, file: string, losses: Readonly<Record<string, number>>]>([
  ['whole, HTTP/1, DNS and handshakes', 'apps/bookinfo.pcap.gz', {}],
  ['whole, a web site', 'packets/http_espn_fail.pcapng', {}],
  ['whole, with a 100 Continue', 'arkime/http-100-continue.pcap', {}],
  ['whole, the same packets in three tunnels', 'arkime/gre-erspan-vxlan.pcap', {}],
  ['whole, 802.11 with beacons', 'arkime/80211http.pcap', {}],
  ['whole, ARP and ICMP beside it', 'tcpdump/arcnet-rfc1051-arp-icmp-http.pcap', {}],
  ['whole, in fragments', 'pcapplusplus/expected_output__http_req_frag.pcap', {}],
  ['whole, another IP protocol beside it', 'zeek/tunnels__Teredo.pcap', {}],
  ['bytes of a body are in no packet', 'zeek/entity_gap.pcap', { gaps: 1, gap_bytes: 1448 }],
  ['HTTP/2, bytes are in no packet', 'deepflow/grpc-server-stream.pcap', { gaps: 7, gap_bytes: 188, h2_lost: 4, exchanges_cut: 1 }],
  ['answers without requests', 'zeek/http-desync-request-response-5.pcap', { exchanges_orphan: 2 }],
])('what is lost of a capture: %s', async (_, file, losses) => { expect(lossesOf(await counted(file))).toEqual(losses); });
