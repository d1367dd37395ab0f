import { u16, u8 } from './bytes.ts';
import type { Decode, Step } from './layer.ts';
import { decodeArcnet, decodeEthernet, decodeHdlc, decodeNflog, decodeNull, decodeSll, decodeSll2 } from './link.ts';
import { decodeIp } from './tunnel.ts';
import { decodePrism, decodeRadiotap, decodeWifi } from './wireless.ts';

/** Skips a header of fixed length. */
const behind = (length: number, step: Step): Decode => (c) => {
  if (c.end - c.at < length) return 'link_truncated';
  c.at += length;
  return step;
};

/** Token Ring, with source routing where the source address says so. */
const decodeTokenRing: Decode = (c) => {
  const { bytes, at, end } = c;
  if (end - at < 16) return 'link_truncated';
  const routed = u8(bytes, at + 8) & 0x80;
  c.at = at + 14 + (routed ? u8(bytes, at + 14) & 0x1f : 0);
  return 'llc';
};

/** Frame Relay (RFC 2427): address of two to four bytes, control, protocol. */
const decodeFrameRelay: Decode = (c) => {
  const { bytes, end } = c;
  let { at } = c;
  do {
    if (end - at < 4) return 'link_truncated';
    at += 1;
  } while ((u8(bytes, at - 1) & 1) === 0);
  if (u8(bytes, at) === 0x08 && u8(bytes, at + 1) === 0x00) { c.at = at + 2; return 'ipv4'; }
  at += u8(bytes, at + 1) === 0 ? 2 : 1;
  const protocol = u8(bytes, at);
  c.at = at + 1;
  if (protocol === 0xcc) return 'ipv4';
  if (protocol === 0x8e) return 'ipv6';
  if (protocol !== 0x80 || end - at < 6) return 'link_other';
  c.etherType = u16(bytes, at + 4);
  c.at = at + 6;
  return 'ethertype';
};

/** PPP with a leading byte that tells the direction. */
const decodeDirectedPpp: Decode = (c) => {
  if (c.end - c.at < 1) return 'link_truncated';
  c.leg = u8(c.bytes, c.at) === 0 ? 1 : 2;
  c.at += 1;
  return 'ppp';
};

/** OpenBSD's packet filter log: its length in the first byte, rounded up to 4. */
const decodePflog: Decode = (c) => {
  if (c.end - c.at < 4) return 'link_truncated';
  c.at += (u8(c.bytes, c.at) + 3) & ~3;
  return 'ip';
};

/** Where a frame of a link type begins (LINKTYPE_ values, tcpdump.org/linktypes.html); undefined = not known here. */
export const linkDecoder = (linkType: number): Decode | undefined => {
  switch (linkType) {
    case 1: return decodeEthernet;
    case 0: case 108: return decodeNull;
    // 12 and 14 are what BSDs write for raw IP.
    case 12: case 14: case 101: case 228: case 229: return decodeIp;
    case 113: return decodeSll;
    case 276: return decodeSll2;
    case 9: return () => 'ppp';
    case 50: case 104: return decodeHdlc;
    case 51: return behind(6, 'ppp');
    case 166: case 204: return decodeDirectedPpp;
    case 6: return decodeTokenRing;
    case 10: return behind(13, 'llc');
    case 11: case 100: return () => 'llc';
    case 105: return (c) => decodeWifi(c);
    case 119: case 163: return decodePrism;
    case 127: return decodeRadiotap;
    case 107: return decodeFrameRelay;
    case 109: return behind(12, 'ip');
    case 117: return decodePflog;
    case 122: return behind(16, 'llc');
    case 129: return decodeArcnet;
    case 219: return () => 'mpls';
    case 226: return behind(24, 'ip');
    case 239: return decodeNflog;
    case 240: return behind(4, 'ethernet');
    default: return undefined;
  }
};
