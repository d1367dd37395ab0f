import { CaptureError } from '../../ingest/capture/error.ts';
import { captureReader } from '../../ingest/capture/reader.ts';
import { exchangePipeline, type PipelineOptions } from '../../ingest/pipeline.ts';
import { counters } from '../../sql/counters.ts';
import type { DecodedExchange } from '../../sql/exchange.ts';
import { pcapng } from './capture/files.ts';

/** A packet of a real capture; `bytes` is a copy. */
export interface RealPacket {
  readonly ts: number;
  readonly linkType: number;
  readonly wireBytes: number;
  readonly bytes: Uint8Array;
}

/** A capture's packets, at most so many, but for giants. */
export const packetsOf = (capture: Uint8Array, most: number): readonly RealPacket[] => {
  const packets: RealPacket[] = [];
  const reader = captureReader({
    push: (p) => { if (packets.length < most && p.end - p.at < MOST_BYTES - BLOCK) packets.push({ ts: p.ts, linkType: p.linkType, wireBytes: p.wireBytes, bytes: p.bytes.slice(p.at, p.end) }); },
    advance: () => {}, close: () => {},
  }, () => {});
  reader.push(capture);
  reader.close();
  return packets;
};

/** A whole number from 0 to below a bound. */
export type Random = (below: number) => number;

/** xorshift32: fast, and the same everywhere. */
export const randomFrom = (seed: number): Random => {
  let state = seed >>> 0 || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
};

/** A pcapng file of mutated packets. */
export interface Mutated {
  readonly bytes: Uint8Array;
  readonly packets: number;
  /** Bytes of the file's own framing were changed too, so that reading may end early. */
  readonly damaged: boolean;
  /** Where it is cut into buffers. */
  readonly cuts: readonly number[];
}

const STRETCHES = 4;
const MOST_PACKETS = 150;
const BLOCK = 32;
/** Longest packet of a capture used, with its block. */
const MOST_BYTES = 16_384;
/** What parsers look for, put where it does not belong. */
const PLANTS = ['\r\n\r\n', '\r\n', 'HTTP/1.1 200 OK\r\n', 'GET / HTTP/1.1\r\n', '0\r\n\r\n', 'ffffffffff\r\n', 'Content-Length: 99999999999\r\n', 'Transfer-Encoding: chunked\r\n',
  'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', '\0\0\x05\x01\x05\0\0\0\x01', '\xff\xff\xff\xff', '\0\0\0\0'].map((text) => Uint8Array.from(text, (char) => char.charCodeAt(0)));
const LINK_TYPES = 300;
const ABSURD_TICKS = 0xffff_ffff;

/**
 * Makes captures of mutated packets: stretches of real ones, some left out, repeated, exchanged with the next, cut, with
 * bytes changed or planted, of another link type, at another time; one in fifty with its framing damaged.
 */
export const mutator = (captures: readonly (readonly RealPacket[])[], random: Random): (() => Mutated) => {
  const blocks = pcapng();
  const interfaces = [...new Set(captures.flatMap((packets) => packets.map(({ linkType }) => linkType))), 0];
  const room = new Uint8Array(STRETCHES * MOST_PACKETS * 2 * MOST_BYTES);
  const view = new DataView(room.buffer);
  const head = Uint8Array.from([...blocks.section(), ...interfaces.slice(0, -1).flatMap((linkType) => blocks.iface(linkType))]);

  const change = (at: number, length: number): void => {
    if (random(6) === 0) {
      const plant = PLANTS[random(PLANTS.length)]!;
      if (plant.length <= length) room.set(plant, at + random(length - plant.length + 1));
      return;
    }
    const within = random(2) === 0 ? Math.min(length, 100) : length;
    room[at + random(random(2) === 0 ? within : Math.min(length, 20))] = random(256);
  };

  return () => {
    const rate = 1 + random(8);
    const otherLink = random(20) === 0 ? random(LINK_TYPES) : interfaces[0]!;
    room.set(head);
    let at = head.length;
    const last = Uint8Array.from(blocks.iface(otherLink));
    room.set(last, at);
    at += last.length;
    let written = 0;
    const write = ({ ts, linkType, wireBytes, bytes }: RealPacket): void => {
      const data = at + 28;
      let { length } = bytes;
      room.set(bytes, data);
      if (length > 0 && random(rate) === 0) for (let changes = 1 + random(4); changes > 0; changes--) change(data, length);
      if (random(40) === 0) length = random(length + 1);
      const padded = (length + 3) & ~3;
      room.fill(0, data + length, data + padded);
      const late = random(400) === 0 ? random(2_000_000_000) : 0;
      const time = ts + late;
      view.setUint32(at, 6, true);
      view.setUint32(at + 4, BLOCK + padded, true);
      view.setUint32(at + 8, random(50) === 0 ? interfaces.length - 1 : interfaces.indexOf(linkType), true);
      view.setUint32(at + 12, random(5000) === 0 ? ABSURD_TICKS : Math.floor(time / 2 ** 32), true);
      view.setUint32(at + 16, time % 2 ** 32, true);
      view.setUint32(at + 20, length, true);
      view.setUint32(at + 24, random(50) === 0 ? random(70_000) : Math.max(length, wireBytes), true);
      view.setUint32(data + padded, BLOCK + padded, true);
      at = data + padded + 4;
      written++;
    };
    for (let stretch = 0; stretch < STRETCHES; stretch++) {
      const packets = captures[random(captures.length)]!;
      const first = random(3) === 0 ? random(packets.length) : 0;
      const list = packets.slice(first, first + 1 + random(MOST_PACKETS));
      for (let i = 0; i < list.length; i++) {
        const fate = random(100);
        if (fate < 2) continue;
        if (fate < 4 && i + 1 < list.length) { write(list[i + 1]!); write(list[i]!); i++; continue; }
        write(list[i]!);
        if (fate < 6) write(list[i]!);
      }
    }
    const damaged = random(50) === 0;
    if (damaged) for (let changes = 1 + random(8); changes > 0; changes--) room[random(at)] = random(256);
    return { bytes: room.subarray(0, at), packets: written, damaged, cuts: Array.from({ length: random(4) }, () => random(at)).toSorted((a, b) => a - b) };
  };
};

/** How each frame is decided; the counters of `ingest/decode`, but for those beside a verdict. */
const VERDICTS = ['segments', 'link_other', 'link_truncated', 'ethertype_other', 'llc_other', 'ppp_other', 'arp', 'wifi_not_data', 'wifi_encrypted', 'wifi_fragment', 'wifi_aggregate',
  'ip_truncated', 'ip_malformed', 'ip_protocol_other', 'udp', 'icmp', 'sctp', 'ip_encrypted', 'fragment_held', 'fragment_malformed', 'fragment_cut',
  'tunnel_truncated', 'tunnel_other', 'layers_too_deep', 'tcp_truncated', 'tcp_malformed'];
const OUTCOMES = ['complete', 'unanswered', 'reset', 'deadline', 'orphan', 'cut', 'aged'];
const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

/** What is wrong with a row that no packets should give; null = nothing. */
const faultOf = (row: DecodedExchange): string | null => {
  for (const [name, value] of Object.entries(row)) if (typeof value === 'number' && !Number.isInteger(value)) return `${name} is ${value}`;
  if (!UUID.test(String(row.exchange_id)) || !UUID.test(row.connection_id)) return `id ${String(row.exchange_id)}, connection ${row.connection_id}`;
  if (row.status < 0 || row.status > 999) return `status ${row.status}`;
  if (row.request_bytes < 0 || row.response_bytes < 0 || row.gap_bytes < 0 || row.retransmits < 0) return 'a negative size';
  return null;
};

/**
 * Sends a mutated capture through the whole line; returns what was counted. Throws where it does, where a packet has no
 * verdict or two, where a row was not counted, or is one that no packets should give.
 */
export const endure = ({ bytes, packets, damaged, cuts }: Mutated, options: Partial<PipelineOptions>): Readonly<Record<string, number>> => {
  const tally = counters();
  let rows = 0;
  const line = exchangePipeline({
    push: (row) => {
      rows++;
      const fault = faultOf(row);
      if (fault !== null) throw new Error(`${fault} in ${JSON.stringify(row)}`);
    },
    advance: () => {}, close: () => {},
  }, { tenant: 'default', tap: 'mutated', digest: (id) => String(id.length), counters: tally, ...options });
  const edges = [0, ...cuts, bytes.length];
  for (let i = 1; i < edges.length; i++) {
    try {
      line.push(bytes.slice(edges[i - 1], edges[i]));
    } catch (error) {
      if (!damaged || !(error instanceof CaptureError)) throw error;
    }
  }
  line.close();
  const counted = tally.snapshot();
  const sum = (names: readonly string[]): number => names.reduce((all, name) => all + (counted[name] ?? 0), 0);
  const seen = counted['packets'] ?? 0;
  if (!damaged && seen !== packets) throw new Error(`${packets} packets in, ${seen} counted`);
  if (sum(VERDICTS) !== seen) throw new Error(`${seen} packets, ${sum(VERDICTS)} verdicts: ${JSON.stringify(counted)}`);
  const emitted = sum(OUTCOMES.map((outcome) => `exchanges_${outcome}`)) - sum(['exchanges_time_absurd', 'exchanges_seen_at_once']);
  if (emitted !== rows) throw new Error(`${rows} rows, ${emitted} counted: ${JSON.stringify(counted)}`);
  return counted;
};

/** The options of round `n`: every way in which the line is run, bounds so low that they are met among them. */
export const optionsOf = (n: number): Partial<PipelineOptions> => ({
  keepTargets: n % 2 === 0,
  ...(n % 3 === 0 && { mostFlows: 4, mostHeldBytes: 3000 }),
  ...(n % 4 === 0 && { ageUs: Infinity }),
  ...(n % 5 === 0 && { hosts: ['192.168.1.1'], tokenKey: [1, 2] as const }),
});
