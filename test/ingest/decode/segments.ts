import type { Packet } from '../../../ingest/capture/packet.ts';
import { frameDecoder, type FrameLimits } from '../../../ingest/decode/frame.ts';
import { networkName } from '../../../ingest/decode/network.ts';
import type { Segment } from '../../../ingest/decode/segment.ts';
import { counters } from '../../../sql/counters.ts';
import { micros } from '../../../sql/micros.ts';
import type { Bytes } from './frames.ts';

export interface Frame {
  readonly linkType?: number;
  readonly bytes: Bytes | Uint8Array;
  readonly wireBytes?: number;
  readonly us?: number;
  readonly leg?: 0 | 1 | 2;
}

export interface Decoded {
  readonly segments: readonly string[];
  readonly counted: Readonly<Record<string, number>>;
}

const address = (s: Segment, at: number): string => {
  const bytes = s.bytes.subarray(at, at + s.addressBytes);
  return s.addressBytes === 4 ? bytes.join('.') : Buffer.from(bytes).toString('hex').replace(/(....)(?=.)/g, '$1:');
};

/** A segment as one line: endpoints, numbers, payload, and whatever is out of the ordinary. */
const line = (s: Segment): string => [
  `${address(s, s.srcAt)}:${s.srcPort} > ${address(s, s.dstAt)}:${s.dstPort} seq ${s.seq} ack ${s.ack} flags ${s.flags}`,
  JSON.stringify(Buffer.from(s.bytes.subarray(s.at, s.end)).toString('latin1')),
  ...(s.payloadBytes === s.end - s.at ? [] : [`of ${s.payloadBytes}`]),
  ...(s.network === 0 ? [] : [networkName(s.network)]),
  ...(s.tag === 0 ? [] : [`tag ${networkName(s.tag)}`]),
  ...(s.leg === 0 ? [] : [s.leg === 1 ? 'arriving' : 'leaving']),
].join(' ');

/** Decodes frames, each lying between `filler` bytes of a larger buffer. */
export const decode = (frames: readonly Frame[], filler = 0, limits?: FrameLimits): Decoded => {
  const segments: string[] = [];
  const tally = counters();
  const decoder = frameDecoder({ push: (segment) => { segments.push(line(segment)); }, advance: () => {}, close: () => {} }, tally.count, limits);
  for (const [n, { linkType = 1, bytes, wireBytes = bytes.length, us = n, leg = 0 }] of frames.entries()) {
    const buffer = new Uint8Array(bytes.length + 64).fill(filler);
    buffer.set(bytes, 32);
    const packet: Packet = { ts: micros(us), ordinal: n + 1, linkType, leg, bytes: buffer, at: 32, end: 32 + bytes.length, wireBytes };
    decoder.advance(packet.ts);
    decoder.push(packet);
  }
  decoder.close();
  return { segments, counted: tally.snapshot() };
};
