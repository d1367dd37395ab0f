import type { Count } from '../../sql/counters.ts';
import type { Micros } from '../../sql/micros.ts';
import type { BodyReader, Message, Reset } from '../http/message.ts';
import type { Direction } from '../reassembly/chunk.ts';
import { countMessages, isLate, messageCounter, restart } from './grpc.ts';
import { sentBy, streamIndex, type Stream } from './stream-index.ts';

export interface Streams {
  find(id: number): Stream | null;
  open(id: number, request: Message | null): Stream;
  /** Adds content to the message of that direction. */
  content(id: number, direction: Direction, bytes: Uint8Array, at: number, end: number, ts: Micros): void;
  missing(id: number, direction: Direction, length: number): void;
  /** The direction's sender is done with the stream. */
  end(id: number, direction: Direction, ts: Micros): void;
  /** The client has given up, with this error code; an answer may have been on its way, and is one then. */
  abandon(id: number, ts: Micros, code: number): void;
  /** The server has stopped the stream, with this error code. */
  refuse(id: number, ts: Micros, code: number): void;
  /** Time has come to `ts`: answers that are not there by now will not come. */
  advance(ts: Micros): void;
  /** The stream ends now, whoever has not finished. */
  drop(id: number, complete: boolean): void;
  touch(direction: Direction): void;
  /** Streams of a later number than the last that the server will answer. */
  dropAbove(last: number): void;
  /** Retransmitted segments, reported with the next message that gets bytes. */
  retransmitted(direction: Direction, segments: number): void;
  /** The direction has ended: what is open in it is cut. */
  close(direction: Direction): void;
}

const NO_ERROR = 0;
/** Streams held of one connection; servers usually allow 100 to 1,000 at once. */
const MOST_STREAMS = 4096;
const MOST_SPARE = 16;
/** A client that gave up may still be answered by what was on its way: so many such streams wait, and so long (packet time). */
const MOST_ABANDONED = 1024;
const LATE_ANSWER_US = 10_000_000;

/** The streams of a connection: which messages are open, and when each has ended. `unanswered` is called for a request that no answer will come to. */
export const streamTable = (emit: (message: Message) => void, unanswered: (request: Message) => void, count: Count, reader: BodyReader | null): Streams => {
  const streams = streamIndex();
  /** Those done with, to be used again: five objects a call less for the garbage collector. */
  const spare: Stream[] = [];
  const retransmits: [number, number] = [0, 0];
  const abandoned: { readonly id: number; readonly ts: Micros }[] = [];

  const finish = (stream: Stream, message: Message, state: 'complete' | 'cut', ts: Micros): void => {
    if (message.state !== 'open') return;
    const { direction } = message;
    message.state = stream.touched[direction] ? 'cut' : state;
    message.lastTs = ts;
    message.retransmits += retransmits[direction];
    retransmits[direction] = 0;
    if (message.said.protocol === 'grpc') {
      const counter = stream.counters[direction];
      message.messages = counter.known ? counter.total : null;
      message.firstMessageTs = counter.firstTs;
      message.lastMessageTs = counter.known ? counter.lastTs : null;
    }
    emit(message);
  };
  const forget = (stream: Stream): void => {
    streams.remove(stream);
    stream.request = stream.response = null;
    if (spare.length < MOST_SPARE) spare.push(stream);
  };
  const forgetIfDone = (stream: Stream): void => {
    if (stream.response !== null && stream.response.state !== 'open' && (stream.request === null || stream.request.state !== 'open')) forget(stream);
  };
  const fresh = (id: number, request: Message | null): Stream => {
    const stream = spare.pop();
    if (stream === undefined) {
      return { id, request, response: null, touched: [false, false], counters: [messageCounter(), messageCounter()], chained: null, older: null, newer: null };
    }
    stream.id = id;
    stream.request = request;
    stream.response = null;
    stream.touched[0] = stream.touched[1] = false;
    restart(stream.counters[0]);
    restart(stream.counters[1]);
    return stream;
  };
  const drop = (stream: Stream, complete: boolean): void => {
    streams.remove(stream);
    const { request, response } = stream;
    if (request !== null) finish(stream, request, complete ? 'complete' : 'cut', request.lastTs);
    if (response !== null) finish(stream, response, 'cut', response.lastTs);
    else if (request !== null) unanswered(request);
  };
  const stop = ({ request }: Stream, by: Reset['by'], code: number, ts: Micros): void => {
    // The other side's RST_STREAM that answers one stops nothing.
    if (request === null || request.reset) return;
    request.reset = { by, code, late: typeof request.deadlineUs === 'number' && isLate(ts - request.firstTs, request.deadlineUs) };
  };
  const dropOldest = (): void => {
    const oldest = streams.find(abandoned.shift()!.id);
    if (oldest !== null && oldest.response === null) drop(oldest, false);
  };
  return {
    find: streams.find,
    open: (id, request) => {
      const oldest = streams.oldest();
      if (oldest !== null && streams.size() >= MOST_STREAMS) {
        count('h2_streams_dropped');
        drop(oldest, false);
      }
      const stream = fresh(id, request);
      streams.add(stream);
      return stream;
    },
    content: (id, direction, bytes, at, end, ts) => {
      const stream = streams.find(id);
      if (stream === null) return;
      const message = sentBy(stream, direction);
      if (message === null || message.state !== 'open') return;
      message.bodyBytes += end - at;
      message.lastTs = ts;
      message.retransmits += retransmits[direction];
      retransmits[direction] = 0;
      if (message.said.protocol === 'grpc') countMessages(stream.counters[direction], bytes, at, end, ts);
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
      if (message !== null) finish(stream, message, 'complete', ts);
      // The end of the request may have been among bytes that were lost.
      const { request } = stream;
      if (message !== null && message === stream.response && request !== null && stream.touched[request.direction]) finish(stream, request, 'cut', request.lastTs);
      forgetIfDone(stream);
    },
    abandon: (id, ts, code) => {
      const stream = streams.find(id);
      if (stream === null) return;
      stop(stream, 'client', code, ts);
      if (stream.response !== null || stream.request === null) { drop(stream, false); return; }
      finish(stream, stream.request, 'cut', stream.request.lastTs);
      if (abandoned.push({ id, ts }) > MOST_ABANDONED) dropOldest();
    },
    refuse: (id, ts, code) => {
      const stream = streams.find(id);
      if (stream === null) return;
      // A server that has answered in full may ask for no more of the request (RFC 9113 §8.1).
      const complete = code === NO_ERROR && stream.response?.state === 'complete';
      if (!complete) stop(stream, 'server', code, ts);
      drop(stream, complete);
    },
    advance: (ts) => { while (abandoned.length > 0 && ts - abandoned[0]!.ts > LATE_ANSWER_US) dropOldest(); },
    drop: (id, complete) => {
      const stream = streams.find(id);
      if (stream !== null) drop(stream, complete);
    },
    touch: (direction) => {
      streams.each(({ touched, counters }) => { touched[direction] = true; counters[direction].known = false; });
    },
    dropAbove: (last) => {
      streams.each((stream) => { if (stream.id > last && stream.response === null) drop(stream, false); });
    },
    retransmitted: (direction, segments) => { retransmits[direction] += segments; },
    close: (direction) => {
      streams.each((stream) => {
        const message = sentBy(stream, direction);
        if (message === null) return;
        finish(stream, message, 'cut', message.lastTs);
        forgetIfDone(stream);
      });
    },
  };
};
