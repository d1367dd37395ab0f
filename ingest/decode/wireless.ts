import { u16, u32, u8 } from './bytes.ts';
import type { Cursor, Step } from './layer.ts';

const DATA = 2;
const QOS = 8;
const NO_DATA = 4;
const MORE_FRAGMENTS = 0x04;
const PROTECTED = 0x40;
const ORDER = 0x80;
const BOTH_DS = 3;
const SNAP = 0xaaaa;

/** IEEE 802.11 data frames in the clear (802.11-2020 §9.3.2); `padded` = header rounded up to 4 bytes, as some drivers do. */
export const decodeWifi = (c: Cursor, padded = false): Step => {
  const { bytes, at, end } = c;
  if (end - at < 24) return 'link_truncated';
  const control = u8(bytes, at);
  const flags = u8(bytes, at + 1);
  const subtype = control >> 4;
  if (((control >> 2) & 3) !== DATA || subtype & NO_DATA) return 'wifi_not_data';
  if (flags & MORE_FRAGMENTS || u8(bytes, at + 22) & 15) return 'wifi_fragment';
  let behind = at + ((flags & BOTH_DS) === BOTH_DS ? 30 : 24);
  if (subtype & QOS) {
    if (end - behind < 2) return 'link_truncated';
    if (u8(bytes, behind) & 0x80) return 'wifi_aggregate';
    behind += flags & ORDER ? 6 : 2;
  }
  if (padded) behind = at + ((behind - at + 3) & ~3);
  if (end - behind < 8) return 'link_truncated';
  // Some drivers decrypt and leave the flag.
  if (flags & PROTECTED && u16(bytes, behind) !== SNAP) return 'wifi_encrypted';
  c.at = behind;
  return 'llc';
};

const u16le = (bytes: Uint8Array, at: number): number => u8(bytes, at) | (u8(bytes, at + 1) << 8);

/** True where radiotap's flags field says that the 802.11 header is padded (radiotap.org/fields/Flags). */
const isPadded = (bytes: Uint8Array, at: number, stop: number): boolean => {
  const present = u8(bytes, at + 4);
  let field = at + 4;
  while (field + 4 <= stop && u8(bytes, field + 3) & 0x80) field += 4;
  field += 4;
  if (present & 1) field = at + ((field - at + 7) & ~7) + 8;
  return (present & 2) !== 0 && field < stop && (u8(bytes, field) & 0x20) !== 0;
};

export const decodeRadiotap = (c: Cursor): Step => {
  const { bytes, at, end } = c;
  if (end - at < 8) return 'link_truncated';
  const length = u16le(bytes, at + 2);
  if (length < 8 || end - at < length) return 'link_truncated';
  c.at = at + length;
  return decodeWifi(c, isPadded(bytes, at, at + length));
};

const AVS_MAGIC = 0x80211001;
const PRISM_HEADER = 144;

/** Prism and AVS headers, which share link types. */
export const decodePrism = (c: Cursor): Step => {
  const { bytes, at, end } = c;
  if (end - at < 8) return 'link_truncated';
  const isAvs = ((u32(bytes, at) & 0xfffff000) >>> 0) === (AVS_MAGIC & 0xfffff000) >>> 0;
  c.at = at + (isAvs ? u32(bytes, at + 4) : PRISM_HEADER);
  return decodeWifi(c);
};
