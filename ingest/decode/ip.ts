import { u16, u32, u8 } from './bytes.ts';
import { added, isRight } from './checksum.ts';
import type { Fragments } from './fragments.ts';
import type { Cursor, Step } from './layer.ts';
import { decodeTcp } from './tcp.ts';
import { decodeUdp } from './udp.ts';

const V4_HEADER = 20;
const V6_HEADER = 40;
const MORE_OR_OFFSET = 0x3fff;
const MORE = 0x2000;

/** Hands on to what an IP protocol number names (IANA protocol numbers); `c.at` is behind the IP headers. */
const byProtocol = (c: Cursor, protocol: number): Step => {
  switch (protocol) {
    case 6: return decodeTcp(c);
    case 17: return decodeUdp(c);
    case 1: case 58: return 'icmp';
    case 4: return 'ipv4';
    case 41: return 'ipv6';
    case 47: return 'gre';
    case 50: return 'ip_encrypted';
    case 97: c.at += 2; return 'ethernet';
    case 132: return 'sctp';
    case 137: return 'mpls';
    default: return 'ip_protocol_other';
  }
};

/** Ends the rest where the IP header says: padding lies behind it. A packet said to be longer than its frame is as long as the frame. */
const bound = (c: Cursor, stop: number): void => {
  if (stop === 0) { c.note = 'ip_length_zero'; return; }
  if (stop > c.wireEnd) { c.note = 'ip_length_beyond_frame'; return; }
  c.wireEnd = stop;
  if (stop < c.end) c.end = stop;
};

/** The header's ten words that are always there, without a loop: it is summed for each packet. */
const usualWords = (bytes: Uint8Array, at: number): number =>
  u16(bytes, at) + u16(bytes, at + 2) + u16(bytes, at + 4) + u16(bytes, at + 6) + u16(bytes, at + 8)
  + u16(bytes, at + 10) + u16(bytes, at + 12) + u16(bytes, at + 14) + u16(bytes, at + 16) + u16(bytes, at + 18);

/** IPv4 (RFC 791). Length 0 is a packet not yet segmented by the sender's hardware: it reaches to the frame's end. */
export const decodeIpv4 = (c: Cursor, fragments: Fragments): Step => {
  const { bytes, at, end } = c;
  if (end - at < V4_HEADER) return 'ip_truncated';
  const first = u8(bytes, at);
  const headerBytes = (first & 15) * 4;
  if (first >> 4 !== 4 || headerBytes < V4_HEADER) return 'ip_malformed';
  const total = u16(bytes, at + 2);
  if (total < headerBytes && total !== 0) return 'ip_malformed';
  bound(c, total === 0 ? 0 : at + total);
  if (end - at < headerBytes) return 'ip_truncated';
  if (!isRight(usualWords(bytes, at) + (headerBytes > V4_HEADER ? added(bytes, at + V4_HEADER, at + headerBytes) : 0))) c.wrongHeaders += 1;
  c.at = at + headerBytes;
  c.srcAt = at + 12;
  c.dstAt = at + 16;
  c.addressBytes = 4;
  let protocol = u8(bytes, at + 9);
  const fragment = u16(bytes, at + 6) & MORE_OR_OFFSET;
  if (fragment !== 0) {
    const refused = fragments.take(c, protocol, u16(bytes, at + 4), (fragment & ~MORE) * 8, (fragment & MORE) !== 0);
    if (refused !== null) return refused;
  }
  if (protocol === AUTHENTICATION) {
    if (c.end - c.at < 12) return 'ip_truncated';
    protocol = u8(c.bytes, c.at);
    c.at += (u8(c.bytes, c.at + 1) + 2) * 4;
  }
  return byProtocol(c, protocol);
};

const HOP_BY_HOP = 0;
const ROUTING = 43;
const FRAGMENT = 44;
const AUTHENTICATION = 51;
const DESTINATION = 60;
const MOBILITY = 135;
const HOST_IDENTITY = 139;
const SHIM6 = 140;
/** More extension headers than this in one packet carry nothing but an attack. */
const MOST_EXTENSIONS = 16;

/** IPv6 (RFC 8200) with its extension headers. */
export const decodeIpv6 = (c: Cursor, fragments: Fragments): Step => {
  const { bytes, at, end } = c;
  if (end - at < V6_HEADER) return 'ip_truncated';
  if (u8(bytes, at) >> 4 !== 6) return 'ip_malformed';
  const length = u16(bytes, at + 4);
  bound(c, length === 0 ? 0 : at + V6_HEADER + length);
  c.at = at + V6_HEADER;
  c.srcAt = at + 8;
  c.dstAt = at + 24;
  c.addressBytes = 16;
  let protocol = u8(bytes, at + 6);
  for (let extensions = 0; extensions < MOST_EXTENSIONS; extensions++) {
    switch (protocol) {
      case HOP_BY_HOP: case ROUTING: case DESTINATION: case MOBILITY: case HOST_IDENTITY: case SHIM6: {
        if (c.end - c.at < 8) return 'ip_truncated';
        protocol = u8(c.bytes, c.at);
        c.at += (u8(c.bytes, c.at + 1) + 1) * 8;
        break;
      }
      case AUTHENTICATION: {
        if (c.end - c.at < 12) return 'ip_truncated';
        protocol = u8(c.bytes, c.at);
        c.at += (u8(c.bytes, c.at + 1) + 2) * 4;
        break;
      }
      case FRAGMENT: {
        if (c.end - c.at < 8) return 'ip_truncated';
        protocol = u8(c.bytes, c.at);
        const field = u16(c.bytes, c.at + 2);
        const id = u32(c.bytes, c.at + 4);
        c.at += 8;
        // An atomic fragment (RFC 6946) is a whole datagram.
        if ((field & 0xfff9) === 0) break;
        const refused = fragments.take(c, protocol, id, field & 0xfff8, (field & 1) !== 0);
        if (refused !== null) return refused;
        break;
      }
      default: return byProtocol(c, protocol);
    }
  }
  return 'ip_malformed';
};
