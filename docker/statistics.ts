type Counted = Readonly<Record<string, number>>;

/** Counters of frames that hold no TCP segment, as a person says them. */
const FRAMES: Readonly<Record<string, string>> = {
  udp: 'UDP (DNS, and HTTP/3, which is not read)', arp: 'ARP', icmp: 'ICMP', sctp: 'SCTP', link_other: 'of a link type that is not read',
  ethertype_other: 'of another protocol than IP', ip_protocol_other: 'of another IP protocol than TCP', ip_encrypted: 'encrypted by IPsec',
  wifi_encrypted: 'encrypted 802.11', wifi_not_data: '802.11 without data', tunnel_other: 'of a tunnel whose payload is not read',
  ip_truncated: 'cut off within IP', tcp_truncated: 'cut off within TCP', link_truncated: 'cut off at once', fragment_held: 'fragments whose rest is missing',
};
const MOST_NAMED = 3;
const number = (n: number): string => n.toLocaleString('en');
const many = (n: number, what: string): string => `${number(n)} ${what}${n === 1 ? '' : 's'}`;

/** Why a capture gave no exchange, in words for a person; null where it gave some. */
export const reasonFor = (counted: Counted): string | null => {
  const of = (name: string): number => counted[name] ?? 0;
  if (Object.keys(counted).some((name) => name.startsWith('exchanges_') && of(name) > 0)) return null;
  const packets = of('packets');
  const connections = of('connections');
  if (packets === 0) return 'there are no packets in it: look at the filter and the interface of the capture (`tapgraph devices` lists them)';
  if (of('segments') === 0) {
    const named = Object.entries(FRAMES).map(([name, words]) => [of(name), words] as const).filter(([n]) => n > 0).toSorted(([a], [b]) => b - a);
    const list = named.slice(0, MOST_NAMED).map(([n, words]) => `${number(n)} ${words}`).join(', ');
    return `none of its ${many(packets, 'packet')} is TCP${list === '' ? '' : `: ${list}`}`;
  }
  const encrypted = of('tls_connections');
  if (encrypted > 0) {
    return `${number(encrypted)} of ${many(connections, 'connection')} ${encrypted === 1 ? 'is' : 'are'} encrypted by TLS, which is not read: tap where the traffic is plain, as behind the proxy that ends TLS or on the loopback of its host`;
  }
  if (of('segments_cut') * 2 > of('segments')) return 'most packets were cut short when they were captured: give tcpdump `-s 0`';
  if (of('h2_connections') > 0) return `there is HTTP/2 on ${many(of('h2_connections'), 'connection')}, but no whole request`;
  if (of('http1_not_a_message') + of('http1_starts_cut') > 0) return `what ${many(connections, 'connection')} carried is neither HTTP/1 nor HTTP/2`;
  return connections === 0 ? 'its TCP packets are resets of connections that were over' : `none of its ${many(connections, 'connection')} carried a message: only handshakes, acknowledgements or pieces`;
};

/** The counters of a capture, what its streams lack, and, where it gave no exchange, the reason. */
export const statistics = (file: string, counted: Counted): string => {
  const rows = Object.entries(counted).filter(([, n]) => n !== 0);
  const width = Math.max(...rows.map(([name]) => name.length), 0);
  const lines = rows.map(([name, n]) => `  ${name.padEnd(width)}  ${number(n)}`);
  const missing = counted['gap_bytes'] ?? 0;
  if (missing > 0) lines.push(`  loss: ${number(missing)} bytes of streams are in no packet, ${(100 * missing / (missing + (counted['capture_bytes'] ?? 0))).toPrecision(2)} % of what went by`);
  return `${[file, ...lines].join('\n')}\n`;
};

/** One line for standard error where a capture gave no exchange; empty where it gave some. */
export const withoutExchange = (file: string, counted: Counted): string => {
  const reason = reasonFor(counted);
  return reason === null ? '' : `tapgraph: ${file}: no exchange found; ${reason}\n`;
};
