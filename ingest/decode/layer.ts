import type { Segment } from './segment.ts';

/** What comes after a header. */
export type Layer =
  | 'ethernet' | 'ethertype' | 'ipv4' | 'ipv6' | 'ip' | 'gre' | 'vxlan' | 'geneve' | 'gtp' | 'l2tp' | 'teredo' | 'ayiya' | 'nsh'
  | 'ppp' | 'mpls' | 'llc';

/** Why a frame became no segment; each is a counter's name. */
export type Verdict =
  | 'link_other' | 'link_truncated' | 'ethertype_other' | 'llc_other' | 'ppp_other' | 'arp'
  | 'wifi_not_data' | 'wifi_encrypted' | 'wifi_fragment' | 'wifi_aggregate'
  | 'ip_truncated' | 'ip_malformed' | 'ip_protocol_other' | 'udp' | 'icmp' | 'sctp' | 'ip_encrypted'
  | 'fragment_held' | 'fragment_malformed' | 'fragment_cut'
  | 'tunnel_truncated' | 'tunnel_other' | 'layers_too_deep'
  | 'tcp_truncated' | 'tcp_malformed';

/** A layer either names the next one, or tells that the segment is filled, or why there is none. */
export type Step = Layer | Verdict | 'tcp';

/** The segment being filled; on the way down `bytes[at … end)` is the rest of the frame. */
export interface Cursor extends Segment {
  /** Where the rest would end had the capture not cut it, ≥ end. */
  wireEnd: number;
  /** Type of what is at `at`, where the next layer is told by an EtherType. */
  etherType: number;
  /** Where the TCP header begins, when the segment is filled. */
  tcpAt: number;
  /** IPv4 headers with a wrong checksum, since last handed over. */
  wrongHeaders: number;
  /** What was wrong with a header and put up with: a counter's name. */
  note: '' | 'ip_length_zero' | 'ip_length_beyond_frame';
}

/** Reads one header at `c.at`, moves on behind it and names what follows. */
export type Decode = (c: Cursor) => Step;
