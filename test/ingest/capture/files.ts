import type { Bytes } from '../decode/frames.ts';

const le16 = (value: number): Bytes => [value & 255, (value >>> 8) & 255];
const le32 = (value: number): Bytes => [...le16(value & 0xffff), ...le16(value >>> 16)];

export interface Record {
  readonly seconds: number;
  readonly fraction: number;
  readonly frame: Bytes;
  readonly wireBytes?: number;
}

/** How a file spells its numbers. */
const order = (little: boolean) => {
  const turn = (bytes: Bytes): Bytes => (little ? bytes : bytes.toReversed());
  return { w16: (value: number) => turn(le16(value)), w32: (value: number) => turn(le32(value)) };
};

export interface PcapOptions {
  readonly magic?: number;
  readonly little?: boolean;
  readonly linkType?: number;
  /** Bytes that a variant adds to each record header. */
  readonly extra?: number;
}

/** A classic pcap file. */
export const pcap = (records: readonly Record[], { magic = 0xa1b2c3d4, little = true, linkType = 1, extra = 0 }: PcapOptions = {}): Uint8Array => {
  const { w16, w32 } = order(little);
  const parts = records.map(({ seconds, fraction, frame, wireBytes }) =>
    [...w32(seconds), ...w32(fraction), ...w32(frame.length), ...w32(wireBytes ?? frame.length), ...Array<number>(extra).fill(0), ...frame]);
  return Uint8Array.from([...w32(magic), ...w16(2), ...w16(4), ...w32(0), ...w32(0), ...w32(262_144), ...w32(linkType), ...parts.flat()]);
};

const pad = (bytes: Bytes): Bytes => [...bytes, ...Array<number>((4 - (bytes.length % 4)) % 4).fill(0)];

/** Blocks of a pcapng file in one byte order. */
export const pcapng = (little = true) => {
  const { w16, w32 } = order(little);
  const block = (type: number, body: Bytes): Bytes => {
    const padded = pad(body);
    return [...w32(type), ...w32(12 + padded.length), ...padded, ...w32(12 + padded.length)];
  };
  const option = (code: number, value: Bytes): Bytes => [...w16(code), ...w16(value.length), ...pad(value)];
  const ticks = (value: bigint): Bytes => [...w32(Number(value >> 32n)), ...w32(Number(value & 0xffffffffn))];
  return {
    option,
    section: (): Bytes => block(0x0a0d0d0a, [...w32(0x1a2b3c4d), ...w16(1), ...w16(0), ...w32(0xffffffff), ...w32(0xffffffff)]),
    iface: (linkType: number, options: Bytes = [], snapLength = 0): Bytes => block(1, [...w16(linkType), ...w16(0), ...w32(snapLength), ...options]),
    packet: (number: number, at: bigint, frame: Bytes, options: Bytes = []): Bytes => block(6, [...w32(number), ...ticks(at), ...w32(frame.length), ...w32(frame.length), ...pad(frame), ...options]),
    oldPacket: (number: number, at: bigint, frame: Bytes): Bytes => block(2, [...w16(number), ...w16(0), ...ticks(at), ...w32(frame.length), ...w32(frame.length), ...frame]),
    simple: (frame: Bytes, wireBytes = frame.length): Bytes => block(3, [...w32(wireBytes), ...frame]),
    word: w32,
    unknown: (body: Bytes): Bytes => block(0xbad, body),
    seconds: (value: number): Bytes => (little ? [...w32(value), ...w32(0)] : [...w32(0), ...w32(value)]),
  };
};
