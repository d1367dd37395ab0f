/** Builds frames byte by byte, for tests and benches. */
export type Bytes = readonly number[];

export const u16 = (value: number): Bytes => [(value >>> 8) & 255, value & 255];
export const u32 = (value: number): Bytes => [...u16(value >>> 16), ...u16(value & 0xffff)];
export const text = (value: string): Bytes => [...Buffer.from(value, 'latin1')];

export interface TcpParts {
  readonly srcPort?: number;
  readonly dstPort?: number;
  readonly seq?: number;
  readonly ack?: number;
  readonly flags?: number;
  readonly options?: Bytes;
}

export const tcp = (payload: Bytes, { srcPort = 40_000, dstPort = 80, seq = 1000, ack = 2000, flags = 0x18, options = [] }: TcpParts = {}): Bytes => [
  ...u16(srcPort), ...u16(dstPort), ...u32(seq), ...u32(ack), ((20 + options.length) / 4) << 4, flags, ...u16(512), ...u16(0), ...u16(0), ...options, ...payload,
];

export const udp = (dstPort: number, payload: Bytes): Bytes => [...u16(50_000), ...u16(dstPort), ...u16(8 + payload.length), ...u16(0), ...payload];

export interface Ipv4Parts {
  readonly protocol?: number;
  readonly src?: Bytes;
  readonly dst?: Bytes;
  readonly id?: number;
  /** In bytes. */
  readonly offset?: number;
  readonly more?: boolean;
  readonly length?: number;
}

/** The Internet checksum of an even number of bytes (RFC 1071). */
export const checksum = (bytes: Bytes): Bytes => {
  let sum = 0;
  for (let i = 0; i < bytes.length; i += 2) sum += bytes[i]! * 256 + bytes[i + 1]!;
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return u16(sum ^ 0xffff);
};

export const ipv4 = (payload: Bytes, { protocol = 6, src = [10, 0, 0, 1], dst = [10, 0, 0, 2], id = 7, offset = 0, more = false, length }: Ipv4Parts = {}): Bytes => {
  const before: Bytes = [0x45, 0, ...u16(length ?? 20 + payload.length), ...u16(id), ...u16((more ? 0x2000 : 0) | (offset / 8)), 64, protocol];
  return [...before, ...checksum([...before, ...src, ...dst]), ...src, ...dst, ...payload];
};

const V6_SRC: Bytes = [0xfd, ...Array<number>(14).fill(0), 1];
const V6_DST: Bytes = [0xfd, ...Array<number>(14).fill(0), 2];

export const ipv6 = (payload: Bytes, next = 6): Bytes => [0x60, 0, 0, 0, ...u16(payload.length), next, 64, ...V6_SRC, ...V6_DST, ...payload];

export const ethernet = (payload: Bytes, type = 0x0800): Bytes => [2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, ...u16(type), ...payload];

export const vlan = (id: number, payload: Bytes, type = 0x0800): Bytes => [...u16(id), ...u16(type), ...payload];

/** The ten-byte message that most rows carry. */
export const MESSAGE = text('GET / HTTP');
