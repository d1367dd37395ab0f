import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { decode } from './conversation.ts';

const CAPTURES = new URL('../captures/', import.meta.url);

/** Written by `node test/score/golden.mjs`. */
describe('the exchanges of a real capture are those of its golden file', () => {
  test.each<[situation: string, capture: string, exchanges: number]>([
    ['802.11 with radiotap, chunked bodies and bodies both ways', 'arkime/80211http.pcap', 7],
    ['VXLAN in ERSPAN in GRE', 'arkime/gre-erspan-vxlan.pcap', 1],
    ['100 Continue over IPv6', 'arkime/http-100-continue.pcap', 1],
    ['segments lost, overlapping, repeated and out of order', 'arkime/tcp-reassembly-synthetic.pcap', 11],
    ['a gRPC call with a streamed answer', 'deepflow/grpc-server-stream.pcap', 1],
    ['keep-alive with tracing headers', 'deepflow/sw8.pcap', 3],
    ['a browser among other traffic, pcapng', 'packets/http_espn_fail.pcapng', 7],
    ['a request in twelve fragments', 'pcapplusplus/expected_output__http_req_frag.pcap', 1],
    ['ARCNET', 'tcpdump/arcnet-rfc1051-arp-icmp-http.pcap', 1],
    ['CONNECT', 'zeek/connect-with-smtp.pcap', 1],
    ['a hole in a body', 'zeek/entity_gap.pcap', 1],
    ['answers to nothing among pipelined requests', 'zeek/http-desync-request-response-5.pcap', 7],
    ['VLAN and MPLS', 'zeek/mixed-vlan-mpls.pcap', 2],
    ['netfilter\'s log', 'zeek/nflog-http.pcap', 1],
    ['Teredo', 'zeek/tunnels__Teredo.pcap', 4],
    ['an upgrade to WebSocket', 'zeek/two-binary-fragments.pcap', 1],
  ])('%s', (_, capture, exchanges) => {
    const golden = readFileSync(new URL(`${capture}.jsonl`, CAPTURES), 'utf8').trimEnd().split('\n');
    const { rows } = decode(readFileSync(new URL(capture, CAPTURES)));
    expect(rows.map((row) => JSON.stringify(row))).toEqual(golden);
    expect(rows).toHaveLength(exchanges);
  });
});
