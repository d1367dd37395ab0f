import type { Count } from '../../sql/counters.ts';
import { isBelievable, micros } from '../../sql/micros.ts';
import type { Sink } from '../../sql/sink.ts';
import { grown, type ByteSink } from './bytes.ts';
import { CaptureError } from './error.ts';
import type { Framing, FramingOut } from './framing.ts';
import type { Packet } from './packet.ts';
import { PCAP_HEADER_BYTES, pcapFraming, pcapVariant } from './pcap.ts';
import { isPcapng, pcapngFraming } from './pcapng.ts';

/** Packet time between two watermarks: fine enough for time-outs of seconds, rare enough to cost nothing. */
const WATERMARK_STEP_US = 10_000;
const NOTHING: Uint8Array = new Uint8Array(0);

const hex = (bytes: Uint8Array, at: number, end: number): string =>
  Array.from(bytes.subarray(at, end), (byte) => byte.toString(16).padStart(2, '0')).join(' ');

/** Reads pcap or pcapng, cut anywhere, into packets; parses in place and copies only a record that straddles two buffers. */
export const captureReader = (next: Sink<Packet>, count: Count): ByteSink => {
  const view: Packet = { ts: micros(0), ordinal: 0, linkType: 0, leg: 0, bytes: NOTHING, at: 0, end: 0, wireBytes: 0 };
  let watermark = -Infinity;
  let carry = NOTHING;
  let held = 0;
  let skip = 0;
  /** Position in the input of the first of the bytes being read. */
  let base = 0;
  let state: 'reading' | 'lost' | 'closed' = 'reading';

  const out: FramingOut = {
    packet(ts, linkType, bytes, at, end, wireBytes, leg) {
      if (ts >= watermark + WATERMARK_STEP_US) {
        if (isBelievable(ts)) {
          watermark = ts;
          next.advance(ts);
        } else {
          count('packet_time_absurd');
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
      throw new CaptureError('corrupt', `the capture is damaged at byte ${base + at}: found ${found} where a record should start`, base + at);
    },
  };

  const choose = (bytes: Uint8Array, at: number): Framing => {
    const variant = pcapVariant(bytes, at);
    if (variant) return pcapFraming(variant, out);
    if (isPcapng(bytes, at)) return pcapngFraming(out);
    throw new CaptureError('not_a_capture', `not a capture: starts with ${hex(bytes, at, at + 4)}, which is neither pcap nor pcapng`, 0);
  };

  let format: Framing | null = null;
  let need = PCAP_HEADER_BYTES;
  /** As `Framing.read`, over `bytes` that start at `base` of the input. */
  const read = (bytes: Uint8Array, at: number, end: number): number => {
    if (format === null && end - at < PCAP_HEADER_BYTES) return at;
    format ??= choose(bytes, at);
    const stop = format.read(bytes, at, end);
    need = format.need;
    return stop;
  };

  const consume = (buffer: Uint8Array): void => {
    const start = base;
    let at = Math.min(skip, buffer.length);
    skip -= at;
    while (held > 0 && at < buffer.length) {
      const take = Math.min(need - held, buffer.length - at);
      carry = grown(carry, held, held + take);
      carry.set(buffer.subarray(at, at + take), held);
      held += take;
      at += take;
      if (held < need) break;
      base = start + at - held;
      const stop = read(carry, 0, held);
      if (stop === 0) continue;
      skip = Math.max(0, stop - held);
      held = 0;
      const skipped = Math.min(skip, buffer.length - at);
      at += skipped;
      skip -= skipped;
    }
    base = start;
    if (held === 0 && at < buffer.length) {
      const stop = read(buffer, at, buffer.length);
      skip = Math.max(0, stop - buffer.length);
      held = Math.max(0, buffer.length - stop);
      carry = grown(carry, 0, held);
      carry.set(buffer.subarray(buffer.length - held));
    }
    base = start + buffer.length;
  };

  return {
    push(buffer) {
      if (state !== 'reading') { count('capture_bytes_ignored', buffer.length); return; }
      const before = view.ordinal;
      try {
        consume(buffer);
      } catch (error) {
        state = 'lost';
        if (error instanceof CaptureError) count('capture_damaged');
        throw error;
      } finally {
        if (view.ordinal > before) count('packets', view.ordinal - before);
        count('capture_bytes', buffer.length);
      }
    },
    pending: () => held + skip,
    close() {
      if (state === 'closed') return;
      if (state === 'reading' && held + skip > 0) count('capture_tail_truncated');
      state = 'closed';
      next.close();
    },
  };
};

