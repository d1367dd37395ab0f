import { micros } from '../../sql/micros.ts';
import { u16, u32 } from './bytes.ts';
import { MOST_RECORD_BYTES, type Framing, type FramingOut } from './framing.ts';

export const PCAP_HEADER_BYTES = 24;

/** What a magic number says; `recordHeader` is 24 in Kuznetzov's variant, which adds interface, protocol and packet type. */
interface Variant {
  readonly little: boolean;
  readonly nanos: boolean;
  readonly recordHeader: number;
}

const MICROS = 0xa1b2c3d4;
const NANOS = 0xa1b23c4d;
const KUZNETZOV = 0xa1b2cd34;

export const pcapVariant = (bytes: Uint8Array, at: number): Variant | null => {
  for (const little of [true, false]) {
    const magic = u32(bytes, at, little);
    if (magic === MICROS) return { little, nanos: false, recordHeader: 16 };
    if (magic === NANOS) return { little, nanos: true, recordHeader: 16 };
    if (magic === KUZNETZOV) return { little, nanos: false, recordHeader: 24 };
  }
  return null;
};

/** The upper bits of the network field tell the length of a frame check sequence. */
const LINK_TYPE_BITS = 0x03ffffff;

/** The variant of a header of version 2.4; read as a record, it would be an empty one. */
const fileHeader = (bytes: Uint8Array, at: number): Variant | null => {
  const variant = pcapVariant(bytes, at);
  return variant !== null && u16(bytes, at + 4, variant.little) === 2 && u16(bytes, at + 6, variant.little) === 4 ? variant : null;
};

/** Classic pcap from its file header on (draft-ietf-opsawg-pcap); files joined with cat are read on. */
export const pcapFraming = (variant: Variant, out: FramingOut): Framing => {
  let { little, nanos, recordHeader } = variant;
  let linkType = -1;

  const framing: Framing = {
    need: PCAP_HEADER_BYTES,
    read(bytes, at, end) {
      for (;;) {
        if (linkType < 0) {
          if (end - at < PCAP_HEADER_BYTES) { framing.need = PCAP_HEADER_BYTES; return at; }
          linkType = u32(bytes, at + 20, little) & LINK_TYPE_BITS;
          at += PCAP_HEADER_BYTES;
        }
        if (end - at < recordHeader) { framing.need = recordHeader; return at; }
        const captured = u32(bytes, at + 8, little);
        const joined = captured === 0 ? fileHeader(bytes, at) : null;
        if (joined !== null) {
          ({ little, nanos, recordHeader } = joined);
          linkType = -1;
          continue;
        }
        if (captured > MOST_RECORD_BYTES) out.corrupt(at, `a record of ${captured} bytes`);
        const dataAt = at + recordHeader;
        const recordEnd = dataAt + captured;
        if (recordEnd > end) { framing.need = recordEnd - at; return at; }
        const fraction = u32(bytes, at + 4, little);
        const ts = u32(bytes, at, little) * 1e6 + (nanos ? Math.floor(fraction / 1000) : fraction);
        const wire = u32(bytes, at + 12, little);
        out.packet(micros(ts), linkType, bytes, dataAt, recordEnd, wire > captured ? wire : captured, 0);
        at = recordEnd;
      }
    },
  };
  return framing;
};
