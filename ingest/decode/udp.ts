import { u16, u32, u8 } from './bytes.ts';
import type { Cursor, Step } from './layer.ts';

const HEADER = 8;
const GTP_U = 2152;
const L2TP = 1701;
const TEREDO = 3544;
const GRE_IN_UDP = 4754;
const VXLAN = 4789;
const VXLAN_GPE = 4790;
const GENEVE = 6081;
const AYIYA = 5072;
const MPLS_IN_UDP = 6635;
/** Port of Linux and flannel from before VXLAN had a number. */
const VXLAN_LINUX = 8472;

const tunnelOf = (port: number): Step | null => {
  switch (port) {
    case VXLAN: case VXLAN_GPE: case VXLAN_LINUX: return 'vxlan';
    case GENEVE: return 'geneve';
    case GTP_U: return 'gtp';
    case L2TP: return 'l2tp';
    case TEREDO: return 'teredo';
    case GRE_IN_UDP: return 'gre';
    case AYIYA: return 'ayiya';
    case MPLS_IN_UDP: return 'mpls';
    default: return null;
  }
};

const V6_HEADER = 40;
/** The first 32 bits of Teredo addresses (RFC 4380 §2.6). */
const TEREDO_PREFIX = 0x20010000;

/** IPv6 that fills the datagram and has a Teredo address at one end: Teredo between clients and relays, which have no port of their own. */
const isTeredo = ({ bytes, at, wireEnd, end }: Cursor): boolean =>
  end - at >= HEADER + V6_HEADER && u8(bytes, at + HEADER) >> 4 === 6
  && u16(bytes, at + HEADER + 4) === wireEnd - at - HEADER - V6_HEADER
  && (u32(bytes, at + HEADER + 8) === TEREDO_PREFIX || u32(bytes, at + HEADER + 24) === TEREDO_PREFIX);

/** UDP matters as a carrier of tunnels, told by their registered ports, and Teredo also by its addresses. */
export const decodeUdp = (c: Cursor): Step => {
  const { bytes, at, end } = c;
  if (end - at < HEADER) return 'udp';
  const tunnel = tunnelOf(u16(bytes, at + 2)) ?? tunnelOf(u16(bytes, at));
  if (tunnel === null && !isTeredo(c)) return 'udp';
  c.at = at + HEADER;
  return tunnel ?? 'teredo';
};
