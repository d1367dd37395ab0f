import { describe, expect, test } from 'vitest';
import { MESSAGE, checksum, ethernet, ipv4, ipv6, tcp, text, u16, u32, udp, vlan, type Bytes } from './frames.ts';
import { decode, type Frame } from './segments.ts';

const V4 = ipv4(tcp(MESSAGE));
const V6 = ipv6(tcp(MESSAGE));
const INNER = ethernet(V4);
const PLAIN = '10.0.0.1:40000 > 10.0.0.2:80 seq 1000 ack 2000 flags 24 "GET / HTTP"';
const PLAIN_V6 = 'fd00:0000:0000:0000:0000:0000:0000:0001:40000 > fd00:0000:0000:0000:0000:0000:0000:0002:80 seq 1000 ack 2000 flags 24 "GET / HTTP"';
const zeros = (length: number): Bytes => Array<number>(length).fill(0);
const SNAP: Bytes = [0xaa, 0xaa, 3, 0, 0, 0, 8, 0];
const wifi = (flags: number, subtype = 0): Bytes => [(subtype << 4) | 8, flags, ...zeros(22)];

const rows = (table: readonly (readonly [situation: string, linkType: number, bytes: Bytes, line: string])[]) => table;

describe('link layers', () => {
  test.each(rows([
    ['Ethernet, IPv4', 1, ethernet(V4), PLAIN],
    ['Ethernet, IPv6', 1, ethernet(V6, 0x86dd), PLAIN_V6],
    ['padding to the least frame is no payload', 1, ethernet([...ipv4(tcp([])), ...zeros(6)]), PLAIN.replace('GET / HTTP', '')],
    ['802.1Q', 1, ethernet(vlan(7, V4), 0x8100), `${PLAIN} tag vlan:7`],
    ['QinQ: the inner tag', 1, ethernet(vlan(100, vlan(7, V4), 0x8100), 0x88a8), `${PLAIN} tag vlan:7`],
    ['802.3 with LLC and SNAP', 1, ethernet([...SNAP, ...V4], SNAP.length + V4.length), PLAIN],
    ['PPPoE', 1, ethernet([0x11, 0, 0, 1, 0, 0, 0, 0x21, ...V4], 0x8864), PLAIN],
    ['MPLS, two labels', 1, ethernet([0, 1, 0, 64, 0, 2, 1, 64, ...V4], 0x8847), PLAIN],
    ['MPLS pseudowire with control word', 1, ethernet([0, 1, 1, 64, 0, 0, 0, 0, ...INNER], 0x8847), PLAIN],
    ['MPLS pseudowire without', 1, ethernet([0, 1, 1, 64, ...INNER], 0x8847), PLAIN],
    ['802.1ah', 1, ethernet([0, 0, 0, 9, ...INNER], 0x88e7), PLAIN],
    ['FabricPath', 1, ethernet([0, 9, ...INNER], 0x8903), PLAIN],
    ['VN-Tag', 1, ethernet([0, 0, 0, 9, 8, 0, ...V4], 0x8926), PLAIN],
    ['Linux cooked, arriving', 113, [...zeros(14), 8, 0, ...V4], `${PLAIN} arriving`],
    ['Linux cooked, leaving, tagged', 113, [0, 4, ...zeros(12), 0x81, 0, ...vlan(7, V4)], `${PLAIN} tag vlan:7 leaving`],
    ['Linux cooked 2, leaving', 276, [8, 0, ...zeros(8), 4, ...zeros(9), ...V4], `${PLAIN} leaving`],
    ['loopback, little-endian', 0, [2, 0, 0, 0, ...V4], PLAIN],
    ['loopback, big-endian', 0, [0, 0, 0, 2, ...V4], PLAIN],
    ['loopback, IPv6 of macOS', 0, [30, 0, 0, 0, ...V6], PLAIN_V6],
    ['OpenBSD loop', 108, [0, 0, 0, 24, ...V6], PLAIN_V6],
    ['raw IP', 101, V4, PLAIN],
    ['raw IPv6', 229, V6, PLAIN_V6],
    ['PPP', 9, [0xff, 3, 0, 0x21, ...V4], PLAIN],
    ['PPP with compressed header', 9, [0x57, ...V6], PLAIN_V6],
    ['PPP with direction', 204, [1, 0xff, 3, 0, 0x21, ...V4], `${PLAIN} leaving`],
    ['Cisco HDLC', 104, [0x0f, 0, 8, 0, ...V4], PLAIN],
    ['Frame Relay', 107, [0x18, 0x41, 3, 0xcc, ...V4], PLAIN],
    ['Token Ring, source-routed', 6, [0x10, 0x40, ...zeros(6), 0x80, ...zeros(5), 2, 0, ...SNAP, ...V4], PLAIN],
    ['FDDI', 10, [...zeros(13), ...SNAP, ...V4], PLAIN],
    ['802.11 data', 105, [...wifi(1), ...SNAP, ...V4], PLAIN],
    ['802.11 QoS data between access points', 105, [...wifi(3, 8), ...zeros(8), ...SNAP, ...V4], PLAIN],
    ['radiotap with padded 802.11 header', 127, [0, 0, 9, 0, 2, 0, 0, 0, 0x20, ...wifi(1, 8), 0, 0, 0, 0, ...SNAP, ...V4], PLAIN],
    ['NFLOG, leaving', 239, [2, 0, 0, 0, 8, 0, 1, 0, 8, 0, 3, 0, 4 + V4.length, 0, 9, 0, ...V4], `${PLAIN} leaving`],
    ['ARCNET, RFC 1201', 129, [1, 2, 0, 0, 0xd4, 0, 0, 0, ...V4], PLAIN],
    ['ARCNET, RFC 1051', 129, [1, 2, 0, 0, 0xf0, ...V4], PLAIN],
    ['packet filter log', 117, [61, ...zeros(63), ...V4], PLAIN],
  ]))('%s', (_, linkType, bytes, line) => {
    expect(decode([{ linkType, bytes }])).toEqual({ segments: [line], counted: { segments: 1 } });
  });
});

const over = (protocol: number, payload: Bytes): Bytes => ethernet(ipv4(payload, { protocol, src: [192, 168, 0, 1], dst: [192, 168, 0, 2] }));
/** From an address of Teredo. */
const TEREDO: Bytes = [...V6.slice(0, 8), 0x20, 1, 0, 0, 0, 1, ...zeros(9), 5, ...V6.slice(24)];
const inUdp = (port: number, payload: Bytes): Bytes => over(17, udp(port, payload));

describe('tunnels: the innermost endpoints', () => {
  test.each(rows([
    ['VXLAN', 1, inUdp(4789, [8, 0, 0, 0, 0, 0, 42, 0, ...INNER]), `${PLAIN} vxlan:42`],
    ['VXLAN on the port of old', 1, inUdp(8472, [8, 0, 0, 0, 0, 0, 42, 0, ...INNER]), `${PLAIN} vxlan:42`],
    ['VXLAN-GPE with IP', 1, inUdp(4790, [0x0c, 0, 0, 1, 0, 0, 42, 0, ...V4]), `${PLAIN} vxlan:42`],
    ['VXLAN-GPE with a service header', 1, inUdp(4790, [0x0c, 0, 0, 4, 0, 0, 42, 0, 0, 2, 1, 3, 0, 0, 0, 0, ...INNER]), `${PLAIN} vxlan:42`],
    ['VXLAN in VLAN', 1, ethernet(vlan(7, inUdp(4789, [8, 0, 0, 0, 0, 0, 42, 0, ...INNER]).slice(14)), 0x8100), `${PLAIN} vxlan:42 tag vlan:7`],
    ['Geneve with an option', 1, inUdp(6081, [1, 0, 0x65, 0x58, 0, 0, 9, 0, ...zeros(4), ...INNER]), `${PLAIN} geneve:9`],
    ['Geneve with IPv6', 1, inUdp(6081, [0, 0, 0x86, 0xdd, 0, 0, 9, 0, ...V6]), `${PLAIN_V6} geneve:9`],
    ['VXLAN in Geneve: the inner one', 1, inUdp(6081, [0, 0, 0x65, 0x58, 0, 0, 9, 0, ...inUdp(4789, [8, 0, 0, 0, 0, 0, 42, 0, ...INNER])]), `${PLAIN} vxlan:42`],
    ['GRE', 1, over(47, [0, 0, 8, 0, ...V4]), PLAIN],
    ['GRE with checksum, key and sequence number', 1, over(47, [0xb0, 0, 8, 0, ...zeros(4), ...u32(3), ...zeros(4), ...V4]), `${PLAIN} tag gre:3`],
    ['GRE with a source route', 1, over(47, [0x40, 0, 8, 0, ...zeros(4), 8, 0, 0, 4, ...zeros(4), ...zeros(4), ...V4]), PLAIN],
    ['Ethernet in GRE', 1, over(47, [0, 0, 0x65, 0x58, ...INNER]), PLAIN],
    ['PPTP: a call id names no network', 1, over(47, [0x30, 0x81, 0x88, 0x0b, ...u16(1), ...u16(5), ...zeros(8), 0xff, 3, 0, 0x21, ...V4]), PLAIN],
    ['ERSPAN I', 1, over(47, [0, 0, 0x88, 0xbe, ...INNER]), PLAIN],
    ['ERSPAN II', 1, over(47, [0x10, 0, 0x88, 0xbe, ...zeros(4), ...zeros(8), ...INNER]), PLAIN],
    ['ERSPAN III', 1, over(47, [0x10, 0, 0x22, 0xeb, ...zeros(4), ...zeros(12), ...INNER]), PLAIN],
    ['ERSPAN III with its platform header', 1, over(47, [0x10, 0, 0x22, 0xeb, ...zeros(4), ...zeros(11), 1, ...zeros(8), ...INNER]), PLAIN],
    ['IP in IP', 1, over(4, V4), PLAIN],
    ['6in4', 1, over(41, V6), PLAIN_V6],
    ['4in6', 1, ethernet(ipv6(V4, 4), 0x86dd), PLAIN],
    ['EtherIP', 1, over(97, [0x30, 0, ...INNER]), PLAIN],
    ['GTP-U', 1, inUdp(2152, [0x30, 0xff, ...u16(V4.length), ...u32(1), ...V4]), PLAIN],
    ['GTP-U with sequence number and extension', 1, inUdp(2152, [0x36, 0xff, ...u16(V4.length), ...u32(1), 0, 1, 0, 0x85, 1, 0, 0, 0, ...V4]), PLAIN],
    ['L2TP', 1, inUdp(1701, [0x40, 2, ...u16(0), ...u16(1), ...u16(1), 0xff, 3, 0, 0x21, ...V4]), PLAIN],
    ['Teredo', 1, inUdp(3544, V6), PLAIN_V6],
    ['Teredo with authentication and origin', 1, inUdp(3544, [0, 1, 1, 1, 5, 6, ...zeros(9), ...zeros(8), ...V6]), PLAIN_V6],
    ['Teredo with a relay, told by its addresses', 1, inUdp(33_000, TEREDO), `2001:0000:0001:0000:0000:0000:0000:0005${PLAIN_V6.slice(PLAIN_V6.indexOf(':40000'))}`],
    ['AYIYA', 1, inUdp(5072, [0x41, 0x52, 0x11, 41, ...zeros(4), ...zeros(16), ...zeros(20), ...V6]), PLAIN_V6],
    ['MPLS in UDP', 1, inUdp(6635, [0, 1, 1, 64, ...V4]), PLAIN],
  ]))('%s', (_, linkType, bytes, line) => {
    expect(decode([{ linkType, bytes }])).toEqual({ segments: [line], counted: { segments: 1 } });
  });
});

test.each<[situation: string, payload: Bytes]>([
    ['shorter than what is in the datagram', [...TEREDO, 0]],
    ['longer', TEREDO.slice(0, -1)],
    ['between addresses that are not of Teredo', V6],
])('IPv6 in a datagram of any port is not taken for Teredo where it is %s', (_, payload) => {
  expect(decode([{ bytes: inUdp(33_000, payload) }])).toEqual({ segments: [], counted: { udp: 1 } });
});

describe('IP', () => {
  const extension = (next: number, length = 0): Bytes => [next, length, ...zeros(6 + length * 8)];
  test.each<{ situation: string; frame: Frame; segments: readonly string[]; counted: Record<string, number> }>([
    { situation: 'length 0 of segmentation offload reaches to the frame\'s end', frame: { bytes: ethernet(ipv4(tcp(MESSAGE), { length: 0 })) }, segments: [PLAIN], counted: { segments: 1, ip_length_zero: 1 } },
    { situation: 'longer than its frame is as long as its frame', frame: { bytes: ethernet(ipv4(tcp(MESSAGE), { length: 1500 })) }, segments: [PLAIN], counted: { segments: 1, ip_length_beyond_frame: 1 } },
    { situation: 'cut by the snap length: the payload on the wire is known', frame: { bytes: ethernet(ipv4(tcp(MESSAGE), { length: 540 })), wireBytes: 554 }, segments: [`${PLAIN} of 500`], counted: { segments: 1, segments_cut: 1 } },
    { situation: 'cut within the TCP options', frame: { bytes: ethernet(ipv4(tcp(MESSAGE, { options: zeros(12) }))).slice(0, 60), wireBytes: 76 }, segments: [PLAIN.replace('"GET / HTTP"', '"" of 10')], counted: { segments: 1, segments_cut: 1 } },
    { situation: 'IPv6 extension headers', frame: { bytes: ethernet(ipv6([...extension(43), ...extension(60, 1), ...extension(51), 6, 1, ...zeros(10), ...tcp(MESSAGE)], 0), 0x86dd) }, segments: [PLAIN_V6], counted: { segments: 1 } },
    { situation: 'an IPv6 atomic fragment', frame: { bytes: ethernet(ipv6([6, 0, 0, 0, 0, 0, 0, 9, ...tcp(MESSAGE)], 44), 0x86dd) }, segments: [PLAIN_V6], counted: { segments: 1 } },
    { situation: 'IPv4 authentication header', frame: { bytes: ethernet(ipv4([6, 1, ...zeros(10), ...tcp(MESSAGE)], { protocol: 51 })) }, segments: [PLAIN], counted: { segments: 1 } },
  ])('$situation', ({ frame, segments, counted }) => {
    expect(decode([frame])).toEqual({ segments, counted });
  });
});

describe('a frame without a segment is counted by the reason', () => {
  let nested = V4;
  for (let n = 0; n < 40; n++) nested = ipv4(nested, { protocol: 4 });
  test.each<{ reason: string; situation: string; frame: Frame }>([
    { reason: 'link_other', situation: 'a link type not known here', frame: { linkType: 147, bytes: V4 } },
    { reason: 'link_truncated', situation: 'half an Ethernet header', frame: { bytes: [1, 2, 3] } },
    { reason: 'ethertype_other', situation: 'LLDP', frame: { bytes: ethernet([], 0x88cc) } },
    { reason: 'arp', situation: 'ARP', frame: { bytes: ethernet(zeros(28), 0x0806) } },
    { reason: 'llc_other', situation: 'spanning tree', frame: { bytes: ethernet([0x42, 0x42, 3, ...zeros(35)], 38) } },
    { reason: 'ppp_other', situation: 'LCP', frame: { linkType: 9, bytes: [0xff, 3, 0xc0, 0x21] } },
    { reason: 'wifi_not_data', situation: 'a beacon', frame: { linkType: 105, bytes: [0x80, 0, ...zeros(22)] } },
    { reason: 'wifi_encrypted', situation: 'WPA', frame: { linkType: 105, bytes: [...wifi(0x41), ...zeros(8), ...V4] } },
    { reason: 'wifi_fragment', situation: 'a MAC fragment', frame: { linkType: 105, bytes: [...wifi(5), ...SNAP, ...V4] } },
    { reason: 'wifi_aggregate', situation: 'several frames in one', frame: { linkType: 105, bytes: [...wifi(1, 8), 0x80, 0, ...SNAP, ...V4] } },
    { reason: 'ip_truncated', situation: 'half an IP header', frame: { bytes: ethernet(V4.slice(0, 10)) } },
    { reason: 'ip_malformed', situation: 'version 5', frame: { bytes: ethernet([0x55, ...V4.slice(1)]) } },
    { reason: 'ip_protocol_other', situation: 'OSPF', frame: { bytes: ethernet(ipv4([], { protocol: 89 })) } },
    { reason: 'ip_encrypted', situation: 'ESP', frame: { bytes: ethernet(ipv4([], { protocol: 50 })) } },
    { reason: 'icmp', situation: 'an ICMP error that quotes a segment', frame: { bytes: ethernet(ipv4([3, 0, ...zeros(6), ...V4], { protocol: 1 })) } },
    { reason: 'sctp', situation: 'SCTP', frame: { bytes: ethernet(ipv4(zeros(12), { protocol: 132 })) } },
    { reason: 'udp', situation: 'DNS', frame: { bytes: ethernet(ipv4(udp(53, []), { protocol: 17 })) } },
    { reason: 'tunnel_other', situation: 'a GTP echo', frame: { bytes: inUdp(2152, [0x32, 1, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0]) } },
    { reason: 'tunnel_truncated', situation: 'half a VXLAN header', frame: { bytes: inUdp(4789, [8, 0, 0]) } },
    { reason: 'layers_too_deep', situation: 'forty IP headers', frame: { linkType: 101, bytes: nested } },
    { reason: 'tcp_truncated', situation: 'half a TCP header', frame: { bytes: ethernet(ipv4(tcp([]).slice(0, 12))) } },
    { reason: 'tcp_malformed', situation: 'a TCP header longer than its packet', frame: { bytes: ethernet(ipv4([...tcp([]).slice(0, 12), 0xf0, 16, ...zeros(6)])) } },
  ])('$reason: $situation', ({ reason, frame }) => {
    expect(decode([frame])).toEqual({ segments: [], counted: { [reason]: 1 } });
  });
});

describe('fragments', () => {
  const whole = tcp(text('abcdefghijklmnopqrstuvwxyz'));
  const part = (from: number, to: number, more = to < whole.length, id = 7): Frame => ({ bytes: ethernet(ipv4(whole.slice(from, to), { id, offset: from, more })) });
  const v6part = (from: number, to: number): Frame => ({
    bytes: ethernet(ipv6([6, 0, ...u16(from | (to < whole.length ? 1 : 0)), ...u32(9), ...whole.slice(from, to)], 44), 0x86dd),
  });
  const line = PLAIN.replace('GET / HTTP', 'abcdefghijklmnopqrstuvwxyz');
  test.each<{ situation: string; frames: readonly Frame[]; segments: readonly string[]; counted: Record<string, number> }>([
    { situation: 'in order', frames: [part(0, 24), part(24, 40), part(40, 46)], segments: [line], counted: { fragment_held: 2, fragment_reassembled: 1, segments: 1 } },
    { situation: 'last one first', frames: [part(40, 46), part(24, 40), part(0, 24)], segments: [line], counted: { fragment_held: 2, fragment_reassembled: 1, segments: 1 } },
    { situation: 'a duplicate', frames: [part(0, 24), part(0, 24), part(24, 46)], segments: [line], counted: { fragment_held: 2, fragment_overlap: 1, fragment_reassembled: 1, segments: 1 } },
    { situation: 'two datagrams interleaved', frames: [part(0, 24, true, 1), part(0, 24, true, 2), part(24, 46, false, 1), part(24, 46, false, 2)], segments: [line, line], counted: { fragment_held: 2, fragment_reassembled: 2, segments: 2 } },
    { situation: 'IPv6', frames: [v6part(24, 46), v6part(0, 24)], segments: [PLAIN_V6.replace('GET / HTTP', 'abcdefghijklmnopqrstuvwxyz')], counted: { fragment_held: 1, fragment_reassembled: 1, segments: 1 } },
    { situation: 'one missing at the end of the input', frames: [part(0, 24), part(40, 46)], segments: [], counted: { fragment_held: 2, fragment_unfinished: 1 } },
    { situation: 'the rest comes too late', frames: [part(0, 24), { ...part(24, 46), us: 40_000_000 }], segments: [], counted: { fragment_held: 2, fragment_timed_out: 1, fragment_unfinished: 1 } },
    { situation: 'a length that is no multiple of 8 before the last', frames: [part(0, 23, true)], segments: [], counted: { fragment_malformed: 1 } },
    { situation: 'cut by the snap length', frames: [{ ...part(0, 24), bytes: part(0, 24).bytes.slice(0, 50), wireBytes: 58 }], segments: [], counted: { fragment_cut: 1 } },
    { situation: 'behind the end of any datagram', frames: [{ bytes: ethernet(ipv4(zeros(16), { offset: 65_528 })) }], segments: [], counted: { fragment_malformed: 1 } },
  ])('$situation', ({ frames, segments, counted }) => {
    expect(decode(frames)).toEqual({ segments, counted });
  });

  test('the first copy of a byte wins', () => {
    const other = tcp(text('ABCDEFGHIJKLMNOPQRSTUVWXYZ'));
    const late: Frame = { bytes: ethernet(ipv4(other.slice(16, 46), { offset: 16 })) };
    expect(decode([part(0, 24), late]).segments).toEqual([PLAIN.replace('GET / HTTP', 'abcdEFGHIJKLMNOPQRSTUVWXYZ')]);
  });

  test('a flood of first fragments stays within its bounds', () => {
    const flood = Array.from({ length: 500 }, (_, id) => part(0, 24, true, id));
    const limits = { fragmentDatagrams: 10, fragmentBytes: 1e6, fragmentAgeUs: 1e6 };
    expect(decode(flood, 0, limits).counted).toEqual({ fragment_held: 500, fragment_evicted: 490, fragment_unfinished: 10 });
    expect(decode(flood, 0, { ...limits, fragmentDatagrams: 1e6, fragmentBytes: 5 * 4096 }).counted).toEqual({ fragment_held: 500, fragment_evicted: 495, fragment_unfinished: 5 });
  });
});

describe('checksums are counted, and the segment is taken all the same', () => {
  const frame = ethernet(ipv4(tcp(MESSAGE)));
  const changed = (at: number): Bytes => frame.toSpliced(at, 1, frame[at]! ^ 1);
  test('of IPv4 headers, all', () => {
    expect(decode([{ bytes: frame }, { bytes: changed(14 + 8) }]).counted).toEqual({ segments: 2, ip_checksum_wrong: 1 });
  });
  /** The sum of the segment without a checksum, as a sender puts it there. */
  const summed = (segment: Bytes, ends: Bytes): Bytes => [...segment.slice(0, 16), ...checksum([...ends, ...u16(6), ...u16(segment.length), ...segment]), ...segment.slice(18)];
  test.each<[situation: string, bytes: Bytes, wrong: number]>([
    ['right, IPv4', ethernet(ipv4(summed(tcp(MESSAGE), [10, 0, 0, 1, 10, 0, 0, 2]))), 0],
    ['right, IPv6', ethernet(ipv6(summed(tcp(MESSAGE), V6.slice(8, 40))), 0x86dd), 0],
    ['wrong', changed(60), 1],
  ])('of TCP, one in 64: %s', (_, bytes, wrong) => {
    const { counted } = decode(Array.from({ length: 129 }, () => ({ bytes })));
    expect(counted).toEqual({ segments: 129, tcp_checksum_looked_at: 2, ...(wrong > 0 && { tcp_checksum_wrong: 2 }) });
  });
});

test('what the capture says of the direction is kept, unless the link layer says it too', () => {
  expect(decode([{ bytes: ethernet(V4), leg: 2 }]).segments).toEqual([`${PLAIN} leaving`]);
});
