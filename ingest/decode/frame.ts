import type { Count } from '../../sql/counters.ts';
import { micros } from '../../sql/micros.ts';
import type { Sink } from '../../sql/sink.ts';
import type { Packet } from '../capture/packet.ts';
import { added, isRight } from './checksum.ts';
import { fragmentTable, type FragmentLimits } from './fragments.ts';
import { decodeIpv4, decodeIpv6 } from './ip.ts';
import type { Cursor, Decode, Layer, Step } from './layer.ts';
import { linkDecoder } from './link-type.ts';
import { decodeEtherType, decodeEthernet, decodeLlc, decodePpp } from './link.ts';
import type { Segment } from './segment.ts';
import { decodeAyiya, decodeGeneve, decodeGre, decodeGtp, decodeIp, decodeL2tp, decodeMpls, decodeNsh, decodeTeredo, decodeVxlan } from './tunnel.ts';

export type FrameLimits = FragmentLimits;

const DEFAULT_LIMITS: FrameLimits = {
  fragmentDatagrams: 1024,
  fragmentBytes: 16 * 1024 * 1024,
  fragmentAgeUs: 30_000_000,
};

/** Headers in one frame; real stacks of tunnels stay below ten. */
const MOST_LAYERS = 32;

/** Of so many packets the checksum of one segment is looked at: on all of them it would cost more than the rest of decoding. */
const CHECKSUM_EVERY = 64;
const TCP = 6;

/** The checksum of a whole segment, with the pseudo-header of either IP (RFC 9293 §3.1, 8200 §8.1), is right. */
const isSumRight = ({ bytes, srcAt, dstAt, addressBytes, tcpAt, end }: Cursor): boolean =>
  isRight(added(bytes, tcpAt, end, added(bytes, srcAt, srcAt + addressBytes, added(bytes, dstAt, dstAt + addressBytes, TCP + end - tcpAt))));

/** Finds the TCP segment between the innermost endpoints of each frame; a frame without one is counted by the reason. */
export const frameDecoder = (next: Sink<Segment>, count: Count, limits: FrameLimits = DEFAULT_LIMITS): Sink<Packet> => {
  const nothing = new Uint8Array(0);
  const c: Cursor = {
    ts: micros(0), ordinal: 0, network: 0, tag: 0, leg: 0, bytes: nothing, srcAt: 0, dstAt: 0, addressBytes: 4, srcPort: 0, dstPort: 0,
    seq: 0, ack: 0, flags: 0, at: 0, end: 0, payloadBytes: 0, wireEnd: 0, etherType: 0, tcpAt: 0, wrongHeaders: 0, note: '',
  };
  const fragments = fragmentTable(limits, count);
  let linkType = -1;
  let decodeLink = linkDecoder(linkType);
  /** Counted here and handed over now and then: a named counter costs more than decoding. */
  let segments = 0;
  let cut = 0;

  const layers: Readonly<Partial<Record<string, Decode>>> = {
    ipv4: (at) => decodeIpv4(at, fragments),
    ipv6: (at) => decodeIpv6(at, fragments),
    ip: decodeIp,
    ethernet: decodeEthernet,
    ethertype: decodeEtherType,
    llc: decodeLlc,
    ppp: decodePpp,
    mpls: decodeMpls,
    nsh: decodeNsh,
    vxlan: decodeVxlan,
    geneve: decodeGeneve,
    gre: decodeGre,
    gtp: decodeGtp,
    l2tp: decodeL2tp,
    teredo: decodeTeredo,
    ayiya: decodeAyiya,
  } satisfies Record<Layer, Decode>;

  const decode = (): Step => {
    if (decodeLink === undefined) return 'link_other';
    let step = decodeLink(c);
    for (let depth = 0; depth < MOST_LAYERS; depth++) {
      if (step === 'ipv4') {
        step = decodeIpv4(c, fragments);
        if (step === 'tcp') return step;
      } else {
        const layer = layers[step];
        if (layer === undefined) return step;
        step = layer(c);
      }
    }
    return 'layers_too_deep';
  };

  const report = (): void => {
    if (segments > 0) count('segments', segments);
    if (cut > 0) count('segments_cut', cut);
    if (c.wrongHeaders > 0) count('ip_checksum_wrong', c.wrongHeaders);
    segments = 0;
    cut = 0;
    c.wrongHeaders = 0;
  };

  return {
    push(packet) {
      if (packet.linkType !== linkType) {
        linkType = packet.linkType;
        decodeLink = linkDecoder(linkType);
      }
      c.ts = packet.ts;
      c.ordinal = packet.ordinal;
      c.network = 0;
      c.tag = 0;
      c.leg = packet.leg;
      c.note = '';
      c.bytes = packet.bytes;
      c.at = packet.at;
      c.end = packet.end;
      c.wireEnd = packet.at + packet.wireBytes;
      const step = decode();
      if (step !== 'tcp') { count(step); return; }
      segments += 1;
      if (c.note !== '') count(c.note);
      if (c.payloadBytes > c.end - c.at) cut += 1;
      if (packet.ordinal % CHECKSUM_EVERY === 0 && c.end === c.wireEnd) {
        count('tcp_checksum_looked_at');
        if (!isSumRight(c)) count('tcp_checksum_wrong');
      }
      next.push(c);
    },
    advance(watermark) {
      report();
      fragments.advance(watermark);
      next.advance(watermark);
    },
    close() {
      report();
      fragments.close();
      next.close();
    },
  };
};
