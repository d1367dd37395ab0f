import type { Micros } from '../../sql/micros.ts';
import type { HeldBytes } from '../reassembly/held-bytes.ts';
import type { Data, Direction } from '../reassembly/chunk.ts';
import type { Connection } from '../reassembly/connection.ts';
import { NO_ACK } from '../sequence.ts';
import type { Message } from './message.ts';

/** Where the next byte of a direction stands. */
export type Mode = 'start' | 'head' | 'fixed' | 'size' | 'data' | 'data_end' | 'trailers' | 'close' | 'opaque' | 'lost';

/** What is known of a direction since bytes were lost. */
export interface Loss {
  /** Which of the requests waiting come behind bytes that were lost, requests maybe: their indices in ascending order, one behind all for the next. */
  readonly breaks: number[];
  /** Requests sent before whoever answers had received all before them: their client did not wait for its answers. */
  readonly hasty: Set<Message>;
  /** Of those behind lost bytes, the one that was sent when all before it had been answered, lost ones included. */
  resumed: Message | null;
  /** Answers sent on this side, none lost between them, that wait until it is known what they answer. */
  readonly unpaired: Message[];
  /** This side has lost its place since the last answer that found its request. */
  skipped: boolean;
  /** Sequence and acknowledgement number of the last bytes, noted while the connection is not clean. */
  sentSeq: number;
  sentAck: number;
}

/** One direction of a connection that speaks HTTP/1. */
export interface Side {
  readonly direction: Direction;
  mode: Mode;
  /** Bytes of the body or chunk still to come. */
  left: number;
  /** Bytes of a head or line that began in an earlier chunk; empty when there is none. */
  buffer: Uint8Array;
  filled: number;
  /** They may be of a body: its place had been lost when they came. */
  strict: boolean;
  /** Of the chunk that brought the first byte of the head being read, and that byte's sequence number. */
  firstTs: Micros;
  firstSeq: number;
  firstAck: number;
  /** Slot of the last head that was known already; -1 = none was. */
  known: number;
  /** The message whose body is being read. */
  message: Message | null;
  retransmits: number;
  /** Requests sent on this side that have no answer yet. */
  readonly waiting: Message[];
  /** What is known since bytes were lost; see `lossOf`. */
  loss: Loss;
  /** It ended with a FIN. */
  finished: boolean;
}

/** What is known of a connection as far as it speaks HTTP/1. */
export interface Talk {
  readonly connection: Connection;
  readonly sides: readonly [Side, Side];
  /** No byte has been lost since the last moment at which nothing was waiting. */
  clean: boolean;
  /** A message has been read. */
  spoken: boolean;
  /** The request that a 101 has answered. */
  upgraded: Message | null;
}

const NOTHING = new Uint8Array(0);
const LEAST_BUFFER = 256;

const noLoss = (): Loss => ({ breaks: [], hasty: new Set(), resumed: null, unpaired: [], skipped: false, sentSeq: 0, sentAck: NO_ACK });
/** Most directions lose nothing: they share this, which is never written. */
const NOTHING_LOST: Loss = Object.freeze(noLoss());

/** The side's own, to be written. */
export const lossOf = (on: Side): Loss => {
  if (on.loss === NOTHING_LOST) on.loss = noLoss();
  return on.loss;
};

const side = (direction: Direction): Side => ({
  direction, mode: 'start', left: 0, buffer: NOTHING, filled: 0, strict: false, firstTs: 0 as Micros, firstSeq: 0, firstAck: 0, known: -1, message: null, retransmits: 0, waiting: [],
  loss: NOTHING_LOST, finished: false,
});

export const talk = (connection: Connection): Talk => ({ connection, sides: [side(0), side(1)], clean: true, spoken: false, upgraded: null });

/** The other direction. */
export const peerOf = ({ sides }: Talk, { direction }: Side): Side => sides[direction === 0 ? 1 : 0];

/** Lets go of the first so many of those waiting for an answer. */
export const passed = (asking: Side, many: number): void => {
  if (many === 0) return;
  if (asking.loss.hasty.size > 0) for (let at = 0; at < many; at++) asking.loss.hasty.delete(asking.waiting[at]!);
  // Nearly always; setting the length would take 60 ns more.
  if (many === 1 && asking.waiting.length === 1) asking.waiting.pop();
  else if (many === asking.waiting.length) asking.waiting.length = 0;
  else asking.waiting.splice(0, many);
  const { breaks } = asking.loss;
  if (breaks.length === 0) return;
  const left = breaks.filter((at) => at >= many);
  breaks.length = 0;
  for (const at of left) breaks.push(at - many);
};

/** Notes that a head begins at `at` of the chunk. */
export const first = (on: Side, chunk: Data, at: number): void => {
  on.firstTs = chunk.ts;
  on.firstSeq = (chunk.seq + at - chunk.at) | 0;
  on.firstAck = chunk.ack;
};

/** Keeps bytes until those behind them come. */
export const keep = (on: Side, bytes: Uint8Array, at: number, end: number, held: HeldBytes): void => {
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

/** Lets go of what was kept. */
export const drop = (on: Side, held: HeldBytes): void => {
  held.now -= on.buffer.length;
  on.buffer = NOTHING;
  on.filled = 0;
};
