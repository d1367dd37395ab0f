import type { Count } from '../../sql/counters.ts';
import type { Micros } from '../../sql/micros.ts';
import type { Cursor, Verdict } from './layer.ts';

export interface FragmentLimits {
  /** Datagrams in the making; the oldest makes room. */
  readonly fragmentDatagrams: number;
  /** Bytes held for them. */
  readonly fragmentBytes: number;
  /** Packet time after the first fragment of a datagram until it is given up (RFC 8200 §4.5: 60 s; Linux: 30 s). */
  readonly fragmentAgeUs: number;
}

/** Reassembles IPv4 and IPv6 datagrams; the first copy of a byte wins. */
export interface Fragments {
  /** Takes the fragment at `c.at`; null when the datagram is whole and `c` stands at its start, else what became of it. */
  take(c: Cursor, protocol: number, id: number, offset: number, more: boolean): Verdict | null;
  /** Gives up datagrams begun too long before `watermark`. */
  advance(watermark: Micros): void;
  close(): void;
}

/** A datagram in the making: its addresses, then its payload, in `bytes`; `holes` are the ranges of payload still missing. */
interface Datagram {
  readonly key: string;
  readonly begun: Micros;
  bytes: Uint8Array;
  holes: { from: number; to: number }[];
  /** Where the payload ends, once the last fragment has told. */
  length: number;
}

const MOST_DATAGRAM_BYTES = 65_535;
const FIRST_ROOM = 4096;

export const fragmentTable = (limits: FragmentLimits, count: Count): Fragments => {
  /** In the order they were begun. */
  const datagrams = new Map<string, Datagram>();
  let heldBytes = 0;

  const drop = (datagram: Datagram): void => {
    datagrams.delete(datagram.key);
    heldBytes -= datagram.bytes.length;
  };
  const giveUpOldest = (): void => {
    for (const oldest of datagrams.values()) {
      drop(oldest);
      count('fragment_evicted');
      return;
    }
  };
  const begin = (key: string, c: Cursor): Datagram => {
    if (datagrams.size >= limits.fragmentDatagrams) giveUpOldest();
    const bytes = new Uint8Array(FIRST_ROOM);
    bytes.set(c.bytes.subarray(c.srcAt, c.srcAt + 2 * c.addressBytes));
    heldBytes += FIRST_ROOM;
    const datagram: Datagram = { key, begun: c.ts, bytes, holes: [{ from: 0, to: Infinity }], length: Infinity };
    datagrams.set(key, datagram);
    return datagram;
  };
  const makeRoom = (datagram: Datagram, length: number): void => {
    if (length <= datagram.bytes.length) return;
    const larger = new Uint8Array(Math.min(2 * MOST_DATAGRAM_BYTES, Math.max(length, 2 * datagram.bytes.length)));
    larger.set(datagram.bytes);
    heldBytes += larger.length - datagram.bytes.length;
    datagram.bytes = larger;
  };
  /** Copies what of `[from, to)` is still missing; true where some of it was there already. */
  const fill = (datagram: Datagram, c: Cursor, from: number, to: number): boolean => {
    const base = 2 * c.addressBytes;
    let copied = 0;
    const left: { from: number; to: number }[] = [];
    for (const hole of datagram.holes) {
      const start = Math.max(hole.from, from);
      const stop = Math.min(hole.to, to);
      if (start >= stop) { left.push(hole); continue; }
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
      if (length <= 0 || offset + length > MOST_DATAGRAM_BYTES || (more && length % 8 !== 0)) return 'fragment_malformed';
      if (c.end < c.wireEnd) return 'fragment_cut';
      const key = keyOf(c, protocol, id);
      const datagram = datagrams.get(key) ?? begin(key, c);
      makeRoom(datagram, 2 * c.addressBytes + offset + length);
      if (fill(datagram, c, offset, offset + length)) count('fragment_overlap');
      if (!more && datagram.length === Infinity) endAt(datagram, offset + length);
      if (datagram.holes.length > 0) {
        while (heldBytes > limits.fragmentBytes && datagrams.size > 1) giveUpOldest();
        return 'fragment_held';
      }
      drop(datagram);
      count('fragment_reassembled');
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
        drop(datagram);
        count('fragment_timed_out');
      }
    },
    close() {
      if (datagrams.size > 0) count('fragment_unfinished', datagrams.size);
      datagrams.clear();
      heldBytes = 0;
    },
  };
};

/** Nothing is missing behind the end that the last fragment tells. */
const endAt = (datagram: Datagram, length: number): void => {
  datagram.length = length;
  datagram.holes = datagram.holes.flatMap(({ from, to }) => (from < length ? [{ from, to: Math.min(to, length) }] : []));
};

const keyOf = (c: Cursor, protocol: number, id: number): string => {
  let key = `${c.network}/${protocol}/${id}`;
  for (let at = c.srcAt; at < c.srcAt + 2 * c.addressBytes; at++) key += `.${c.bytes[at]}`;
  return key;
};
