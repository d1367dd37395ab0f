import { u16 } from './bytes.ts';
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

/** UDP matters as a carrier of tunnels, told by their registered ports. */
export const decodeUdp = (c: Cursor): Step => {
  const { bytes, at, end } = c;
  if (end - at < HEADER) return 'udp';
  const tunnel = tunnelOf(u16(bytes, at + 2)) ?? tunnelOf(u16(bytes, at));
  if (tunnel === null) return 'udp';
  c.at = at + HEADER;
  return tunnel;
};
