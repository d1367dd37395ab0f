import type { Micros } from '../sql/micros.ts';
import type { Sink } from '../sql/sink.ts';
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

/** The same number for both directions of a connection, whatever network it is seen in. */
export const flowHash = ({ bytes, srcAt, dstAt, addressBytes, srcPort, dstPort }: Segment): number => {
  let source = srcPort;
  let target = dstPort;
  for (let at = 0; at < addressBytes; at += 4) {
    source = Math.imul(source, 0x85ebca6b) ^ wordAt(bytes, srcAt + at);
    target = Math.imul(target, 0x85ebca6b) ^ wordAt(bytes, dstAt + at);
  }
  return finish((finish(source) + finish(target)) | 0);
};

/** Hands on the segments of one share. */
export const segmentShare = (next: Sink<Segment>, { index, of }: Share): Sink<Segment> => ({
  push: (segment) => { if (flowHash(segment) % of === index) next.push(segment); },
  advance: next.advance,
  close: next.close,
});
