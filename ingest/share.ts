import type { Micros } from '../sql/micros.ts';
import type { Sink } from '../sql/sink.ts';
import type { Packet } from './capture/packet.ts';
import type { Segment } from './decode/segment.ts';
import { finish, wordAt } from './hash.ts';

/** How far a line has come in its input: the same at the same packet in every line that reads it. */
export interface Moment {
  /** Packets and watermarks taken so far; the end of the input is one more. */
  at: number;
  /** Within a watermark or the end of the input, where rows of many connections come at once. */
  settling: boolean;
}

/** One of several lines that read the same input, each keeping the connections of its share. */
export interface Share {
  readonly index: number;
  readonly of: number;
}

/** Says when rows of many connections come at once. */
export const settling = <T>(next: Sink<T>, moment: Moment): Sink<T> => {
  const settle = (what: () => void): void => {
    moment.settling = true;
    what();
    moment.settling = false;
  };
  return {
    push: next.push,
    advance: (watermark: Micros) => { settle(() => { next.advance(watermark); }); },
    close: () => { settle(() => { next.close(); }); },
  };
};

/** Counts the moments; to be put where the lines have left nothing out yet. */
export const momentCounter = <T>(next: Sink<T>, moment: Moment): Sink<T> => ({
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
  },
});

/** Places that connections fall to. */
export const PLACES = 65_536;

/** A place, the same for both directions of a connection, whatever network it is seen in; of addresses in `bytes`, network byte order. */
export const flowPlace = (bytes: Uint8Array, srcAt: number, dstAt: number, addressBytes: 4 | 16, srcPort: number, dstPort: number): number => {
  let source = srcPort;
  let target = dstPort;
  for (let at = 0; at < addressBytes; at += 4) {
    source = Math.imul(source, 0x85ebca6b) ^ wordAt(bytes, srcAt + at);
    target = Math.imul(target, 0x85ebca6b) ^ wordAt(bytes, dstAt + at);
  }
  return finish((finish(source) + finish(target)) | 0) & (PLACES - 1);
};

const ETHERNET = 1;
/** Ethernet, IPv4 and TCP without options. */
const PLAIN_BYTES = 54;
const MORE_OR_OFFSET = 0x3fff;

/** As `flowPlace` of the segment in a packet of the usual kind, a whole IPv4 packet in Ethernet; -1 = it may be of another. */
const plainPlace = ({ linkType, bytes, at, end }: Packet): number => {
  if (linkType !== ETHERNET || end - at < PLAIN_BYTES) return -1;
  const isPlain = bytes[at + 12] === 0x08 && bytes[at + 13] === 0 && bytes[at + 14] === 0x45 && bytes[at + 23] === 6
    && (((bytes[at + 20]! << 8) | bytes[at + 21]!) & MORE_OR_OFFSET) === 0;
  return isPlain ? flowPlace(bytes, at + 26, at + 30, 4, (bytes[at + 34]! << 8) | bytes[at + 35]!, (bytes[at + 36]! << 8) | bytes[at + 37]!) : -1;
};

/** A connection counts as so many segments from its first on: those that begin together are shared out evenly before any has sent much. */
const CONNECTION_WEIGHT = 1024;

/**
 * Which share a connection is of, by its place, asked once for each of its segments. A place met for the first time falls to the share
 * that has had least: whoever asks for all segments in their order has the same answers.
 */
const shares = (of: number): ((place: number) => number) => {
  const shareOf = new Int8Array(PLACES).fill(-1);
  const had = new Float64Array(of);
  return (place) => {
    let share = shareOf[place]!;
    if (share < 0) {
      share = had.indexOf(Math.min(...had));
      shareOf[place] = share;
      had[share]! += CONNECTION_WEIGHT;
    }
    had[share]! += 1;
    return share;
  };
};

/**
 * Hands on the segments of one share. `decoder` makes those that decode packets: one for packets of the share that are known by
 * their headers as they stand, and one for all others, which is to be counted for once by all shares.
 */
export const shareDecoder = (next: Sink<Segment>, { index, of }: Share, decoder: (segments: Sink<Segment>, isAlone: boolean) => Sink<Packet>): Sink<Packet> => {
  const shareOf = shares(of);
  const own = decoder({ push: next.push, advance: () => {}, close: () => {} }, true);
  const others = decoder({
    push: (segment) => {
      const { bytes, srcAt, dstAt, addressBytes, srcPort, dstPort } = segment;
      if (shareOf(flowPlace(bytes, srcAt, dstAt, addressBytes, srcPort, dstPort)) === index) next.push(segment);
    },
    advance: next.advance,
    close: next.close,
  }, false);
  return {
    push: (packet) => {
      const place = plainPlace(packet);
      if (place < 0) others.push(packet);
      else if (shareOf(place) === index) own.push(packet);
    },
    advance: (watermark) => {
      own.advance(watermark);
      others.advance(watermark);
    },
    close: () => {
      own.close();
      others.close();
    },
  };
};
