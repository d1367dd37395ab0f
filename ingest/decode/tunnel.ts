import { u16, u32, u8 } from './bytes.ts';
import type { Cursor, Step } from './layer.ts';
import { networkOf } from './network.ts';

/** IPv4 or IPv6 by its first nibble. */
export const decodeIp = (c: Cursor): Step => {
  if (c.end - c.at < 1) return 'ip_truncated';
  const version = u8(c.bytes, c.at) >> 4;
  return version === 4 ? 'ipv4' : version === 6 ? 'ipv6' : 'ip_malformed';
};

const inEtherType = (c: Cursor, etherType: number): Step => {
  c.etherType = etherType;
  return 'ethertype';
};

const VXLAN_NETWORKS = networkOf('vxlan', 0);
const GENEVE_NETWORKS = networkOf('geneve', 0);
const VXLAN_VALID = 0x08;
const VXLAN_TYPED = 0x04;

/** VXLAN (RFC 7348), with the typed payload of its generic extension. */
export const decodeVxlan = (c: Cursor): Step => {
  const { bytes, at, end } = c;
  if (end - at < 8) return 'tunnel_truncated';
  const flags = u8(bytes, at);
  if ((flags & VXLAN_VALID) === 0) return 'tunnel_other';
  c.network = VXLAN_NETWORKS + (u32(bytes, at + 4) >>> 8);
  c.at = at + 8;
  return flags & VXLAN_TYPED ? byShortType(u8(bytes, at + 3)) : 'ethernet';
};

/** Payload types shared by VXLAN-GPE and NSH (RFC 8300 §2.5). */
const byShortType = (type: number): Step => {
  switch (type) {
    case 1: return 'ipv4';
    case 2: return 'ipv6';
    case 3: return 'ethernet';
    case 4: return 'nsh';
    case 5: return 'mpls';
    default: return 'tunnel_other';
  }
};

/** Network service header (RFC 8300). */
export const decodeNsh = (c: Cursor): Step => {
  const { bytes, at, end } = c;
  if (end - at < 8) return 'tunnel_truncated';
  const length = (u16(bytes, at) & 0x3f) * 4;
  if (length < 8) return 'tunnel_other';
  c.at = at + length;
  return byShortType(u8(bytes, at + 3));
};

/** Geneve (RFC 8926). */
export const decodeGeneve = (c: Cursor): Step => {
  const { bytes, at, end } = c;
  if (end - at < 8) return 'tunnel_truncated';
  const first = u8(bytes, at);
  if (first >> 6 !== 0) return 'tunnel_other';
  c.network = GENEVE_NETWORKS + (u32(bytes, at + 4) >>> 8);
  c.at = at + 8 + (first & 0x3f) * 4;
  return inEtherType(c, u16(bytes, at + 2));
};

const CHECKSUM = 0x8000;
const SOURCE_ROUTE = 0x4000;
const KEY = 0x2000;
const SEQUENCE = 0x1000;
const ACKNOWLEDGE = 0x0080;
const ERSPAN_II = 0x88be;
const ERSPAN_III = 0x22eb;
const GRE_TAGS = networkOf('gre', 0);

/** GRE (RFC 2784, 2890), its PPTP form (RFC 2637) and ERSPAN I to III in it. */
export const decodeGre = (c: Cursor): Step => {
  const { bytes, at, end } = c;
  if (end - at < 4) return 'tunnel_truncated';
  const flags = u16(bytes, at);
  const type = u16(bytes, at + 2);
  const pptp = (flags & 7) === 1;
  let behind = at + 4;
  if (flags & (CHECKSUM | SOURCE_ROUTE)) behind += 4;
  if (flags & KEY) {
    if (end - behind < 4) return 'tunnel_truncated';
    // The key of PPTP is a call id, another one for each direction; that of ERSPAN is the mirror's.
    if (!pptp && type !== ERSPAN_II && type !== ERSPAN_III) c.tag = GRE_TAGS + u32(bytes, behind);
    behind += 4;
  }
  if (flags & SEQUENCE) behind += 4;
  if (pptp && flags & ACKNOWLEDGE) behind += 4;
  if (flags & SOURCE_ROUTE && !pptp) {
    for (let length = -1; length !== 0; behind += 4 + length) {
      if (end - behind < 4) return 'tunnel_truncated';
      length = u8(bytes, behind + 3);
    }
  }
  c.at = behind;
  switch (type) {
    // ERSPAN I has no header of its own, and then GRE no sequence number.
    case ERSPAN_II: c.at += flags & SEQUENCE ? 8 : 0; return 'ethernet';
    case ERSPAN_III: {
      if (end - behind < 12) return 'tunnel_truncated';
      c.at += u8(bytes, behind + 11) & 1 ? 20 : 12;
      return 'ethernet';
    }
    case 0x880b: return 'ppp';
    // WCCP puts a redirect header of 4 bytes before IP in its version 2.
    case 0x883e: c.at += end - behind > 0 && u8(bytes, behind) >> 4 === 4 ? 0 : 4; return 'ip';
    default: return inEtherType(c, type);
  }
};

const GTP_PAYLOAD = 0xff;

/** GTP-U (3GPP TS 29.281 §5). A tunnel id belongs to one direction, so it names no network. */
export const decodeGtp = (c: Cursor): Step => {
  const { bytes, at, end } = c;
  if (end - at < 8) return 'tunnel_truncated';
  const flags = u8(bytes, at);
  if (flags >> 5 !== 1 || (flags & 0x10) === 0 || u8(bytes, at + 1) !== GTP_PAYLOAD) return 'tunnel_other';
  let behind = at + 8;
  if (flags & 7) {
    behind += 4;
    if (behind > end) return 'tunnel_truncated';
    if (flags & 4) {
      for (let type = u8(bytes, behind - 1); type !== 0;) {
        if (behind >= end) return 'tunnel_truncated';
        const length = u8(bytes, behind) * 4;
        if (length === 0 || behind + length > end) return 'tunnel_truncated';
        behind += length;
        type = u8(bytes, behind - 1);
      }
    }
  }
  c.at = behind;
  return 'ip';
};

/** L2TP version 2 data messages (RFC 2661 §3.1). */
export const decodeL2tp = (c: Cursor): Step => {
  const { bytes, at, end } = c;
  if (end - at < 6) return 'tunnel_truncated';
  const flags = u16(bytes, at);
  if ((flags & 15) !== 2 || flags & 0x8000) return 'tunnel_other';
  let behind = at + 6 + (flags & 0x4000 ? 2 : 0) + (flags & 0x0800 ? 4 : 0);
  if (flags & 0x0200) {
    if (end - behind < 2) return 'tunnel_truncated';
    behind += 2 + u16(bytes, behind);
  }
  c.at = behind;
  return 'ppp';
};

/** Teredo (RFC 4380 §5.1.1): IPv6 behind optional authentication and origin. */
export const decodeTeredo = (c: Cursor): Step => {
  const { bytes, end } = c;
  let { at } = c;
  if (end - at >= 4 && u16(bytes, at) === 1) at += 4 + u8(bytes, at + 2) + u8(bytes, at + 3) + 9;
  if (end - at >= 8 && u16(bytes, at) === 0) at += 8;
  if (end - at < 1 || u8(bytes, at) >> 4 !== 6) return 'tunnel_other';
  c.at = at;
  return 'ipv6';
};

const AYIYA_FORWARD = 1;
const IPV6_IN_IP = 41;
const IPV4_IN_IP = 4;

/** AYIYA (draft-massar-v6ops-ayiya): IP behind an identity and a signature of variable length. */
export const decodeAyiya = (c: Cursor): Step => {
  const { bytes, at, end } = c;
  if (end - at < 8) return 'tunnel_truncated';
  if ((u8(bytes, at + 2) & 15) !== AYIYA_FORWARD) return 'tunnel_other';
  const protocol = u8(bytes, at + 3);
  c.at = at + 8 + 2 ** (u8(bytes, at) >> 4) + (u8(bytes, at + 1) >> 4) * 4;
  return protocol === IPV6_IN_IP ? 'ipv6' : protocol === IPV4_IN_IP ? 'ipv4' : 'tunnel_other';
};

/** MPLS label stack (RFC 3032); behind it IP, or a pseudowire's Ethernet with or without control word (RFC 4448). */
export const decodeMpls = (c: Cursor): Step => {
  const { bytes, end } = c;
  let { at } = c;
  for (let bottom = false; !bottom; at += 4) {
    if (end - at < 4) return 'tunnel_truncated';
    bottom = (u8(bytes, at + 2) & 1) === 1;
  }
  if (end - at < 1) return 'tunnel_truncated';
  const nibble = u8(bytes, at) >> 4;
  c.at = nibble === 0 && end - at >= 18 && isCommonType(u16(bytes, at + 16)) ? at + 4 : at;
  return nibble === 4 ? 'ipv4' : nibble === 6 ? 'ipv6' : 'ethernet';
};

/** A control word and many a MAC address start with a zero: what stands where the EtherType would be decides. */
const isCommonType = (type: number): boolean =>
  type === 0x0800 || type === 0x86dd || type === 0x8100 || type === 0x88a8 || type === 0x0806;
