// Rewrites a pcap of TCP over Ethernet and IPv4 the way a lossy network and a tap would have given it: giants cut into segments
// of 1,448 bytes as the network card does, and then packets lost, late and repeated.
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';

const SEGMENT_BYTES = 1448;
const LATEST = 8;
const BUFFERED_BYTES = 1 << 20;
const FIN = 1;
const SYN = 2;
const ACK = 16;

const checksum = (bytes, at, end) => {
  let sum = 0;
  for (let i = at; i < end; i += 2) sum += bytes.readUInt16BE(i);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return sum ^ 0xffff;
};

/** The packets of a capture in order; those too long in pieces. */
function* segments(file) {
  for (let at = 24; at + 16 <= file.length;) {
    const us = file.readUInt32LE(at) * 1e6 + file.readUInt32LE(at + 4);
    const frame = file.subarray(at + 16, at + 16 + file.readUInt32LE(at + 8));
    at += 16 + frame.length;
    const tcpAt = 14 + (frame[14] & 15) * 4;
    const dataAt = tcpAt + (frame[tcpAt + 12] >> 4) * 4;
    const end = 14 + frame.readUInt16BE(16);
    const [flags, seq, ack] = [frame[tcpAt + 13], frame.readUInt32BE(tcpAt + 4), frame.readUInt32BE(tcpAt + 8)];
    const ports = [frame.readUInt16BE(tcpAt), frame.readUInt16BE(tcpAt + 2)];
    for (let from = dataAt, n = 0; from < end || n === 0; n++) {
      const to = Math.min(end, from + SEGMENT_BYTES);
      const bytes = Buffer.concat([frame.subarray(0, dataAt), frame.subarray(from, to)]);
      bytes.writeUInt16BE(bytes.length - 14, 16);
      bytes.writeUInt32BE((seq + from - dataAt) >>> 0, tcpAt + 4);
      if (to < end) bytes[tcpAt + 13] &= ~FIN;
      bytes.writeUInt16BE(0, 24);
      bytes.writeUInt16BE(checksum(bytes, 14, tcpAt), 24);
      yield { us: us + n, bytes, ports, seq: (seq + from - dataAt) >>> 0, ack, length: to - from, flags: to < end ? flags & ~FIN : flags };
      from = to;
    }
  }
}

/** Writes `to`; `lost` is told of each packet left out, before the next one, with its place in the sender's stream and which of its port's connections it is of. Returns counts. */
export const damageCapture = ({ from, to, random, share, lost }) => {
  const file = readFileSync(from);
  const out = openSync(to, 'w');
  const counts = { packets: 0, lost: 0, late: 0, repeated: 0 };
  const first = new Map();
  /** How often each port has opened a connection: ports are used again. */
  const openings = new Map();
  let pieces = [file.subarray(0, 24)];
  let buffered = 24;
  let now = 0;
  const flush = () => { writeSync(out, Buffer.concat(pieces)); pieces = []; buffered = 0; };
  const write = ({ us, bytes }) => {
    now = Math.max(now, us);
    const head = Buffer.alloc(16);
    head.writeUInt32LE(Math.floor(now / 1e6), 0);
    head.writeUInt32LE(now % 1e6, 4);
    head.writeUInt32LE(bytes.length, 8);
    head.writeUInt32LE(bytes.length, 12);
    pieces.push(head, bytes);
    buffered += 16 + bytes.length;
    counts.packets++;
    if (buffered > BUFFERED_BYTES) flush();
  };
  /** Packets to be written again or late, each after so many others. */
  let waiting = [];
  const chance = () => random(1_000_000) < share * 1_000_000;
  for (const packet of segments(file)) {
    const stream = packet.ports.join('>');
    if ((packet.flags & SYN) !== 0) {
      if ((packet.flags & ACK) === 0 && first.get(stream) !== (packet.seq + 1) >>> 0) openings.set(packet.ports[0], (openings.get(packet.ports[0]) ?? -1) + 1);
      first.set(stream, (packet.seq + 1) >>> 0);
    }
    const place = (packet.seq - first.get(stream)) >>> 0;
    const [isLost, isLate, isRepeated] = [chance(), chance(), chance()];
    if (isLost) {
      counts.lost++;
      lost({ ports: packet.ports, opening: (port) => openings.get(port), from: place, to: place + packet.length, fin: (packet.flags & FIN) !== 0 });
    } else if (packet.length > 0 && (packet.flags & FIN) === 0 && isLate) {
      counts.late++;
      waiting.push({ packet, after: 1 + random(LATEST) });
    } else {
      write(packet);
      if (packet.length > 0 && isRepeated) { counts.repeated++; waiting.push({ packet, after: 1 + random(40 * LATEST) }); }
    }
    const due = waiting.filter((one) => --one.after < 0);
    if (due.length > 0) {
      waiting = waiting.filter((one) => one.after >= 0);
      for (const one of due) write(one.packet);
    }
  }
  for (const one of waiting) write(one.packet);
  flush();
  closeSync(out);
  return counts;
};
