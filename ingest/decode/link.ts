import { u16, u32, u8 } from './bytes.ts';
import type { Cursor, Step } from './layer.ts';
import { networkOf } from './network.ts';

const ETHERNET_HEADER = 14;
/** Below it an EtherType is a length, and LLC follows (IEEE 802.3 §3.2.6). */
const LEAST_ETHERTYPE = 0x600;

/** Ethernet II and 802.3. */
export const decodeEthernet = (c: Cursor): Step => {
  const { bytes, at } = c;
  if (c.end - at < ETHERNET_HEADER) return 'link_truncated';
  c.at = at + ETHERNET_HEADER;
  const type = u16(bytes, at + 12);
  if (type === 0x0800) return 'ipv4';
  c.etherType = type;
  return 'ethertype';
};

const VLAN_TAGS = networkOf('vlan', 0);
const GRE_TAGS = networkOf('gre', 0);

/** What an EtherType names (IANA IEEE 802 numbers); `c.at` is behind it. */
export const decodeEtherType = (c: Cursor): Step => {
  const { bytes, at, end, etherType } = c;
  if (etherType < LEAST_ETHERTYPE) return 'llc';
  switch (etherType) {
    case 0x0800: return 'ipv4';
    case 0x86dd: return 'ipv6';
    case 0x0806: return 'arp';
    case 0x8100: case 0x88a8: case 0x9100: case 0x9200: {
      if (end - at < 4) return 'link_truncated';
      const id = u16(bytes, at) & 0xfff;
      if (c.tag < GRE_TAGS) c.tag = VLAN_TAGS + id;
      return tagged(c, 2);
    }
    case 0x8847: case 0x8848: return 'mpls';
    case 0x8864: {
      c.at = at + 6;
      return 'ppp';
    }
    case 0x6558: return 'ethernet';
    case 0x894f: return 'nsh';
    // 802.1ah: service tag, then the customer's frame.
    case 0x88e7: c.at = at + 4; return 'ethernet';
    // Cisco FabricPath: forwarding tag, then the frame.
    case 0x8903: c.at = at + 2; return 'ethernet';
    // Cisco VN-Tag and 802.1BR E-Tag, before an EtherType.
    case 0x8926: return tagged(c, 4);
    case 0x893f: return tagged(c, 6);
    default: return 'ethertype_other';
  }
};

/** An EtherType `skip` bytes on. */
const tagged = (c: Cursor, skip: number): Step => {
  const at = c.at + skip;
  if (c.end - at < 2) return 'link_truncated';
  c.etherType = u16(c.bytes, at);
  c.at = at + 2;
  return 'ethertype';
};

/** IEEE 802.2 with SNAP (RFC 1042). */
export const decodeLlc = (c: Cursor): Step => {
  const { bytes, at, end } = c;
  if (end - at < 8) return 'link_truncated';
  if (u8(bytes, at) !== 0xaa || u8(bytes, at + 1) !== 0xaa) return 'llc_other';
  const etherType = u16(bytes, at + 6);
  if (etherType < LEAST_ETHERTYPE) return 'llc_other';
  c.at = at + 8;
  c.etherType = etherType;
  return 'ethertype';
};

/** PPP (RFC 1661), with or without HDLC's address and control (RFC 1662), protocol of one or two bytes. */
export const decodePpp = (c: Cursor): Step => {
  const { bytes, end } = c;
  let { at } = c;
  if (end - at >= 2 && u16(bytes, at) === 0xff03) at += 2;
  if (end - at < 2) return 'link_truncated';
  const short = u8(bytes, at) & 1;
  const protocol = short ? u8(bytes, at) : u16(bytes, at);
  c.at = at + (short ? 1 : 2);
  switch (protocol) {
    case 0x21: return 'ipv4';
    case 0x57: return 'ipv6';
    case 0x281: return 'mpls';
    default: return 'ppp_other';
  }
};

const SENT_BY_US = 4;
const legOf = (packetType: number): 0 | 1 | 2 => (packetType === SENT_BY_US ? 2 : packetType === 0 ? 1 : 0);

/** Linux cooked capture: packet type, device type, address, protocol. */
export const decodeSll = (c: Cursor): Step => {
  const { bytes, at } = c;
  if (c.end - at < 16) return 'link_truncated';
  c.leg = legOf(u16(bytes, at));
  c.etherType = u16(bytes, at + 14);
  c.at = at + 16;
  return 'ethertype';
};

export const decodeSll2 = (c: Cursor): Step => {
  const { bytes, at } = c;
  if (c.end - at < 20) return 'link_truncated';
  c.leg = legOf(u8(bytes, at + 10));
  c.etherType = u16(bytes, at);
  c.at = at + 20;
  return 'ethertype';
};

/** BSD loopback: an address family in the byte order of the host that captured. */
export const decodeNull = (c: Cursor): Step => {
  const { bytes, at } = c;
  if (c.end - at < 4) return 'link_truncated';
  const family = u32(bytes, at);
  c.at = at + 4;
  // Families fit in 16 bits, so the larger reading is the wrong one.
  switch (family > 0xffff ? u8(bytes, at) | (u8(bytes, at + 1) << 8) : family) {
    case 2: return 'ipv4';
    // IPv6 is numbered apart by Linux, NetBSD, FreeBSD and macOS.
    case 10: case 24: case 28: case 30: return 'ipv6';
    default: return 'link_other';
  }
};

/** Cisco HDLC, or PPP in HDLC framing. */
export const decodeHdlc = (c: Cursor): Step => {
  const { bytes, at } = c;
  if (c.end - at < 4) return 'link_truncated';
  if (u16(bytes, at) === 0xff03) return 'ppp';
  return tagged(c, 2);
};

const ARCNET_OLD_IP = 0xf0;
const ARCNET_OLD_ARP = 0xf1;
const ARCNET_IP = 0xd4;
const ARCNET_ARP = 0xd5;

/** ARCNET as Linux hands it out: source, destination, two bytes of offset, protocol; RFC 1201 adds split flag and sequence number. */
export const decodeArcnet = (c: Cursor): Step => {
  const { bytes, at } = c;
  if (c.end - at < 8) return 'link_truncated';
  const protocol = u8(bytes, at + 4);
  c.at = at + (protocol === ARCNET_OLD_IP ? 5 : 8);
  switch (protocol) {
    case ARCNET_OLD_IP: case ARCNET_IP: return 'ipv4';
    case ARCNET_OLD_ARP: case ARCNET_ARP: return 'arp';
    default: return 'link_other';
  }
};

const NFLOG_PACKET_HEADER = 1;
const NFLOG_PAYLOAD = 9;

/** Attributes of Linux netfilter's log, in the byte order of its host; the hook tells the direction. */
export const decodeNflog = (c: Cursor): Step => {
  const { bytes, end } = c;
  for (let at = c.at + 4; end - at >= 4;) {
    const little = u8(bytes, at + 1) < u8(bytes, at) || u8(bytes, at + 3) === 0;
    const length = little ? u8(bytes, at) | (u8(bytes, at + 1) << 8) : u16(bytes, at);
    const type = (little ? u8(bytes, at + 2) | (u8(bytes, at + 3) << 8) : u16(bytes, at + 2)) & 0x7fff;
    if (length < 4) return 'link_truncated';
    if (type === NFLOG_PACKET_HEADER && end - at >= 7) {
      const hook = u8(bytes, at + 6);
      c.leg = hook <= 1 ? 1 : hook >= 3 ? 2 : 0;
    }
    if (type === NFLOG_PAYLOAD) {
      c.at = at + 4;
      return 'ip';
    }
    at += (length + 3) & ~3;
  }
  return 'link_truncated';
};
