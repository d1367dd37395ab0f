import { micros, type Micros } from '../../sql/micros.ts';
import { u16, u32, u8 } from './bytes.ts';
import { MOST_RECORD_BYTES, type Framing, type FramingOut } from './framing.ts';
import { ticksToMicros, type TickClock } from './ticks.ts';

const SECTION = 0x0a0d0d0a;
const INTERFACE = 1;
const OLD_PACKET = 2;
const SIMPLE_PACKET = 3;
const ENHANCED_PACKET = 6;
/** Code of the option of a packet block that tells its direction. */
const PACKET_FLAGS = 2;
const LITTLE_MAGIC = 0x1a2b3c4d;
const BIG_MAGIC = 0x4d3c2b1a;
/** Block type and length, and in a section header the byte-order magic. */
const BLOCK_START = 12;

interface Interface {
  readonly linkType: number;
  readonly snapLength: number;
  readonly clock: TickClock;
}

export const isPcapng = (bytes: Uint8Array, at: number): boolean => {
  const magic = u32(bytes, at + 8, true);
  return u32(bytes, at, true) === SECTION && (magic === LITTLE_MAGIC || magic === BIG_MAGIC);
};

/** Blocks of pcapng (draft-ietf-opsawg-pcapng): sections of either endianness, their interfaces, packets of the three kinds. */
export const pcapngFraming = (out: FramingOut): Framing => {
  let little = true;
  let interfaces: Interface[] = [];
  let last: Micros = micros(0);

  const readInterface = (bytes: Uint8Array, at: number, end: number): Interface => {
    let resolution = 6;
    let offsetSeconds = 0;
    for (let option = at + 16; option + 4 <= end;) {
      const code = u16(bytes, option, little);
      const length = u16(bytes, option + 2, little);
      const value = option + 4;
      if (code === 0 || value + length > end) break;
      if (code === 9 && length >= 1) resolution = u8(bytes, value);
      if (code === 14 && length >= 8) {
        offsetSeconds = (u32(bytes, value + (little ? 4 : 0), little) | 0) * 2 ** 32 + u32(bytes, value + (little ? 0 : 4), little);
      }
      option = value + ((length + 3) & ~3);
    }
    return { linkType: u16(bytes, at + 8, little), snapLength: u32(bytes, at + 12, little), clock: { resolution, offsetSeconds } };
  };

  /** Direction of a packet by the two lowest bits of the option epb_flags among those from `from` on: 1 inbound, 2 outbound. */
  const legOf = (bytes: Uint8Array, from: number, end: number): 0 | 1 | 2 => {
    for (let option = from; option + 4 <= end;) {
      const code = u16(bytes, option, little);
      const length = u16(bytes, option + 2, little);
      if (code === 0 || option + 4 + length > end) return 0;
      if (code === PACKET_FLAGS && length >= 4) {
        const direction = u32(bytes, option + 4, little) & 3;
        return direction === 1 || direction === 2 ? direction : 0;
      }
      option += 4 + ((length + 3) & ~3);
    }
    return 0;
  };

  const timed = (bytes: Uint8Array, at: number, end: number, number: number): void => {
    const on = interfaces[number];
    const dataAt = at + 28;
    if (on === undefined) { out.count('pcapng_interface_unknown'); return; }
    const captured = u32(bytes, at + 20, little);
    if (captured > end - 4 - dataAt) { out.count('pcapng_block_malformed'); return; }
    const wire = u32(bytes, at + 24, little);
    last = ticksToMicros(on.clock, u32(bytes, at + 12, little), u32(bytes, at + 16, little));
    out.packet(last, on.linkType, bytes, dataAt, dataAt + captured, Math.max(wire, captured), legOf(bytes, dataAt + ((captured + 3) & ~3), end - 4));
  };

  const simple = (bytes: Uint8Array, at: number, end: number): void => {
    const on = interfaces[0];
    if (on === undefined) { out.count('pcapng_interface_unknown'); return; }
    const wire = u32(bytes, at + 8, little);
    const captured = Math.min(wire, on.snapLength || wire, end - at - 16);
    out.packet(last, on.linkType, bytes, at + 12, at + 12 + captured, wire, 0);
  };

  const framing: Framing = {
    need: BLOCK_START,
    read(bytes, at, end) {
      for (;;) {
        if (end - at < BLOCK_START) { framing.need = BLOCK_START; return at; }
        const type = u32(bytes, at, little);
        if (type === SECTION) {
          const magic = u32(bytes, at + 8, true);
          if (magic !== LITTLE_MAGIC && magic !== BIG_MAGIC) out.corrupt(at, 'a section header without its byte-order magic');
          little = magic === LITTLE_MAGIC;
          interfaces = [];
        }
        const stated = u32(bytes, at + 4, little);
        if (stated < BLOCK_START) out.corrupt(at, `a block of ${stated} bytes`);
        // Some writers leave out the padding in the length, never in the file.
        const length = Math.ceil(stated / 4) * 4;
        const known = type === INTERFACE || type === ENHANCED_PACKET || type === OLD_PACKET || type === SIMPLE_PACKET;
        if (known) {
          if (length > MOST_RECORD_BYTES) out.corrupt(at, `a block of ${stated} bytes`);
          if (length < LEAST_BYTES[type]) { out.count('pcapng_block_malformed'); }
          else if (at + length > end) { framing.need = length; return at; }
          else if (type === ENHANCED_PACKET) timed(bytes, at, at + length, u32(bytes, at + 8, little));
          else if (type === INTERFACE) interfaces.push(readInterface(bytes, at, at + length - 4));
          else if (type === SIMPLE_PACKET) simple(bytes, at, at + length);
          else timed(bytes, at, at + length, u16(bytes, at + 8, little));
        }
        at += length;
        if (at >= end) { framing.need = BLOCK_START; return at; }
      }
    },
  };
  return framing;
};

const LEAST_BYTES = { [INTERFACE]: 20, [OLD_PACKET]: 32, [SIMPLE_PACKET]: 16, [ENHANCED_PACKET]: 32 } as const;
