import { u16, u32, u8 } from './bytes.ts';
import type { Cursor, Step } from './layer.ts';

const LEAST_HEADER = 20;

/** TCP header (RFC 9293 §3.1); options may be cut off, the fixed part must be whole. */
export const decodeTcp = (c: Cursor): Step => {
  const { bytes, at, end } = c;
  if (end - at < LEAST_HEADER) return 'tcp_truncated';
  const headerBytes = (u8(bytes, at + 12) >> 4) * 4;
  const payloadAt = at + headerBytes;
  if (headerBytes < LEAST_HEADER || payloadAt > c.wireEnd) return 'tcp_malformed';
  c.tcpAt = at;
  c.srcPort = u16(bytes, at);
  c.dstPort = u16(bytes, at + 2);
  c.seq = u32(bytes, at + 4);
  c.ack = u32(bytes, at + 8);
  c.flags = u8(bytes, at + 13);
  c.payloadBytes = c.wireEnd - payloadAt;
  c.at = payloadAt < end ? payloadAt : end;
  return 'tcp';
};
