// sql/micros.ts
var micros = (us) => us;
var LATEST_US = 72581184e8;
var isBelievable = (us) => us >= 0 && us < LATEST_US;

// ingest/capture/bytes.ts
var u16 = (bytes, at, little) => little ? bytes[at] | bytes[at + 1] << 8 : bytes[at] << 8 | bytes[at + 1];
var u32 = (bytes, at, little) => (little ? bytes[at] | bytes[at + 1] << 8 | bytes[at + 2] << 16 | bytes[at + 3] << 24 : bytes[at] << 24 | bytes[at + 1] << 16 | bytes[at + 2] << 8 | bytes[at + 3]) >>> 0;
var u8 = (bytes, at) => bytes[at];
var grown = (bytes, kept, length) => {
  if (length <= bytes.length) return bytes;
  const larger = new Uint8Array(Math.max(length, 2 * bytes.length));
  larger.set(bytes.subarray(0, kept));
  return larger;
};

// ingest/capture/error.ts
var CaptureError = class extends Error {
  kind;
  /** Position in the uncompressed input; null where the input could not be read at all. */
  offset;
  constructor(kind, message, offset = null, options) {
    super(message, options);
    this.name = "CaptureError";
    this.kind = kind;
    this.offset = offset;
  }
};

// ingest/capture/framing.ts
var MOST_RECORD_BYTES = 16 * 1024 * 1024;

// ingest/capture/pcap.ts
var PCAP_HEADER_BYTES = 24;
var MICROS = 2712847316;
var NANOS = 2712812621;
var KUZNETZOV = 2712849716;
var pcapVariant = (bytes, at) => {
  for (const little of [true, false]) {
    const magic = u32(bytes, at, little);
    if (magic === MICROS) return { little, nanos: false, recordHeader: 16 };
    if (magic === NANOS) return { little, nanos: true, recordHeader: 16 };
    if (magic === KUZNETZOV) return { little, nanos: false, recordHeader: 24 };
  }
  return null;
};
var LINK_TYPE_BITS = 67108863;
var fileHeader = (bytes, at) => {
  const variant = pcapVariant(bytes, at);
  return variant !== null && u16(bytes, at + 4, variant.little) === 2 && u16(bytes, at + 6, variant.little) === 4 ? variant : null;
};
var pcapFraming = (variant, out) => {
  let { little, nanos, recordHeader } = variant;
  let linkType = -1;
  const framing = {
    need: PCAP_HEADER_BYTES,
    read(bytes, at, end) {
      for (; ; ) {
        if (linkType < 0) {
          if (end - at < PCAP_HEADER_BYTES) {
            framing.need = PCAP_HEADER_BYTES;
            return at;
          }
          linkType = u32(bytes, at + 20, little) & LINK_TYPE_BITS;
          at += PCAP_HEADER_BYTES;
        }
        if (end - at < recordHeader) {
          framing.need = recordHeader;
          return at;
        }
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
        if (recordEnd > end) {
          framing.need = recordEnd - at;
          return at;
        }
        const fraction = u32(bytes, at + 4, little);
        const ts = u32(bytes, at, little) * 1e6 + (nanos ? Math.floor(fraction / 1e3) : fraction);
        const wire = u32(bytes, at + 12, little);
        out.packet(micros(ts), linkType, bytes, dataAt, recordEnd, wire > captured ? wire : captured, 0);
        at = recordEnd;
      }
    }
  };
  return framing;
};

// ingest/capture/ticks.ts
var EXACT_DIGITS = 6;
var ticksToMicros = ({ resolution, offsetSeconds }, high, low) => {
  const offset = offsetSeconds * 1e6;
  if (resolution === 6) return micros(high * 2 ** 32 + low + offset);
  const digits = resolution - 6;
  if (digits > 0 && digits <= EXACT_DIGITS) {
    const divisor = 10 ** digits;
    const rest = high % divisor;
    return micros((high - rest) / divisor * 2 ** 32 + Math.floor((rest * 2 ** 32 + low) / divisor) + offset);
  }
  const ticks = BigInt(high) << 32n | BigInt(low);
  const perSecond = resolution & 128 ? 2n ** BigInt(resolution & 127) : 10n ** BigInt(resolution);
  return micros(Number(ticks * 1000000n / perSecond) + offset);
};

// ingest/capture/pcapng.ts
var SECTION = 168627466;
var INTERFACE = 1;
var OLD_PACKET = 2;
var SIMPLE_PACKET = 3;
var ENHANCED_PACKET = 6;
var PACKET_FLAGS = 2;
var LITTLE_MAGIC = 439041101;
var BIG_MAGIC = 1295788826;
var BLOCK_START = 12;
var isPcapng = (bytes, at) => {
  const magic = u32(bytes, at + 8, true);
  return u32(bytes, at, true) === SECTION && (magic === LITTLE_MAGIC || magic === BIG_MAGIC);
};
var pcapngFraming = (out) => {
  let little = true;
  let interfaces = [];
  let last = micros(0);
  const readInterface = (bytes, at, end) => {
    let resolution = 6;
    let offsetSeconds = 0;
    for (let option = at + 16; option + 4 <= end; ) {
      const code2 = u16(bytes, option, little);
      const length = u16(bytes, option + 2, little);
      const value = option + 4;
      if (code2 === 0 || value + length > end) break;
      if (code2 === 9 && length >= 1) resolution = u8(bytes, value);
      if (code2 === 14 && length >= 8) {
        offsetSeconds = (u32(bytes, value + (little ? 4 : 0), little) | 0) * 2 ** 32 + u32(bytes, value + (little ? 0 : 4), little);
      }
      option = value + (length + 3 & ~3);
    }
    return { linkType: u16(bytes, at + 8, little), snapLength: u32(bytes, at + 12, little), clock: { resolution, offsetSeconds } };
  };
  const legOf2 = (bytes, from, end) => {
    for (let option = from; option + 4 <= end; ) {
      const code2 = u16(bytes, option, little);
      const length = u16(bytes, option + 2, little);
      if (code2 === 0 || option + 4 + length > end) return 0;
      if (code2 === PACKET_FLAGS && length >= 4) {
        const direction = u32(bytes, option + 4, little) & 3;
        return direction === 1 || direction === 2 ? direction : 0;
      }
      option += 4 + (length + 3 & ~3);
    }
    return 0;
  };
  const timed = (bytes, at, end, number) => {
    const on = interfaces[number];
    const dataAt = at + 28;
    if (on === void 0) {
      out.count("pcapng_interface_unknown");
      return;
    }
    const captured = u32(bytes, at + 20, little);
    if (captured > end - 4 - dataAt) {
      out.count("pcapng_block_malformed");
      return;
    }
    const wire = u32(bytes, at + 24, little);
    last = ticksToMicros(on.clock, u32(bytes, at + 12, little), u32(bytes, at + 16, little));
    out.packet(last, on.linkType, bytes, dataAt, dataAt + captured, Math.max(wire, captured), legOf2(bytes, dataAt + (captured + 3 & ~3), end - 4));
  };
  const simple = (bytes, at, end) => {
    const on = interfaces[0];
    if (on === void 0) {
      out.count("pcapng_interface_unknown");
      return;
    }
    const wire = u32(bytes, at + 8, little);
    const captured = Math.min(wire, on.snapLength || wire, end - at - 16);
    out.packet(last, on.linkType, bytes, at + 12, at + 12 + captured, wire, 0);
  };
  const framing = {
    need: BLOCK_START,
    read(bytes, at, end) {
      for (; ; ) {
        if (end - at < BLOCK_START) {
          framing.need = BLOCK_START;
          return at;
        }
        const type = u32(bytes, at, little);
        if (type === SECTION) {
          const magic = u32(bytes, at + 8, true);
          if (magic !== LITTLE_MAGIC && magic !== BIG_MAGIC) out.corrupt(at, "a section header without its byte-order magic");
          little = magic === LITTLE_MAGIC;
          interfaces = [];
        }
        const stated = u32(bytes, at + 4, little);
        if (stated < BLOCK_START) out.corrupt(at, `a block of ${stated} bytes`);
        const length = Math.ceil(stated / 4) * 4;
        const known = type === INTERFACE || type === ENHANCED_PACKET || type === OLD_PACKET || type === SIMPLE_PACKET;
        if (known) {
          if (length > MOST_RECORD_BYTES) out.corrupt(at, `a block of ${stated} bytes`);
          if (length < LEAST_BYTES[type]) {
            out.count("pcapng_block_malformed");
          } else if (at + length > end) {
            framing.need = length;
            return at;
          } else if (type === ENHANCED_PACKET) timed(bytes, at, at + length, u32(bytes, at + 8, little));
          else if (type === INTERFACE) interfaces.push(readInterface(bytes, at, at + length - 4));
          else if (type === SIMPLE_PACKET) simple(bytes, at, at + length);
          else timed(bytes, at, at + length, u16(bytes, at + 8, little));
        }
        at += length;
        if (at >= end) {
          framing.need = BLOCK_START;
          return at;
        }
      }
    }
  };
  return framing;
};
var LEAST_BYTES = { [INTERFACE]: 20, [OLD_PACKET]: 32, [SIMPLE_PACKET]: 16, [ENHANCED_PACKET]: 32 };

// ingest/capture/reader.ts
var WATERMARK_STEP_US = 1e4;
var NOTHING = new Uint8Array(0);
var hex = (bytes, at, end) => Array.from(bytes.subarray(at, end), (byte) => byte.toString(16).padStart(2, "0")).join(" ");
var captureReader = (next, count) => {
  const view = { ts: micros(0), ordinal: 0, linkType: 0, leg: 0, bytes: NOTHING, at: 0, end: 0, wireBytes: 0 };
  let watermark = -Infinity;
  let carry = NOTHING;
  let held = 0;
  let skip2 = 0;
  let base = 0;
  let state = "reading";
  const out = {
    packet(ts, linkType, bytes, at, end, wireBytes, leg) {
      if (ts >= watermark + WATERMARK_STEP_US) {
        if (isBelievable(ts)) {
          watermark = ts;
          next.advance(ts);
        } else {
          count("packet_time_absurd");
        }
      }
      view.ts = ts;
      view.ordinal += 1;
      view.linkType = linkType;
      view.leg = leg;
      view.bytes = bytes;
      view.at = at;
      view.end = end;
      view.wireBytes = wireBytes;
      next.push(view);
    },
    count,
    corrupt(at, found) {
      throw new CaptureError("corrupt", `the capture is damaged at byte ${base + at}: found ${found} where a record should start`, base + at);
    }
  };
  const choose = (bytes, at) => {
    const variant = pcapVariant(bytes, at);
    if (variant) return pcapFraming(variant, out);
    if (isPcapng(bytes, at)) return pcapngFraming(out);
    throw new CaptureError("not_a_capture", `not a capture: starts with ${hex(bytes, at, at + 4)}, which is neither pcap nor pcapng`, 0);
  };
  let format = null;
  let need = PCAP_HEADER_BYTES;
  const read = (bytes, at, end) => {
    if (format === null && end - at < PCAP_HEADER_BYTES) return at;
    format ??= choose(bytes, at);
    const stop = format.read(bytes, at, end);
    need = format.need;
    return stop;
  };
  const consume = (buffer) => {
    const start = base;
    let at = Math.min(skip2, buffer.length);
    skip2 -= at;
    while (held > 0 && at < buffer.length) {
      const take2 = Math.min(need - held, buffer.length - at);
      carry = grown(carry, held, held + take2);
      carry.set(buffer.subarray(at, at + take2), held);
      held += take2;
      at += take2;
      if (held < need) break;
      base = start + at - held;
      const stop = read(carry, 0, held);
      if (stop === 0) continue;
      skip2 = Math.max(0, stop - held);
      held = 0;
      const skipped = Math.min(skip2, buffer.length - at);
      at += skipped;
      skip2 -= skipped;
    }
    base = start;
    if (held === 0 && at < buffer.length) {
      const stop = read(buffer, at, buffer.length);
      skip2 = Math.max(0, stop - buffer.length);
      held = Math.max(0, buffer.length - stop);
      carry = grown(carry, 0, held);
      carry.set(buffer.subarray(buffer.length - held));
    }
    base = start + buffer.length;
  };
  return {
    push(buffer) {
      if (state !== "reading") {
        count("capture_bytes_ignored", buffer.length);
        return;
      }
      const before = view.ordinal;
      try {
        consume(buffer);
      } catch (error) {
        state = "lost";
        if (error instanceof CaptureError) count("capture_damaged");
        throw error;
      } finally {
        if (view.ordinal > before) count("packets", view.ordinal - before);
        count("capture_bytes", buffer.length);
      }
    },
    pending: () => held + skip2,
    close() {
      if (state === "closed") return;
      if (state === "reading" && held + skip2 > 0) count("capture_tail_truncated");
      state = "closed";
      next.close();
    }
  };
};

// ingest/decode/checksum.ts
var added = (bytes, at, end, sum = 0) => {
  let total = sum;
  const even = end - (end - at & 1);
  for (let i = at; i < even; i += 2) total += bytes[i] << 8 | bytes[i + 1];
  return even < end ? total + (bytes[even] << 8) : total;
};
var isRight = (sum) => {
  let folded = sum;
  while (folded > 65535) folded = (folded & 65535) + Math.floor(folded / 65536);
  return folded === 65535;
};

// ingest/decode/fragments.ts
var MOST_DATAGRAM_BYTES = 65535;
var FIRST_ROOM = 4096;
var fragmentTable = (limits, count) => {
  const datagrams = /* @__PURE__ */ new Map();
  let heldBytes = 0;
  const drop2 = (datagram) => {
    datagrams.delete(datagram.key);
    heldBytes -= datagram.bytes.length;
  };
  const giveUpOldest = () => {
    for (const oldest of datagrams.values()) {
      drop2(oldest);
      count("fragment_evicted");
      return;
    }
  };
  const begin2 = (key, c) => {
    if (datagrams.size >= limits.fragmentDatagrams) giveUpOldest();
    const bytes = new Uint8Array(FIRST_ROOM);
    bytes.set(c.bytes.subarray(c.srcAt, c.srcAt + 2 * c.addressBytes));
    heldBytes += FIRST_ROOM;
    const datagram = { key, begun: c.ts, bytes, holes: [{ from: 0, to: Infinity }], length: Infinity };
    datagrams.set(key, datagram);
    return datagram;
  };
  const makeRoom = (datagram, length) => {
    if (length <= datagram.bytes.length) return;
    const larger = new Uint8Array(Math.min(2 * MOST_DATAGRAM_BYTES, Math.max(length, 2 * datagram.bytes.length)));
    larger.set(datagram.bytes);
    heldBytes += larger.length - datagram.bytes.length;
    datagram.bytes = larger;
  };
  const fill2 = (datagram, c, from, to) => {
    const base = 2 * c.addressBytes;
    let copied = 0;
    const left = [];
    for (const hole of datagram.holes) {
      const start = Math.max(hole.from, from);
      const stop = Math.min(hole.to, to);
      if (start >= stop) {
        left.push(hole);
        continue;
      }
      datagram.bytes.set(c.bytes.subarray(c.at + start - from, c.at + stop - from), base + start);
      copied += stop - start;
      if (hole.from < start) left.push({ from: hole.from, to: start });
      if (stop < hole.to) left.push({ from: stop, to: hole.to });
    }
    datagram.holes = left;
    return copied < to - from;
  };
  return {
    take(c, protocol, id, offset, more) {
      const length = c.wireEnd - c.at;
      if (length <= 0 || offset + length > MOST_DATAGRAM_BYTES || more && length % 8 !== 0) return "fragment_malformed";
      if (c.end < c.wireEnd) return "fragment_cut";
      const key = keyOf(c, protocol, id);
      const datagram = datagrams.get(key) ?? begin2(key, c);
      makeRoom(datagram, 2 * c.addressBytes + offset + length);
      if (fill2(datagram, c, offset, offset + length)) count("fragment_overlap");
      if (!more && datagram.length === Infinity) endAt(datagram, offset + length);
      if (datagram.holes.length > 0) {
        while (heldBytes > limits.fragmentBytes && datagrams.size > 1) giveUpOldest();
        return "fragment_held";
      }
      drop2(datagram);
      count("fragment_reassembled");
      c.bytes = datagram.bytes;
      c.srcAt = 0;
      c.dstAt = c.addressBytes;
      c.at = 2 * c.addressBytes;
      c.end = c.at + datagram.length;
      c.wireEnd = c.end;
      return null;
    },
    advance(watermark) {
      for (const datagram of datagrams.values()) {
        if (datagram.begun > watermark - limits.fragmentAgeUs) return;
        drop2(datagram);
        count("fragment_timed_out");
      }
    },
    close() {
      if (datagrams.size > 0) count("fragment_unfinished", datagrams.size);
      datagrams.clear();
      heldBytes = 0;
    }
  };
};
var endAt = (datagram, length) => {
  datagram.length = length;
  datagram.holes = datagram.holes.flatMap(({ from, to }) => from < length ? [{ from, to: Math.min(to, length) }] : []);
};
var keyOf = (c, protocol, id) => {
  let key = `${c.network}/${protocol}/${id}`;
  for (let at = c.srcAt; at < c.srcAt + 2 * c.addressBytes; at++) key += `.${c.bytes[at]}`;
  return key;
};

// ingest/decode/bytes.ts
var u82 = (bytes, at) => bytes[at];
var u162 = (bytes, at) => bytes[at] << 8 | bytes[at + 1];
var u322 = (bytes, at) => (bytes[at] << 24 | bytes[at + 1] << 16 | bytes[at + 2] << 8 | bytes[at + 3]) >>> 0;

// ingest/decode/tcp.ts
var LEAST_HEADER = 20;
var decodeTcp = (c) => {
  const { bytes, at, end } = c;
  if (end - at < LEAST_HEADER) return "tcp_truncated";
  const headerBytes = (u82(bytes, at + 12) >> 4) * 4;
  const payloadAt = at + headerBytes;
  if (headerBytes < LEAST_HEADER || payloadAt > c.wireEnd) return "tcp_malformed";
  c.tcpAt = at;
  c.srcPort = u162(bytes, at);
  c.dstPort = u162(bytes, at + 2);
  c.seq = u322(bytes, at + 4);
  c.ack = u322(bytes, at + 8);
  c.flags = u82(bytes, at + 13);
  c.payloadBytes = c.wireEnd - payloadAt;
  c.at = payloadAt < end ? payloadAt : end;
  return "tcp";
};

// ingest/decode/udp.ts
var HEADER = 8;
var GTP_U = 2152;
var L2TP = 1701;
var TEREDO = 3544;
var GRE_IN_UDP = 4754;
var VXLAN = 4789;
var VXLAN_GPE = 4790;
var GENEVE = 6081;
var AYIYA = 5072;
var MPLS_IN_UDP = 6635;
var VXLAN_LINUX = 8472;
var tunnelOf = (port) => {
  switch (port) {
    case VXLAN:
    case VXLAN_GPE:
    case VXLAN_LINUX:
      return "vxlan";
    case GENEVE:
      return "geneve";
    case GTP_U:
      return "gtp";
    case L2TP:
      return "l2tp";
    case TEREDO:
      return "teredo";
    case GRE_IN_UDP:
      return "gre";
    case AYIYA:
      return "ayiya";
    case MPLS_IN_UDP:
      return "mpls";
    default:
      return null;
  }
};
var V6_HEADER = 40;
var TEREDO_PREFIX = 536936448;
var isTeredo = ({ bytes, at, wireEnd, end }) => end - at >= HEADER + V6_HEADER && u82(bytes, at + HEADER) >> 4 === 6 && u162(bytes, at + HEADER + 4) === wireEnd - at - HEADER - V6_HEADER && (u322(bytes, at + HEADER + 8) === TEREDO_PREFIX || u322(bytes, at + HEADER + 24) === TEREDO_PREFIX);
var decodeUdp = (c) => {
  const { bytes, at, end } = c;
  if (end - at < HEADER) return "udp";
  const tunnel = tunnelOf(u162(bytes, at + 2)) ?? tunnelOf(u162(bytes, at));
  if (tunnel === null && !isTeredo(c)) return "udp";
  c.at = at + HEADER;
  return tunnel ?? "teredo";
};

// ingest/decode/ip.ts
var V4_HEADER = 20;
var V6_HEADER2 = 40;
var MORE_OR_OFFSET = 16383;
var MORE = 8192;
var byProtocol = (c, protocol) => {
  switch (protocol) {
    case 6:
      return decodeTcp(c);
    case 17:
      return decodeUdp(c);
    case 1:
    case 58:
      return "icmp";
    case 4:
      return "ipv4";
    case 41:
      return "ipv6";
    case 47:
      return "gre";
    case 50:
      return "ip_encrypted";
    case 97:
      c.at += 2;
      return "ethernet";
    case 132:
      return "sctp";
    case 137:
      return "mpls";
    default:
      return "ip_protocol_other";
  }
};
var bound = (c, stop) => {
  if (stop === 0) {
    c.note = "ip_length_zero";
    return;
  }
  if (stop > c.wireEnd) {
    c.note = "ip_length_beyond_frame";
    return;
  }
  c.wireEnd = stop;
  if (stop < c.end) c.end = stop;
};
var usualWords = (bytes, at) => u162(bytes, at) + u162(bytes, at + 2) + u162(bytes, at + 4) + u162(bytes, at + 6) + u162(bytes, at + 8) + u162(bytes, at + 10) + u162(bytes, at + 12) + u162(bytes, at + 14) + u162(bytes, at + 16) + u162(bytes, at + 18);
var decodeIpv4 = (c, fragments) => {
  const { bytes, at, end } = c;
  if (end - at < V4_HEADER) return "ip_truncated";
  const first2 = u82(bytes, at);
  const headerBytes = (first2 & 15) * 4;
  if (first2 >> 4 !== 4 || headerBytes < V4_HEADER) return "ip_malformed";
  const total = u162(bytes, at + 2);
  if (total < headerBytes && total !== 0) return "ip_malformed";
  bound(c, total === 0 ? 0 : at + total);
  if (end - at < headerBytes) return "ip_truncated";
  if (!isRight(usualWords(bytes, at) + (headerBytes > V4_HEADER ? added(bytes, at + V4_HEADER, at + headerBytes) : 0))) c.wrongHeaders += 1;
  c.at = at + headerBytes;
  c.srcAt = at + 12;
  c.dstAt = at + 16;
  c.addressBytes = 4;
  let protocol = u82(bytes, at + 9);
  const fragment = u162(bytes, at + 6) & MORE_OR_OFFSET;
  if (fragment !== 0) {
    const refused = fragments.take(c, protocol, u162(bytes, at + 4), (fragment & ~MORE) * 8, (fragment & MORE) !== 0);
    if (refused !== null) return refused;
  }
  if (protocol === AUTHENTICATION) {
    if (c.end - c.at < 12) return "ip_truncated";
    protocol = u82(c.bytes, c.at);
    c.at += (u82(c.bytes, c.at + 1) + 2) * 4;
  }
  return byProtocol(c, protocol);
};
var HOP_BY_HOP = 0;
var ROUTING = 43;
var FRAGMENT = 44;
var AUTHENTICATION = 51;
var DESTINATION = 60;
var MOBILITY = 135;
var HOST_IDENTITY = 139;
var SHIM6 = 140;
var MOST_EXTENSIONS = 16;
var decodeIpv6 = (c, fragments) => {
  const { bytes, at, end } = c;
  if (end - at < V6_HEADER2) return "ip_truncated";
  if (u82(bytes, at) >> 4 !== 6) return "ip_malformed";
  const length = u162(bytes, at + 4);
  bound(c, length === 0 ? 0 : at + V6_HEADER2 + length);
  c.at = at + V6_HEADER2;
  c.srcAt = at + 8;
  c.dstAt = at + 24;
  c.addressBytes = 16;
  let protocol = u82(bytes, at + 6);
  for (let extensions = 0; extensions < MOST_EXTENSIONS; extensions++) {
    switch (protocol) {
      case HOP_BY_HOP:
      case ROUTING:
      case DESTINATION:
      case MOBILITY:
      case HOST_IDENTITY:
      case SHIM6: {
        if (c.end - c.at < 8) return "ip_truncated";
        protocol = u82(c.bytes, c.at);
        c.at += (u82(c.bytes, c.at + 1) + 1) * 8;
        break;
      }
      case AUTHENTICATION: {
        if (c.end - c.at < 12) return "ip_truncated";
        protocol = u82(c.bytes, c.at);
        c.at += (u82(c.bytes, c.at + 1) + 2) * 4;
        break;
      }
      case FRAGMENT: {
        if (c.end - c.at < 8) return "ip_truncated";
        protocol = u82(c.bytes, c.at);
        const field = u162(c.bytes, c.at + 2);
        const id = u322(c.bytes, c.at + 4);
        c.at += 8;
        if ((field & 65529) === 0) break;
        const refused = fragments.take(c, protocol, id, field & 65528, (field & 1) !== 0);
        if (refused !== null) return refused;
        break;
      }
      default:
        return byProtocol(c, protocol);
    }
  }
  return "ip_malformed";
};

// ingest/decode/network.ts
var NETWORK_KINDS = ["", "vlan", "vxlan", "geneve", "gre"];
var ID_VALUES = 2 ** 32;
var networkOf = (kind, id) => NETWORK_KINDS.indexOf(kind) * ID_VALUES + id;
var networkName = (network) => {
  const kind = NETWORK_KINDS[Math.floor(network / ID_VALUES)];
  return kind ? `${kind}:${network % ID_VALUES}` : "";
};

// ingest/decode/link.ts
var ETHERNET_HEADER = 14;
var LEAST_ETHERTYPE = 1536;
var decodeEthernet = (c) => {
  const { bytes, at } = c;
  if (c.end - at < ETHERNET_HEADER) return "link_truncated";
  c.at = at + ETHERNET_HEADER;
  const type = u162(bytes, at + 12);
  if (type === 2048) return "ipv4";
  c.etherType = type;
  return "ethertype";
};
var VLAN_TAGS = networkOf("vlan", 0);
var GRE_TAGS = networkOf("gre", 0);
var decodeEtherType = (c) => {
  const { bytes, at, end, etherType } = c;
  if (etherType < LEAST_ETHERTYPE) return "llc";
  switch (etherType) {
    case 2048:
      return "ipv4";
    case 34525:
      return "ipv6";
    case 2054:
      return "arp";
    case 33024:
    case 34984:
    case 37120:
    case 37376: {
      if (end - at < 4) return "link_truncated";
      const id = u162(bytes, at) & 4095;
      if (c.tag < GRE_TAGS) c.tag = VLAN_TAGS + id;
      return tagged(c, 2);
    }
    case 34887:
    case 34888:
      return "mpls";
    case 34916: {
      c.at = at + 6;
      return "ppp";
    }
    case 25944:
      return "ethernet";
    case 35151:
      return "nsh";
    // 802.1ah: service tag, then the customer's frame.
    case 35047:
      c.at = at + 4;
      return "ethernet";
    // Cisco FabricPath: forwarding tag, then the frame.
    case 35075:
      c.at = at + 2;
      return "ethernet";
    // Cisco VN-Tag and 802.1BR E-Tag, before an EtherType.
    case 35110:
      return tagged(c, 4);
    case 35135:
      return tagged(c, 6);
    default:
      return "ethertype_other";
  }
};
var tagged = (c, skip2) => {
  const at = c.at + skip2;
  if (c.end - at < 2) return "link_truncated";
  c.etherType = u162(c.bytes, at);
  c.at = at + 2;
  return "ethertype";
};
var decodeLlc = (c) => {
  const { bytes, at, end } = c;
  if (end - at < 8) return "link_truncated";
  if (u82(bytes, at) !== 170 || u82(bytes, at + 1) !== 170) return "llc_other";
  const etherType = u162(bytes, at + 6);
  if (etherType < LEAST_ETHERTYPE) return "llc_other";
  c.at = at + 8;
  c.etherType = etherType;
  return "ethertype";
};
var decodePpp = (c) => {
  const { bytes, end } = c;
  let { at } = c;
  if (end - at >= 2 && u162(bytes, at) === 65283) at += 2;
  if (end - at < 2) return "link_truncated";
  const short = u82(bytes, at) & 1;
  const protocol = short ? u82(bytes, at) : u162(bytes, at);
  c.at = at + (short ? 1 : 2);
  switch (protocol) {
    case 33:
      return "ipv4";
    case 87:
      return "ipv6";
    case 641:
      return "mpls";
    default:
      return "ppp_other";
  }
};
var SENT_BY_US = 4;
var legOf = (packetType) => packetType === SENT_BY_US ? 2 : packetType === 0 ? 1 : 0;
var decodeSll = (c) => {
  const { bytes, at } = c;
  if (c.end - at < 16) return "link_truncated";
  c.leg = legOf(u162(bytes, at));
  c.etherType = u162(bytes, at + 14);
  c.at = at + 16;
  return "ethertype";
};
var decodeSll2 = (c) => {
  const { bytes, at } = c;
  if (c.end - at < 20) return "link_truncated";
  c.leg = legOf(u82(bytes, at + 10));
  c.etherType = u162(bytes, at);
  c.at = at + 20;
  return "ethertype";
};
var decodeNull = (c) => {
  const { bytes, at } = c;
  if (c.end - at < 4) return "link_truncated";
  const family = u322(bytes, at);
  c.at = at + 4;
  switch (family > 65535 ? u82(bytes, at) | u82(bytes, at + 1) << 8 : family) {
    case 2:
      return "ipv4";
    // IPv6 is numbered apart by Linux, NetBSD, FreeBSD and macOS.
    case 10:
    case 24:
    case 28:
    case 30:
      return "ipv6";
    default:
      return "link_other";
  }
};
var decodeHdlc = (c) => {
  const { bytes, at } = c;
  if (c.end - at < 4) return "link_truncated";
  if (u162(bytes, at) === 65283) return "ppp";
  return tagged(c, 2);
};
var ARCNET_OLD_IP = 240;
var ARCNET_OLD_ARP = 241;
var ARCNET_IP = 212;
var ARCNET_ARP = 213;
var decodeArcnet = (c) => {
  const { bytes, at } = c;
  if (c.end - at < 8) return "link_truncated";
  const protocol = u82(bytes, at + 4);
  c.at = at + (protocol === ARCNET_OLD_IP ? 5 : 8);
  switch (protocol) {
    case ARCNET_OLD_IP:
    case ARCNET_IP:
      return "ipv4";
    case ARCNET_OLD_ARP:
    case ARCNET_ARP:
      return "arp";
    default:
      return "link_other";
  }
};
var NFLOG_PACKET_HEADER = 1;
var NFLOG_PAYLOAD = 9;
var decodeNflog = (c) => {
  const { bytes, end } = c;
  for (let at = c.at + 4; end - at >= 4; ) {
    const little = u82(bytes, at + 1) < u82(bytes, at) || u82(bytes, at + 3) === 0;
    const length = little ? u82(bytes, at) | u82(bytes, at + 1) << 8 : u162(bytes, at);
    const type = (little ? u82(bytes, at + 2) | u82(bytes, at + 3) << 8 : u162(bytes, at + 2)) & 32767;
    if (length < 4) return "link_truncated";
    if (type === NFLOG_PACKET_HEADER && end - at >= 7) {
      const hook = u82(bytes, at + 6);
      c.leg = hook <= 1 ? 1 : hook >= 3 ? 2 : 0;
    }
    if (type === NFLOG_PAYLOAD) {
      c.at = at + 4;
      return "ip";
    }
    at += length + 3 & ~3;
  }
  return "link_truncated";
};

// ingest/decode/tunnel.ts
var decodeIp = (c) => {
  if (c.end - c.at < 1) return "ip_truncated";
  const version = u82(c.bytes, c.at) >> 4;
  return version === 4 ? "ipv4" : version === 6 ? "ipv6" : "ip_malformed";
};
var inEtherType = (c, etherType) => {
  c.etherType = etherType;
  return "ethertype";
};
var VXLAN_NETWORKS = networkOf("vxlan", 0);
var GENEVE_NETWORKS = networkOf("geneve", 0);
var VXLAN_VALID = 8;
var VXLAN_TYPED = 4;
var decodeVxlan = (c) => {
  const { bytes, at, end } = c;
  if (end - at < 8) return "tunnel_truncated";
  const flags = u82(bytes, at);
  if ((flags & VXLAN_VALID) === 0) return "tunnel_other";
  c.network = VXLAN_NETWORKS + (u322(bytes, at + 4) >>> 8);
  c.at = at + 8;
  return flags & VXLAN_TYPED ? byShortType(u82(bytes, at + 3)) : "ethernet";
};
var byShortType = (type) => {
  switch (type) {
    case 1:
      return "ipv4";
    case 2:
      return "ipv6";
    case 3:
      return "ethernet";
    case 4:
      return "nsh";
    case 5:
      return "mpls";
    default:
      return "tunnel_other";
  }
};
var decodeNsh = (c) => {
  const { bytes, at, end } = c;
  if (end - at < 8) return "tunnel_truncated";
  const length = (u162(bytes, at) & 63) * 4;
  if (length < 8) return "tunnel_other";
  c.at = at + length;
  return byShortType(u82(bytes, at + 3));
};
var decodeGeneve = (c) => {
  const { bytes, at, end } = c;
  if (end - at < 8) return "tunnel_truncated";
  const first2 = u82(bytes, at);
  if (first2 >> 6 !== 0) return "tunnel_other";
  c.network = GENEVE_NETWORKS + (u322(bytes, at + 4) >>> 8);
  c.at = at + 8 + (first2 & 63) * 4;
  return inEtherType(c, u162(bytes, at + 2));
};
var CHECKSUM = 32768;
var SOURCE_ROUTE = 16384;
var KEY = 8192;
var SEQUENCE = 4096;
var ACKNOWLEDGE = 128;
var ERSPAN_II = 35006;
var ERSPAN_III = 8939;
var GRE_TAGS2 = networkOf("gre", 0);
var decodeGre = (c) => {
  const { bytes, at, end } = c;
  if (end - at < 4) return "tunnel_truncated";
  const flags = u162(bytes, at);
  const type = u162(bytes, at + 2);
  const pptp = (flags & 7) === 1;
  let behind2 = at + 4;
  if (flags & (CHECKSUM | SOURCE_ROUTE)) behind2 += 4;
  if (flags & KEY) {
    if (end - behind2 < 4) return "tunnel_truncated";
    if (!pptp && type !== ERSPAN_II && type !== ERSPAN_III) c.tag = GRE_TAGS2 + u322(bytes, behind2);
    behind2 += 4;
  }
  if (flags & SEQUENCE) behind2 += 4;
  if (pptp && flags & ACKNOWLEDGE) behind2 += 4;
  if (flags & SOURCE_ROUTE && !pptp) {
    for (let length = -1; length !== 0; behind2 += 4 + length) {
      if (end - behind2 < 4) return "tunnel_truncated";
      length = u82(bytes, behind2 + 3);
    }
  }
  c.at = behind2;
  switch (type) {
    // ERSPAN I has no header of its own, and then GRE no sequence number.
    case ERSPAN_II:
      c.at += flags & SEQUENCE ? 8 : 0;
      return "ethernet";
    case ERSPAN_III: {
      if (end - behind2 < 12) return "tunnel_truncated";
      c.at += u82(bytes, behind2 + 11) & 1 ? 20 : 12;
      return "ethernet";
    }
    case 34827:
      return "ppp";
    // WCCP puts a redirect header of 4 bytes before IP in its version 2.
    case 34878:
      c.at += end - behind2 > 0 && u82(bytes, behind2) >> 4 === 4 ? 0 : 4;
      return "ip";
    default:
      return inEtherType(c, type);
  }
};
var GTP_PAYLOAD = 255;
var decodeGtp = (c) => {
  const { bytes, at, end } = c;
  if (end - at < 8) return "tunnel_truncated";
  const flags = u82(bytes, at);
  if (flags >> 5 !== 1 || (flags & 16) === 0 || u82(bytes, at + 1) !== GTP_PAYLOAD) return "tunnel_other";
  let behind2 = at + 8;
  if (flags & 7) {
    behind2 += 4;
    if (behind2 > end) return "tunnel_truncated";
    if (flags & 4) {
      for (let type = u82(bytes, behind2 - 1); type !== 0; ) {
        if (behind2 >= end) return "tunnel_truncated";
        const length = u82(bytes, behind2) * 4;
        if (length === 0 || behind2 + length > end) return "tunnel_truncated";
        behind2 += length;
        type = u82(bytes, behind2 - 1);
      }
    }
  }
  c.at = behind2;
  return "ip";
};
var decodeL2tp = (c) => {
  const { bytes, at, end } = c;
  if (end - at < 6) return "tunnel_truncated";
  const flags = u162(bytes, at);
  if ((flags & 15) !== 2 || flags & 32768) return "tunnel_other";
  let behind2 = at + 6 + (flags & 16384 ? 2 : 0) + (flags & 2048 ? 4 : 0);
  if (flags & 512) {
    if (end - behind2 < 2) return "tunnel_truncated";
    behind2 += 2 + u162(bytes, behind2);
  }
  c.at = behind2;
  return "ppp";
};
var decodeTeredo = (c) => {
  const { bytes, end } = c;
  let { at } = c;
  if (end - at >= 4 && u162(bytes, at) === 1) at += 4 + u82(bytes, at + 2) + u82(bytes, at + 3) + 9;
  if (end - at >= 8 && u162(bytes, at) === 0) at += 8;
  if (end - at < 1 || u82(bytes, at) >> 4 !== 6) return "tunnel_other";
  c.at = at;
  return "ipv6";
};
var AYIYA_FORWARD = 1;
var IPV6_IN_IP = 41;
var IPV4_IN_IP = 4;
var decodeAyiya = (c) => {
  const { bytes, at, end } = c;
  if (end - at < 8) return "tunnel_truncated";
  if ((u82(bytes, at + 2) & 15) !== AYIYA_FORWARD) return "tunnel_other";
  const protocol = u82(bytes, at + 3);
  c.at = at + 8 + 2 ** (u82(bytes, at) >> 4) + (u82(bytes, at + 1) >> 4) * 4;
  return protocol === IPV6_IN_IP ? "ipv6" : protocol === IPV4_IN_IP ? "ipv4" : "tunnel_other";
};
var decodeMpls = (c) => {
  const { bytes, end } = c;
  let { at } = c;
  for (let bottom = false; !bottom; at += 4) {
    if (end - at < 4) return "tunnel_truncated";
    bottom = (u82(bytes, at + 2) & 1) === 1;
  }
  if (end - at < 1) return "tunnel_truncated";
  const nibble = u82(bytes, at) >> 4;
  c.at = nibble === 0 && end - at >= 18 && isCommonType(u162(bytes, at + 16)) ? at + 4 : at;
  return nibble === 4 ? "ipv4" : nibble === 6 ? "ipv6" : "ethernet";
};
var isCommonType = (type) => type === 2048 || type === 34525 || type === 33024 || type === 34984 || type === 2054;

// ingest/decode/wireless.ts
var DATA = 2;
var QOS = 8;
var NO_DATA = 4;
var MORE_FRAGMENTS = 4;
var PROTECTED = 64;
var ORDER = 128;
var BOTH_DS = 3;
var SNAP = 43690;
var decodeWifi = (c, padded = false) => {
  const { bytes, at, end } = c;
  if (end - at < 24) return "link_truncated";
  const control = u82(bytes, at);
  const flags = u82(bytes, at + 1);
  const subtype = control >> 4;
  if ((control >> 2 & 3) !== DATA || subtype & NO_DATA) return "wifi_not_data";
  if (flags & MORE_FRAGMENTS || u82(bytes, at + 22) & 15) return "wifi_fragment";
  let behind2 = at + ((flags & BOTH_DS) === BOTH_DS ? 30 : 24);
  if (subtype & QOS) {
    if (end - behind2 < 2) return "link_truncated";
    if (u82(bytes, behind2) & 128) return "wifi_aggregate";
    behind2 += flags & ORDER ? 6 : 2;
  }
  if (padded) behind2 = at + (behind2 - at + 3 & ~3);
  if (end - behind2 < 8) return "link_truncated";
  if (flags & PROTECTED && u162(bytes, behind2) !== SNAP) return "wifi_encrypted";
  c.at = behind2;
  return "llc";
};
var u16le = (bytes, at) => u82(bytes, at) | u82(bytes, at + 1) << 8;
var isPadded = (bytes, at, stop) => {
  const present = u82(bytes, at + 4);
  let field = at + 4;
  while (field + 4 <= stop && u82(bytes, field + 3) & 128) field += 4;
  field += 4;
  if (present & 1) field = at + (field - at + 7 & ~7) + 8;
  return (present & 2) !== 0 && field < stop && (u82(bytes, field) & 32) !== 0;
};
var decodeRadiotap = (c) => {
  const { bytes, at, end } = c;
  if (end - at < 8) return "link_truncated";
  const length = u16le(bytes, at + 2);
  if (length < 8 || end - at < length) return "link_truncated";
  c.at = at + length;
  return decodeWifi(c, isPadded(bytes, at, at + length));
};
var AVS_MAGIC = 2149650433;
var PRISM_HEADER = 144;
var decodePrism = (c) => {
  const { bytes, at, end } = c;
  if (end - at < 8) return "link_truncated";
  const isAvs = (u322(bytes, at) & 4294963200) >>> 0 === (AVS_MAGIC & 4294963200) >>> 0;
  c.at = at + (isAvs ? u322(bytes, at + 4) : PRISM_HEADER);
  return decodeWifi(c);
};

// ingest/decode/link-type.ts
var behind = (length, step) => (c) => {
  if (c.end - c.at < length) return "link_truncated";
  c.at += length;
  return step;
};
var decodeTokenRing = (c) => {
  const { bytes, at, end } = c;
  if (end - at < 16) return "link_truncated";
  const routed = u82(bytes, at + 8) & 128;
  c.at = at + 14 + (routed ? u82(bytes, at + 14) & 31 : 0);
  return "llc";
};
var decodeFrameRelay = (c) => {
  const { bytes, end } = c;
  let { at } = c;
  do {
    if (end - at < 4) return "link_truncated";
    at += 1;
  } while ((u82(bytes, at - 1) & 1) === 0);
  if (u82(bytes, at) === 8 && u82(bytes, at + 1) === 0) {
    c.at = at + 2;
    return "ipv4";
  }
  at += u82(bytes, at + 1) === 0 ? 2 : 1;
  const protocol = u82(bytes, at);
  c.at = at + 1;
  if (protocol === 204) return "ipv4";
  if (protocol === 142) return "ipv6";
  if (protocol !== 128 || end - at < 6) return "link_other";
  c.etherType = u162(bytes, at + 4);
  c.at = at + 6;
  return "ethertype";
};
var decodeDirectedPpp = (c) => {
  if (c.end - c.at < 1) return "link_truncated";
  c.leg = u82(c.bytes, c.at) === 0 ? 1 : 2;
  c.at += 1;
  return "ppp";
};
var decodePflog = (c) => {
  if (c.end - c.at < 4) return "link_truncated";
  c.at += u82(c.bytes, c.at) + 3 & ~3;
  return "ip";
};
var linkDecoder = (linkType) => {
  switch (linkType) {
    case 1:
      return decodeEthernet;
    case 0:
    case 108:
      return decodeNull;
    // 12 and 14 are what BSDs write for raw IP.
    case 12:
    case 14:
    case 101:
    case 228:
    case 229:
      return decodeIp;
    case 113:
      return decodeSll;
    case 276:
      return decodeSll2;
    case 9:
      return () => "ppp";
    case 50:
    case 104:
      return decodeHdlc;
    case 51:
      return behind(6, "ppp");
    case 166:
    case 204:
      return decodeDirectedPpp;
    case 6:
      return decodeTokenRing;
    case 10:
      return behind(13, "llc");
    case 11:
    case 100:
      return () => "llc";
    case 105:
      return (c) => decodeWifi(c);
    case 119:
    case 163:
      return decodePrism;
    case 127:
      return decodeRadiotap;
    case 107:
      return decodeFrameRelay;
    case 109:
      return behind(12, "ip");
    case 117:
      return decodePflog;
    case 122:
      return behind(16, "llc");
    case 129:
      return decodeArcnet;
    case 219:
      return () => "mpls";
    case 226:
      return behind(24, "ip");
    case 239:
      return decodeNflog;
    case 240:
      return behind(4, "ethernet");
    default:
      return void 0;
  }
};

// ingest/decode/frame.ts
var DEFAULT_LIMITS = {
  fragmentDatagrams: 1024,
  fragmentBytes: 16 * 1024 * 1024,
  fragmentAgeUs: 3e7
};
var MOST_LAYERS = 32;
var CHECKSUM_EVERY = 64;
var TCP = 6;
var isSumRight = ({ bytes, srcAt, dstAt, addressBytes, tcpAt, end }) => isRight(added(bytes, tcpAt, end, added(bytes, srcAt, srcAt + addressBytes, added(bytes, dstAt, dstAt + addressBytes, TCP + end - tcpAt))));
var frameDecoder = (next, count, limits = DEFAULT_LIMITS) => {
  const nothing = new Uint8Array(0);
  const c = {
    ts: micros(0),
    ordinal: 0,
    network: 0,
    tag: 0,
    leg: 0,
    bytes: nothing,
    srcAt: 0,
    dstAt: 0,
    addressBytes: 4,
    srcPort: 0,
    dstPort: 0,
    seq: 0,
    ack: 0,
    flags: 0,
    at: 0,
    end: 0,
    payloadBytes: 0,
    wireEnd: 0,
    etherType: 0,
    tcpAt: 0,
    wrongHeaders: 0,
    note: ""
  };
  const fragments = fragmentTable(limits, count);
  let linkType = -1;
  let decodeLink = linkDecoder(linkType);
  let segments = 0;
  let cut = 0;
  let unlooked = 0;
  const layers = {
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
    ayiya: decodeAyiya
  };
  const decode = () => {
    if (decodeLink === void 0) return "link_other";
    let step = decodeLink(c);
    for (let depth = 0; depth < MOST_LAYERS; depth++) {
      if (step === "ipv4") {
        step = decodeIpv4(c, fragments);
        if (step === "tcp") return step;
      } else {
        const layer = layers[step];
        if (layer === void 0) return step;
        step = layer(c);
      }
    }
    return "layers_too_deep";
  };
  const report = () => {
    if (segments > 0) count("segments", segments);
    if (cut > 0) count("segments_cut", cut);
    if (c.wrongHeaders > 0) count("ip_checksum_wrong", c.wrongHeaders);
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
      c.note = "";
      c.bytes = packet.bytes;
      c.at = packet.at;
      c.end = packet.end;
      c.wireEnd = packet.at + packet.wireBytes;
      const step = decode();
      if (step !== "tcp") {
        count(step);
        return;
      }
      segments += 1;
      if (c.note !== "") count(c.note);
      if (c.payloadBytes > c.end - c.at) cut += 1;
      if (++unlooked >= CHECKSUM_EVERY && c.end === c.wireEnd) {
        unlooked = 0;
        count("tcp_checksum_looked_at");
        if (!isSumRight(c)) count("tcp_checksum_wrong");
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
    }
  };
};

// ingest/exchange/ordered.ts
var compareRows = (a, b) => a.ts - b.ts || compareTexts(a.exchange_id, b.exchange_id) || compareTexts(a.network, b.network) || compareTexts(a.client_ip, b.client_ip) || a.client_port - b.client_port || compareTexts(a.server_ip, b.server_ip) || a.server_port - b.server_port;
var compareTexts = (a, b) => a === b ? 0 : a < b ? -1 : 1;
var orderedRows = (next, moment) => {
  let held = [];
  const release = () => {
    if (held.length === 0) return;
    const rows = held.toSorted(compareRows);
    held = [];
    for (const row of rows) next.push(row);
  };
  return {
    push: (row) => {
      if (moment.settling) held.push(row);
      else next.push(row);
    },
    advance: (watermark) => {
      release();
      next.advance(watermark);
    },
    close: () => {
      release();
      next.close();
    }
  };
};

// ingest/exchange/pending-list.ts
var MOST_SPARE = 1024;
var pendingList = () => {
  const firsts = [];
  const lasts = [];
  const spare = [];
  let oldest = null;
  let newest = null;
  const fresh = (request2, since2) => {
    const pending = spare.pop();
    if (pending === void 0) return { request: request2, since: since2, response: null, aged: false, answerOver: false, before: null, after: null, older: null, newer: null };
    pending.request = request2;
    pending.since = since2;
    return pending;
  };
  const stopAging = (pending) => {
    const { older, newer } = pending;
    if (older !== null) older.newer = newer;
    else if (oldest === pending) oldest = newer;
    if (newer !== null) newer.older = older;
    else if (newest === pending) newest = older;
    pending.older = pending.newer = null;
  };
  return {
    add: (request2, since2, ages) => {
      const pending = fresh(request2, since2);
      const { slot } = request2.connection;
      while (slot >= firsts.length) {
        firsts.push(null);
        lasts.push(null);
      }
      const last = lasts[slot];
      pending.before = last;
      if (last === null) firsts[slot] = pending;
      else last.after = pending;
      lasts[slot] = pending;
      if (ages) {
        pending.older = newest;
        if (newest === null) oldest = pending;
        else newest.newer = pending;
        newest = pending;
      }
      request2.pending = pending;
      return pending;
    },
    remove: (pending) => {
      const { request: request2, before, after } = pending;
      const { slot } = request2.connection;
      if (before === null) firsts[slot] = after;
      else before.after = after;
      if (after === null) lasts[slot] = before;
      else after.before = before;
      stopAging(pending);
      request2.pending = null;
      pending.response = pending.before = pending.after = null;
      pending.aged = pending.answerOver = false;
      if (spare.length < MOST_SPARE) spare.push(pending);
    },
    stopAging,
    oldest: () => oldest,
    first: (slot) => firsts[slot] ?? null,
    slots: () => firsts.length
  };
};

// ingest/exchange/pairer.ts
var PAIRER_LIMITS = { ageUs: 12e7 };
var OUTCOMES = ["complete", "unanswered", "reset", "deadline", "orphan", "cut"];
var exchangePairer = (next, row, count, limits = PAIRER_LIMITS) => {
  const all = pendingList();
  const ages = limits.ageUs < Infinity;
  let now = micros(0);
  const tally = { complete: 0, unanswered: 0, reset: 0, deadline: 0, orphan: 0, cut: 0 };
  const report = () => {
    for (const outcome of OUTCOMES) {
      if (tally[outcome] > 0) count(`exchanges_${outcome}`, tally[outcome]);
      tally[outcome] = 0;
    }
  };
  const emit = (request3, response3, outcome) => {
    tally[outcome]++;
    next.push(row(request3, response3, outcome));
  };
  const settle = (pending) => {
    const { request: request3, response: response3, aged } = pending;
    all.remove(pending);
    const reset = request3.reset ?? null;
    const stopped = reset === null ? null : reset.late ? "deadline" : "reset";
    if (response3 === null) {
      if (!aged || stopped !== null) emit(request3, null, stopped ?? "unanswered");
    } else emit(request3, response3, request3.state === "complete" && response3.state === "complete" ? "complete" : stopped ?? "cut");
  };
  const request2 = (message) => {
    const { pending } = message;
    if (pending === null) {
      if (message.state === "open" || message.stream === 0) all.add(message, now, ages);
    } else if (message.state !== "open" && (pending.response === null ? pending.answerOver : pending.response.state !== "open")) settle(pending);
  };
  const giveUpBefore = (answered) => {
    const { direction, connection } = answered.request;
    for (let at = all.first(connection.slot); at !== null && at !== answered; ) {
      const { after } = at;
      if (at.request.direction === direction && at.response === null) settle(at);
      at = after;
    }
  };
  const response2 = (message) => {
    const { answers, state } = message;
    if (answers === null) {
      if (state !== "open") emit(null, message, "orphan");
      return;
    }
    const { pending } = answers;
    if (pending === null) return;
    const isNew = pending.response !== message;
    pending.response = message;
    if (isNew && message.stream === 0 && pending.before !== null) giveUpBefore(pending);
    if (state !== "open" && answers.state !== "open") settle(pending);
  };
  const over = ({ connection, direction, stream }) => {
    for (let at = all.first(connection.slot); at !== null; ) {
      const { after, request: one } = at;
      if (one.direction !== direction && (stream === void 0 || stream === one.stream)) {
        at.answerOver = true;
        if (one.state !== "open") settle(at);
      }
      at = after;
    }
  };
  return {
    push: (item) => {
      switch (item.kind) {
        case "request":
          request2(item);
          return;
        case "response":
          response2(item);
          return;
        case "over":
          over(item);
          return;
        default:
          item;
      }
    },
    advance: (watermark) => {
      now = watermark;
      for (let at = all.oldest(); at !== null && watermark - at.since > limits.ageUs; at = all.oldest()) {
        count("exchanges_aged");
        at.aged = true;
        all.stopAging(at);
        next.push(row(at.request, at.response, "cut"));
      }
      report();
      next.advance(watermark);
    },
    close: () => {
      for (let slot = 0; slot < all.slots(); slot++) {
        for (let at = all.first(slot); at !== null; at = all.first(slot)) settle(at);
      }
      report();
      next.close();
    }
  };
};

// ingest/exchange/segment-kind.ts
var KINDS = [
  [/^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i, "{uuid}"],
  [/^\d{4}-\d{2}-\d{2}(T[\d:.+Z-]*)?$/i, "{date}"],
  [/^[+-]?\d+([.,:]\d+)*$/, "{id}"],
  [/^(0x)?(?=[a-f]*\d)(?=\d*[a-f])[\da-f]{8,}$/i, "{hex}"],
  [/^[^@\s]+(@|%40)[^@\s]+\.[a-z]+$/i, "{email}"]
];
var LONGEST_WORD = 40;
var SHORTEST_CODE = 16;
var LONGEST_SUFFIX = 8;
var isCode = (text2) => {
  if (text2.length < SHORTEST_CODE || !/^[\w+=~%.-]+$/.test(text2)) return false;
  const digits = text2.replace(/\D/g, "").length;
  const uppers = text2.replace(/[^A-Z]/g, "").length;
  const lowers = text2.replace(/[^a-z]/g, "").length;
  return digits >= 3 && uppers + lowers >= 3 && !/^[a-z]+([_.-][a-z\d]+)*$/.test(text2) || uppers >= 3 && lowers >= 3 && digits >= 1;
};
var segmentKind = (segment) => {
  for (const [pattern, name] of KINDS) if (pattern.test(segment)) return name;
  const dot = segment.lastIndexOf(".");
  if (dot > 0 && segment.length - dot <= LONGEST_SUFFIX && !/\d{3,}/.test(segment.slice(dot))) {
    const stem = segmentKind(segment.slice(0, dot));
    if (stem.startsWith("{")) return `${stem}${segment.slice(dot)}`;
  }
  if (isCode(segment)) return "{token}";
  return segment.length > LONGEST_WORD ? "{text}" : segment;
};

// ingest/exchange/route.ts
var MOST_CHILDREN = 40;
var MOST_ROUTES = 200;
var MOST_SEGMENTS = 12;
var MOST_SERVICES = 4096;
var RECENT = 1024;
var MOST_PATHS = 2048;
var LONGEST_PATH = 256;
var OTHER = "/~other";
var routes = () => {
  const services = /* @__PURE__ */ new Map();
  const recent = [];
  const serviceAt = (ip, port) => {
    const key = `${ip}:${port}`;
    let found = services.get(key);
    if (found === void 0) {
      if (services.size >= MOST_SERVICES) services.delete(services.keys().next().value);
      found = { ip, port, root: { merged: false, children: /* @__PURE__ */ new Map() }, known: /* @__PURE__ */ new Set(), paths: /* @__PURE__ */ new Map() };
      services.set(key, found);
    }
    recent[port % RECENT] = found;
    return found;
  };
  return (ip, port, path) => {
    const near = recent[port % RECENT];
    const at = near !== void 0 && near.port === port && near.ip === ip ? near : serviceAt(ip, port);
    const remembered2 = at.paths.get(path);
    if (remembered2 !== void 0) return remembered2;
    const route = bounded(at, templated(at, path));
    if (at.paths.size >= MOST_PATHS) at.paths.clear();
    if (path.length <= LONGEST_PATH) at.paths.set(path, route);
    return route;
  };
};
var bounded = ({ known }, route) => {
  if (known.has(route)) return route;
  if (known.size >= MOST_ROUTES) return OTHER;
  known.add(route);
  return route;
};
var templated = ({ root, paths }, path) => {
  if (!path.startsWith("/")) return path === "*" ? "*" : "/{authority}";
  const segments = path.slice(1).split("/");
  let level = root;
  let route = "";
  for (const [index, segment] of segments.entries()) {
    if (index === MOST_SEGMENTS) return `${route}/~`;
    let name = segmentKind(segment);
    if (!name.startsWith("{")) {
      if (level.merged) name = "{name}";
      else if (!level.children.has(name) && level.children.size >= MOST_CHILDREN) {
        level.merged = true;
        level.children.clear();
        paths.clear();
        name = "{name}";
      }
    }
    let child = level.children.get(name);
    if (child === void 0) {
      child = { merged: false, children: /* @__PURE__ */ new Map() };
      level.children.set(name, child);
    }
    level = child;
    route += `/${name}`;
  }
  return route;
};

// ingest/exchange/routed.ts
var routedRows = (next) => {
  const routeOf = routes();
  return {
    push: (row) => {
      if (row.route !== null) row.route = routeOf(row.server_ip, row.server_port, row.route);
      next.push(row);
    },
    advance: next.advance,
    close: next.close
  };
};

// sql/tokens.ts
var MOST_TOKENS = 32;
var NO_TOKENS = { fields: new Uint32Array(0), values: new Float64Array(0) };
var DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
var CODES = Uint8Array.from(DIGITS, (digit3) => digit3.charCodeAt(0));
var NONE = 255;
var DIGIT_OF = new Uint8Array(128).fill(NONE);
CODES.forEach((code2, digit3) => {
  DIGIT_OF[code2] = digit3;
});
var NEW = 4;
var MOST_NUMBERED = 64 - NEW;
var FIELD_DIGITS = 6;
var VALUE_DIGITS = 9;
var LOWER = 2 ** 30;
var TOKEN_BYTES = FIELD_DIGITS + VALUE_DIGITS;

// sql/latency.ts
var SUB_BUCKETS = 16;
var latencyBucket = (us) => {
  const v = us < 0 ? 0 : Math.floor(us);
  if (v < SUB_BUCKETS) return v;
  const width = v < 2 ** 31 ? 1 << 27 - Math.clz32(v) : 2 ** (Math.floor(Math.log2(v)) - 4);
  return Math.floor(v / width) * width + width - 1;
};

// ingest/sequence.ts
var NO_ACK = 2 ** 32;

// ingest/exchange/address.ts
var addressText = (raw) => {
  const bytes = Uint8Array.from(raw, (character) => character.charCodeAt(0));
  if (bytes.length === 4) return `${bytes[0]}.${bytes[1]}.${bytes[2]}.${bytes[3]}`;
  const words = Array.from({ length: 8 }, (_, i) => bytes[i * 2] << 8 | bytes[i * 2 + 1]);
  if (words.slice(0, 5).every((word3) => word3 === 0) && words[5] === 65535) return `::ffff:${bytes.slice(12).join(".")}`;
  let from = -1;
  let length = 1;
  for (let i = 0; i < 8; i++) {
    let run = 0;
    while (i + run < 8 && words[i + run] === 0) run++;
    if (run > length) {
      from = i;
      length = run;
    }
    i += run;
  }
  const hex2 = (some) => some.map((word3) => word3.toString(16)).join(":");
  return from < 0 ? hex2(words) : `${hex2(words.slice(0, from))}::${hex2(words.slice(from + length))}`;
};

// ingest/hash.ts
var emptyHash = () => new Int32Array(2);
var hashBytes = (bytes, at, end, into) => {
  let a = 789269537;
  let b = 1779033703;
  let i = at;
  for (; i + 4 <= end; i += 4) {
    const word3 = bytes[i] | bytes[i + 1] << 8 | bytes[i + 2] << 16 | bytes[i + 3] << 24;
    a ^= Math.imul(word3, 3432918353);
    a = Math.imul(a << 13 | a >>> 19, 5) + 3864292196 | 0;
    b ^= Math.imul(word3 << 16 | word3 >>> 16, 461845907);
    b = Math.imul(b << 17 | b >>> 15, 9) + 944331445 | 0;
  }
  for (; i < end; i++) {
    a = Math.imul(a ^ bytes[i], 16777619);
    b = Math.imul(b ^ bytes[i], 2246822507);
  }
  into[0] = finish(a ^ end - at);
  into[1] = finish(b ^ a);
  return into;
};
var finish = (word3) => {
  const a = Math.imul(word3 ^ word3 >>> 16, 2246822507);
  const b = Math.imul(a ^ a >>> 13, 3266489909);
  return (b ^ b >>> 16) >>> 0;
};
var wordAt = (bytes, at) => bytes[at] << 24 | bytes[at + 1] << 16 | bytes[at + 2] << 8 | bytes[at + 3];

// ingest/exchange/identity.ts
var DIGITS2 = Uint8Array.from("0123456789abcdef", (digit3) => digit3.charCodeAt(0));
var DASH = 45;
var CONNECTION = 1668247150;
var FACTS = 6;
var identities = (tenant) => {
  const bytes = new TextEncoder().encode(tenant);
  const seeds = hashBytes(bytes, 0, bytes.length, emptyHash());
  const s0 = seeds[0];
  const s1 = seeds[1];
  const s2 = finish(s0 ^ 2654435769);
  const s3 = finish(s1 ^ 2246822507);
  const facts = new Int32Array(FACTS);
  const idOf = (p, q, r, s, t, u) => {
    facts[0] = p;
    facts[1] = q;
    facts[2] = r;
    facts[3] = s;
    facts[4] = t;
    facts[5] = u;
    let a = s0;
    let b = s1;
    let c = s2;
    let d = s3;
    for (let i = 0; i < FACTS; i++) {
      const forwards = Math.imul(facts[i], 3432918353);
      const backwards = Math.imul(facts[FACTS - 1 - i], 3432918353);
      a ^= forwards;
      a = Math.imul(a << 13 | a >>> 19, 5) + 3864292196 | 0;
      b ^= backwards;
      b = Math.imul(b << 13 | b >>> 19, 5) + 3864292196 | 0;
      c ^= forwards;
      c = Math.imul(c << 13 | c >>> 19, 5) + 3864292196 | 0;
      d ^= backwards;
      d = Math.imul(d << 13 | d >>> 19, 5) + 3864292196 | 0;
    }
    return uuid(finish(a), finish(b), finish(c), finish(d));
  };
  return {
    connection: (p, q, r, s) => idOf(p, q, r, s, CONNECTION, 0),
    exchange: idOf
  };
};
var digit = (word3, shift) => DIGITS2[word3 >>> shift & 15];
var uuid = (a, b, c, d) => text(a, b & 4294905855 | 32768, c & 1073741823 | 2147483648, d);
var text = (a, b, c, d) => String.fromCharCode(
  digit(a, 28),
  digit(a, 24),
  digit(a, 20),
  digit(a, 16),
  digit(a, 12),
  digit(a, 8),
  digit(a, 4),
  digit(a, 0),
  DASH,
  digit(b, 28),
  digit(b, 24),
  digit(b, 20),
  digit(b, 16),
  DASH,
  digit(b, 12),
  digit(b, 8),
  digit(b, 4),
  digit(b, 0),
  DASH,
  digit(c, 28),
  digit(c, 24),
  digit(c, 20),
  digit(c, 16),
  DASH,
  digit(c, 12),
  digit(c, 8),
  digit(c, 4),
  digit(c, 0),
  digit(d, 28),
  digit(d, 24),
  digit(d, 20),
  digit(d, 16),
  digit(d, 12),
  digit(d, 8),
  digit(d, 4),
  digit(d, 0)
);

// ingest/exchange/target.ts
var pathOf = (target) => {
  if (target.startsWith("/") && !target.includes("?") && !target.includes("#")) return target;
  const from = target.startsWith("/") ? 0 : afterAuthority(target);
  const end = target.slice(from).search(/[?#]/);
  return end < 0 ? target.slice(from) : target.slice(from, from + end);
};
var afterAuthority = (target) => {
  const scheme = /^[a-z][a-z\d+.-]*:\/\//i.exec(target)?.[0].length;
  if (scheme === void 0) return 0;
  const slash = target.indexOf("/", scheme);
  return slash < 0 ? target.length : slash;
};
var MAY_BE_SECRET = /^\{(token|hex|email)\}/;
var WORTH_A_LOOK = /[^/]{16}|@|%40|[\da-f]{8}/i;
var withoutSecrets = (path) => {
  if (!WORTH_A_LOOK.test(path)) return path;
  return path.split("/").map((segment) => {
    const kind = segmentKind(segment);
    return MAY_BE_SECRET.test(kind) ? kind : segment;
  }).join("/");
};
var redacted = (target) => {
  if (target.startsWith("/") && !target.includes("?") && !target.includes("#")) return withoutSecrets(target);
  const bare = target.replace(/^([a-z][a-z\d+.-]*:\/\/)[^/?#]*@/i, "$1").replace(/#.*$/s, "");
  const query = bare.indexOf("?");
  if (query < 0) return withoutSecrets(bare);
  const names = bare.slice(query + 1).split(/[&;]/).map((pair) => {
    const equals = pair.indexOf("=");
    return equals < 0 ? "" : `${pair.slice(0, equals)}=`;
  });
  return `${withoutSecrets(bare.slice(0, query))}?${names.filter((name) => name !== "").join("&")}`;
};
var hostOf = (host) => host === null || host === "" ? null : host.slice(host.lastIndexOf("@") + 1);

// ingest/exchange/row.ts
var MOST_ADDRESSES = 65536;
var rowMaker = (options) => {
  const hosts = new Set(options.hosts);
  const known = [];
  const shown = [];
  const tenants = /* @__PURE__ */ new Map();
  const idsOf = (tenant) => {
    const ids = tenants.get(tenant) ?? identities(tenant);
    tenants.set(tenant, ids);
    return ids;
  };
  const texts = /* @__PURE__ */ new Map();
  const textOf = (raw) => {
    const text2 = texts.get(raw) ?? addressText(raw);
    if (texts.size === MOST_ADDRESSES) texts.clear();
    texts.set(raw, text2);
    return text2;
  };
  const endsOf = (connection, server) => {
    let ends = known[connection.slot];
    if (ends?.connection !== connection) {
      const addresses = [textOf(connection.addresses[0]), textOf(connection.addresses[1])];
      const network = options.networkName(connection.network);
      const tenant = options.tenantOf?.(addresses[server], connection.ports[server], network) ?? options.tenant;
      const [a, b] = server === 1 ? connection.isn : [connection.isn[1], connection.isn[0]];
      const ids = idsOf(tenant);
      ends = {
        connection,
        addresses,
        network,
        tenant,
        ids,
        id: ids.connection(a, b, connection.ports[1 - server], connection.ports[server]),
        vantages: [vantage(addresses[0], addresses[1], connection.leg), vantage(addresses[1], addresses[0], connection.leg === 0 ? 0 : 3 - connection.leg)]
      };
      known[connection.slot] = ends;
    }
    return ends;
  };
  const shownOf = (said) => {
    const { slot, target } = said;
    const kept = slot < 0 ? void 0 : shown[slot];
    if (kept?.said === said) return kept;
    const one = { said, host: hostOf(said.host), target: target === null ? null : options.keepTargets ? target : redacted(target), path: target === null ? null : pathOf(target) };
    if (slot >= 0) shown[slot] = one;
    return one;
  };
  const hint = (id) => id === null ? null : options.digest(id);
  const vantage = (client, server, leg) => {
    if (hosts.has(server)) return "server";
    if (hosts.has(client)) return "client";
    return leg === 1 ? "server" : leg === 2 ? "client" : "middle";
  };
  return (request2, response2, outcome) => {
    const main = request2 ?? response2;
    const { connection } = main;
    const client = request2 === null ? main.direction === 0 ? 1 : 0 : request2.direction;
    const server = client === 0 ? 1 : 0;
    const ends = endsOf(connection, server);
    const head = shownOf(request2 === null ? ORPHAN : request2.said);
    const status = response2 === null ? 0 : response2.said.status;
    const { trace } = main;
    const answered = response2 !== null && response2.state !== "open";
    const duration = request2 !== null && answered ? response2.lastTs - request2.firstTs : null;
    const row = {
      ts: main.firstTs,
      tenant: ends.tenant,
      tap: options.tap,
      vantage: ends.vantages[client],
      exchange_id: ends.ids.exchange(main.seq, main.ack === NO_ACK ? -1 : main.ack, main.stream, main.hash0, main.hash1, request2 === null ? 1 : 0),
      connection_id: ends.id,
      network: ends.network,
      client_ip: ends.addresses[client],
      client_port: connection.ports[client],
      server_ip: ends.addresses[server],
      server_port: connection.ports[server],
      protocol: main.said.protocol,
      method: request2 === null ? null : request2.said.method,
      host: head.host,
      route: head.path,
      target: head.target,
      status,
      status_class: statusClass(status),
      outcome,
      request_bytes: request2?.bodyBytes ?? 0,
      response_bytes: response2?.bodyBytes ?? 0,
      request_us: request2 === null || request2.state === "open" ? null : request2.lastTs - request2.firstTs,
      first_byte_us: request2 === null || response2 === null ? null : response2.firstTs - request2.firstTs,
      duration_us: duration,
      duration_le_us: duration === null ? null : latencyBucket(duration),
      handshake_us: connection.handshakeUs,
      retransmits: (request2?.retransmits ?? 0) + (response2?.retransmits ?? 0),
      gap_bytes: (request2?.gapBytes ?? 0) + (response2?.gapBytes ?? 0),
      trace_hint: trace === null ? null : hint(trace.trace),
      span_hint: trace === null ? null : hint(trace.span),
      parent_hint: trace === null ? null : hint(trace.parent),
      grpc_status: response2?.grpcStatus ?? null,
      request_messages: request2?.messages ?? null,
      response_messages: response2?.messages ?? null,
      request_first_message_us: since(main, request2?.firstMessageTs),
      request_last_message_us: since(main, request2?.lastMessageTs),
      response_first_message_us: since(main, response2?.firstMessageTs),
      response_last_message_us: since(main, response2?.lastMessageTs),
      deadline_us: request2?.deadlineUs ?? null,
      reset_by: request2?.reset?.by ?? null,
      reset_code: request2?.reset?.code ?? null
    };
    if (request2?.tokens !== void 0 || response2?.tokens !== void 0) row.tokens = carried(request2, response2);
    if (options.streams === true && main.stream > 0) row.stream = main.stream;
    return row;
  };
};
var carried = (request2, response2) => ({ request: request2?.tokens ?? NO_TOKENS, response: response2?.tokens ?? NO_TOKENS, kind: request2?.tokenKind ?? 0 });
var since = (main, ts) => ts === null || ts === void 0 ? null : ts - main.firstTs;
var ORPHAN = { slot: -1, protocol: "", method: null, target: null, host: null, status: 0 };
var CLASSES = ["none", "1xx", "2xx", "3xx", "4xx", "5xx"];
var statusClass = (status) => CLASSES[status / 100 | 0] ?? "none";

// ingest/http2/frame-head.ts
var DATA2 = 0;
var HEADERS = 1;
var PRIORITY = 2;
var RST_STREAM = 3;
var SETTINGS = 4;
var PUSH_PROMISE = 5;
var PING = 6;
var GOAWAY = 7;
var WINDOW_UPDATE = 8;
var CONTINUATION = 9;
var END_STREAM = 1;
var ACK = 1;
var END_HEADERS = 4;
var PADDED = 8;
var HAS_PRIORITY = 32;
var HEAD_BYTES = 9;
var DEFAULT_FRAME_BYTES = 16384;
var lengthAt = (bytes, at) => bytes[at] << 16 | bytes[at + 1] << 8 | bytes[at + 2];
var word = (bytes, at) => (bytes[at] << 24 | bytes[at + 1] << 16 | bytes[at + 2] << 8 | bytes[at + 3]) >>> 0;
var streamAt = (bytes, at) => word(bytes, at) & 2147483647;
var isAllowed = (type, length, flags, stream) => {
  switch (type) {
    case DATA2:
      return stream > 0 && (flags & PADDED) <= length * PADDED;
    case HEADERS:
      return stream > 0 && length >= ((flags & PADDED) === 0 ? 0 : 1) + ((flags & HAS_PRIORITY) === 0 ? 0 : 5);
    case PRIORITY:
      return stream > 0 && length === 5;
    case RST_STREAM:
      return stream > 0 && length === 4;
    case SETTINGS:
      return stream === 0 && length % 6 === 0 && ((flags & ACK) === 0 || length === 0);
    case PUSH_PROMISE:
      return stream > 0 && length >= 4;
    case PING:
      return stream === 0 && length === 8;
    case GOAWAY:
      return stream === 0 && length >= 8;
    case WINDOW_UPDATE:
      return length === 4;
    case CONTINUATION:
      return stream > 0;
    default:
      return true;
  }
};

// ingest/latin1.ts
var LONGEST_BY_HAND = 48;
var latin1 = (bytes, at, end) => {
  if (end - at > LONGEST_BY_HAND) return Buffer.from(bytes.buffer, bytes.byteOffset + at, end - at).toString("latin1");
  let text2 = "";
  let i = at;
  for (; i + 8 <= end; i += 8) {
    text2 += String.fromCharCode(bytes[i], bytes[i + 1], bytes[i + 2], bytes[i + 3], bytes[i + 4], bytes[i + 5], bytes[i + 6], bytes[i + 7]);
  }
  if (i + 4 <= end) {
    text2 += String.fromCharCode(bytes[i], bytes[i + 1], bytes[i + 2], bytes[i + 3]);
    i += 4;
  }
  for (; i < end; i++) text2 += String.fromCharCode(bytes[i]);
  return text2;
};

// ingest/http2/hpack-huffman.ts
var LENGTHS = Uint8Array.from([
  13,
  23,
  28,
  28,
  28,
  28,
  28,
  28,
  28,
  24,
  30,
  28,
  28,
  30,
  28,
  28,
  28,
  28,
  28,
  28,
  28,
  28,
  30,
  28,
  28,
  28,
  28,
  28,
  28,
  28,
  28,
  28,
  6,
  10,
  10,
  12,
  13,
  6,
  8,
  11,
  10,
  10,
  8,
  11,
  8,
  6,
  6,
  6,
  5,
  5,
  5,
  6,
  6,
  6,
  6,
  6,
  6,
  6,
  7,
  8,
  15,
  6,
  12,
  10,
  13,
  6,
  7,
  7,
  7,
  7,
  7,
  7,
  7,
  7,
  7,
  7,
  7,
  7,
  7,
  7,
  7,
  7,
  7,
  7,
  7,
  7,
  7,
  7,
  8,
  7,
  8,
  13,
  19,
  13,
  14,
  6,
  15,
  5,
  6,
  5,
  6,
  5,
  6,
  6,
  6,
  5,
  7,
  7,
  6,
  6,
  6,
  5,
  6,
  7,
  6,
  5,
  5,
  6,
  7,
  7,
  7,
  7,
  7,
  15,
  11,
  14,
  13,
  28,
  20,
  22,
  20,
  20,
  22,
  22,
  22,
  23,
  22,
  23,
  23,
  23,
  23,
  23,
  24,
  23,
  24,
  24,
  22,
  23,
  24,
  23,
  23,
  23,
  23,
  21,
  22,
  23,
  22,
  23,
  23,
  24,
  22,
  21,
  20,
  22,
  22,
  23,
  23,
  21,
  23,
  22,
  22,
  24,
  21,
  22,
  23,
  23,
  21,
  21,
  22,
  21,
  23,
  22,
  23,
  23,
  20,
  22,
  22,
  22,
  23,
  22,
  22,
  23,
  26,
  26,
  20,
  19,
  22,
  23,
  22,
  25,
  26,
  26,
  26,
  27,
  27,
  26,
  24,
  25,
  19,
  21,
  26,
  27,
  27,
  26,
  27,
  24,
  21,
  21,
  26,
  26,
  28,
  27,
  27,
  27,
  20,
  24,
  20,
  21,
  22,
  21,
  21,
  23,
  22,
  22,
  25,
  25,
  24,
  24,
  26,
  23,
  26,
  27,
  26,
  26,
  27,
  27,
  27,
  27,
  27,
  28,
  27,
  27,
  27,
  27,
  27,
  26,
  30
]);
var EOS = 256;
var LONGEST = 30;
var ROOT = 0;
var FAILED = 65535;
var NODES = LENGTHS.length - 1;
var tree = () => {
  const children = new Int16Array(NODES * 2);
  let nodes = 1;
  let code2 = 0;
  for (let length = 1; length <= LONGEST; length++, code2 *= 2) {
    for (let symbol = 0; symbol < LENGTHS.length; symbol++) {
      if (LENGTHS[symbol] !== length) continue;
      let node = ROOT;
      for (let bit = length - 1; bit > 0; bit--) {
        const slot = node * 2 + (Math.floor(code2 / 2 ** bit) & 1);
        if (children[slot] === 0) children[slot] = nodes++;
        node = children[slot];
      }
      children[node * 2 + (code2 & 1)] = -1 - symbol;
      code2++;
    }
  }
  return children;
};
var TO = new Uint16Array(NODES << 8);
var SYMBOLS = new Uint32Array(NODES << 8);
var MAY_END = new Uint8Array(NODES);
var fill = (children) => {
  for (let from = 0; from < NODES; from++) {
    for (let byte = 0; byte < 256; byte++) {
      let node2 = from;
      let symbols = 0;
      for (let bit = 7; bit >= 0 && node2 !== FAILED; bit--) {
        const child = children[node2 * 2 + (byte >> bit & 1)];
        if (child >= 0) {
          node2 = child;
          continue;
        }
        if (-1 - child === EOS) {
          node2 = FAILED;
          continue;
        }
        const count = symbols >>> 16;
        symbols = count + 1 << 16 | symbols & 65535 | -1 - child << count * 8;
        node2 = ROOT;
      }
      TO[from << 8 | byte] = node2;
      SYMBOLS[from << 8 | byte] = symbols;
    }
  }
  let node = ROOT;
  for (let ones = 0; ones < 8; ones++) {
    MAY_END[node] = 1;
    node = children[node * 2 + 1];
  }
};
fill(tree());
var mostDecoded = (bytes) => Math.floor(bytes * 8 / 5);
var decodedLength = (bytes, at, end) => {
  let node = ROOT;
  let length = 0;
  for (let i = at; i < end; i++) {
    const step = node << 8 | bytes[i];
    length += SYMBOLS[step] >>> 16;
    node = TO[step];
    if (node === FAILED) return -1;
  }
  return MAY_END[node] === 1 ? length : -1;
};
var decodeHuffman = (bytes, at, end, out) => {
  let node = ROOT;
  let length = 0;
  for (let i = at; i < end; i++) {
    const step = node << 8 | bytes[i];
    const symbols = SYMBOLS[step];
    if (symbols !== 0) {
      out[length++] = symbols;
      if (symbols >= 131072) out[length++] = symbols >>> 8;
    }
    node = TO[step];
    if (node === FAILED) return -1;
  }
  return MAY_END[node] === 1 ? length : -1;
};

// ingest/http2/hpack-static.ts
var METHOD = 1;
var PATH = 2;
var AUTHORITY = 3;
var SCHEME = 4;
var STATUS = 5;
var CONTENT_TYPE = 6;
var GRPC_STATUS = 7;
var HOST = 8;
var GRPC_TIMEOUT = 9;
var FIRST_TRACE = 10;
var SKIPPED = 0;
var UNKNOWN = 255;
var WANTED = [
  "",
  ":method",
  ":path",
  ":authority",
  ":scheme",
  ":status",
  "content-type",
  "grpc-status",
  "host",
  "grpc-timeout",
  "traceparent",
  "b3",
  "x-b3-traceid",
  "x-b3-spanid",
  "x-b3-parentspanid",
  "uber-trace-id",
  "sw8",
  "x-request-id"
];
var TABLE = `:authority
:method GET
:method POST
:path /
:path /index.html
:scheme http
:scheme https
:status 200
:status 204
:status 206
:status 304
:status 400
:status 404
:status 500
accept-charset
accept-encoding gzip, deflate
accept-language
accept-ranges
accept
access-control-allow-origin
age
allow
authorization
cache-control
content-disposition
content-encoding
content-language
content-length
content-location
content-range
content-type
cookie
date
etag
expect
expires
from
host
if-match
if-modified-since
if-none-match
if-range
if-unmodified-since
last-modified
link
location
max-forwards
proxy-authenticate
proxy-authorization
range
referer
refresh
retry-after
server
set-cookie
strict-transport-security
transfer-encoding
user-agent
vary
via
www-authenticate`.split("\n").map((line) => {
  const [, name = "", value = ""] = /^(\S+) ?(.*)$/.exec(line) ?? [];
  return { name, value };
});
var STATIC_ENTRIES = TABLE.length;
var numbers = new Map(WANTED.map((name, number) => [name, number]));
var STATIC_FIELD = Uint8Array.from([{ name: "" }, ...TABLE], ({ name }) => numbers.get(name) ?? SKIPPED);
var STATIC_VALUE = ["", ...TABLE.map(({ value }) => value)];
var STATIC_NAME_LENGTH = Uint8Array.from([{ name: "" }, ...TABLE], ({ name }) => name.length);
var byLength = Array.from({ length: 32 }, (_, length) => WANTED.flatMap((name, number) => name.length === length && length > 0 ? [[Uint8Array.from(name, (c) => c.charCodeAt(0)), number]] : []));
var fieldOf = (bytes, at, end) => {
  for (const [name, number] of byLength[end - at] ?? []) {
    let i = 0;
    while (i < name.length && name[i] === bytes[at + i]) i++;
    if (i === name.length) return number;
  }
  return SKIPPED;
};

// ingest/http2/hpack-known.ts
var PLACES = 64;
var LONGEST2 = 64;
var placeOf = (bytes, at, end) => {
  let hash2 = end - at;
  for (let i = at; i < end; i++) hash2 = Math.imul(hash2 ^ bytes[i], 16777619);
  return (hash2 ^ hash2 >>> 15) & PLACES - 1;
};
var same = ({ sent, sentBytes }, bytes, at, end) => {
  if (sentBytes !== end - at) return false;
  for (let i = 0; i < sentBytes; i++) if (sent[i] !== bytes[at + i]) return false;
  return true;
};
var knownTexts = () => {
  const places2 = [];
  return {
    find: (bytes, at, end) => {
      if (end - at > LONGEST2) return null;
      const known = places2[placeOf(bytes, at, end)];
      return known !== void 0 && same(known, bytes, at, end) ? known : null;
    },
    keep: (bytes, at, end, text2, length) => {
      if (end - at > LONGEST2) return;
      const place = placeOf(bytes, at, end);
      const known = places2[place] ?? { sent: new Uint8Array(LONGEST2), sentBytes: 0, text: text2, length };
      places2[place] = known;
      for (let i = at; i < end; i++) known.sent[i - at] = bytes[i];
      known.sentBytes = end - at;
      known.text = text2;
      known.length = length;
    }
  };
};

// ingest/http2/hpack-table.ts
var ENTRY_OVERHEAD = 32;
var DEFAULT_TABLE_BYTES = 4096;
var MOST_TABLE_BYTES = 64 << 10;
var BAD = -1;
var UNSEEN = -2;
var START_SLOTS = 16;
var dynamicTable = (whole2) => ({
  fields: new Uint8Array(START_SLOTS),
  nameBytes: new Uint32Array(START_SLOTS),
  sizes: new Uint32Array(START_SLOTS),
  values: Array.from({ length: START_SLOTS }, () => null),
  newest: 0,
  held: 0,
  bytes: 0,
  limit: whole2 ? DEFAULT_TABLE_BYTES : MOST_TABLE_BYTES,
  complete: whole2
});
var slotOf = (table, index) => {
  const age = index - STATIC_ENTRIES - 1;
  if (age < table.held) return table.newest - age & table.fields.length - 1;
  return table.complete || age >= MOST_TABLE_BYTES / ENTRY_OVERHEAD ? BAD : UNSEEN;
};
var grow = (table) => {
  const { fields, nameBytes, sizes, values, held, newest } = table;
  const slots = fields.length;
  table.fields = new Uint8Array(slots * 2);
  table.nameBytes = new Uint32Array(slots * 2);
  table.sizes = new Uint32Array(slots * 2);
  table.values = Array.from({ length: slots * 2 }, () => null);
  for (let i = 0; i < held; i++) {
    const slot = newest - (held - 1 - i) & slots - 1;
    table.fields[i] = fields[slot];
    table.nameBytes[i] = nameBytes[slot];
    table.sizes[i] = sizes[slot];
    table.values[i] = values[slot];
  }
  table.newest = held - 1;
};
var evict = (table, until) => {
  while (table.bytes > until && table.held > 0) {
    const slot = table.newest - table.held + 1 & table.fields.length - 1;
    table.bytes -= table.sizes[slot];
    table.values[slot] = null;
    table.held--;
  }
};
var addEntry = (table, field, nameBytes, value, valueBytes) => {
  const size = nameBytes + valueBytes + ENTRY_OVERHEAD;
  if (table.bytes + size > table.limit) {
    evict(table, table.limit - size);
    if (size > table.limit) return;
  }
  if (table.held === table.fields.length) grow(table);
  const slot = table.newest + 1 & table.fields.length - 1;
  table.newest = slot;
  table.fields[slot] = field;
  table.nameBytes[slot] = nameBytes;
  table.sizes[slot] = size;
  table.values[slot] = value;
  table.bytes += size;
  table.held++;
};
var resize = (table, wanted) => {
  table.limit = Math.min(wanted, MOST_TABLE_BYTES);
  if (wanted > table.limit) table.complete = false;
  if (wanted < ENTRY_OVERHEAD) table.complete = true;
  evict(table, table.limit);
};
var forget = (table) => {
  table.complete = false;
  table.limit = MOST_TABLE_BYTES;
  evict(table, 0);
};

// ingest/http2/hpack-decode.ts
var headerBlock = () => ({ values: Array.from({ length: WANTED.length }, () => null), unknown: 0, traced: false, fields: 0, bytes: 0 });
var MOST_TEXT = 8192;
var MOST_LIST_BYTES = 256 << 10;
var INDEXED = 128;
var INSERTED = 64;
var SIZE_UPDATE = 32;
var HUFFMAN = 128;
var NEWEST = INDEXED + STATIC_ENTRIES + 1;
var LONG_INDEX = 255;
var put = (into, field, value, bytes) => {
  into.fields++;
  into.bytes += bytes;
  if (field !== SKIPPED) say(into, field, value);
};
var say = (into, field, value) => {
  if (field === UNKNOWN) into.unknown++;
  else if (into.values[field] === null && into.bytes <= MOST_LIST_BYTES) {
    into.values[field] = value;
    if (field >= FIRST_TRACE) into.traced = true;
  }
};
var hpackDecoder = (whole2, strings = latin1) => {
  const table = dynamicTable(whole2);
  const known = knownTexts();
  let scratch = new Uint8Array(256);
  let next = 0;
  const integer = (bytes, at, end, bits) => {
    const most = (1 << bits) - 1;
    let value = bytes[at] & most;
    next = at + 1;
    if (value < most) return value;
    for (let shift = 0; shift <= 21; shift += 7) {
      if (next >= end) {
        next = -1;
        return -1;
      }
      const byte = bytes[next++];
      value += (byte & 127) << shift;
      if (byte < 128) return value;
    }
    next = -2;
    return -1;
  };
  let sentAt = 0;
  let huffman = false;
  let text2 = scratch;
  let from = 0;
  let length = 0;
  const string = (bytes, at, end) => {
    if (at >= end) {
      next = -1;
      return false;
    }
    const sent = integer(bytes, at, end, 7);
    if (next < 0) return false;
    sentAt = next;
    huffman = bytes[at] >= HUFFMAN;
    if (sentAt + sent > end) {
      next = -1;
      return false;
    }
    next = sentAt + sent;
    return true;
  };
  const decoded2 = (bytes) => {
    if (!huffman) {
      text2 = bytes;
      from = sentAt;
      length = next - sentAt;
      return true;
    }
    if (scratch.length < mostDecoded(next - sentAt)) scratch = new Uint8Array(mostDecoded(next - sentAt) * 2);
    text2 = scratch;
    from = 0;
    length = decodeHuffman(bytes, sentAt, next, scratch);
    if (length < 0) next = -2;
    return length >= 0;
  };
  const valueOf2 = (field, bytes) => {
    if (field === SKIPPED || field === UNKNOWN) {
      length = huffman ? decodedLength(bytes, sentAt, next) : next - sentAt;
      if (length < 0) next = -2;
      return null;
    }
    const mayRepeat = field < FIRST_TRACE;
    const seen = mayRepeat && huffman ? known.find(bytes, sentAt, next) : null;
    if (seen !== null) {
      length = seen.length;
      return seen.text;
    }
    if (!decoded2(bytes)) return null;
    const value = (mayRepeat ? strings : latin1)(text2, from, from + Math.min(length, MOST_TEXT));
    if (mayRepeat && huffman) known.keep(bytes, sentAt, next, value, length);
    return value;
  };
  const indexed = (index, into) => {
    if (index <= STATIC_ENTRIES) {
      if (index === 0) next = -2;
      else put(into, STATIC_FIELD[index], STATIC_VALUE[index], STATIC_NAME_LENGTH[index] + STATIC_VALUE[index].length + ENTRY_OVERHEAD);
      return;
    }
    const slot = slotOf(table, index);
    if (slot >= 0) put(into, table.fields[slot], table.values[slot], table.sizes[slot]);
    else if (slot === UNSEEN) put(into, UNKNOWN, null, ENTRY_OVERHEAD);
    else next = -2;
  };
  const literal = (first2, bytes, at, end, into) => {
    const index = integer(bytes, at, end, first2 >= INSERTED ? 6 : 4);
    if (next < 0) return;
    let field = SKIPPED;
    let nameBytes = 0;
    if (index === 0) {
      if (!string(bytes, next, end) || !decoded2(bytes)) return;
      field = fieldOf(text2, from, from + length);
      nameBytes = length;
    } else if (index <= STATIC_ENTRIES) {
      field = STATIC_FIELD[index];
      nameBytes = STATIC_NAME_LENGTH[index];
    } else {
      const slot = slotOf(table, index);
      if (slot === BAD) {
        next = -2;
        return;
      }
      field = slot === UNSEEN ? UNKNOWN : table.fields[slot];
      nameBytes = slot === UNSEEN ? 0 : table.nameBytes[slot];
    }
    if (!string(bytes, next, end)) return;
    const value = valueOf2(field, bytes);
    if (next < 0) return;
    put(into, field, value, nameBytes + length + ENTRY_OVERHEAD);
    if (first2 >= INSERTED) addEntry(table, field, nameBytes, value, length);
  };
  return {
    table,
    forget: () => {
      forget(table);
    },
    decode: (bytes, at, end, into) => {
      const { values } = into;
      for (let field = 0; field < values.length; field++) values[field] = null;
      into.unknown = into.fields = into.bytes = 0;
      into.traced = false;
      next = at;
      while (next >= 0 && next < end) {
        const here = next;
        const first2 = bytes[here];
        const age = first2 - NEWEST;
        if (age >= 0 && age < table.held && first2 < LONG_INDEX) {
          const slot = table.newest - age & table.fields.length - 1;
          const field = table.fields[slot];
          next = here + 1;
          into.fields++;
          into.bytes += table.sizes[slot];
          if (field !== SKIPPED) say(into, field, table.values[slot]);
        } else if (first2 >= INDEXED) {
          const index = integer(bytes, here, end, 7);
          if (index >= 0) indexed(index, into);
        } else if (first2 >= INSERTED || first2 < SIZE_UPDATE) literal(first2, bytes, here, end, into);
        else {
          const size = integer(bytes, here, end, 5);
          if (next >= 0 && (into.fields > 0 || size > MOST_TABLE_BYTES * 256)) next = -2;
          else if (next >= 0) resize(table, size);
        }
      }
      if (next >= 0) return "whole";
      forget(table);
      return next === -1 ? "cut" : "bad";
    }
  };
};

// ingest/http2/grammar.ts
var ENOUGH = 44;
var ENOUGH_KNOWN = 34;
var EXACT_END = 24;
var ENOUGH_WITHIN = 80;
var MOST_STREAM = 2 ** 28;
var MOST_ERROR = 13;
var MOST_SETTING = 16;
var MOST_GOAWAY = 1024;
var evidence = (bytes, at, end) => {
  const length = lengthAt(bytes, at);
  const type = bytes[at + 3];
  const flags = bytes[at + 4];
  const id = word(bytes, at + 5);
  if (type > CONTINUATION || length > DEFAULT_FRAME_BYTES || id > MOST_STREAM || !isAllowed(type, length, flags, id)) return -1;
  const payload = at + HEAD_BYTES;
  const whole2 = payload + length <= end;
  switch (type) {
    case DATA2:
      return (flags & ~(END_STREAM | PADDED)) === 0 && id % 2 === 1 ? 12 : -1;
    case HEADERS: {
      if ((flags & ~(END_STREAM | END_HEADERS | PADDED | HAS_PRIORITY)) !== 0 || id % 2 === 0) return -1;
      return whole2 && (flags & END_HEADERS) !== 0 ? blockEvidence(bytes, payload, payload + length, flags) : 8;
    }
    case PRIORITY:
      return flags === 0 ? 40 : -1;
    case RST_STREAM:
      return flags === 0 && (!whole2 || word(bytes, payload) <= MOST_ERROR) ? 50 : -1;
    case SETTINGS: {
      if ((flags & ~ACK) !== 0) return -1;
      for (let i = payload; i + 6 <= Math.min(payload + length, end); i += 6) if (bytes[i] !== 0 || bytes[i + 1] > MOST_SETTING || bytes[i + 1] === 0) return -1;
      return 56;
    }
    case PING:
      return (flags & ~ACK) === 0 ? 64 : -1;
    case GOAWAY:
      return flags === 0 && length <= MOST_GOAWAY ? 50 : -1;
    case WINDOW_UPDATE:
      return flags === 0 && (!whole2 || word(bytes, payload) > 0 && word(bytes, payload) < 2 ** 31) ? 48 : -1;
    // A pushed or continued block cannot be the first thing.
    default:
      return 0;
  }
};
var blockEvidence = (bytes, payload, frameEnd, flags) => {
  const padded = (flags & PADDED) !== 0;
  const at = payload + (padded ? 1 : 0) + ((flags & HAS_PRIORITY) === 0 ? 0 : 5);
  const end = frameEnd - (padded ? bytes[payload] : 0);
  if (end <= at) return -1;
  const into = headerBlock();
  if (hpackDecoder(false).decode(bytes, at, end, into) !== "whole") return -1;
  const method = into.values[METHOD];
  const status = into.values[STATUS];
  if (typeof method === "string") return /^[A-Z-]{3,24}$/.test(method) && typeof into.values[SCHEME] === "string" ? 44 : 8;
  if (typeof status === "string") return /^[1-5]\d\d$/.test(status) ? 44 : -1;
  return 8;
};
var chain = (bytes, at, end, enough, exactEnd = 0) => {
  let bits = 0;
  let here = at;
  while (end - here >= HEAD_BYTES) {
    const more = evidence(bytes, here, end);
    if (more < 0) return -1;
    bits += more;
    if (bits >= enough) return bits;
    here += HEAD_BYTES + lengthAt(bytes, here);
  }
  return here === end ? bits + exactEnd : bits;
};
var beginsWithFrame = (bytes, at, end) => end - at >= HEAD_BYTES && bytes[at] === 0 && bytes[at + 3] <= CONTINUATION && chain(bytes, at, end, ENOUGH) >= ENOUGH;
var framesAt = (bytes, at, end) => {
  if (end - at >= HEAD_BYTES && chain(bytes, at, end, ENOUGH_KNOWN, EXACT_END) >= ENOUGH_KNOWN) return at;
  for (let here = at + 1; here + HEAD_BYTES <= end; here++) {
    if (bytes[here] === 0 && bytes[here + 3] <= CONTINUATION && chain(bytes, here, end, ENOUGH_WITHIN) >= ENOUGH_WITHIN) return here;
  }
  return -1;
};

// ingest/http2/blocks.ts
var MOST_BLOCK = 256 << 10;
var MOST_SPARE2 = 512;
var PROMISED_BYTES = 4;
var PRIORITY_BYTES = 5;
var NOTHING2 = new Uint8Array(0);
var emptyBlock = () => ({
  open: false,
  stream: 0,
  endStream: false,
  pushed: false,
  ts: 0,
  seq: 0,
  ack: 0,
  held: NOTHING2,
  filled: 0,
  bytes: NOTHING2,
  at: 0,
  end: 0
});
var spoil = (block) => {
  block.open = false;
  block.filled = 0;
  if (block.held.length > MOST_SPARE2) block.held = NOTHING2;
};
var blockBytes = ({ filled, held }) => filled > 0 ? held.length : 0;
var hold = (block, bytes, at, end) => {
  const needed = block.filled + end - at;
  if (block.held.length < needed) {
    const larger = new Uint8Array(needed * 2);
    larger.set(block.held.subarray(0, block.filled));
    block.held = larger;
  }
  block.held.set(bytes.subarray(at, end), block.filled);
  block.filled = needed;
};
var gather = (block, side2, bytes, from, to) => {
  const { type, flags, stream } = side2;
  let at = from;
  let end = to;
  if (type === CONTINUATION) {
    if (!block.open || block.stream !== stream) return "malformed";
  } else {
    if (block.open) return "malformed";
    if ((flags & PADDED) !== 0) end -= bytes[at++] ?? 0;
    if (type === PUSH_PROMISE) at += PROMISED_BYTES;
    else if ((flags & HAS_PRIORITY) !== 0) at += PRIORITY_BYTES;
    if (at > end) return "malformed";
    block.open = true;
    block.stream = stream;
    block.pushed = type === PUSH_PROMISE;
    block.endStream = type === HEADERS && (flags & END_STREAM) !== 0;
    block.ts = side2.ts;
    block.seq = side2.seq;
    block.ack = side2.ack;
  }
  const last = (flags & END_HEADERS) !== 0;
  if (last && block.filled === 0) {
    block.bytes = bytes;
    block.at = at;
    block.end = end;
  } else {
    if (block.filled + end - at > MOST_BLOCK) return "too_long";
    hold(block, bytes, at, end);
    if (!last) return "more";
    block.bytes = block.held;
    block.at = 0;
    block.end = block.filled;
  }
  block.filled = 0;
  block.open = false;
  return "whole";
};

// ingest/http2/frames.ts
var PREFACE_BYTES = 24;
var MOST_PAYLOAD = 256 << 10;
var MOST_SPARE3 = 512;
var frameSide = (direction, mode) => ({
  direction,
  mode,
  left: mode === "preface" ? PREFACE_BYTES : 0,
  padding: 0,
  buffer: new Uint8Array(HEAD_BYTES),
  filled: 0,
  most: DEFAULT_FRAME_BYTES,
  length: 0,
  type: 0,
  flags: 0,
  stream: 0,
  ts: 0,
  seq: 0,
  ack: 0
});
var shrink = (side2) => {
  if (side2.buffer.length > MOST_SPARE3) side2.buffer = new Uint8Array(HEAD_BYTES);
};
var lose = (side2, on) => {
  side2.filled = 0;
  shrink(side2);
  if (side2.mode === "lost") return;
  side2.mode = "lost";
  on.lost(side2);
};
var skip = (side2, length) => {
  side2.left = length;
  side2.mode = length === 0 ? "head" : "skip";
  side2.filled = 0;
};
var ended = (side2, on, ts) => {
  side2.mode = "head";
  if ((side2.flags & END_STREAM) !== 0) on.finish(side2, ts);
  if (side2.padding > 0) skip(side2, side2.padding);
};
var begin = (side2, bytes, at, on) => {
  side2.filled = 0;
  side2.length = lengthAt(bytes, at);
  side2.type = bytes[at + 3];
  side2.flags = bytes[at + 4];
  side2.stream = streamAt(bytes, at + 5);
  if (side2.length <= side2.most && isAllowed(side2.type, side2.length, side2.flags, side2.stream)) return true;
  on.malformed();
  lose(side2, on);
  return false;
};
var enter = (side2, on, bytes, at, ts) => {
  side2.left = side2.length;
  switch (side2.type) {
    case DATA2:
      side2.mode = "body";
      side2.padding = (side2.flags & PADDED) === 0 ? 0 : -1;
      if (side2.left === 0) ended(side2, on, ts);
      return;
    case HEADERS:
    case CONTINUATION:
    case PUSH_PROMISE:
    case RST_STREAM:
    case SETTINGS:
    case GOAWAY:
      side2.mode = "payload";
      if (side2.left === 0) {
        side2.mode = "head";
        on.payload(side2, bytes, at, at, ts, true);
      }
      return;
    default:
      if (side2.type > CONTINUATION) on.strange();
      skip(side2, side2.left);
  }
};
var whole = (side2, on, bytes, at, end, ts) => {
  switch (side2.type) {
    case DATA2:
      if (end > at) on.body(side2, bytes, at, end, ts);
      if ((side2.flags & END_STREAM) !== 0) on.finish(side2, ts);
      return;
    case HEADERS:
    case CONTINUATION:
    case PUSH_PROMISE:
    case RST_STREAM:
    case SETTINGS:
    case GOAWAY:
      on.payload(side2, bytes, at, end, ts, true);
      return;
    default:
      if (side2.type > CONTINUATION) on.strange();
  }
};
var keep = (side2, bytes, at, end) => {
  const needed = side2.filled + end - at;
  if (side2.buffer.length < needed) {
    const larger = new Uint8Array(Math.min(Math.max(side2.length, HEAD_BYTES), needed * 2));
    larger.set(side2.buffer.subarray(0, side2.filled));
    side2.buffer = larger;
  }
  side2.buffer.set(bytes.subarray(at, end), side2.filled);
  side2.filled = needed;
};
var pieceOfHead = (side2, on, bytes, at, end, ts) => {
  const stop = Math.min(at + HEAD_BYTES - side2.filled, end);
  keep(side2, bytes, at, stop);
  if (side2.filled < HEAD_BYTES) return stop;
  if (!begin(side2, side2.buffer, 0, on)) return end;
  enter(side2, on, bytes, stop, ts);
  return stop;
};
var pieceOfBody = (side2, on, bytes, at, end, ts) => {
  if (side2.padding < 0) {
    side2.padding = Math.min(bytes[at], side2.left - 1);
    side2.left -= 1 + side2.padding;
    if (side2.left === 0) ended(side2, on, ts);
    return at + 1;
  }
  const stop = Math.min(at + side2.left, end);
  side2.left -= stop - at;
  on.body(side2, bytes, at, stop, ts);
  if (side2.left === 0) ended(side2, on, ts);
  return stop;
};
var pieceOfPayload = (side2, on, bytes, at, end, ts) => {
  const stop = Math.min(at + side2.left, end);
  side2.left -= stop - at;
  if (side2.left === 0) {
    side2.mode = "head";
    if (side2.filled === 0) {
      on.payload(side2, bytes, at, stop, ts, true);
      return stop;
    }
    keep(side2, bytes, at, stop);
    const all = side2.filled;
    side2.filled = 0;
    on.payload(side2, side2.buffer, 0, all, ts, true);
    shrink(side2);
  } else if (side2.length > MOST_PAYLOAD) {
    on.payload(side2, bytes, at, at, ts, false);
    skip(side2, side2.left);
  } else keep(side2, bytes, at, stop);
  return stop;
};
var readFrames = (side2, chunk, on) => {
  const { bytes, end, ts } = chunk;
  let { at } = chunk;
  while (at < end) {
    switch (side2.mode) {
      case "head": {
        if (side2.filled === 0) {
          side2.ts = ts;
          side2.seq = chunk.seq + at - chunk.at | 0;
          side2.ack = chunk.ack;
        }
        if (side2.filled > 0 || end - at < HEAD_BYTES) {
          at = pieceOfHead(side2, on, bytes, at, end, ts);
          break;
        }
        if (!begin(side2, bytes, at, on)) return;
        at += HEAD_BYTES;
        const stop = at + side2.length;
        if (stop > end || side2.type === DATA2 && (side2.flags & PADDED) !== 0) {
          enter(side2, on, bytes, at, ts);
          break;
        }
        whole(side2, on, bytes, at, stop, ts);
        at = stop;
        break;
      }
      case "body":
        at = pieceOfBody(side2, on, bytes, at, end, ts);
        break;
      case "payload":
        at = pieceOfPayload(side2, on, bytes, at, end, ts);
        break;
      case "preface":
      case "skip": {
        const length = Math.min(side2.left, end - at);
        side2.left -= length;
        if (side2.left === 0) side2.mode = "head";
        at += length;
        break;
      }
      case "lost":
        at = framesAt(bytes, at, end);
        if (at < 0) return;
        side2.mode = "head";
        on.found();
        break;
      default:
        side2.mode;
    }
  }
};
var frameBytes = ({ filled, buffer }) => filled > 0 && buffer.length > HEAD_BYTES ? buffer.length : 0;
var dropFrame = (side2) => {
  if (side2.mode !== "payload") return;
  skip(side2, side2.left);
  side2.buffer = new Uint8Array(HEAD_BYTES);
};
var missFrames = (side2, { length, ts }, on) => {
  switch (side2.mode) {
    case "lost":
      return;
    case "head":
      lose(side2, on);
      return;
    case "preface":
    case "skip":
      if (length > side2.left) lose(side2, on);
      else {
        side2.left -= length;
        if (side2.left === 0) side2.mode = "head";
      }
      return;
    case "payload":
      side2.left -= length;
      on.payload(side2, side2.buffer, 0, side2.filled, ts, false);
      if (side2.left < 0) lose(side2, on);
      else {
        skip(side2, side2.left);
        shrink(side2);
      }
      return;
    case "body": {
      if (side2.padding < 0) side2.padding = 0;
      const within = length <= side2.left + side2.padding;
      on.missing(side2, Math.min(length, side2.left));
      side2.left -= length;
      if (!within) {
        lose(side2, on);
        return;
      }
      if (side2.left > 0) return;
      side2.padding += side2.left;
      ended(side2, on, ts);
      return;
    }
    default:
      side2.mode;
  }
};

// ingest/http2/grpc.ts
var PREFIX_BYTES = 5;
var messageCounter = () => ({ prefix: 0, length: 0, left: 0, total: 0, known: true, firstTs: null, lastTs: null });
var restart = (counter) => {
  counter.prefix = counter.length = counter.left = counter.total = 0;
  counter.known = true;
  counter.firstTs = counter.lastTs = null;
};
var countMessages = (counter, bytes, from, end, ts) => {
  for (let at = from; counter.known && at < end; ) {
    if (counter.left > 0) {
      const taken = Math.min(counter.left, end - at);
      counter.left -= taken;
      at += taken;
      if (counter.left === 0) counter.lastTs = ts;
      continue;
    }
    const byte = bytes[at];
    if (counter.prefix === 0 && byte < 2 && end - at >= PREFIX_BYTES) {
      counter.firstTs ??= ts;
      counter.total++;
      counter.left = bytes[at + 1] * 16777216 + (bytes[at + 2] << 16 | bytes[at + 3] << 8 | bytes[at + 4]);
      at += PREFIX_BYTES;
      if (counter.left === 0) counter.lastTs = ts;
      continue;
    }
    at++;
    if (counter.prefix === 0) {
      counter.length = 0;
      counter.known = byte < 2;
      if (counter.known) counter.firstTs ??= ts;
    } else counter.length = counter.length * 256 + byte;
    if (++counter.prefix < PREFIX_BYTES) continue;
    counter.prefix = 0;
    counter.left = counter.length;
    counter.total++;
    if (counter.left === 0) counter.lastTs = ts;
  }
};
var TIMEOUT_UNITS = { H: 36e8, M: 6e7, S: 1e6, m: 1e3, u: 1, n: 1e-3 };
var timeoutUs = (text2) => {
  const [, digits, unit] = /^(\d{1,8})([HMSmun])$/.exec(text2) ?? [];
  return digits === void 0 || unit === void 0 ? null : Math.round(Number(digits) * TIMEOUT_UNITS[unit]);
};
var SLACK_US = 2e3;
var SLACK_SHARE = 64;
var isLate = (after, deadlineUs) => after + SLACK_US + deadlineUs / SLACK_SHARE >= deadlineUs;
var GRPC = "application/grpc";
var isGrpc = (contentType) => {
  if (contentType === null || !contentType.startsWith(GRPC)) return false;
  const after = contentType.charAt(GRPC.length);
  return after === "" || after === "+" || after === ";" || after === " ";
};

// ingest/trace.ts
var traceOf = (found) => {
  if (found.size === 0) return null;
  const w3c = /^[\da-f]{2}-([\da-f]{32})-([\da-f]{16})-/i.exec(found.get("traceparent") ?? "");
  if (w3c) return { trace: w3c[1].toLowerCase(), span: w3c[2].toLowerCase(), parent: null };
  const b3 = /^([\da-f]{16,32})-([\da-f]{16})(?:-[01d](?:-([\da-f]{16}))?)?$/i.exec(found.get("b3") ?? "");
  if (b3) return { trace: b3[1].toLowerCase(), span: b3[2].toLowerCase(), parent: b3[3]?.toLowerCase() ?? null };
  const multi = hexId(found.get("x-b3-traceid"));
  if (multi !== null) return { trace: multi, span: hexId(found.get("x-b3-spanid")), parent: hexId(found.get("x-b3-parentspanid")) };
  const jaeger = /^([\da-f]{1,32}):([\da-f]{1,16}):([\da-f]{1,16}):/i.exec(decoded(found.get("uber-trace-id") ?? ""));
  if (jaeger) return { trace: jaeger[1].toLowerCase(), span: jaeger[2].toLowerCase(), parent: jaeger[3] === "0" ? null : jaeger[3].toLowerCase() };
  const sw8 = found.get("sw8")?.split("-");
  if (sw8 !== void 0 && sw8.length >= 4) return { trace: sw8[1] ?? null, span: `${sw8[2]}-${sw8[3]}`, parent: null };
  const id = found.get("x-request-id");
  return id === void 0 || id === "" ? null : { trace: id, span: null, parent: null };
};
var hexId = (text2) => text2 !== void 0 && /^[\da-f]{8,32}$/i.test(text2) ? text2.toLowerCase() : null;
var decoded = (text2) => text2.replace(/%3a/gi, ":");

// ingest/http2/heads.ts
var REQUEST_ID = WANTED.indexOf("x-request-id");
var traceIn = (values) => {
  let found = null;
  for (let field = FIRST_TRACE; field < WANTED.length; field++) {
    const value = values[field];
    if (typeof value !== "string") continue;
    if (found === null && field === REQUEST_ID && REQUEST_ID === WANTED.length - 1) return value === "" ? null : { trace: value, span: null, parent: null };
    found ??= /* @__PURE__ */ new Map();
    found.set(WANTED[field], value);
  }
  return found === null ? null : traceOf(found);
};
var protocolIn = (values) => {
  const type = values[CONTENT_TYPE] ?? null;
  return type === "application/grpc" || isGrpc(type) ? "grpc" : "h2";
};
var statusIn = (values) => {
  const text2 = values[STATUS] ?? null;
  if (text2 === null) return 0;
  return text2 === "200" ? 200 : Number(text2);
};
var grpcStatusIn = (values) => {
  const text2 = values[GRPC_STATUS] ?? null;
  if (text2 === null) return null;
  if (text2 === "0") return 0;
  return /^\d{1,4}$/.test(text2) ? Number(text2) : null;
};

// ingest/http2/stream-index.ts
var CHAINS = 128;
var sentBy = ({ request: request2, response: response2 }, direction) => {
  if (request2?.direction === direction) return request2;
  return response2?.direction === direction ? response2 : null;
};
var streamIndex = () => {
  const chains = Array.from({ length: CHAINS }, () => null);
  let first2 = null;
  let last = null;
  let recent = null;
  let held = 0;
  const chainOf = (id) => id >>> 1 & CHAINS - 1;
  return {
    find: (id) => {
      if (recent !== null && recent.id === id) return recent;
      let stream = chains[chainOf(id)] ?? null;
      while (stream !== null && stream.id !== id) stream = stream.chained;
      if (stream !== null) recent = stream;
      return stream;
    },
    add: (stream) => {
      const chain2 = chainOf(stream.id);
      stream.chained = chains[chain2] ?? null;
      chains[chain2] = stream;
      stream.older = last;
      stream.newer = null;
      if (last === null) first2 = stream;
      else last.newer = stream;
      last = recent = stream;
      held++;
    },
    remove: (stream) => {
      const chain2 = chainOf(stream.id);
      let before = null;
      let at = chains[chain2] ?? null;
      while (at !== null && at !== stream) {
        before = at;
        at = at.chained;
      }
      if (at === null) return;
      if (recent === stream) recent = null;
      if (before === null) chains[chain2] = stream.chained;
      else before.chained = stream.chained;
      if (stream.older === null) first2 = stream.newer;
      else stream.older.newer = stream.newer;
      if (stream.newer === null) last = stream.older;
      else stream.newer.older = stream.older;
      stream.chained = stream.older = stream.newer = null;
      held--;
    },
    oldest: () => first2,
    size: () => held,
    each: (visit) => {
      let stream = first2;
      while (stream !== null) {
        const next = stream.newer;
        visit(stream);
        stream = next;
      }
    }
  };
};

// ingest/http2/streams.ts
var NO_ERROR = 0;
var MOST_STREAMS = 4096;
var MOST_SPARE4 = 16;
var MOST_ABANDONED = 1024;
var LATE_ANSWER_US = 1e7;
var streamTable = (emit, unanswered, count, reader) => {
  const streams = streamIndex();
  const spare = [];
  const retransmits = [0, 0];
  const abandoned = [];
  const finish2 = (stream, message, state, ts) => {
    if (message.state !== "open") return;
    const { direction } = message;
    message.state = stream.touched[direction] ? "cut" : state;
    message.lastTs = ts;
    message.retransmits += retransmits[direction];
    retransmits[direction] = 0;
    if (message.said.protocol === "grpc") {
      const counter = stream.counters[direction];
      message.messages = counter.known ? counter.total : null;
      message.firstMessageTs = counter.firstTs;
      message.lastMessageTs = counter.known ? counter.lastTs : null;
    }
    emit(message);
  };
  const forget2 = (stream) => {
    streams.remove(stream);
    stream.request = stream.response = null;
    if (spare.length < MOST_SPARE4) spare.push(stream);
  };
  const forgetIfDone = (stream) => {
    if (stream.response !== null && stream.response.state !== "open" && (stream.request === null || stream.request.state !== "open")) forget2(stream);
  };
  const fresh = (id, request2) => {
    const stream = spare.pop();
    if (stream === void 0) {
      return { id, request: request2, response: null, touched: [false, false], counters: [messageCounter(), messageCounter()], chained: null, older: null, newer: null };
    }
    stream.id = id;
    stream.request = request2;
    stream.response = null;
    stream.touched[0] = stream.touched[1] = false;
    restart(stream.counters[0]);
    restart(stream.counters[1]);
    return stream;
  };
  const drop2 = (stream, complete) => {
    streams.remove(stream);
    const { request: request2, response: response2 } = stream;
    if (request2 !== null) finish2(stream, request2, complete ? "complete" : "cut", request2.lastTs);
    if (response2 !== null) finish2(stream, response2, "cut", response2.lastTs);
    else if (request2 !== null) unanswered(request2);
  };
  const stop = ({ request: request2 }, by, code2, ts) => {
    if (request2 === null || request2.reset) return;
    request2.reset = { by, code: code2, late: typeof request2.deadlineUs === "number" && isLate(ts - request2.firstTs, request2.deadlineUs) };
  };
  const dropOldest = () => {
    const oldest = streams.find(abandoned.shift().id);
    if (oldest !== null && oldest.response === null) drop2(oldest, false);
  };
  return {
    find: streams.find,
    open: (id, request2) => {
      const oldest = streams.oldest();
      if (oldest !== null && streams.size() >= MOST_STREAMS) {
        count("h2_streams_dropped");
        drop2(oldest, false);
      }
      const stream = fresh(id, request2);
      streams.add(stream);
      return stream;
    },
    content: (id, direction, bytes, at, end, ts) => {
      const stream = streams.find(id);
      if (stream === null) return;
      const message = sentBy(stream, direction);
      if (message === null || message.state !== "open") return;
      message.bodyBytes += end - at;
      message.lastTs = ts;
      message.retransmits += retransmits[direction];
      retransmits[direction] = 0;
      if (message.said.protocol === "grpc") countMessages(stream.counters[direction], bytes, at, end, ts);
      if (reader !== null) reader.body(message, bytes, at, end, false);
    },
    missing: (id, direction, length) => {
      const stream = streams.find(id);
      if (stream === null) return;
      const message = sentBy(stream, direction);
      if (message === null) return;
      message.bodyBytes += length;
      message.gapBytes += length;
      stream.counters[direction].known = false;
    },
    end: (id, direction, ts) => {
      const stream = streams.find(id);
      if (stream === null) return;
      const message = sentBy(stream, direction);
      if (message !== null) finish2(stream, message, "complete", ts);
      const { request: request2 } = stream;
      if (message !== null && message === stream.response && request2 !== null && stream.touched[request2.direction]) finish2(stream, request2, "cut", request2.lastTs);
      forgetIfDone(stream);
    },
    abandon: (id, ts, code2) => {
      const stream = streams.find(id);
      if (stream === null) return;
      stop(stream, "client", code2, ts);
      if (stream.response !== null || stream.request === null) {
        drop2(stream, false);
        return;
      }
      finish2(stream, stream.request, "cut", stream.request.lastTs);
      if (abandoned.push({ id, ts }) > MOST_ABANDONED) dropOldest();
    },
    refuse: (id, ts, code2) => {
      const stream = streams.find(id);
      if (stream === null) return;
      const complete = code2 === NO_ERROR && stream.response?.state === "complete";
      if (!complete) stop(stream, "server", code2, ts);
      drop2(stream, complete);
    },
    advance: (ts) => {
      while (abandoned.length > 0 && ts - abandoned[0].ts > LATE_ANSWER_US) dropOldest();
    },
    drop: (id, complete) => {
      const stream = streams.find(id);
      if (stream !== null) drop2(stream, complete);
    },
    touch: (direction) => {
      streams.each(({ touched, counters: counters2 }) => {
        touched[direction] = true;
        counters2[direction].known = false;
      });
    },
    dropAbove: (last) => {
      streams.each((stream) => {
        if (stream.id > last && stream.response === null) drop2(stream, false);
      });
    },
    retransmitted: (direction, segments) => {
      retransmits[direction] += segments;
    },
    close: (direction) => {
      streams.each((stream) => {
        const message = sentBy(stream, direction);
        if (message === null) return;
        finish2(stream, message, "cut", message.lastTs);
        forgetIfDone(stream);
      });
    }
  };
};

// ingest/http2/http2.ts
var SETTING_BYTES = 6;
var MAX_FRAME_SIZE = 5;
var hash = emptyHash();
var http2Parser = (connection, emit, count, begun) => {
  let client = begun.upgraded?.direction ?? begun.preface;
  const over = (one) => ({ kind: "over", connection, direction: one.direction === 0 ? 1 : 0, ts: one.lastTs, stream: one.stream });
  const asked = begun.upgraded === null ? null : {
    ...begun.upgraded,
    said: { ...begun.upgraded.said, slot: -1, protocol: "h2" },
    pending: null,
    grpcStatus: null,
    messages: null,
    reset: null
  };
  const streams = streamTable(emit, (one) => {
    emit(over(one));
  }, count, begun.reader);
  const fields = headerBlock();
  const { values } = fields;
  const { heads } = begun;
  const tables = [hpackDecoder(begun.whole, begun.strings), hpackDecoder(begun.whole, begun.strings)];
  const blocks = [emptyBlock(), emptyBlock()];
  const request2 = (direction, block) => {
    const { stream } = block;
    if (streams.find(stream)?.request) return;
    const method = values[METHOD] ?? null;
    const path = values[PATH] ?? null;
    if (method === null && path === null) {
      count("h2_heads_unknown");
      return;
    }
    const host = values[AUTHORITY] ?? values[HOST] ?? null;
    const timeout = values[GRPC_TIMEOUT] ?? null;
    const said = heads.request(protocolIn(values), method, path ?? (method === "CONNECT" ? host : null), host);
    hashBytes(block.bytes, block.at, block.end, hash);
    const one = {
      kind: "request",
      connection,
      direction,
      stream,
      said,
      firstTs: block.ts,
      seq: block.seq,
      ack: block.ack,
      hash0: hash[0],
      hash1: hash[1],
      trace: fields.traced ? traceIn(values) : null,
      answers: null,
      state: "open",
      lastTs: block.ts,
      bodyBytes: 0,
      gapBytes: 0,
      retransmits: 0,
      pending: null,
      grpcStatus: null,
      messages: null,
      firstMessageTs: null,
      lastMessageTs: null,
      deadlineUs: timeout === null ? null : timeoutUs(timeout),
      reset: null
    };
    streams.open(stream, one);
    emit(one);
  };
  const askAgain = (one) => {
    const { state } = one;
    for (const now of ["open", state]) {
      one.state = now;
      emit(one);
    }
  };
  const response2 = (direction, block) => {
    const known = streams.find(block.stream);
    if (known?.response) {
      const grpcStatus = grpcStatusIn(values);
      if (grpcStatus !== null) known.response.grpcStatus = grpcStatus;
      return;
    }
    const status = statusIn(values);
    if (status >= 100 && status < 200) {
      count("h2_interim");
      return;
    }
    if (status === 0) {
      const isHead = fields.unknown > 0 && (known?.request ? !known.touched[direction] : !block.endStream);
      count("h2_heads_unknown");
      if (!isHead) {
        if (block.endStream) streams.drop(block.stream, false);
        return;
      }
    }
    const stream = known ?? streams.open(block.stream, null);
    const { request: answers } = stream;
    if (answers !== null && answers === asked) askAgain(asked);
    if (answers === null) hashBytes(block.bytes, block.at, block.end, hash);
    const one = {
      kind: "response",
      connection,
      direction,
      stream: block.stream,
      said: heads.response(answers === null ? protocolIn(values) : answers.said.protocol, status),
      firstTs: block.ts,
      seq: block.seq,
      ack: block.ack,
      hash0: hash[0],
      hash1: hash[1],
      trace: null,
      answers,
      state: "open",
      lastTs: block.ts,
      bodyBytes: 0,
      gapBytes: 0,
      retransmits: 0,
      pending: null,
      grpcStatus: grpcStatusIn(values),
      messages: null,
      firstMessageTs: null,
      lastMessageTs: null,
      deadlineUs: null,
      reset: null
    };
    stream.response = one;
    emit(one);
  };
  const head = (direction, block) => {
    if (tables[direction].decode(block.bytes, block.at, block.end, fields) !== "whole") {
      count("h2_bad_blocks");
      return false;
    }
    if (fields.unknown > 0) count("h2_unknown_headers", fields.unknown);
    if (fields.bytes > MOST_LIST_BYTES) count("h2_header_lists_too_long");
    if (block.pushed) {
      count("h2_pushed");
      return true;
    }
    if (client < 0) {
      if (values[METHOD] !== null || values[PATH] !== null) client = direction;
      else if (values[STATUS] !== null) client = direction === 0 ? 1 : 0;
      else if (connection.opener >= 0) client = connection.opener;
      else {
        count("h2_heads_unknown");
        return true;
      }
    }
    if (direction === client) request2(direction, block);
    else response2(direction, block);
    return true;
  };
  const spoilt = (direction) => {
    spoil(blocks[direction]);
    tables[direction].forget();
    streams.touch(direction);
  };
  const headers = (side2, bytes, at, end, ts) => {
    const { direction } = side2;
    const block = blocks[direction];
    const gathered = gather(block, side2, bytes, at, end);
    switch (gathered) {
      case "more":
        return;
      case "whole":
        if (!head(direction, block)) streams.touch(direction);
        spoil(block);
        if (block.endStream && !block.pushed) streams.end(block.stream, direction, ts);
        return;
      case "malformed":
        count("h2_malformed");
        spoilt(direction);
        return;
      case "too_long":
        count("h2_blocks_too_long");
        spoilt(direction);
        return;
      default:
        gathered;
    }
  };
  const settings = (direction, bytes, at, end) => {
    const peer = sides[direction === 0 ? 1 : 0];
    for (let i = at; i + SETTING_BYTES <= end; i += SETTING_BYTES) {
      if ((bytes[i] << 8 | bytes[i + 1]) === MAX_FRAME_SIZE) peer.most = Math.max(peer.most, word(bytes, i + 2));
    }
  };
  const handler = {
    body: (side2, bytes, at, end, ts) => {
      streams.content(side2.stream, side2.direction, bytes, at, end, ts);
    },
    missing: (side2, length) => {
      streams.missing(side2.stream, side2.direction, length);
    },
    finish: (side2, ts) => {
      streams.end(side2.stream, side2.direction, ts);
    },
    payload: (side2, bytes, at, end, ts, whole2) => {
      const { direction, type, flags } = side2;
      switch (type) {
        case HEADERS:
        case PUSH_PROMISE:
        case CONTINUATION:
          if (type === CONTINUATION && at === end) count("h2_empty_continuations");
          if (whole2) headers(side2, bytes, at, end, ts);
          else spoilt(direction);
          return;
        case RST_STREAM:
          if (!whole2) return;
          count("h2_resets");
          if (direction === client) streams.abandon(side2.stream, ts, word(bytes, at));
          else streams.refuse(side2.stream, ts, word(bytes, at));
          return;
        case GOAWAY:
          if (!whole2) return;
          count("h2_goaways");
          if (direction !== client) streams.dropAbove(word(bytes, at) & 2147483647);
          return;
        case SETTINGS:
          if (whole2 && (flags & ACK) === 0) settings(direction, bytes, at, end);
          return;
        default:
      }
    },
    strange: () => {
      count("h2_unknown_frames");
    },
    malformed: () => {
      count("h2_malformed");
    },
    found: () => {
      count("h2_found_again");
    },
    lost: ({ direction }) => {
      count("h2_lost");
      spoilt(direction);
    }
  };
  const sideOf = (direction) => frameSide(direction, begun.missed[direction] ? "lost" : begun.preface === direction ? "preface" : "head");
  const sides = [sideOf(0), sideOf(1)];
  const holderOf = (direction) => ({
    counted: 0,
    giveUp: () => {
      count("h2_held_given_up");
      dropFrame(sides[direction]);
      spoilt(direction);
    }
  });
  const holders = [holderOf(0), holderOf(1)];
  const tell = (direction) => {
    const holder = holders[direction];
    const bytes = blockBytes(blocks[direction]) + frameBytes(sides[direction]);
    if (bytes !== holder.counted) begun.holding.holds(holder, bytes);
  };
  if (asked !== null) streams.open(1, asked);
  return {
    data: (chunk) => {
      if (chunk.retransmits > 0) streams.retransmitted(chunk.direction, chunk.retransmits);
      streams.advance(chunk.ts);
      readFrames(sides[chunk.direction], chunk, handler);
      tell(chunk.direction);
    },
    gap: (gap) => {
      missFrames(sides[gap.direction], gap, handler);
      tell(gap.direction);
    },
    end: ({ direction }) => {
      streams.close(direction);
      if (holders[direction].counted > 0) begun.holding.holds(holders[direction], 0);
    }
  };
};

// ingest/http/holding.ts
var holding = (held) => {
  const holders = /* @__PURE__ */ new Set();
  const set = (holder, bytes) => {
    held.now += bytes - holder.counted;
    holder.counted = bytes;
    if (bytes > 0) holders.add(holder);
    else holders.delete(holder);
  };
  return {
    holds: (holder, bytes) => {
      set(holder, bytes);
      while (held.now > held.most) {
        const oldest = holders.values().next().value;
        if (oldest === void 0) return;
        set(oldest, 0);
        oldest.giveUp();
      }
    }
  };
};

// ingest/http/texts.ts
var PLACES2 = 4096;
var LONGEST_KEPT = 128;
var textCache = () => {
  const kept = Array(PLACES2).fill("");
  return (bytes, at, end) => {
    const length = end - at;
    if (length > LONGEST_KEPT) return latin1(bytes, at, end);
    let hash2 = length;
    for (let i = at; i < end; i++) hash2 = Math.imul(hash2 ^ bytes[i], 16777619);
    const place = (hash2 ^ hash2 >>> 15) & PLACES2 - 1;
    const known = kept[place];
    if (isText(known, bytes, at, length)) return known;
    const text2 = latin1(bytes, at, end);
    kept[place] = text2;
    return text2;
  };
};
var isText = (text2, bytes, at, length) => {
  if (text2.length !== length) return false;
  for (let i = 0; i < length; i++) if (text2.charCodeAt(i) !== bytes[at + i]) return false;
  return true;
};

// ingest/http/chunked.ts
var CR = 13;
var MOST_DIGITS = 13;
var MOST_LINE_BYTES = 4096;
var isEmptyLine = (bytes, at, end) => at === end || at + 1 === end && bytes[at] === CR;
var chunkSize = (bytes, at, end) => {
  const last = end > at && bytes[end - 1] === CR ? end - 1 : end;
  if (last === at || last - at > MOST_DIGITS) return unusual(bytes, at, last);
  let size = 0;
  for (let i = at; i < last; i++) {
    const digit3 = hexDigit(bytes[i]);
    if (digit3 < 0) return unusual(bytes, at, last);
    size = size * 16 + digit3;
  }
  return size;
};
var unusual = (bytes, at, end) => {
  const digits = /^\s*([\da-fA-F]{1,13})\s*(?:;|$)/.exec(latin1(bytes, at, Math.min(end, at + MOST_LINE_BYTES)))?.[1];
  return digits === void 0 ? -1 : Number.parseInt(digits, 16);
};
var hexDigit = (byte) => {
  if (byte >= 48 && byte <= 57) return byte - 48;
  const letter = byte | 32;
  return letter >= 97 && letter <= 102 ? letter - 87 : -1;
};

// ingest/http/talk.ts
var NOTHING3 = new Uint8Array(0);
var LEAST_BUFFER = 256;
var noLoss = () => ({ breaks: [], resumed: null, unpaired: [], skipped: false, sentSeq: 0, sentAck: NO_ACK });
var NOTHING_LOST = Object.freeze(noLoss());
var lossOf = (on) => {
  if (on.loss === NOTHING_LOST) on.loss = noLoss();
  return on.loss;
};
var side = (direction) => ({
  direction,
  mode: "start",
  left: 0,
  buffer: NOTHING3,
  filled: 0,
  firstTs: 0,
  firstSeq: 0,
  firstAck: 0,
  known: -1,
  message: null,
  retransmits: 0,
  waiting: [],
  loss: NOTHING_LOST,
  finished: false
});
var talk = (connection) => ({ connection, sides: [side(0), side(1)], clean: true, spoken: false, upgraded: null });
var peerOf = ({ sides }, { direction }) => sides[direction === 0 ? 1 : 0];
var passed = (asking, many) => {
  if (many === 0) return;
  if (many === 1 && asking.waiting.length === 1) asking.waiting.pop();
  else if (many === asking.waiting.length) asking.waiting.length = 0;
  else asking.waiting.splice(0, many);
  const { breaks } = asking.loss;
  if (breaks.length === 0) return;
  const left = breaks.filter((at) => at >= many);
  breaks.length = 0;
  for (const at of left) breaks.push(at - many);
};
var first = (on, chunk, at) => {
  on.firstTs = chunk.ts;
  on.firstSeq = chunk.seq + at - chunk.at | 0;
  on.firstAck = chunk.ack;
};
var keep2 = (on, bytes, at, end, held) => {
  const needed = on.filled + end - at;
  if (on.buffer.length < needed) {
    const larger = new Uint8Array(Math.max(LEAST_BUFFER, needed * 2));
    larger.set(on.buffer.subarray(0, on.filled));
    held.now += larger.length - on.buffer.length;
    on.buffer = larger;
  }
  on.buffer.set(bytes.subarray(at, end), on.filled);
  on.filled = needed;
};
var drop = (on, held) => {
  held.now -= on.buffer.length;
  on.buffer = NOTHING3;
  on.filled = 0;
};

// ingest/http/exchanges.ts
var MOST_WAITING = 1024;
var answering = (out, count) => {
  const letGo = (side2) => {
    if (side2.loss.unpaired.length === 0) return;
    for (const one of side2.loss.unpaired.splice(0)) if (one.state !== "open" || one !== side2.message) out(one);
  };
  const pairBack = (side2, asking, index) => {
    const { unpaired } = side2.loss;
    const from = asking.loss.breaks.findLast((at) => at <= index) ?? 0;
    const shift = index - unpaired.length;
    for (let i = 0; i < unpaired.length; i++) {
      const request2 = asking.waiting[i + shift];
      if (i + shift >= from && request2 !== void 0 && isPossible(request2, unpaired[i].seq, unpaired[i].ack)) unpaired[i].answers = request2;
    }
    letGo(side2);
  };
  const found = (on, side2, asking, index, sure) => {
    if (side2.loss.unpaired.length > 0) {
      if (sure) pairBack(side2, asking, index);
      else letGo(side2);
    }
    const request2 = asking.waiting[index] ?? null;
    passed(asking, index + 1);
    lossOf(side2).skipped = false;
    if (sure && asking.loss.breaks.length === 0 || asking.waiting.length === 0 && side2.mode !== "lost" && asking.mode !== "lost") on.clean = true;
    return request2;
  };
  const afterLoss = (on, side2, asking, one, ack) => {
    const { waiting, loss: { breaks, resumed } } = asking;
    const { unpaired, skipped } = side2.loss;
    const { seq } = one;
    const follows = !skipped && unpaired.length === 0;
    if (follows && breaks[0] !== 0 && waiting[0] !== void 0 && isPossible(waiting[0], seq, ack)) return found(on, side2, asking, 0, true);
    const possible = waiting.flatMap((request2, at) => isPossible(request2, seq, ack) ? [at] : []);
    const exact = possible.find((at) => waiting[at].ack === seq) ?? -1;
    if (exact >= 0) {
      const mine = !breaks.includes(exact) || waiting[exact] === resumed;
      if (mine && (skipped || exact <= unpaired.length)) return found(on, side2, asking, exact, true);
    } else if (possible.length === 1 && !breaks.some((at) => at >= possible[0])) return found(on, side2, asking, possible[0], false);
    if (possible.length > 0) {
      if (unpaired.length >= MOST_WAITING) {
        count("http1_waiting_dropped");
        letGo(side2);
      }
      lossOf(side2).unpaired.push(one);
    }
    return null;
  };
  return {
    sends: (side2, { seq, ack }) => {
      const loss = lossOf(side2);
      loss.sentSeq = seq;
      loss.sentAck = ack;
    },
    asks: (on, side2, one) => {
      const { waiting, loss: { breaks } } = side2;
      if (waiting.length >= MOST_WAITING) {
        passed(side2, 1);
        count("http1_waiting_dropped");
      }
      if (breaks.length > 0 && breaks.at(-1) === waiting.length) {
        const { sentSeq, sentAck } = peerOf(on, side2).loss;
        if (sentAck !== NO_ACK && one.ack !== NO_ACK && (one.ack - sentSeq | 0) > 0 && (sentAck - one.seq | 0) >= 0) lossOf(side2).resumed = one;
      }
      waiting.push(one);
    },
    answers: (on, side2, one) => {
      const asking = peerOf(on, side2);
      const isn = on.connection.isn[asking.direction];
      const ack = isn >= 0 && (one.ack - isn | 0) < 0 ? NO_ACK : one.ack;
      if (!on.clean) return afterLoss(on, side2, asking, one, ack);
      const index = firstPossible(asking.waiting, one.seq, ack);
      const request2 = asking.waiting[index] ?? null;
      passed(asking, index + 1);
      return request2;
    },
    lost: (on, side2) => {
      on.clean = false;
      const loss = lossOf(side2);
      loss.skipped = true;
      letGo(side2);
      if (loss.breaks.at(-1) !== side2.waiting.length) loss.breaks.push(side2.waiting.length);
    },
    lostStart: (on, side2, seq) => {
      const asking = peerOf(on, side2);
      if (on.clean && asking.waiting.length > 1) passed(asking, firstPossible(asking.waiting, seq, NO_ACK) + 1);
    },
    ended: (on, side2, fin) => {
      const asking = peerOf(on, side2);
      if (fin && asking.finished && side2.mode === "start" && side2.loss.unpaired.length > 0) pairBack(side2, asking, asking.waiting.length);
      letGo(side2);
      side2.finished = fin;
    },
    emit: (side2, one) => {
      if (side2.loss.unpaired.length === 0 || side2.loss.unpaired.at(-1) !== one) out(one);
    },
    letGo
  };
};
var firstPossible = (waiting, seq, ack) => {
  for (let at = 0; at < waiting.length; at++) if (isPossible(waiting[at], seq, ack)) return at;
  return -1;
};
var isPossible = (one, seq, ack) => (ack === NO_ACK || (one.seq - ack | 0) < 0) && (one.ack === NO_ACK || (one.ack - seq | 0) <= 0);

// ingest/http/grammar.ts
var TOKEN = Uint8Array.from({ length: 256 }, (_, byte) => /[!#$%&'*+\-.^_`|~0-9A-Za-z]/.test(String.fromCharCode(byte)) && byte < 128 ? 1 : 0);
var SP = 32;
var LF = 10;
var CR2 = 13;
var TAB = 9;
var ZERO = 48;
var SLASH = 47;
var VERSION_LENGTH = 8;
var LONGEST_METHOD = 24;
var LONGEST_LINE = 16384;
var KNOWN = new Set(`GET HEAD POST PUT DELETE CONNECT OPTIONS TRACE PATCH PROPFIND PROPPATCH MKCOL COPY MOVE LOCK UNLOCK VERSION-CONTROL
REPORT CHECKOUT CHECKIN UNCHECKOUT MKWORKSPACE UPDATE LABEL MERGE BASELINE-CONTROL MKACTIVITY ORDERPATCH ACL SEARCH BIND REBIND UNBIND
NOTIFY SUBSCRIBE UNSUBSCRIBE M-SEARCH PURGE LINK UNLINK SOURCE RPC_IN_DATA RPC_OUT_DATA BCOPY BDELETE BMOVE BPROPFIND BPROPPATCH POLL QUERY`.split(/\s+/));
var NEAR = 64;
var newlineIn = (bytes, at, end) => {
  const near = Math.min(end, at + NEAR);
  for (let i = at; i < near; i++) if (bytes[i] === LF) return i;
  if (near === end) return -1;
  const found = bytes.indexOf(LF, near);
  return found < end ? found : -1;
};
var HTTP = [72, 84, 84, 80, 47];
var isHttpVersion = (bytes, at, end) => {
  for (let i = 0; i < HTTP.length; i++) if (at + i >= end || bytes[at + i] !== HTTP[i]) return false;
  return true;
};
var mayBeVersion = (bytes, at, end) => {
  for (let i = 0; i < HTTP.length && at + i < end; i++) if (bytes[at + i] !== HTTP[i]) return false;
  return true;
};
var PREFACE_LINE = "* HTTP/2.0";
var isPreface = (bytes, at, end) => {
  const from = end - PREFACE_LINE.length;
  if (from < at) return false;
  for (let i = 0; i < PREFACE_LINE.length; i++) if (bytes[from + i] !== PREFACE_LINE.charCodeAt(i)) return false;
  return true;
};
var startOf = (bytes, at, end, strict) => {
  if (isHttpVersion(bytes, at, end)) {
    if (end - at < 12) return "more";
    return digit2(bytes, at + 5) && isStatus(bytes, at, end) ? "response" : "neither";
  }
  if (mayBeVersion(bytes, at, end)) return "more";
  let space = at;
  while (space < end && TOKEN[bytes[space]] === 1 && space - at <= LONGEST_METHOD) space++;
  if (space === end && space - at <= LONGEST_METHOD) return strict && end - at < 3 ? "neither" : "more";
  if (bytes[space] !== SP || space === at) return "neither";
  const line = newlineIn(bytes, space, end);
  if (line < 0) {
    if (end - at > LONGEST_LINE) return "neither";
    return !strict || KNOWN.has(latin1(bytes, at, space)) ? "more" : "neither";
  }
  const last = bytes[line - 1] === CR2 ? line - 1 : line;
  let version = last - 1;
  while (version > space && bytes[version] !== SP) version--;
  if (isPreface(bytes, space, last)) return "neither";
  if (isHttpVersion(bytes, version + 1, last)) return !strict && version > space || KNOWN.has(latin1(bytes, at, space)) ? "request" : "neither";
  if (strict) return "neither";
  if (latin1(bytes, at, space) === "GET") return bytes[space + 1] === SLASH ? "request" : "neither";
  return last - space > VERSION_LENGTH && bytes[space + 1] === SLASH && isHttpVersion(bytes, last - VERSION_LENGTH, last) ? "request" : "neither";
};
var requestLineIn = (bytes, at, end) => {
  let line = at;
  for (let i = at; i < end; i++) {
    if (bytes[i] !== LF) continue;
    const version = i - VERSION_LENGTH - 1;
    if (version > line && bytes[i - 1] === CR2 && bytes[version - 1] === SP && isHttpVersion(bytes, version, i)) {
      let space = line;
      while (bytes[space] !== SP) space++;
      let method = space;
      while (method > line && space - method < LONGEST_METHOD && isMethodByte(bytes[method - 1])) method--;
      if (space + 1 < version && KNOWN.has(latin1(bytes, method, space))) return method;
    }
    line = i + 1;
  }
  return -1;
};
var isMethodByte = (byte) => byte >= 65 && byte <= 90 || byte === 45 || byte === 95;
var isTelling = (bytes, at, end) => {
  if (isHttpVersion(bytes, at, end)) return end - at >= 12 && isStatus(bytes, at, end);
  let space = at;
  while (space < end && TOKEN[bytes[space]] === 1) space++;
  if (!KNOWN.has(latin1(bytes, at, space))) return false;
  let after = space + 1;
  while (after < end && bytes[after] > SP) after++;
  return after > space + 1 && after < end;
};
var digit2 = (bytes, at) => bytes[at] >= 48 && bytes[at] <= 57;
var isStatus = (bytes, at, end) => {
  let space = at + 5;
  while (space < end && (digit2(bytes, space) || bytes[space] === 46)) space++;
  if (bytes[space] !== SP) return false;
  while (space < end && (bytes[space] === SP || bytes[space] === TAB)) space++;
  while (space + 3 < end && bytes[space] === ZERO && digit2(bytes, space + 3)) space++;
  return space + 3 <= end && digit2(bytes, space) && digit2(bytes, space + 1) && digit2(bytes, space + 2) && (space + 3 === end || !digit2(bytes, space + 3));
};

// ingest/http/fields.ts
var LF2 = 10;
var CR3 = 13;
var SP2 = 32;
var TAB2 = 9;
var COLON = 58;
var ZERO2 = 48;
var MOST_DIGITS2 = 15;
var WANTED2 = Array.from({ length: 256 }, (_, byte) => {
  const names = [
    "host",
    "content-length",
    "transfer-encoding",
    "traceparent",
    "b3",
    "x-b3-traceid",
    "x-b3-spanid",
    "x-b3-parentspanid",
    "uber-trace-id",
    "sw8",
    "x-request-id"
  ].filter((name) => name.startsWith(String.fromCharCode(byte).toLowerCase()));
  return byte < 128 && names.length > 0 ? names : void 0;
});
var LOWER2 = Uint8Array.from({ length: 256 }, (_, byte) => byte >= 65 && byte <= 90 ? byte + 32 : byte);
var readFields = (bytes, from, end, text2) => {
  const fields = { host: null, contentLength: null, badLength: false, transferEncoding: null, traces: null, end: -1 };
  for (let at = from; at < end; ) {
    const newline = newlineIn(bytes, at, end);
    const next = newline < 0 ? end : newline;
    const first2 = bytes[at];
    if (newline >= 0 && (first2 === LF2 || first2 === CR3) && isEmpty(bytes, at, newline)) {
      fields.end = newline + 1;
      break;
    }
    const names = WANTED2[first2];
    if (names !== void 0) {
      for (const name of names) {
        const value = valueOf(bytes, at, next, name);
        if (value >= 0) {
          take(name, bytes, value, next, end, fields, text2);
          break;
        }
      }
    }
    at = next + 1;
  }
  return fields;
};
var isEmpty = (bytes, at, newline) => {
  let i = at;
  while (i < newline && bytes[i] === CR3) i++;
  return i === newline;
};
var valueOf = (bytes, at, end, name) => {
  const { length } = name;
  if (at + length >= end) return -1;
  for (let i = 1; i < length; i++) if (LOWER2[bytes[at + i]] !== name.charCodeAt(i)) return -1;
  let colon = at + length;
  while (colon < end && (bytes[colon] === SP2 || bytes[colon] === TAB2)) colon++;
  return colon < end && bytes[colon] === COLON ? colon + 1 : -1;
};
var isBlank = (byte) => byte === SP2 || byte === CR3 || byte === TAB2;
var take = (name, bytes, at, newline, end, fields, text2) => {
  const folded = newline + 1 < end && (bytes[newline + 1] === SP2 || bytes[newline + 1] === TAB2);
  if (folded) {
    takeText(name, latin1(bytes, at, foldedEnd(bytes, newline, end)).replace(/\r?\n[ \t]+/g, " ").trim(), fields);
    return;
  }
  let begin2 = at;
  let last = newline;
  while (begin2 < last && isBlank(bytes[begin2])) begin2++;
  while (last > begin2 && isBlank(bytes[last - 1])) last--;
  if (name === "content-length" && fields.contentLength === null) {
    const length = numberOf(bytes, begin2, last);
    if (length >= 0) {
      fields.contentLength = length;
      return;
    }
  }
  takeText(name, text2(bytes, begin2, last), fields);
};
var numberOf = (bytes, at, end) => {
  if (end === at || end - at > MOST_DIGITS2) return -1;
  let value = 0;
  for (let i = at; i < end; i++) {
    const digit3 = bytes[i] - ZERO2;
    if (digit3 < 0 || digit3 > 9) return -1;
    value = value * 10 + digit3;
  }
  return value;
};
var foldedEnd = (bytes, newline, end) => {
  let at = newline;
  while (at + 1 < end && (bytes[at + 1] === SP2 || bytes[at + 1] === TAB2)) {
    const next = bytes.indexOf(LF2, at + 1);
    if (next < 0 || next >= end) return end;
    at = next;
  }
  return at;
};
var takeText = (name, value, fields) => {
  switch (name) {
    case "host":
      fields.host ??= value;
      break;
    case "content-length": {
      for (const one of value.split(",")) {
        const length = /^\s*\+?\d+\s*$/.test(one) ? Math.min(Number(one), Number.MAX_SAFE_INTEGER) : null;
        if (length === null || fields.contentLength !== null && fields.contentLength !== length) fields.badLength = true;
        fields.contentLength ??= length;
      }
      break;
    }
    case "transfer-encoding":
      fields.transferEncoding = fields.transferEncoding === null ? value : `${fields.transferEncoding}, ${value}`;
      break;
    default: {
      fields.traces ??= /* @__PURE__ */ new Map();
      if (!fields.traces.has(name)) fields.traces.set(name, value);
    }
  }
};

// ingest/http/head.ts
var BARE = {
  slot: -1,
  method: null,
  target: null,
  protocol: "http/0.9",
  status: 0,
  host: null,
  framing: "close",
  length: 0,
  trace: null,
  bytes: -1
};
var MOST_BARE_HASHED = 64;
var CR4 = 13;
var SP3 = 32;
var H = 72;
var SLASH2 = 47;
var DOT = 46;
var ONE = 49;
var ZERO3 = 48;
var VERSION_BYTES = 8;
var STATUS_BYTES = 12;
var parseHead = (bytes, at, end, text2 = latin1) => {
  const newline = newlineIn(bytes, at, end);
  const lineEnd = newline < 0 ? end : newline;
  const last = lineEnd > at && bytes[lineEnd - 1] === CR4 ? lineEnd - 1 : lineEnd;
  const bare = newline >= 0 && !isVersioned(bytes, at, last);
  const fields = readFields(bytes, lineEnd + 1, bare ? lineEnd + 1 : end, text2);
  if (bare) fields.end = lineEnd + 1;
  return bytes[at] === H && bytes[at + 4] === SLASH2 ? response(bytes, at, last, fields) : request(bytes, at, last, newline < 0, fields, text2);
};
var isVersioned = (bytes, at, end) => {
  if (bytes[at + 4] === SLASH2 && bytes[at] === H) return true;
  let last = end;
  while (last > at && bytes[last - 1] === CR4) last--;
  return bytes[last - 8] === H && bytes[last - 4] === SLASH2;
};
var isChunked = ({ transferEncoding }) => transferEncoding !== null && (transferEncoding === "chunked" || /(^|[\s,;])chunked\b/i.test(transferEncoding));
var response = (bytes, at, last, fields) => {
  const usual = last - at >= STATUS_BYTES ? usualVersion(bytes, at) : null;
  const status = usual === null || bytes[at + VERSION_BYTES] !== SP3 ? -1 : threeDigits(bytes, at + VERSION_BYTES + 1, last);
  const { protocol, code: code2 } = usual !== null && status >= 0 ? { protocol: usual, code: status } : statusLine(latin1(bytes, at, Math.min(last, at + 40)));
  return {
    slot: -1,
    method: null,
    target: null,
    protocol,
    status: code2,
    host: null,
    trace: null,
    framing: isChunked(fields) ? "chunked" : fields.transferEncoding !== null || fields.contentLength === null || fields.badLength ? "close" : "length",
    length: fields.contentLength ?? 0,
    bytes: fields.end < 0 ? -1 : fields.end - at
  };
};
var statusLine = (line) => {
  const [, version = "1.1", code2 = "0"] = /^HTTP\/([\d.]*)[ \t]+0*(\d{3})(?!\d)/.exec(line) ?? [];
  return { protocol: `http/${version}`, code: Number(code2) };
};
var request = (bytes, at, last, endless, fields, text2) => {
  let space = at;
  while (space < last && bytes[space] !== SP3) space++;
  let versionAt = last;
  while (versionAt > space && bytes[versionAt - 1] !== SP3) versionAt--;
  const versioned = versionAt > space && bytes[versionAt] === H && bytes[versionAt + 4] === SLASH2;
  let targetAt = space;
  while (targetAt < last && bytes[targetAt] === SP3) targetAt++;
  let targetEnd = versioned || endless ? Math.max(versionAt, targetAt) : last;
  while (targetEnd > targetAt && bytes[targetEnd - 1] === SP3) targetEnd--;
  const usual = last - versionAt === VERSION_BYTES ? usualVersion(bytes, versionAt) : null;
  return {
    slot: -1,
    method: text2(bytes, at, space),
    target: text2(bytes, targetAt, targetEnd),
    protocol: versioned ? usual ?? `http/${latin1(bytes, versionAt + 5, last)}` : "http/0.9",
    status: 0,
    host: fields.host,
    trace: fields.traces === null ? null : traceOf(fields.traces),
    framing: isChunked(fields) ? "chunked" : fields.contentLength === null ? "none" : "length",
    length: fields.contentLength ?? 0,
    bytes: fields.end < 0 ? -1 : fields.end - at
  };
};
var usualVersion = (bytes, at) => {
  if (bytes[at + 5] !== ONE || bytes[at + 6] !== DOT) return null;
  const minor = bytes[at + 7];
  return minor === ONE ? "http/1.1" : minor === ZERO3 ? "http/1.0" : null;
};
var threeDigits = (bytes, at, end) => {
  const a = bytes[at] - ZERO3;
  const b = bytes[at + 1] - ZERO3;
  const c = bytes[at + 2] - ZERO3;
  if (a < 0 || a > 9 || b < 0 || b > 9 || c < 0 || c > 9) return -1;
  if (at + 3 < end && bytes[at + 3] >= ZERO3 && bytes[at + 3] <= ZERO3 + 9) return -1;
  return a * 100 + b * 10 + c;
};

// ingest/http/found.ts
var SP4 = 32;
var LF3 = 10;
var LONGEST_METHOD2 = 24;
var requestIn = (bytes, at, end) => {
  for (let from = at; from < end; ) {
    const begin2 = requestLineIn(bytes, from, end);
    if (begin2 < 0) return -1;
    const behind2 = behindRequest(bytes, begin2, end);
    if (behind2 === end || behind2 >= 0 && isRequest(bytes, behind2, end)) return begin2;
    from = begin2 + 1;
    while (from < end && bytes[from - 1] !== LF3) from++;
  }
  return -1;
};
var isRequest = (bytes, at, end) => {
  const start = startOf(bytes, at, end, true);
  if (start !== "more") return start === "request";
  for (let i = at; i < Math.min(end, at + LONGEST_METHOD2); i++) if (bytes[i] === SP4) return true;
  return false;
};
var behindRequest = (bytes, at, end) => {
  if (startOf(bytes, at, end, true) !== "request") return -1;
  const { bytes: length, framing, length: body } = parseHead(bytes, at, end, latin1);
  if (length < 0) return -1;
  const from = at + length;
  if (framing === "chunked") return behindChunks(bytes, from, end);
  const to = framing === "length" ? from + body : from;
  return to <= end ? to : -1;
};
var behindChunks = (bytes, from, end) => {
  for (let at = from, trailers = false; at < end; ) {
    const newline = newlineIn(bytes, at, end);
    if (newline < 0) return -1;
    if (trailers) {
      if (isEmptyLine(bytes, at, newline)) return newline + 1;
      at = newline + 1;
      continue;
    }
    const size = chunkSize(bytes, at, newline);
    if (size < 0) return -1;
    trailers = size === 0;
    at = newline + 1;
    if (trailers) continue;
    const behind2 = newlineIn(bytes, at + size, end);
    if (at + size > end || behind2 < 0 || !isEmptyLine(bytes, at + size, behind2)) return -1;
    at = behind2 + 1;
  }
  return -1;
};

// ingest/http/known-heads.ts
var SETS = 2048;
var WAYS = 4;
var PLACES3 = SETS * WAYS;
var SEEN = 32768;
var WORD_BYTES = 8;
var LEAST_KEPT = WORD_BYTES;
var LONGEST_KEPT2 = 1024;
var FIRST_WORDS = 2048;
var MOST_WORDS = 524288;
var PLACED_BYTES = 64;
var knownHeads = () => {
  const kept = Array(PLACES3).fill(void 0);
  const lengths = new Int32Array(PLACES3);
  const begins = new Int32Array(PLACES3);
  let words = new Float64Array(FIRST_WORDS);
  let used = 0;
  const ways = new Uint8Array(SETS);
  const seen = new Int32Array(SEEN);
  let buffer = new Uint8Array(0);
  let view = new DataView(buffer.buffer);
  let set = 0;
  const setOf = (at, end) => {
    const to = Math.min(at + PLACED_BYTES, end) - 8;
    let a = end - at;
    let b = 0;
    for (let i = at; i <= to; i += 8) {
      a = Math.imul(a ^ view.getInt32(i, true), 16777619);
      b = Math.imul(b ^ view.getInt32(i + 4, true), 16777619);
    }
    return finish(a ^ (b << 13 | b >>> 19)) & SETS - 1;
  };
  const isAt = (slot, at, end) => {
    const length = lengths[slot];
    if (length === 0 || at + length > end) return false;
    let word3 = begins[slot];
    const last = at + length - WORD_BYTES;
    for (let i = at; i <= last; i += WORD_BYTES) if (view.getFloat64(i, true) !== words[word3++]) return false;
    return view.getFloat64(last, true) === words[word3];
  };
  const roomFor = (more) => {
    if (used + more <= words.length) return;
    if (words.length < MOST_WORDS) {
      const larger = new Float64Array(words.length * 2);
      larger.set(words);
      words = larger;
      return;
    }
    lengths.fill(0);
    used = 0;
  };
  const copy = (at, length) => {
    const last = at + length - WORD_BYTES;
    let word3 = used;
    for (let i = at; i <= last; i += WORD_BYTES) words[word3++] = view.getFloat64(i, true);
    words[word3] = view.getFloat64(last, true);
    for (let i = used; i <= word3; i++) if (!(words[i] < 0 || words[i] > 0)) return false;
    return true;
  };
  return {
    find: (bytes, at, end, likely) => {
      if (bytes !== buffer) {
        buffer = bytes;
        view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      }
      if (likely >= 0 && isAt(likely, at, end)) return likely;
      set = setOf(at, end);
      for (let slot = set * WAYS; slot < (set + 1) * WAYS; slot++) if (isAt(slot, at, end)) return slot;
      return -1;
    },
    at: (slot) => kept[slot],
    learn: (at, head, hash2) => {
      const one = hash2[0] & SEEN - 1;
      const again = seen[one] === hash2[1];
      seen[one] = hash2[1];
      if (!again || head.bytes < LEAST_KEPT || head.bytes > LONGEST_KEPT2) return;
      roomFor(LONGEST_KEPT2 / WORD_BYTES + 1);
      if (!copy(at, head.bytes)) return;
      const slot = set * WAYS + ways[set];
      ways[set] = (ways[set] + 1) % WAYS;
      kept[slot] = { head: { ...head, slot }, hash: Int32Array.from(hash2) };
      lengths[slot] = head.bytes;
      begins[slot] = used;
      used += (head.bytes >> 3) + 1;
    }
  };
};

// ingest/http/http1.ts
var CR5 = 13;
var LF4 = 10;
var MOST_HEAD_BYTES = 256 << 10;
var MOST_LINE_BYTES2 = 4096;
var http1Parser = (emit, count, strings, sayings, held, reader = null) => {
  const heads = knownHeads();
  const pairs = answering(emit, count);
  const fresh = emptyHash();
  const holding2 = /* @__PURE__ */ new Map();
  const letGo = (side2) => {
    if (side2.filled === 0) return;
    drop(side2, held);
    holding2.delete(side2);
  };
  const hold3 = (on, side2, bytes, at, end2) => {
    if (side2.filled === 0) holding2.set(side2, on);
    keep2(side2, bytes, at, end2, held);
    while (held.now > held.most) {
      const oldest = holding2.entries().next().value;
      if (oldest === void 0) return;
      count("http1_held_given_up");
      lose2(oldest[1], oldest[0], oldest[0].firstTs);
    }
  };
  const finish2 = (side2, state, ts) => {
    const { message } = side2;
    side2.message = null;
    side2.mode = "start";
    if (message !== null) {
      end(side2, message, state, ts);
      pairs.emit(side2, message);
    }
  };
  const end = (side2, message, state, ts) => {
    message.state = state;
    message.lastTs = ts;
    message.retransmits += side2.retransmits;
    side2.retransmits = 0;
  };
  const lose2 = (on, side2, ts) => {
    if (side2.mode === "head") {
      const tells = isTelling(side2.buffer, 0, side2.filled);
      count(tells ? "http1_heads_cut" : "http1_starts_cut");
      if (tells) {
        side2.message = messageOf(on, side2, parseHead(side2.buffer, 0, side2.filled, strings), hashBytes(side2.buffer, 0, side2.filled, fresh));
        if (side2.message !== null) pairs.emit(side2, side2.message);
      }
    }
    letGo(side2);
    finish2(side2, "cut", ts);
    side2.mode = "lost";
    pairs.lost(on, side2);
  };
  const body = (message, bytes, at, to, last) => {
    message.bodyBytes += to - at;
    if (reader !== null) reader.body(message, bytes, at, to, last);
  };
  const messageOf = (on, side2, head2, hash2) => {
    const { status } = head2;
    on.spoken = true;
    if (status >= 100 && status < 200 && status !== 101) {
      count("http1_interim");
      return null;
    }
    const { firstTs, firstSeq, firstAck } = side2;
    const isRequest2 = head2.method !== null;
    const said = head2.slot >= 0 ? head2 : isRequest2 ? sayings.request(head2.protocol, head2.method, head2.target, head2.host) : sayings.response(head2.protocol, status);
    const one = {
      kind: isRequest2 ? "request" : "response",
      connection: on.connection,
      direction: side2.direction,
      stream: 0,
      said,
      firstTs,
      seq: firstSeq,
      ack: firstAck,
      hash0: hash2[0],
      hash1: hash2[1],
      trace: head2.trace,
      answers: null,
      state: "open",
      lastTs: firstTs,
      bodyBytes: 0,
      gapBytes: 0,
      retransmits: 0,
      pending: null
    };
    if (isRequest2) pairs.asks(on, side2, one);
    else one.answers = pairs.answers(on, side2, one);
    return one;
  };
  const take2 = (on, side2, head2, hash2, chunk, at) => {
    const one = messageOf(on, side2, head2, hash2);
    side2.mode = "start";
    if (one === null) return at;
    const { method, status } = one.said;
    if (status === 101 || status >= 200 && status < 300 && one.answers?.said.method === "CONNECT") {
      open2(side2, one, "none", 0, chunk, at);
      tunnel(on, side2, one);
      return at;
    }
    const bodiless = method === "CONNECT" || status === 204 || status === 304 || one.answers?.said.method === "HEAD";
    return open2(side2, one, bodiless ? "none" : head2.framing, head2.length, chunk, at);
  };
  const open2 = (side2, one, framing2, length, { ts, end: to, bytes }, at) => {
    if (framing2 === "none" || framing2 === "length" && length <= to - at) {
      const behind2 = framing2 === "none" ? at : at + length;
      body(one, bytes, at, behind2, true);
      end(side2, one, "complete", ts);
      pairs.emit(side2, one);
      return behind2;
    }
    side2.message = one;
    side2.left = length;
    side2.mode = framing2 === "length" ? "fixed" : framing2 === "chunked" ? "size" : "close";
    pairs.emit(side2, one);
    return at;
  };
  const tunnel = (on, side2, one) => {
    const asking = peerOf(on, side2);
    if (asking.message !== null) finish2(asking, "complete", asking.message.lastTs);
    pairs.letGo(side2);
    side2.mode = "opaque";
    asking.mode = "opaque";
    if (one.said.status !== 101) return;
    count("http1_upgrades");
    on.upgraded = one.answers;
  };
  const start = (on, side2, chunk, from) => {
    const { bytes, end: to } = chunk;
    let at = from;
    while (at < to && (bytes[at] === CR5 || bytes[at] === LF4)) at++;
    if (at === to) return to;
    first(side2, chunk, at);
    const { waiting } = peerOf(on, side2);
    if (waiting.length > 0 && waiting[0].said.protocol === "http/0.9" && !mayBeVersion(bytes, at, to)) {
      return take2(on, side2, BARE, hashBytes(bytes, at, Math.min(to, at + MOST_BARE_HASHED), fresh), chunk, at);
    }
    const slot = heads.find(bytes, at, to, side2.known);
    if (slot < 0) return head(on, side2, chunk, at);
    side2.known = slot;
    const known = heads.at(slot);
    return take2(on, side2, known.head, known.hash, chunk, at + known.head.bytes);
  };
  const head = (on, side2, chunk, at) => {
    const { bytes, end: to, ts } = chunk;
    const began = side2.filled > 0;
    if (began) hold3(on, side2, bytes, at, to);
    if (began && side2.filled === 0) return to;
    const text2 = began ? side2.buffer : bytes;
    const from = began ? 0 : at;
    const until = began ? side2.filled : to;
    const kind = startOf(text2, from, until, side2.mode === "lost");
    if (kind === "neither") {
      if (side2.mode === "lost" && !began) {
        const next = requestIn(bytes, at, to);
        if (next >= 0) side2.mode = "start";
        return next < 0 ? to : next;
      }
      if (side2.mode !== "lost") count("http1_not_a_message");
      lose2(on, side2, ts);
      return began && at === chunk.at ? at : to;
    }
    const found = kind === "more" ? null : parseHead(text2, from, until, strings);
    if (found === null || found.bytes < 0) {
      if (until - from > MOST_HEAD_BYTES) {
        count("http1_heads_too_long");
        lose2(on, side2, ts);
        return to;
      }
      side2.mode = "head";
      if (!began) hold3(on, side2, bytes, at, to);
      return to;
    }
    const hash2 = hashBytes(text2, from, from + found.bytes, fresh);
    if (side2.mode === "start") heads.learn(at, found, hash2);
    const rest = to - (until - from - found.bytes);
    letGo(side2);
    return take2(on, side2, found, hash2, chunk, rest);
  };
  const line = (on, side2, chunk, at) => {
    const newline = newlineIn(chunk.bytes, at, chunk.end);
    if (newline >= 0 && side2.filled === 0) return newline;
    hold3(on, side2, chunk.bytes, at, newline < 0 ? chunk.end : newline + 1);
    if (newline < 0 && side2.filled > MOST_LINE_BYTES2) lose2(on, side2, chunk.ts);
    return newline;
  };
  const spoilt = (on, side2, { ts, end: to }) => {
    count("http1_bad_chunks");
    lose2(on, side2, ts);
    return to;
  };
  const framing = (on, side2, chunk, at) => {
    const newline = line(on, side2, chunk, at);
    if (newline < 0) return chunk.end;
    const text2 = side2.filled === 0 ? chunk.bytes : side2.buffer;
    const from = side2.filled === 0 ? at : 0;
    const to = side2.filled === 0 ? newline : side2.filled - 1;
    const empty = isEmptyLine(text2, from, to);
    const size = side2.mode === "size" ? chunkSize(text2, from, to) : 0;
    letGo(side2);
    if (side2.mode === "trailers") {
      if (empty) finish2(side2, "complete", chunk.ts);
    } else if (side2.mode === "data_end") {
      if (!empty) return spoilt(on, side2, chunk);
      side2.mode = "size";
    } else {
      if (size < 0) return spoilt(on, side2, chunk);
      side2.left = size;
      side2.mode = size === 0 ? "trailers" : "data";
    }
    return newline + 1;
  };
  const step = (on, side2, chunk, at) => {
    const { end: to, ts } = chunk;
    switch (side2.mode) {
      case "start":
        return start(on, side2, chunk, at);
      case "head":
        return head(on, side2, chunk, at);
      case "fixed":
      case "data": {
        const length = Math.min(side2.left, to - at);
        side2.left -= length;
        body(side2.message, chunk.bytes, at, at + length, side2.left === 0 && side2.mode === "fixed");
        if (side2.left === 0) {
          if (side2.mode === "fixed") finish2(side2, "complete", ts);
          else side2.mode = "data_end";
        }
        return at + length;
      }
      case "data_end":
      case "size":
      case "trailers":
        return framing(on, side2, chunk, at);
      case "close":
        body(side2.message, chunk.bytes, at, to, false);
        side2.message.lastTs = ts;
        return to;
      case "opaque":
        return to;
      // Only where a segment begins may a message be told from a body's bytes.
      case "lost":
        if (at !== chunk.at) return to;
        first(side2, chunk, at);
        return head(on, side2, chunk, at);
      default:
        return side2.mode;
    }
  };
  return {
    open: talk,
    data: (on, chunk) => {
      const side2 = on.sides[chunk.direction];
      side2.retransmits += chunk.retransmits;
      if (!on.clean) pairs.sends(side2, chunk);
      for (let { at } = chunk; at < chunk.end; ) at = step(on, side2, chunk, at);
    },
    gap: (on, { direction, length, ts, seq }) => {
      const side2 = on.sides[direction];
      if (side2.mode === "opaque") return;
      if (side2.mode === "start") pairs.lostStart(on, side2, seq);
      const { message } = side2;
      const inBody = side2.mode === "fixed" || side2.mode === "data";
      if (message !== null && (inBody && length <= side2.left || side2.mode === "close")) {
        message.gapBytes += length;
        message.bodyBytes += length;
        if (side2.mode === "close") return;
        side2.left -= length;
        if (side2.left === 0) {
          if (side2.mode === "fixed") finish2(side2, "complete", ts);
          else side2.mode = "data_end";
        }
        return;
      }
      if (message !== null) message.gapBytes += inBody ? side2.left : 0;
      lose2(on, side2, ts);
    },
    end: (on, { direction, ts, why }) => {
      const side2 = on.sides[direction];
      const { message } = side2;
      if (message !== null) finish2(side2, side2.mode === "close" && why === "fin" ? "complete" : "cut", message.lastTs > ts ? message.lastTs : ts);
      if (side2.mode === "head") lose2(on, side2, ts);
      letGo(side2);
      pairs.ended(on, side2, why === "fin");
      side2.mode = "opaque";
    }
  };
};

// ingest/http/said.ts
var MOST_TARGETS = 4096;
var LONGEST_TARGET = 256;
var saidHeads = () => {
  const requests = /* @__PURE__ */ new Map();
  const responses = /* @__PURE__ */ new Map();
  return {
    request: (protocol, method, target, host) => {
      const key = target ?? "";
      const kept = requests.get(key);
      if (kept !== void 0 && kept.method === method && kept.host === host && kept.protocol === protocol && kept.target === target) return kept;
      const short = key.length <= LONGEST_TARGET;
      if (short && kept === void 0 && requests.size >= MOST_TARGETS) requests.clear();
      const said = { slot: short ? kept?.slot ?? PLACES3 + requests.size : -1, protocol, method, target, host, status: 0 };
      if (short) requests.set(key, said);
      return said;
    },
    response: (protocol, status) => {
      const of = responses.get(protocol) ?? [];
      if (of.length === 0) responses.set(protocol, of);
      const kept = of[status];
      if (kept !== void 0) return kept;
      const said = { slot: -1, protocol, method: null, target: null, host: null, status };
      if (status < 1e3) of[status] = said;
      return said;
    }
  };
};

// ingest/http/parser.ts
var PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
var ENOUGH_PREFACE = 16;
var prefaceBytes = ({ bytes, at, end }) => {
  const length = Math.min(end - at, PREFACE.length);
  for (let i = 0; i < length; i++) if (bytes[at + i] !== PREFACE.charCodeAt(i)) return -1;
  return length;
};
var isTls = ({ bytes, at, end }) => end - at >= 3 && bytes[at] === 22 && bytes[at + 1] === 3 && bytes[at + 2] <= 4;
var PASS = { data: () => {
}, gap: () => {
}, end: () => {
} };
var httpParser = (next, count, protocols, held, reader = null) => {
  const ended2 = [];
  const connections = [];
  const strings = textCache();
  const heads = saidHeads();
  const parts = holding(held);
  const emit = (item) => {
    next.push(item);
  };
  const http1 = http1Parser(emit, count, strings, heads, held, reader);
  const opened = ({ connection }) => {
    const on = { http1: http1.open(connection), parser: null, seen: [false, false], whole: connection.openedAt !== null, held: null };
    connections[connection.slot] = on;
    return on;
  };
  const switchTo2 = (on, { connection, direction }, preface) => {
    count("h2_connections");
    if (!preface && on.http1.upgraded === null && !on.whole) count("h2_without_preface");
    const { upgraded } = on.http1;
    const missed = upgraded === null ? [on.seen[0], on.seen[1]] : [false, false];
    if (preface) missed[direction] = false;
    const known = on.whole || preface || upgraded !== null;
    if (!known) missed[direction === 0 ? 1 : 0] = true;
    const { opener } = connection;
    const expected = on.whole && opener >= 0 && opener !== direction && !on.seen[opener === 0 ? 0 : 1] ? opener : -1;
    on.parser = protocols.http2?.parser(connection, emit, count, { whole: known, missed, upgraded, preface: preface ? direction : upgraded?.direction ?? expected, strings, heads, holding: parts, reader }) ?? PASS;
  };
  const upgradedAt = ({ bytes, at, end }) => {
    for (let i = at; i + 3 < end; i++) {
      if (bytes[i] === 13 && bytes[i + 1] === 10 && bytes[i + 2] === 13 && bytes[i + 3] === 10) {
        return protocols.http2?.beginsWithFrame(bytes, i + 4, end) === true ? i + 4 : -1;
      }
    }
    return -1;
  };
  const mayChange = ({ parser, http1: { spoken, upgraded } }) => parser === null && (!spoken || upgraded !== null);
  const isHttp2 = (chunk) => chunk.bytes[chunk.at] === 0 && protocols.http2?.beginsWithFrame(chunk.bytes, chunk.at, chunk.end) === true;
  const parse = ({ parser, http1: on }, chunk) => {
    if (parser === null) http1.data(on, chunk);
    else parser.data(chunk);
  };
  const read = (on, chunk) => {
    const { bytes, at, direction } = chunk;
    if (mayChange(on)) {
      if (!on.seen[0] && !on.seen[1] && isTls(chunk)) count("tls_connections");
      if (bytes[at] === PREFACE.charCodeAt(0)) {
        const length = prefaceBytes(chunk);
        if (length >= ENOUGH_PREFACE) switchTo2(on, chunk, true);
        else if (length === chunk.end - at) {
          on.held = { ...chunk, bytes: bytes.slice(at, chunk.end), at: 0, end: length };
          return;
        }
      } else if (isHttp2(chunk)) switchTo2(on, chunk, false);
    }
    const before = on.http1.upgraded;
    parse(on, chunk);
    on.seen[direction] = true;
    if (before !== null || on.http1.upgraded === null || on.parser !== null) return;
    const rest = upgradedAt(chunk);
    if (rest < 0) return;
    switchTo2(on, chunk, false);
    parse(on, { ...chunk, at: rest, seq: chunk.seq + rest - at | 0, retransmits: 0 });
  };
  const release = (on, more) => {
    const before = on.held;
    if (before === null || before.direction !== more.direction) return;
    on.held = null;
    if (more.kind !== "data") {
      parse(on, before);
      return;
    }
    const joined = new Uint8Array(before.end + Math.min(more.end - more.at, PREFACE.length));
    joined.set(before.bytes);
    joined.set(more.bytes.subarray(more.at, more.at + joined.length - before.end), before.end);
    if (prefaceBytes({ ...before, bytes: joined, end: joined.length }) >= ENOUGH_PREFACE) switchTo2(on, before, true);
    parse(on, before);
  };
  return {
    push: (chunk) => {
      const { slot } = chunk.connection;
      const on = connections[slot] ?? opened(chunk);
      if (on.held !== null) release(on, chunk);
      switch (chunk.kind) {
        case "data":
          read(on, chunk);
          return;
        case "gap":
          if (on.parser !== null) {
            on.parser.gap(chunk);
            return;
          }
          on.whole = false;
          http1.gap(on.http1, chunk);
          return;
        case "end": {
          if (on.parser === null) http1.end(on.http1, chunk);
          else on.parser.end(chunk);
          next.push({ kind: "over", connection: chunk.connection, direction: chunk.direction, ts: chunk.ts });
          ended2[slot] = (ended2[slot] ?? 0) + 1;
          if (ended2[slot] === 2) {
            ended2[slot] = 0;
            connections[slot] = void 0;
          }
          return;
        }
        default:
          chunk;
      }
    },
    advance: next.advance,
    close: next.close
  };
};

// ingest/last-look.ts
var REMEMBERED = 1024;
var believableRows = (next, count, anyTime = false) => ({
  push: (row) => {
    if (!isBelievable(row.ts)) {
      count("exchanges_time_absurd");
      if (!anyTime) return;
    }
    next.push(row);
  },
  advance: next.advance,
  close: next.close
});
var idNumber = (id) => word2(id, 0, 6) * 2 ** 24 + (word2(id, 6, 8) * 2 ** 16 + word2(id, 9, 13));
var word2 = (digits, from, to) => {
  let value = 0;
  for (let i = from; i < to; i++) {
    const code2 = digits.charCodeAt(i);
    value = value << 4 | (code2 < 58 ? code2 - 48 : code2 - 87);
  }
  return value;
};
var placeNumber = ({ network, client_ip: client }) => {
  let hash2 = network.length;
  for (let i = 0; i < network.length; i++) hash2 = Math.imul(hash2 ^ network.charCodeAt(i), 16777619);
  for (let i = 0; i < client.length; i++) hash2 = Math.imul(hash2 ^ client.charCodeAt(i), 16777619);
  return finish(hash2);
};
var copyCounter = (count) => {
  const ids = new Float64Array(REMEMBERED).fill(-1);
  const places2 = new Uint32Array(REMEMBERED);
  return (id, place) => {
    const at = id % REMEMBERED;
    if (ids[at] === id) {
      if (places2[at] !== place) count("exchanges_seen_again");
      return;
    }
    ids[at] = id;
    places2[at] = place;
  };
};
var countedCopies = (next, count) => {
  const look = copyCounter(count);
  return {
    push: (row) => {
      look(idNumber(row.exchange_id), placeNumber(row));
      next.push(row);
    },
    advance: next.advance,
    close: next.close
  };
};

// ingest/reassembly/limits.ts
var REASSEMBLY_LIMITS = {
  flows: 1e6,
  heldBytes: 4 << 20,
  heldBytesAll: 256 << 20,
  acknowledgedHoleUs: 1e5,
  holeUs: 3e7,
  idleUs: 6e8
};
var LINGER_US = 6e7;
var MOST_LINGERING = 65536;

// ingest/reassembly/flow-table.ts
var WORDS = 11;
var WORDS_V4 = 5;
var EMPTY = -1;
var mix = (h, word3) => {
  const k = Math.imul(word3, 3432918353);
  const x = h ^ Math.imul(k << 15 | k >>> 17, 461845907);
  return Math.imul(x << 13 | x >>> 19, 5) + 3864292196 | 0;
};
var flowTable = (capacity) => {
  let slots = new Int32Array(1024).fill(EMPTY);
  let keys = new Int32Array(512 * WORDS);
  let flipped = new Uint8Array(512);
  let hashes = new Uint32Array(512);
  const free = [];
  let used = 0;
  let size = 0;
  const key = new Int32Array(WORDS);
  let words = WORDS;
  let hash2 = 0;
  let swapped = 0;
  let direction = 0;
  const put2 = (bytes, at, length, from) => {
    for (let i = 0; i < length; i += 4) key[from + (i >> 1)] = wordAt(bytes, at + i);
  };
  const load = (segment) => {
    const { bytes, srcAt, dstAt, addressBytes, srcPort, dstPort, network } = segment;
    let order = 0;
    for (let i = 0; i < addressBytes && order === 0; i++) order = bytes[srcAt + i] - bytes[dstAt + i];
    if (order === 0) order = srcPort - dstPort;
    swapped = order > 0 ? 1 : 0;
    key[0] = swapped === 1 ? dstPort << 16 | srcPort : srcPort << 16 | dstPort;
    key[1] = network | 0;
    key[2] = network === 0 ? addressBytes : (network / 2 ** 32 | 0) * 32 + addressBytes;
    words = addressBytes === 4 ? WORDS_V4 : WORDS;
    put2(bytes, srcAt, addressBytes, swapped === 1 ? 4 : 3);
    put2(bytes, dstAt, addressBytes, swapped === 1 ? 3 : 4);
    let h = Math.imul(key[0], 2654435761) ^ Math.imul(key[1] ^ key[2], 668265263) ^ Math.imul(key[3], 2246822507) ^ Math.imul(key[4], 3266489909);
    for (let i = WORDS_V4; i < words; i++) h = mix(h, key[i]);
    hash2 = finish(h);
  };
  const same2 = (index) => {
    if (hashes[index] !== hash2) return false;
    const at = index * WORDS;
    for (let i = 0; i < words; i++) if (keys[at + i] !== key[i]) return false;
    return true;
  };
  const placeOf2 = (wanted, index) => {
    const mask = slots.length - 1;
    let at = wanted & mask;
    while (slots[at] !== EMPTY && slots[at] !== index) at = at + 1 & mask;
    return at;
  };
  const grow2 = () => {
    const old = slots;
    slots = new Int32Array(old.length * 2).fill(EMPTY);
    for (const index of old) if (index !== EMPTY) slots[placeOf2(hashes[index], index)] = index;
  };
  const room = (index) => {
    if (index < hashes.length) return;
    const larger = hashes.length * 2;
    const copies = [new Int32Array(larger * WORDS), new Uint8Array(larger), new Uint32Array(larger)];
    copies[0].set(keys);
    copies[1].set(flipped);
    copies[2].set(hashes);
    [keys, flipped, hashes] = copies;
  };
  return {
    find: (segment) => {
      load(segment);
      const mask = slots.length - 1;
      for (let at = hash2 & mask; ; at = at + 1 & mask) {
        const index = slots[at];
        if (index === EMPTY) {
          direction = 0;
          return -1;
        }
        if (!same2(index)) continue;
        direction = flipped[index] === swapped ? 0 : 1;
        return index;
      }
    },
    direction: () => direction,
    insert: () => {
      if (size >= capacity) return -1;
      const index = free.pop() ?? used++;
      room(index);
      keys.set(key, index * WORDS);
      flipped[index] = swapped;
      hashes[index] = hash2;
      if (++size * 2 > slots.length) grow2();
      slots[placeOf2(hash2, index)] = index;
      return index;
    },
    remove: (index) => {
      const mask = slots.length - 1;
      let hole = placeOf2(hashes[index], index);
      slots[hole] = EMPTY;
      for (let at = hole + 1 & mask; slots[at] !== EMPTY; at = at + 1 & mask) {
        const home = hashes[slots[at]] & mask;
        if ((at - home & mask) < (at - hole & mask)) continue;
        slots[hole] = slots[at];
        slots[at] = EMPTY;
        hole = at;
      }
      free.push(index);
      size--;
    },
    size: () => size
  };
};

// ingest/reassembly/half.ts
var NOTHING_HELD = [];
var heldOf = (side2) => {
  if (side2.held === NOTHING_HELD) side2.held = [];
  return side2.held;
};
var half = (ts) => ({
  started: false,
  next: 0,
  position: 0,
  held: NOTHING_HELD,
  heldBytes: 0,
  holeSince: -1,
  holeSegments: 0,
  acknowledged: -1,
  finAt: -1,
  ended: false,
  retransmits: 0,
  lastTs: ts
});
var renew = (side2, ts) => {
  side2.started = side2.ended = false;
  side2.next = side2.position = side2.heldBytes = side2.holeSegments = side2.retransmits = 0;
  side2.held = NOTHING_HELD;
  side2.holeSince = side2.acknowledged = side2.finAt = -1;
  side2.lastTs = ts;
};
var MOST_AWAITED = 64 << 10;
var startAt = (side2, seq, likely) => {
  if (side2.started) return;
  const ahead = seq - side2.next | 0;
  side2.started = true;
  if (!likely || side2.next === 0 || ahead < 0 || ahead > MOST_AWAITED) side2.next = seq;
};
var positionOf = (side2, seq) => side2.position + (seq - side2.next | 0);
var isReady = (side2) => side2.held[0] !== void 0 && side2.held[0].position <= side2.position;
var hasHole = (side2) => {
  const first2 = side2.held[0];
  return first2 === void 0 ? side2.acknowledged > side2.position : first2.position > side2.position;
};

// ingest/reassembly/held.ts
var hold2 = (list, add) => {
  const { position, bytes, ts, ordinal, ack } = add;
  const last = list.at(-1);
  if (bytes.length > 0 && (last === void 0 || last.position + last.bytes.length <= position)) {
    list.push({ position, bytes: bytes.slice(), ts, ordinal, ack });
    return bytes.length;
  }
  let from = add.position;
  const to = add.position + add.bytes.length;
  let fresh = 0;
  let at = list.findLastIndex((held) => held.position <= from);
  if (at < 0) at = 0;
  while (from < to) {
    const here = list[at];
    if (here !== void 0 && here.position + here.bytes.length <= from) {
      at++;
      continue;
    }
    if (here !== void 0 && here.position <= from) {
      from = here.position + here.bytes.length;
      at++;
      continue;
    }
    const until = here === void 0 ? to : Math.min(to, here.position);
    list.splice(at, 0, { ...add, position: from, bytes: add.bytes.slice(from - add.position, until - add.position) });
    fresh += until - from;
    from = until;
    at++;
  }
  return fresh;
};

// ingest/reassembly/activity.ts
var NONE2 = -1;
var activityList = () => {
  let before = new Int32Array(1024).fill(NONE2);
  let after = new Int32Array(1024).fill(NONE2);
  let head = NONE2;
  let tail = NONE2;
  const linked = (index) => index === head || before[index] !== NONE2;
  const unlink = (index) => {
    const previous = before[index];
    const following = after[index];
    if (previous === NONE2) head = following;
    else after[previous] = following;
    if (following === NONE2) tail = previous;
    else before[following] = previous;
    before[index] = NONE2;
    after[index] = NONE2;
  };
  const grown2 = (list, least) => {
    const larger = new Int32Array(Math.max(list.length * 2, least + 1)).fill(NONE2);
    larger.set(list);
    return larger;
  };
  return {
    touch: (index) => {
      if (index === tail) return;
      if (index >= before.length) {
        before = grown2(before, index);
        after = grown2(after, index);
      }
      if (linked(index)) unlink(index);
      before[index] = tail;
      if (tail === NONE2) head = index;
      else after[tail] = index;
      tail = index;
    },
    remove: (index) => {
      if (index < before.length && linked(index)) unlink(index);
    },
    oldest: () => head
  };
};

// ingest/reassembly/raw-text.ts
var rawText = (bytes, at, length) => {
  let text2 = "";
  for (let i = at; i < at + length; i++) text2 += String.fromCharCode(bytes[i]);
  text2.charCodeAt(0);
  return text2;
};

// ingest/reassembly/flow.ts
var ACK2 = 16;
var flowOf = (connection, ts, seenAt, before) => {
  if (before === void 0) return { connection, over: null, seenAt, halves: [half(ts), half(ts)] };
  before.connection = connection;
  before.over = null;
  before.seenAt = seenAt;
  for (const side2 of before.halves) renew(side2, ts);
  return before;
};
var reused = (flow, direction, segment) => {
  if (flow === void 0 || (segment.flags & ACK2) !== 0 && flow.over === null) return false;
  const isn = flow.connection.isn[direction];
  const side2 = flow.halves[direction];
  return isn >= 0 ? isn !== segment.seq : side2.started && side2.position > 0 && (segment.seq + 1 - side2.next | 0) !== 0;
};
var livesOn = (flow, direction, segment) => {
  const side2 = flow.halves[direction];
  return flow.over === "reset" && segment.payloadBytes > 0 && (!side2.started || (segment.seq + segment.payloadBytes - side2.next | 0) > 0);
};
var awaits = (flow, direction, ack) => {
  const other = flow.halves[direction === 0 ? 1 : 0];
  if (ack < 0 || !other.started || other.ended) return false;
  const received = positionOf(other, ack);
  return (other.finAt < 0 ? received : Math.min(received, other.finAt)) > other.position;
};
var firstHole = ({ halves: [a, b] }) => {
  if (!hasHole(a)) return hasHole(b) ? 1 : -1;
  return hasHole(b) && b.holeSince < a.holeSince ? 1 : 0;
};

// ingest/reassembly/reassembler.ts
var FIN = 1;
var SYN = 2;
var RST = 4;
var ACK3 = 16;
var OVERTAKING = 64;
var WINDOW = 2 ** 30;
var NOBODY = { slot: -1, network: 0, addresses: ["", ""], ports: [0, 0], opener: -1, isn: [-1, -1], handshakeUs: null, openedAt: null, leg: 0 };
var tcpReassembler = (next, count, limits = REASSEMBLY_LIMITS, held = { now: 0, most: limits.heldBytesAll }) => {
  const table = flowTable(limits.flows);
  const flows = [];
  const places2 = [];
  const activity = activityList();
  const withHoles = /* @__PURE__ */ new Set();
  const lingering = /* @__PURE__ */ new Map();
  let now = micros(0);
  const data = {
    kind: "data",
    connection: NOBODY,
    direction: 0,
    ts: micros(0),
    seq: 0,
    ack: 0,
    bytes: new Uint8Array(0),
    at: 0,
    end: 0,
    retransmits: 0
  };
  const emitGap = (flow, direction, until, ts) => {
    const side2 = flow.halves[direction];
    const length = until - side2.position;
    if (length <= 0) return;
    count("gaps");
    count("gap_bytes", length);
    next.push({ kind: "gap", connection: flow.connection, direction, ts, seq: side2.next | 0, length });
    side2.next = side2.next + length >>> 0;
    side2.position = until;
  };
  const emitData = (flow, direction, ts, ack, bytes, at, end) => {
    const side2 = flow.halves[direction];
    data.connection = flow.connection;
    data.direction = direction;
    data.ts = ts;
    data.seq = side2.next | 0;
    data.ack = ack < 0 ? NO_ACK : ack | 0;
    data.bytes = bytes;
    data.at = at;
    data.end = end;
    data.retransmits = side2.retransmits;
    side2.retransmits = 0;
    side2.next = side2.next + end - at >>> 0;
    side2.position += end - at;
    next.push(data);
  };
  const finish2 = (flow, direction, ts, why) => {
    const side2 = flow.halves[direction];
    if (side2.ended) return;
    side2.ended = true;
    next.push({ kind: "end", connection: flow.connection, direction, ts, why });
  };
  const release = (flow, direction) => {
    const side2 = flow.halves[direction];
    const first2 = side2.held.shift();
    side2.heldBytes -= first2.bytes.length;
    held.now -= first2.bytes.length;
    const skip2 = side2.position - first2.position;
    if (skip2 < first2.bytes.length) emitData(flow, direction, first2.ts, first2.ack, first2.bytes, skip2, first2.bytes.length);
  };
  const settle = (flow, direction, ts) => {
    const side2 = flow.halves[direction];
    if (side2.finAt >= 0 && side2.position >= side2.finAt) finish2(flow, direction, ts, "fin");
    if (!hasHole(side2)) {
      side2.holeSince = -1;
      return;
    }
    if (side2.holeSince < 0) {
      side2.holeSince = ts;
      side2.holeSegments = 0;
      withHoles.add(flow);
    }
  };
  const drain = (flow, ts) => {
    for (; ; ) {
      const next0 = isReady(flow.halves[0]);
      const next1 = isReady(flow.halves[1]);
      if (!next0 && !next1) break;
      const free0 = next0 && !awaits(flow, 0, flow.halves[0].held[0].ack);
      const free1 = next1 && !awaits(flow, 1, flow.halves[1].held[0].ack);
      const earlier = next0 && (!next1 || flow.halves[0].held[0].ordinal < flow.halves[1].held[0].ordinal) ? 0 : 1;
      if (free0 !== free1) release(flow, free0 ? 0 : 1);
      else if (free0 || next0 && next1) release(flow, earlier);
      else if (hasHole(flow.halves[next0 ? 1 : 0])) break;
      else release(flow, next0 ? 0 : 1);
    }
    settle(flow, 0, ts);
    settle(flow, 1, ts);
  };
  const giveUp = (flow, direction, ts) => {
    const side2 = flow.halves[direction];
    const first2 = side2.held[0];
    emitGap(flow, direction, first2 === void 0 ? side2.acknowledged : first2.position, first2?.ts ?? ts);
    side2.holeSince = -1;
    drain(flow, ts);
  };
  const check = (flow, direction, ts) => {
    for (; ; ) {
      const side2 = flow.halves[direction];
      if (side2.holeSince < 0) return;
      const hole = side2.held[0]?.position ?? side2.acknowledged;
      const acknowledged = side2.acknowledged >= hole;
      const age = ts - side2.holeSince;
      const over = flow.halves[0].heldBytes + flow.halves[1].heldBytes > limits.heldBytes || held.now > held.most || age > limits.holeUs || acknowledged && (age > limits.acknowledgedHoleUs || side2.holeSegments > OVERTAKING);
      if (!over) return;
      if (!acknowledged) count("holes_not_acknowledged");
      giveUp(flow, direction, ts);
    }
  };
  const close = (index, ts, why, linger = null) => {
    const flow = flows[index];
    if (flow === void 0 || flow.over !== null) {
      forget2(index);
      return;
    }
    drain(flow, ts);
    for (let direction = firstHole(flow); direction >= 0; direction = firstHole(flow)) giveUp(flow, direction === 0 ? 0 : 1, ts);
    for (const direction of [0, 1]) finish2(flow, direction, ts, why);
    withHoles.delete(flow);
    if (linger !== null && lingering.size < MOST_LINGERING) {
      flow.over = linger;
      lingering.set(index, now);
      return;
    }
    forget2(index);
  };
  const forget2 = (index) => {
    lingering.delete(index);
    flows[index] = void 0;
    activity.remove(index);
    table.remove(index);
  };
  const open2 = (segment) => {
    if (table.size() >= limits.flows) {
      count("flows_evicted");
      close(activity.oldest(), segment.ts, "given_up");
      table.find(segment);
    }
    const index = table.insert();
    count("connections");
    const { bytes, srcAt, dstAt, addressBytes, srcPort, dstPort } = segment;
    const connection = {
      slot: index,
      network: segment.network || segment.tag,
      ports: [srcPort, dstPort],
      opener: -1,
      isn: [-1, -1],
      handshakeUs: null,
      openedAt: null,
      addresses: [rawText(bytes, srcAt, addressBytes), rawText(bytes, dstAt, addressBytes)],
      leg: segment.leg
    };
    activity.touch(index);
    flows[index] = places2[index] = flowOf(connection, segment.ts, now, places2[index]);
    return index;
  };
  const synchronize = (flow, direction, segment) => {
    const { connection } = flow;
    const side2 = flow.halves[direction];
    const other = flow.halves[direction === 0 ? 1 : 0];
    connection.isn[direction] = segment.seq;
    if (!side2.started) {
      side2.started = true;
      side2.next = segment.seq + 1 >>> 0;
    }
    if ((segment.flags & ACK3) === 0) {
      connection.opener = direction;
      connection.openedAt ??= segment.ts;
    } else {
      connection.opener = direction === 0 ? 1 : 0;
      if (!other.started) {
        other.started = true;
        other.next = segment.ack;
        connection.isn[direction === 0 ? 1 : 0] = segment.ack - 1 >>> 0;
      }
    }
  };
  const payload = (flow, direction, segment) => {
    const side2 = flow.halves[direction];
    const { at, end, payloadBytes, ts, ordinal, bytes } = segment;
    const seq = (segment.flags & SYN) !== 0 ? segment.seq + 1 >>> 0 : segment.seq;
    startAt(side2, seq, flow.connection.openedAt !== null);
    const delta = seq - side2.next | 0;
    if (delta > WINDOW || delta < -WINDOW) {
      count("segments_out_of_window");
      return;
    }
    if (delta + payloadBytes <= 0) {
      if (payloadBytes === 1 && delta === -1) {
        count("keep_alives");
        return;
      }
      count("retransmitted_segments");
      side2.retransmits++;
      return;
    }
    if (side2.ended || side2.finAt >= 0 && side2.position + delta >= side2.finAt) {
      count("segments_after_end");
      return;
    }
    if (delta < 0) {
      count("retransmitted_segments");
      side2.retransmits++;
    }
    const ack = (segment.flags & ACK3) !== 0 ? segment.ack : -1;
    const behind2 = Math.max(0, -delta);
    const cut = end - at < payloadBytes;
    if (cut && delta <= 0) while (isReady(side2)) release(flow, direction);
    if (delta <= 0 && side2.held.length === 0 && (cut || !awaits(flow, direction, ack))) {
      if (at + behind2 < end) emitData(flow, direction, ts, ack, bytes, at + behind2, end);
    } else {
      const last = side2.held.at(-1);
      if (delta > 0 && (last === void 0 || last.position + last.bytes.length !== side2.position + delta)) count("segments_out_of_order");
      const fresh = hold2(heldOf(side2), { position: side2.position + delta + behind2, bytes: bytes.subarray(Math.min(at + behind2, end), end), ts, ordinal, ack });
      if (fresh === 0 && end > at) side2.retransmits++;
      side2.heldBytes += fresh;
      held.now += fresh;
    }
    if (cut && delta <= 0) {
      count("segments_cut_short");
      emitGap(flow, direction, positionOf(side2, seq) + payloadBytes, ts);
    }
  };
  return {
    push: (segment) => {
      const { ts, flags } = segment;
      let index = table.find(segment);
      if (index >= 0 && (flags & SYN) !== 0 && reused(flows[index], table.direction(), segment)) {
        count("ports_reused");
        close(index, ts, "given_up");
        index = table.find(segment);
      }
      if (index >= 0 && flows[index].over !== null) {
        if (!livesOn(flows[index], table.direction(), segment)) {
          if (segment.payloadBytes > 0) count("segments_after_end");
          return;
        }
        forget2(index);
        index = table.find(segment);
      }
      if (index < 0) {
        if ((flags & RST) !== 0) {
          count("resets_without_connection");
          return;
        }
        index = open2(segment);
        table.find(segment);
      }
      const flow = flows[index];
      const direction = table.direction();
      const side2 = flow.halves[direction];
      const other = flow.halves[direction === 0 ? 1 : 0];
      side2.lastTs = ts;
      if (flow.seenAt !== now) {
        flow.seenAt = now;
        activity.touch(index);
      }
      if ((flags & SYN) !== 0) synchronize(flow, direction, segment);
      else if (flow.connection.handshakeUs === null && flow.connection.openedAt !== null && direction === flow.connection.opener && other.started) {
        flow.connection.handshakeUs = ts - flow.connection.openedAt;
      }
      if (segment.payloadBytes > 0) payload(flow, direction, segment);
      if ((flags & ACK3) !== 0 && !other.started) other.next ||= segment.ack;
      else if ((flags & ACK3) !== 0) {
        const acknowledged = positionOf(other, segment.ack) - (other.finAt >= 0 && positionOf(other, segment.ack) > other.finAt ? 1 : 0);
        if (acknowledged > other.acknowledged && acknowledged - other.position < WINDOW) {
          other.acknowledged = acknowledged;
          if (acknowledged > other.position && !other.ended) drain(flow, ts);
        }
      }
      if ((flags & FIN) !== 0) {
        startAt(side2, segment.seq, flow.connection.openedAt !== null);
        side2.finAt = positionOf(side2, segment.seq) + segment.payloadBytes;
      }
      side2.holeSegments++;
      other.holeSegments++;
      if (side2.held.length > 0 || other.held.length > 0 || side2.finAt >= 0 || side2.holeSince >= 0 || other.holeSince >= 0) drain(flow, ts);
      if (withHoles.size > 0 && withHoles.has(flow)) {
        check(flow, 0, ts);
        check(flow, 1, ts);
      }
      if ((flags & RST) !== 0) close(index, ts, "reset", "reset");
      else if (flow.halves[0].ended && flow.halves[1].ended) close(index, ts, "given_up", "fin");
    },
    advance: (watermark) => {
      now = watermark;
      for (const flow of withHoles) {
        check(flow, 0, watermark);
        check(flow, 1, watermark);
        if (flow.halves[0].holeSince < 0 && flow.halves[1].holeSince < 0) withHoles.delete(flow);
      }
      for (const [index, since2] of lingering) {
        if (watermark - since2 <= LINGER_US) break;
        forget2(index);
      }
      for (let index = activity.oldest(); index >= 0; index = activity.oldest()) {
        if (watermark - flows[index].seenAt <= limits.idleUs) break;
        count("flows_idle");
        close(index, watermark, "given_up");
      }
      next.advance(watermark);
    },
    close: () => {
      for (let index = activity.oldest(); index >= 0; index = activity.oldest()) {
        const flow = flows[index];
        close(index, flow.halves[0].lastTs > flow.halves[1].lastTs ? flow.halves[0].lastTs : flow.halves[1].lastTs, "given_up");
      }
      next.close();
    }
  };
};

// ingest/share.ts
var settling = (next, moment) => {
  const settle = (what) => {
    moment.settling = true;
    what();
    moment.settling = false;
  };
  return {
    push: next.push,
    advance: (watermark) => {
      settle(() => {
        next.advance(watermark);
      });
    },
    close: () => {
      settle(() => {
        next.close();
      });
    }
  };
};
var momentCounter = (next, moment) => ({
  push: (item) => {
    moment.at++;
    next.push(item);
  },
  advance: (watermark) => {
    moment.at++;
    next.advance(watermark);
  },
  close: () => {
    moment.at++;
    next.close();
  }
});
var flowHash = ({ bytes, srcAt, dstAt, addressBytes, srcPort, dstPort }) => {
  let source = srcPort;
  let target = dstPort;
  for (let at = 0; at < addressBytes; at += 4) {
    source = Math.imul(source, 2246822507) ^ wordAt(bytes, srcAt + at);
    target = Math.imul(target, 2246822507) ^ wordAt(bytes, dstAt + at);
  }
  return finish(finish(source) + finish(target) | 0);
};
var segmentShare = (next, { index, of }) => ({
  push: (segment) => {
    if (flowHash(segment) % of === index) next.push(segment);
  },
  advance: next.advance,
  close: next.close
});

// ingest/tokens/keyed-hash.ts
var ROUNDS = 2;
var FINAL_ROUNDS = 4;
var ALL_ROUNDS = ROUNDS + 2 * FINAL_ROUNDS;
var keyedHash = ([k0, k1]) => (bytes, at, end) => {
  let v0 = k0;
  let v1 = k1 ^ 238;
  let v2 = 1819895653 ^ k0;
  let v3 = 1952801890 ^ k1;
  const rest = end - (end - at & 3);
  let i = at;
  for (; i < rest; i += 4) {
    const word3 = bytes[i] | bytes[i + 1] << 8 | bytes[i + 2] << 16 | bytes[i + 3] << 24;
    v3 ^= word3;
    v0 = v0 + v1 | 0;
    v1 = v1 << 5 | v1 >>> 27;
    v1 ^= v0;
    v0 = v0 << 16 | v0 >>> 16;
    v2 = v2 + v3 | 0;
    v3 = v3 << 8 | v3 >>> 24;
    v3 ^= v2;
    v0 = v0 + v3 | 0;
    v3 = v3 << 7 | v3 >>> 25;
    v3 ^= v0;
    v2 = v2 + v1 | 0;
    v1 = v1 << 13 | v1 >>> 19;
    v1 ^= v2;
    v2 = v2 << 16 | v2 >>> 16;
    v0 = v0 + v1 | 0;
    v1 = v1 << 5 | v1 >>> 27;
    v1 ^= v0;
    v0 = v0 << 16 | v0 >>> 16;
    v2 = v2 + v3 | 0;
    v3 = v3 << 8 | v3 >>> 24;
    v3 ^= v2;
    v0 = v0 + v3 | 0;
    v3 = v3 << 7 | v3 >>> 25;
    v3 ^= v0;
    v2 = v2 + v1 | 0;
    v1 = v1 << 13 | v1 >>> 19;
    v1 ^= v2;
    v2 = v2 << 16 | v2 >>> 16;
    v0 ^= word3;
  }
  let last = end - at << 24;
  for (let shift = 0; i < end; i++, shift += 8) last |= bytes[i] << shift;
  v3 ^= last;
  let first2 = 0;
  for (let round = 0; round < ALL_ROUNDS; round++) {
    if (round === ROUNDS) {
      v0 ^= last;
      v2 ^= 238;
    } else if (round === ROUNDS + FINAL_ROUNDS) {
      first2 = v1 ^ v3;
      v1 ^= 221;
    }
    v0 = v0 + v1 | 0;
    v1 = v1 << 5 | v1 >>> 27;
    v1 ^= v0;
    v0 = v0 << 16 | v0 >>> 16;
    v2 = v2 + v3 | 0;
    v3 = v3 << 8 | v3 >>> 24;
    v3 ^= v2;
    v0 = v0 + v3 | 0;
    v3 = v3 << 7 | v3 >>> 25;
    v3 ^= v0;
    v2 = v2 + v1 | 0;
    v1 = v1 << 13 | v1 >>> 19;
    v1 ^= v2;
    v2 = v2 << 16 | v2 >>> 16;
  }
  return ((v1 ^ v3) & 2097151) * 4294967296 + (first2 >>> 0);
};
var fieldWithin = (parent, name) => {
  if (parent === 0 || name === 0) return 0;
  const mixed = Math.imul(parent ^ Math.imul(name, 2654435761), 2246822507);
  return (mixed ^ mixed >>> 15) >>> 0 || 1;
};

// ingest/known-bytes.ts
var knownBytes = (view, bytes, at, end) => {
  const words = Int32Array.from({ length: end - at >> 2 }, (_, word3) => view.getInt32(at + word3 * 4, true));
  return { words, rest: bytes.slice(at + words.length * 4, end) };
};
var lengthOf = ({ words, rest }) => words.length * 4 + rest.length;
var standAt = ({ words, rest }, view, bytes, at) => {
  const { length } = words;
  let i = at;
  for (let word3 = 0; word3 < length; word3++, i += 4) if (view.getInt32(i, true) !== words[word3]) return false;
  for (let n = 0; n < rest.length; n++) if (bytes[i + n] !== rest[n]) return false;
  return true;
};

// ingest/tokens/remembered.ts
var HASHED_BYTES = 256;
var remembered = ({ places: places2, longest, twice }) => {
  const kept = Array(places2).fill(void 0);
  const last = new Int32Array(places2);
  let buffer = new Uint8Array(0);
  let view = new DataView(buffer.buffer);
  let hash2 = 0;
  const hashOf = (bytes, at, end) => {
    const whole2 = end - (end - at & 3);
    const step = Math.max(4, ((whole2 - at) / HASHED_BYTES | 0) * 4);
    let mixed = end - at;
    for (let i = at; i < whole2; i += step) mixed = Math.imul(mixed ^ view.getInt32(i, true), 2654435761) ^ mixed >>> 13;
    for (let i = whole2; i < end; i++) mixed = Math.imul(mixed ^ bytes[i], 16777619);
    return mixed ^ mixed >>> 16;
  };
  return {
    find: (bytes, at, end) => {
      if (bytes !== buffer) {
        buffer = bytes;
        view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      }
      hash2 = hashOf(bytes, at, end);
      const known = kept[hash2 & places2 - 1];
      return known !== void 0 && lengthOf(known) === end - at && standAt(known, view, bytes, at) ? known.what : null;
    },
    keep: (bytes, at, end, what) => {
      if (end - at > longest) return;
      const place = hash2 & places2 - 1;
      if (!twice || last[place] === hash2) kept[place] = { ...knownBytes(view, bytes, at, end), what };
      last[place] = hash2;
    }
  };
};

// ingest/tokens/secret.ts
var SECRET_NAME = /pass(wd|word|phrase|code)|^pwd$|^pin$|secret|token|credential|authori[sz]ation|api[-_]?key|private[-_]?key|session|cookie|csrf|xsrf|jwt|signature|^sig$|^otp$|cvv|cvc|card[-_]?(number|no)|^iban$|ssn/i;
var TYPE_NAME = "__typename";
var SECRET_VALUE = /^(eyJ[\w-]{5,}\.|bearer\s|basic\s|-----BEGIN|sk[-_]|pk_live|rk_live|gh[opsur]_|github_pat|glpat-|xox[abeoprs]-|AKIA|ASIA|AIza|ya29\.|SG\.)/i;
var BEGINNINGS = new Set(["ey", "be", "ba", "--", "sk", "pk", "rk", "gh", "gi", "gl", "xo", "ak", "as", "ai", "ya", "sg"].map((two) => two.charCodeAt(0) * 256 + two.charCodeAt(1)));
var LEAST_SECRET = 13;
var LEAST_KEY = 24;
var FEWEST_CARD_DIGITS = 13;
var MOST_CARD_DIGITS = 19;
var OTHER2 = 0;
var LOWER3 = 1;
var UPPER = 2;
var DIGIT = 4;
var WITHIN_KEYS = 8;
var CLASS = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte >= 97 && byte <= 122) return LOWER3;
  if (byte >= 65 && byte <= 90) return UPPER;
  if (byte >= 48 && byte <= 57) return DIGIT;
  return "_+/=~.-".includes(String.fromCharCode(byte)) ? WITHIN_KEYS : OTHER2;
});
var isKeyLike = (bytes, at, end) => {
  let seen = 0;
  for (let i = at; i < end; i++) {
    const one = CLASS[bytes[i]];
    if (one === OTHER2) return false;
    seen |= one;
  }
  return (seen & (LOWER3 | UPPER | DIGIT)) === (LOWER3 | UPPER | DIGIT);
};
var isCard = (bytes, at, end) => {
  let digits = 0;
  let sum = 0;
  for (let i = end - 1; i >= at; i--) {
    const digit3 = bytes[i] - 48;
    if (digit3 < 0 || digit3 > 9) {
      if (bytes[i] !== 32 && bytes[i] !== 45 || i === at || CLASS[bytes[i - 1]] !== DIGIT) return false;
      continue;
    }
    if (++digits > MOST_CARD_DIGITS) return false;
    const doubled = digits % 2 === 0 ? digit3 * 2 : digit3;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return digits >= FEWEST_CARD_DIGITS && CLASS[bytes[end - 1]] === DIGIT && sum % 10 === 0;
};
var isSecretName = (name) => SECRET_NAME.test(name);
var isSecretValue = (bytes, at, end) => {
  if (end - at < LEAST_SECRET) return false;
  if (BEGINNINGS.has((bytes[at] | 32) * 256 + (bytes[at + 1] | 32)) && SECRET_VALUE.test(latin1(bytes, at, end))) return true;
  return end - at >= LEAST_KEY && isKeyLike(bytes, at, end) || isCard(bytes, at, end);
};
var PLACES4 = 2048;
var LONGEST_NAME = 64;
var fieldNames = (hash2) => {
  const known = remembered({ places: PLACES4, longest: LONGEST_NAME, twice: false });
  return (bytes, at, end) => {
    const before = known.find(bytes, at, end);
    if (before !== null) return before;
    const name = latin1(bytes, at, end);
    const field = name === TYPE_NAME || isSecretName(name) ? 0 : hash2(bytes, at, end) % 4294967296 || 1;
    known.keep(bytes, at, end, field);
    return field;
  };
};

// ingest/tokens/bag.ts
var LONGEST_VALUE = 80;
var bag = (key) => {
  const fields = new Uint32Array(MOST_TOKENS);
  const values = new Float64Array(MOST_TOKENS);
  let size = 0;
  const hashOf = keyedHash(key);
  return {
    nameOf: fieldNames(hashOf),
    hashOf,
    add: (field, bytes, at, end) => {
      if (field === 0 || size === MOST_TOKENS || end <= at || end - at > LONGEST_VALUE || isSecretValue(bytes, at, end)) return;
      const value = hashOf(bytes, at, end);
      for (let i = 0; i < size; i++) if (values[i] === value && fields[i] === field) return;
      fields[size] = field;
      values[size++] = value;
    },
    put: (tokens) => {
      size = tokens.fields.length;
      for (let i = 0; i < size; i++) {
        fields[i] = tokens.fields[i];
        values[i] = tokens.values[i];
      }
    },
    isFull: () => size === MOST_TOKENS,
    take: () => {
      if (size === 0) return NO_TOKENS;
      const taken = { fields: fields.slice(0, size), values: values.slice(0, size) };
      size = 0;
      return taken;
    }
  };
};

// ingest/tokens/form.ts
var AMPERSAND = 38;
var SEMICOLON = 59;
var EQUALS = 61;
var PERCENT = 37;
var PLUS = 43;
var hexDigit2 = (byte) => {
  if (byte === void 0) return -1;
  if (byte >= 48 && byte <= 57) return byte - 48;
  const lower = byte | 32;
  return lower >= 97 && lower <= 102 ? lower - 97 + 10 : -1;
};
var decodePercent = (bytes, at, end, plus) => {
  let to = at;
  for (let i = at; i < end; i++) {
    const byte = bytes[i];
    const high = byte === PERCENT && i + 2 < end ? hexDigit2(bytes[i + 1]) : -1;
    const low = high < 0 ? -1 : hexDigit2(bytes[i + 2]);
    if (low >= 0) {
      bytes[to++] = high * 16 + low;
      i += 2;
    } else bytes[to++] = plus && byte === PLUS ? 32 : byte;
  }
  return to;
};
var isTruth = (bytes, at, end) => {
  const first2 = bytes[at] | 32;
  const last = bytes[end - 1] | 32;
  return last === 101 && (end - at === 4 && first2 === 116 || end - at === 5 && first2 === 102);
};
var formTokens = (bytes, from, end, root, into, whole2) => {
  for (let at = from; at < end; ) {
    let next = at;
    let equals = -1;
    for (; next < end && bytes[next] !== AMPERSAND && bytes[next] !== SEMICOLON; next++) if (equals < 0 && bytes[next] === EQUALS) equals = next;
    if (equals > at && (whole2 || next < end)) {
      const nameEnd = decodePercent(bytes, at, equals, true);
      const valueEnd = decodePercent(bytes, equals + 1, next, true);
      if (!isTruth(bytes, equals + 1, valueEnd)) into.add(fieldWithin(root, into.nameOf(bytes, at, nameEnd)), bytes, equals + 1, valueEnd);
    }
    at = next + 1;
  }
};
var isForm = (bytes, at, end) => {
  for (let i = at; i < end; i++) {
    const byte = bytes[i];
    if (byte === EQUALS) return i > at;
    if (byte <= 32 || byte >= 127 || byte === 60 || byte === 123) return false;
  }
  return false;
};

// ingest/tokens/inflate.ts
var FAST_BITS = 10;
var LONGEST_CODE = 15;
var LENGTH_BASE = Uint16Array.of(3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258);
var LENGTH_EXTRA = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0);
var DISTANCE_BASE = Uint16Array.of(1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577);
var DISTANCE_EXTRA = Uint8Array.of(0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13);
var TOLD_ORDER = Uint8Array.of(16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15);
var END_OF_BLOCK = 256;
var code = () => ({ fast: new Uint16Array(1 << FAST_BITS), counts: new Uint16Array(LONGEST_CODE + 1), symbols: new Uint16Array(288) });
var places = new Uint16Array(LONGEST_CODE + 2);
var nextCode = new Uint16Array(LONGEST_CODE + 2);
var build = ({ fast, counts, symbols }, lengths, from, n) => {
  counts.fill(0);
  fast.fill(0);
  for (let i = 0; i < n; i++) counts[lengths[from + i]]++;
  counts[0] = 0;
  nextCode[1] = 0;
  let left = 1;
  for (let length = 1; length <= LONGEST_CODE; length++) {
    left = 2 * left - counts[length];
    if (left < 0) return false;
    places[length + 1] = places[length] + counts[length];
    nextCode[length + 1] = nextCode[length] + counts[length] << 1;
  }
  const at = places.slice();
  for (let symbol = 0; symbol < n; symbol++) {
    const length = lengths[from + symbol];
    if (length === 0) continue;
    symbols[at[length]++] = symbol;
    const own = nextCode[length]++;
    if (length > FAST_BITS) continue;
    let reversed = 0;
    for (let bit = 0; bit < length; bit++) reversed |= (own >> bit & 1) << length - 1 - bit;
    for (let i = reversed; i < 1 << FAST_BITS; i += 1 << length) fast[i] = symbol << 4 | length;
  }
  return true;
};
var inflater = () => {
  const lengths = new Uint8Array(320);
  const [told, literal, distance, fixedLiteral, fixedDistance] = [code(), code(), code(), code(), code()];
  lengths.fill(8, 0, 144).fill(9, 144, 256).fill(7, 256, 280).fill(8, 280, 288).fill(5, 288, 318);
  build(fixedLiteral, lengths, 0, 288);
  build(fixedDistance, lengths, 288, 30);
  let input = lengths;
  let at = 0;
  let end = 0;
  let hold3 = 0;
  let held = 0;
  const refill = () => {
    while (held <= 24 && at < end) {
      hold3 |= input[at++] << held;
      held += 8;
    }
  };
  const bits = (n) => {
    if (held < n) refill();
    if (held < n) return -1;
    const value = hold3 & (1 << n) - 1;
    hold3 >>>= n;
    held -= n;
    return value;
  };
  const symbolOf = ({ fast, counts, symbols }) => {
    if (held < LONGEST_CODE) refill();
    const known = fast[hold3 & (1 << FAST_BITS) - 1];
    const length = known & 15;
    if (length > 0) {
      if (length > held) return -1;
      hold3 >>>= length;
      held -= length;
      return known >> 4;
    }
    let own = 0;
    let first2 = 0;
    let place = 0;
    for (let n = 1; n <= LONGEST_CODE && n <= held; n++) {
      own |= hold3 >>> n - 1 & 1;
      const count = counts[n];
      if (own - first2 < count) {
        hold3 >>>= n;
        held -= n;
        return symbols[place + own - first2];
      }
      place += count;
      first2 = first2 + count << 1;
      own <<= 1;
    }
    return -1;
  };
  const readCodes = () => {
    const [literals, distances, n] = [bits(5) + 257, bits(5) + 1, bits(4) + 4];
    if (literals < 257 || distances < 1 || n < 4 || literals > 286 || distances > 30) return false;
    lengths.fill(0);
    for (let i = 0; i < n; i++) {
      const length = bits(3);
      if (length < 0) return false;
      lengths[TOLD_ORDER[i]] = length;
    }
    if (!build(told, lengths, 0, 19)) return false;
    lengths.fill(0);
    for (let i = 0; i < literals + distances; ) {
      const symbol = symbolOf(told);
      if (symbol < 0) return false;
      if (symbol < 16) {
        lengths[i++] = symbol;
        continue;
      }
      const more = symbol === 16 ? bits(2) + 3 : symbol === 17 ? bits(3) + 3 : bits(7) + 11;
      if (i + more > literals + distances || symbol === 16 && i === 0) return false;
      lengths.fill(symbol === 16 ? lengths[i - 1] : 0, i, i + more);
      i += more;
    }
    return build(literal, lengths, 0, literals) && build(distance, lengths, literals, distances);
  };
  return (bytes, from, until, out) => {
    [input, end, hold3, held] = [bytes, until, 0, 0];
    at = bodyOf(bytes, from, until);
    let filled = 0;
    for (; ; ) {
      const last = bits(1);
      const kind = last < 0 ? -1 : bits(2);
      if (kind === 0) {
        bits(held & 7);
        const n = bits(16);
        if (n < 0 || bits(16) !== (~n & 65535)) return { filled, ended: false };
        for (let i = 0; i < n; i++) {
          const byte = bits(8);
          if (byte < 0 || filled === out.length) return { filled, ended: false };
          out[filled++] = byte;
        }
      } else if (kind === 1 || kind === 2 && readCodes()) {
        const [ofBytes, ofDistances] = kind === 1 ? [fixedLiteral, fixedDistance] : [literal, distance];
        for (let symbol = symbolOf(ofBytes); symbol !== END_OF_BLOCK; symbol = symbolOf(ofBytes)) {
          if (symbol < 0 || filled === out.length) return { filled, ended: false };
          if (symbol < END_OF_BLOCK) {
            out[filled++] = symbol;
            continue;
          }
          const long = symbol - END_OF_BLOCK - 1;
          const extra = long < LENGTH_BASE.length ? bits(LENGTH_EXTRA[long]) : -1;
          const far = extra < 0 ? -1 : symbolOf(ofDistances);
          const back = far < 0 || far >= DISTANCE_BASE.length ? -1 : bits(DISTANCE_EXTRA[far]);
          if (back < 0) return { filled, ended: false };
          const source = filled - DISTANCE_BASE[far] - back;
          if (source < 0) return { filled, ended: false };
          const stop = Math.min(out.length, filled + LENGTH_BASE[long] + extra);
          for (let i = source; filled < stop; i++) out[filled++] = out[i];
        }
      } else return { filled, ended: false };
      if (last === 1) return { filled, ended: true };
    }
  };
};
var HEADER_BYTES = 10;
var HAS_CHECKSUM = 2;
var HAS_EXTRA = 4;
var HAS_NAME = 8;
var HAS_COMMENT = 16;
var bodyOf = (bytes, from, end) => {
  if (bytes[from] !== 31) return from + 2;
  const flags = bytes[from + 3] ?? 0;
  let at = from + HEADER_BYTES;
  if ((flags & HAS_EXTRA) !== 0) at += 2 + (bytes[at] ?? 0) + 256 * (bytes[at + 1] ?? 0);
  for (const flag of [HAS_NAME, HAS_COMMENT]) {
    if ((flags & flag) === 0) continue;
    while (at < end && bytes[at] !== 0) at++;
    at++;
  }
  return (flags & HAS_CHECKSUM) !== 0 ? at + 2 : at;
};

// ingest/tokens/graphql.ts
var QUOTE = 34;
var BACKSLASH = 92;
var OPEN_OBJECT = 123;
var MINUS = 45;
var POINT = 46;
var UNDERSCORE = 95;
var PLACES5 = 256;
var LONGEST_QUERY = 4096;
var isDigit = (byte) => byte !== void 0 && byte >= 48 && byte <= 57;
var isName = (byte) => byte !== void 0 && (isDigit(byte) || byte === UNDERSCORE || (byte | 32) >= 97 && (byte | 32) <= 122);
var stringEnd = (bytes, at, end) => {
  for (let i = at + 2; i + 1 < end; i++) if (bytes[i] === BACKSLASH && bytes[i + 1] === QUOTE && bytes[i - 1] !== BACKSLASH) return i;
  return -1;
};
var documentReader = () => {
  const known = remembered({ places: PLACES5, longest: LONGEST_QUERY, twice: true });
  let bare = new Uint8Array(0);
  return (bytes, at, end, field, into) => {
    const before = known.find(bytes, at, end);
    if (before !== null) return before;
    if (bare.length < end - at) bare = new Uint8Array(end - at);
    let filled = 0;
    let braces = 0;
    for (let i = at; i < end; ) {
      const byte = bytes[i];
      if (byte === BACKSLASH && bytes[i + 1] === QUOTE) {
        const last = stringEnd(bytes, i, end);
        if (last < 0) break;
        into.add(field, bytes, i + 2, last);
        i = last + 2;
      } else if ((isDigit(byte) || byte === MINUS && isDigit(bytes[i + 1])) && i > at && !isName(bytes[i - 1])) {
        let last = i + 1;
        while (last < end && (isDigit(bytes[last]) || bytes[last] === POINT)) last++;
        into.add(field, bytes, i, last);
        i = last;
      } else {
        if (byte === OPEN_OBJECT) braces++;
        bare[filled++] = byte;
        i++;
      }
    }
    const kind = braces === 0 ? 0 : into.hashOf(bare, 0, filled) % 4294967296 || 1;
    if (filled === end - at) known.keep(bytes, at, end, kind);
    return kind;
  };
};

// ingest/tokens/json.ts
var QUOTE2 = 34;
var BACKSLASH2 = 92;
var COMMA = 44;
var COLON2 = 58;
var OPEN_LIST = 91;
var CLOSE_LIST = 93;
var OPEN_OBJECT2 = 123;
var CLOSE_OBJECT = 125;
var MINUS2 = 45;
var MOST_DEPTH = 32;
var QUERY = "query";
var isBlank2 = (byte) => byte === 32 || byte === 10 || byte === 13 || byte === 9;
var isDigit2 = (byte) => byte >= 48 && byte <= 57;
var isNumeric = (byte) => isDigit2(byte) || byte === 43 || byte === MINUS2 || byte === 46 || byte === 101 || byte === 69;
var isLetter = (byte) => (byte | 32) >= 97 && (byte | 32) <= 122;
var encoder = new TextEncoder();
var decoder = new TextDecoder();
var unescaped = (bytes, at, end) => {
  try {
    return encoder.encode(String(JSON.parse(`"${decoder.decode(bytes.subarray(at, end))}"`)));
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
};
var isWord = (word3, bytes, at, end) => {
  if (end - at !== word3.length) return false;
  for (let i = 0; i < word3.length; i++) if (bytes[at + i] !== word3.charCodeAt(i)) return false;
  return true;
};
var LONGEST_ESCAPED = 6 * 80;
var jsonReader = () => {
  const parents = new Float64Array(MOST_DEPTH);
  const readDocument = documentReader();
  return (bytes, from, end, root, into) => {
    let objects = 0;
    let depth = 0;
    let field = root;
    let wantsName = false;
    let isQuery = false;
    let kind = 0;
    for (let at = from; at < end; ) {
      const byte = bytes[at];
      if (byte === QUOTE2) {
        let last = at;
        let escaped = false;
        for (let within = 0; within !== QUOTE2; ) {
          if (++last >= end) return kind;
          within = bytes[last];
          if (within === BACKSLASH2) {
            escaped = true;
            last++;
          }
        }
        if (wantsName) {
          field = fieldWithin(parents[depth - 1], into.nameOf(bytes, at + 1, last));
          isQuery = depth === 1 && isWord(QUERY, bytes, at + 1, last);
        } else {
          const asked = isQuery ? readDocument(bytes, at + 1, last, field, into) : 0;
          if (asked !== 0) kind = asked;
          else if (!escaped) into.add(field, bytes, at + 1, last);
          else if (last - at <= LONGEST_ESCAPED) addEscaped(bytes, at + 1, last, field, into);
        }
        at = last + 1;
      } else if (byte === COLON2) {
        wantsName = false;
        at++;
      } else if (byte === COMMA) {
        wantsName = depth > 0 && (objects & 1 << depth - 1) !== 0;
        at++;
      } else if (byte === OPEN_OBJECT2 || byte === OPEN_LIST) {
        if (depth === MOST_DEPTH || wantsName) return kind;
        parents[depth] = field;
        wantsName = byte === OPEN_OBJECT2;
        objects = wantsName ? objects | 1 << depth : objects & ~(1 << depth);
        depth++;
        at++;
      } else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) {
        if (depth === 0) return kind;
        field = parents[--depth];
        wantsName = false;
        if (depth === 0 && into.isFull()) return kind;
        at++;
      } else if (isDigit2(byte) || byte === MINUS2) {
        let last = at + 1;
        while (last < end && isNumeric(bytes[last])) last++;
        if (last < end || depth === 0) into.add(field, bytes, at, last);
        at = last;
      } else if (isBlank2(byte)) at++;
      else if (isLetter(byte)) {
        while (at < end && isLetter(bytes[at])) at++;
      } else return kind;
      if (kind !== 0 && into.isFull()) return kind;
    }
    return kind;
  };
};
var addEscaped = (bytes, at, end, field, into) => {
  const plain = unescaped(bytes, at, end);
  if (plain !== null) into.add(field, plain, 0, plain.length);
};

// ingest/tokens/protobuf.ts
var VARINT = 0;
var FIXED64 = 1;
var BYTES = 2;
var FIXED32 = 5;
var MOST_DEPTH2 = 16;
var PREFIX_BYTES2 = 5;
var MOST_VARINT_BYTES = 10;
var EXACT_VARINT_BYTES = 8;
var LEAST_WRAPPED = 32;
var spelled = new Uint8Array(24);
var isText2 = (bytes, at, end) => {
  for (let i = at; i < end; ) {
    const byte = bytes[i];
    if (byte >= 32 && byte < 127) {
      i++;
      continue;
    }
    if (byte === 9 || byte === 10 || byte === 13) {
      i++;
      continue;
    }
    const more = byte >= 240 && byte < 245 ? 3 : byte >= 224 && byte < 240 ? 2 : byte >= 194 && byte < 224 ? 1 : 0;
    if (more === 0 || i + more >= end) return false;
    for (let j = 1; j <= more; j++) if ((bytes[i + j] & 192) !== 128) return false;
    i += more + 1;
  }
  return end > at;
};
var varintEnd = (bytes, at, end) => {
  const last = Math.min(end, at + MOST_VARINT_BYTES);
  for (let i = at; i < last; i++) if (bytes[i] < 128) return i + 1;
  return -1;
};
var varint = (bytes, at, end) => {
  let value = 0;
  for (let i = end - 1; i >= at; i--) value = value * 128 + (bytes[i] & 127);
  return value;
};
var addNumber = (value, field, into) => {
  let at = spelled.length;
  let left = value;
  do {
    spelled[--at] = 48 + left % 10;
    left = Math.floor(left / 10);
  } while (left > 0 && at > 0);
  into.add(field, spelled, at, spelled.length);
};
var isWrapped = (bytes, at, end) => end - at > LEAST_WRAPPED && (bytes[at] & 7) === BYTES && bytes[at + 1] === end - at - 2;
var encoder2 = new TextEncoder();
var addLongNumber = (bytes, at, end, field, into) => {
  let value = 0n;
  for (let i = end - 1; i >= at; i--) value = value * 128n + BigInt(bytes[i] & 127);
  const digits = encoder2.encode(BigInt.asIntN(64, value).toString());
  into.add(field, digits, 0, digits.length);
};
var walk = (bytes, from, end, field, depth, into) => {
  for (let at = from; at < end; ) {
    const tagEnd = varintEnd(bytes, at, end);
    if (tagEnd < 0) return false;
    const tag = varint(bytes, at, tagEnd);
    const number = Math.floor(tag / 8);
    if (number === 0 || number >= 536870912) return false;
    at = tagEnd;
    const name = into === null ? 0 : fieldWithin(field, number);
    switch (tag & 7) {
      case VARINT: {
        const valueEnd = varintEnd(bytes, at, end);
        if (valueEnd < 0) return false;
        if (into !== null) {
          if (valueEnd - at < EXACT_VARINT_BYTES) addNumber(varint(bytes, at, valueEnd), name, into);
          else addLongNumber(bytes, at, valueEnd, name, into);
        }
        at = valueEnd;
        break;
      }
      case FIXED64:
      case FIXED32: {
        const valueEnd = at + ((tag & 7) === FIXED64 ? 8 : 4);
        if (valueEnd > end) return false;
        into?.add(name, bytes, at, valueEnd);
        at = valueEnd;
        break;
      }
      case BYTES: {
        const lengthEnd = varintEnd(bytes, at, end);
        if (lengthEnd < 0) return false;
        const valueEnd = lengthEnd + varint(bytes, at, lengthEnd);
        if (valueEnd > end) return false;
        if (into !== null) {
          const isMessage = depth < MOST_DEPTH2 && (isText2(bytes, lengthEnd, valueEnd) ? isWrapped(bytes, lengthEnd, valueEnd) : walk(bytes, lengthEnd, valueEnd, name, depth + 1, null));
          if (isMessage) walk(bytes, lengthEnd, valueEnd, name, depth + 1, into);
          else into.add(name, bytes, lengthEnd, valueEnd);
        }
        at = valueEnd;
        break;
      }
      default:
        return false;
    }
  }
  return true;
};
var protobufTokens = (bytes, at, end, root, into) => {
  walk(bytes, at, end, root, 0, into);
};
var framedEnd = (bytes, at) => at + PREFIX_BYTES2 + bytes[at + 1] * 16777216 + (bytes[at + 2] << 16 | bytes[at + 3] << 8 | bytes[at + 4]);
var grpcTokens = (bytes, from, end, root, into) => {
  let compressed = 0;
  for (let at = from; at + PREFIX_BYTES2 <= end && !into.isFull(); ) {
    const begin2 = at + PREFIX_BYTES2;
    const next = framedEnd(bytes, at);
    if (bytes[at] === 0) protobufTokens(bytes, begin2, Math.min(end, next), root, into);
    else compressed++;
    at = next;
  }
  return compressed;
};
var isFramed = (bytes, at, end) => {
  if (end - at < PREFIX_BYTES2 || bytes[at] !== 0) return false;
  const next = framedEnd(bytes, at);
  return next === end || next < end && (bytes[next] & 127) <= 1;
};

// ingest/tokens/body.ts
var MOST_BODY_BYTES = 16 << 10;
var ROOT2 = 1651467385;
var MARKUP = 60;
var OPEN_OBJECT3 = 123;
var OPEN_LIST2 = 91;
var textAt = (bytes, from, end) => {
  let at = from;
  if (bytes[at] === 239 && bytes[at + 1] === 187 && bytes[at + 2] === 191) at += 3;
  while (at < end && isBlank2(bytes[at])) at++;
  return at;
};
var bodyForm = (bytes, from, end) => {
  const at = textAt(bytes, from, end);
  if (at >= end) return "other";
  const first2 = bytes[at];
  if (first2 === OPEN_OBJECT3 || first2 === OPEN_LIST2) return "json";
  if (first2 === MARKUP) return "markup";
  if (first2 === 31 && bytes[at + 1] === 139) return "gzip";
  if (first2 === 120 && (bytes[at + 1] === 1 || bytes[at + 1] === 156 || bytes[at + 1] === 218)) return "zlib";
  if (first2 === 40 && bytes[at + 1] === 181 && bytes[at + 2] === 47 && bytes[at + 3] === 253) return "zstd";
  if (isFramed(bytes, from, end)) return "grpc";
  return isForm(bytes, at, end) ? "form" : "other";
};
var isUnread = (bytes, at, end) => {
  const form = bodyForm(bytes, at, end);
  return form === "zstd" || form === "markup";
};
var bodyReader = (count) => {
  const copy = new Uint8Array(MOST_BODY_BYTES);
  const opened = new Uint8Array(MOST_BODY_BYTES);
  const inflate = inflater();
  const readJson = jsonReader();
  const readBody = (form, bytes, at, end, whole2, into) => {
    switch (form) {
      case "json":
        return readJson(bytes, textAt(bytes, at, end), end, ROOT2, into);
      case "grpc": {
        const compressed = grpcTokens(bytes, at, end, ROOT2, into);
        if (compressed > 0) count("tokens_messages_compressed", compressed);
        return 0;
      }
      case "form": {
        copy.set(bytes.subarray(at, end));
        formTokens(copy, 0, end - at, ROOT2, into, whole2);
        return 0;
      }
      case "gzip":
      case "zlib": {
        if (bytes === opened) {
          count("tokens_bodies_other", 1);
          return 0;
        }
        const { filled, ended: ended2 } = inflate(bytes, at, end, opened);
        if (filled === 0) {
          count(`tokens_bodies_${form}`, 1);
          return 0;
        }
        return readBody(bodyForm(opened, 0, filled), opened, 0, filled, ended2, into);
      }
      case "zstd":
      case "markup":
      case "other":
        count(`tokens_bodies_${form}`, 1);
        return 0;
      default:
        return form;
    }
  };
  return readBody;
};

// ingest/tokens/kept.ts
var LEAST_BYTES2 = 512;
var MOST_BYTES = 64 << 20;
var MOST_SPARE5 = 64;
var NOTHING4 = { bytes: new Uint8Array(0), filled: 0, closed: false };
var TELLING_BYTES = 64;
var keptBodies = (isUnread2, count, most = MOST_BYTES) => {
  const bodies = /* @__PURE__ */ new Map();
  const spare = [];
  let held = 0;
  const letGo = (message, kept) => {
    bodies.delete(message);
    held -= kept.bytes.length;
    if (spare.length < MOST_SPARE5) spare.push(kept);
  };
  const begin2 = (message, closed) => {
    const kept = spare.pop() ?? { bytes: new Uint8Array(LEAST_BYTES2), filled: 0, closed };
    kept.filled = 0;
    kept.closed = closed;
    held += kept.bytes.length;
    bodies.set(message, kept);
    return kept;
  };
  const append = (kept, bytes, at, end) => {
    const needed = kept.filled + end - at;
    if (kept.bytes.length < needed) {
      const larger = new Uint8Array(Math.max(needed, kept.bytes.length * 2));
      larger.set(kept.bytes.subarray(0, kept.filled));
      held += larger.length - kept.bytes.length;
      kept.bytes = larger;
    }
    kept.bytes.set(bytes.subarray(at, end), kept.filled);
    kept.filled = needed;
  };
  return {
    add: (message, bytes, at, end, behind2) => {
      const known = bodies.get(message);
      if (known?.closed === true || known === void 0 && behind2 > 0) return;
      const telling = Math.min(end, at + TELLING_BYTES);
      const closed = known === void 0 && isUnread2(bytes, at, telling);
      append(known ?? begin2(message, closed), bytes, at, closed ? telling : end);
      for (const [oldest, body] of bodies) {
        if (held <= most) return;
        count("tokens_bodies_given_up");
        letGo(oldest, body);
      }
    },
    take: (message) => {
      const kept = bodies.get(message);
      if (kept === void 0) return NOTHING4;
      letGo(message, kept);
      return kept;
    }
  };
};

// ingest/tokens/target.ts
var SLASH3 = 47;
var QUESTION = 63;
var HASH = 35;
var COLON3 = 58;
var MOST_TARGET = 2048;
var pathAt = (bytes, end) => {
  if (bytes[0] === SLASH3) return 0;
  for (let at = 0; at + 2 < end && bytes[at] !== SLASH3 && bytes[at] !== QUESTION; at++) {
    if (bytes[at] !== COLON3 || bytes[at + 1] !== SLASH3 || bytes[at + 2] !== SLASH3) continue;
    let slash = at + 3;
    while (slash < end && bytes[slash] !== SLASH3 && bytes[slash] !== QUESTION) slash++;
    return slash;
  }
  return 0;
};
var targetTokens = (pathRoot, queryRoot) => {
  const bytes = new Uint8Array(MOST_TARGET);
  return (target, into) => {
    const length = Math.min(target.length, MOST_TARGET);
    let end = 0;
    for (; end < length; end++) {
      const code2 = target.charCodeAt(end);
      if (code2 === HASH) break;
      bytes[end] = code2;
    }
    const whole2 = end === target.length || end < length;
    let place = 0;
    for (let at = pathAt(bytes, end); at < end; ) {
      if (bytes[at] === QUESTION) {
        formTokens(bytes, at + 1, end, queryRoot, into, whole2);
        return;
      }
      let next = at;
      while (next < end && bytes[next] !== SLASH3 && bytes[next] !== QUESTION) next++;
      if (next > at) {
        place++;
        if (whole2 || next < end) into.add(fieldWithin(pathRoot, place), bytes, at, decodePercent(bytes, at, next, false));
      }
      at = next < end && bytes[next] === SLASH3 ? next + 1 : next;
    }
  };
};

// ingest/tokens/reader.ts
var PATH2 = 1885434984;
var QUERY2 = 1903519090;
var MOST_TARGETS2 = 2048;
var LONGEST_TARGET2 = 256;
var targetReader = (gathered) => {
  const read = targetTokens(PATH2, QUERY2);
  const known = /* @__PURE__ */ new Map();
  return (target) => {
    const again = target.length <= LONGEST_TARGET2 && !target.includes("?");
    const before = again ? known.get(target) : void 0;
    if (before !== void 0) return before;
    read(target, gathered);
    const tokens = gathered.take();
    if (again) {
      if (known.size >= MOST_TARGETS2) known.clear();
      known.set(target, tokens);
    }
    return tokens;
  };
};
var tokenReader = (next, key, count) => {
  const gathered = bag(key);
  const targets = targetReader(gathered);
  const readBody = bodyReader(count);
  const known = remembered({ places: 1024, longest: 2048, twice: true });
  const kept = keptBodies(isUnread, count);
  const read = (message, bytes, at, end) => {
    const asked = message.said.target === null ? NO_TOKENS : targets(message.said.target);
    let kind = 0;
    if (end === at) message.tokens = asked;
    else {
      const form = message.said.protocol === "grpc" ? "grpc" : bodyForm(bytes, at, end);
      const whole2 = message.state !== "cut" && message.bodyBytes === end - at;
      const before = known.find(bytes, at, end);
      if (before !== null && before.asked === asked && before.form === form && before.whole === whole2) {
        message.tokens = before.tokens;
        ({ kind } = before);
      } else {
        gathered.put(asked);
        kind = readBody(form, bytes, at, end, whole2, gathered);
        message.tokens = gathered.take();
        const opened = (form === "gzip" || form === "zlib") && message.tokens.fields.length > asked.fields.length;
        if (form === "json" || form === "form" || opened) known.keep(bytes, at, end, { form, whole: whole2, asked, tokens: message.tokens, kind });
      }
    }
    message.tokenKind = message.kind === "request" ? kind : 0;
  };
  return {
    body: (message, bytes, at, end, last) => {
      const before = message.bodyBytes - (end - at);
      if (last && before === 0) read(message, bytes, at, Math.min(end, at + MOST_BODY_BYTES));
      else if (before < MOST_BODY_BYTES && message.gapBytes === 0) kept.add(message, bytes, at, Math.min(end, at + MOST_BODY_BYTES - before), before);
    },
    push: (item) => {
      if (item.kind !== "over" && item.state !== "open" && item.tokens === void 0) {
        const { bytes, filled } = kept.take(item);
        read(item, bytes, 0, filled);
      }
      next.push(item);
    },
    advance: next.advance,
    close: next.close
  };
};

// ingest/pipeline.ts
var exchangePipeline = (out, options) => {
  const { count } = options.counters;
  return captureReader(frameDecoder(exchangesOf(countedCopies(routedRows(out), count), options, { at: 0, settling: false }), count), count);
};
var sharePipeline = (out, options, share, moment) => {
  const countFrames = share.index === 0 ? options.counters.count : uncounted;
  const segments = segmentShare(exchangesOf(out, options, moment, share.of), share);
  return captureReader(momentCounter(frameDecoder(segments, countFrames), moment), uncounted);
};
var uncounted = () => void 0;
var exchangesOf = (out, options, moment, shares = 1) => {
  const { count } = options.counters;
  const row = rowMaker({ keepTargets: false, hosts: [], networkName, ...options });
  const pairer = exchangePairer(orderedRows(believableRows(out, count, options.anyTime), moment), row, count, { ageUs: options.ageUs ?? PAIRER_LIMITS.ageUs });
  const limits = limitsOf(options, shares);
  const held = { now: 0, most: limits.heldBytesAll };
  const reader = options.tokenKey === void 0 ? null : tokenReader(pairer, options.tokenKey, count);
  const messages = httpParser(reader ?? pairer, count, { http2: { parser: http2Parser, beginsWithFrame } }, held, reader);
  return settling(tcpReassembler(messages, count, limits, held), moment);
};
var limitsOf = ({ mostFlows = REASSEMBLY_LIMITS.flows, mostHeldBytes = REASSEMBLY_LIMITS.heldBytesAll }, shares) => {
  const heldBytesAll = Math.ceil(mostHeldBytes / shares);
  return { ...REASSEMBLY_LIMITS, flows: Math.ceil(mostFlows / shares), heldBytesAll, heldBytes: Math.min(heldBytesAll, REASSEMBLY_LIMITS.heldBytes) };
};

// ingest/capture/file.ts
import { open } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

// ingest/capture/decompress.ts
import * as zlib from "node:zlib";
import { Decompress } from "fzstd";
var compressionOf = (start) => {
  if (start[0] === 31 && start[1] === 139) return "gzip";
  if (start[0] === 40 && start[1] === 181 && start[2] === 47 && start[3] === 253) return "zstd";
  return "none";
};
var OUTPUT_BYTES = 1024 * 1024;
var native = (transform) => {
  let yielded = [];
  let failure = null;
  let wake = null;
  const take2 = () => {
    const taken = yielded;
    yielded = [];
    return taken;
  };
  const settle = () => {
    wake?.();
  };
  transform.on("data", (chunk) => {
    yielded.push(chunk);
  });
  transform.on("error", (error) => {
    failure ??= error;
    settle();
  });
  transform.on("end", settle);
  const settled = async (begin2) => {
    if (failure) throw failure;
    await new Promise((resolve) => {
      wake = resolve;
      begin2();
    });
    if (failure) throw failure;
    return take2();
  };
  return {
    write: (piece) => settled(() => {
      transform.write(piece, settle);
    }),
    end: () => settled(() => {
      transform.end();
    }),
    rest: take2
  };
};
var zstdInJavaScript = () => {
  let yielded = [];
  const take2 = () => {
    const taken = yielded;
    yielded = [];
    return taken;
  };
  const stream = new Decompress((chunk) => {
    if (chunk.length > 0) yielded.push(chunk);
  });
  return {
    write: async (piece) => {
      stream.push(piece);
      return take2();
    },
    end: async () => {
      stream.push(new Uint8Array(0), true);
      return take2();
    },
    rest: take2
  };
};
var decompressor = (kind) => {
  if (kind === "gzip") return native(zlib.createGunzip({ chunkSize: OUTPUT_BYTES }));
  const zstd = zlib.createZstdDecompress;
  return zstd ? native(zstd({ chunkSize: OUTPUT_BYTES })) : zstdInJavaScript();
};

// ingest/capture/file.ts
var BUFFER_BYTES = 1024 * 1024;
var COMPRESSED_PIECE_BYTES = 64 * 1024;
var POLL_MS = 100;
var reasonOf = (error) => error instanceof Error ? error.message : String(error);
var openFile = async (path) => {
  try {
    return await open(path, "r");
  } catch (error) {
    const code2 = error.code;
    if (code2 === "ENOENT") throw new CaptureError("missing", `${path}: no such file`, null, { cause: error });
    throw new CaptureError("unreadable", `${path}: cannot be opened (${reasonOf(error)})`, null, { cause: error });
  }
};
var fileSource = async (path, { follow, signal }) => {
  const handle = await openFile(path);
  const stat = await handle.stat();
  if (stat.isDirectory()) {
    await handle.close();
    throw new CaptureError("unreadable", `${path}: is a directory; name its files`);
  }
  const buffer = new Uint8Array(BUFFER_BYTES);
  let position = 0;
  return {
    total: stat.isFile() ? stat.size : null,
    async next() {
      for (; ; ) {
        if (signal?.aborted) return null;
        const { bytesRead } = await handle.read(buffer, 0, BUFFER_BYTES, null).catch((error) => {
          throw new CaptureError("unreadable", `${path}: reading failed (${reasonOf(error)})`, null, { cause: error });
        });
        position += bytesRead;
        if (bytesRead > 0) return buffer.subarray(0, bytesRead);
        if (!follow) return null;
        const { size } = await handle.stat();
        if (stat.isFile() && size < position) {
          throw new CaptureError("corrupt", `the file shrank to ${size} bytes after ${position} had been read: it was written anew`, position);
        }
        await sleep(POLL_MS, void 0, signal ? { signal } : {}).catch(() => void 0);
      }
    },
    close: () => handle.close()
  };
};
var inputSource = (signal) => {
  const chunks = process.stdin[Symbol.asyncIterator]();
  const stop = () => {
    process.stdin.destroy();
  };
  signal?.addEventListener("abort", stop, { once: true });
  return {
    total: null,
    async next() {
      if (signal?.aborted) return null;
      try {
        const { done, value } = await chunks.next();
        return done ? null : value;
      } catch (error) {
        if (signal?.aborted) return null;
        throw new CaptureError("unreadable", `standard input: reading failed (${reasonOf(error)})`, null, { cause: error });
      }
    },
    async close() {
      signal?.removeEventListener("abort", stop);
      stop();
    }
  };
};
var readCapture = async (path, into, options = {}) => {
  const { signal, onBytes, ready } = options;
  const name = path === "-" ? "standard input" : path;
  const source = path === "-" ? inputSource(signal) : await fileSource(path, options);
  let read = 0;
  let delivered = 0;
  let unpack = null;
  const deliver = async (pieces) => {
    for (const piece of pieces) {
      into.push(piece);
      delivered += piece.length;
      await ready?.();
    }
  };
  const unpacked = async (from, work) => {
    let failure = null;
    let pieces;
    try {
      pieces = await work();
    } catch (error) {
      failure = `the compressed data ends early or is damaged after ${read} bytes (${reasonOf(error)})`;
      pieces = from.rest();
    }
    await deliver(pieces);
    return failure;
  };
  const pour = async () => {
    for (let buffer = await source.next(); buffer !== null; buffer = await source.next()) {
      const kind = read === 0 ? compressionOf(buffer) : "none";
      if (kind !== "none") unpack = decompressor(kind);
      read += buffer.length;
      if (unpack === null) await deliver([buffer]);
      else for (let at = 0; at < buffer.length; at += COMPRESSED_PIECE_BYTES) {
        const piece = buffer.slice(at, at + COMPRESSED_PIECE_BYTES);
        const from2 = unpack;
        const failure2 = await unpacked(from2, () => from2.write(piece));
        if (failure2 !== null) return failure2;
      }
      onBytes?.(read, source.total);
    }
    if (read === 0 && !signal?.aborted) throw new CaptureError("empty", `${name}: empty, no capture in it`);
    const from = unpack;
    const failure = from === null ? null : await unpacked(from, () => from.end());
    if (failure === null && delivered < PCAP_HEADER_BYTES && !signal?.aborted) {
      throw new CaptureError("not_a_capture", `not a capture: ${delivered} bytes are less than any capture starts with`, 0);
    }
    const pending = into.pending?.() ?? 0;
    return failure ?? (pending > 0 && !signal?.aborted ? "the last record is cut short" : null);
  };
  try {
    return { truncated: await pour() };
  } catch (error) {
    if (!(error instanceof CaptureError)) throw error;
    if (error.kind === "corrupt") return { truncated: error.message };
    if (error.kind === "not_a_capture") throw new CaptureError(error.kind, `${name}: ${error.message}`, error.offset, { cause: error });
    throw error;
  } finally {
    await source.close();
  }
};

// sql/counters.ts
var counters = () => {
  const totals = /* @__PURE__ */ new Map();
  return {
    count: (name, by = 1) => {
      totals.set(name, (totals.get(name) ?? 0) + by);
    },
    snapshot: () => Object.fromEntries(totals)
  };
};
export {
  CaptureError,
  counters,
  exchangePipeline,
  readCapture,
  sharePipeline
};
