import type { Count, Counters } from '../sql/counters.ts';
import type { DecodedExchange } from '../sql/exchange.ts';
import type { Sink } from '../sql/sink.ts';
import type { ByteSink } from './capture/bytes.ts';
import { captureReader } from './capture/reader.ts';
import { frameDecoder } from './decode/frame.ts';
import { networkName } from './decode/network.ts';
import type { Segment } from './decode/segment.ts';
import { orderedRows } from './exchange/ordered.ts';
import { exchangePairer, PAIRER_LIMITS } from './exchange/pairer.ts';
import { routedRows, type Unrouted } from './exchange/routed.ts';
import { rowMaker } from './exchange/row.ts';
import { beginsWithFrame } from './http2/grammar.ts';
import { http2Parser } from './http2/http2.ts';
import { httpParser } from './http/parser.ts';
import { believableRows, countedCopies } from './last-look.ts';
import { REASSEMBLY_LIMITS, type ReassemblyLimits } from './reassembly/limits.ts';
import { tcpReassembler } from './reassembly/reassembler.ts';
import { momentCounter, settling, shareDecoder, type Moment, type Share } from './share.ts';
import type { Key } from './tokens/keyed-hash.ts';
import { tokenReader } from './tokens/reader.ts';

export interface PipelineOptions {
  readonly tenant: string;
  readonly tap: string;
  /** Keyed one-way hash of ids found in tracing headers; the key is a secret of the installation. */
  readonly digest: (id: string) => string;
  readonly counters: Counters;
  readonly tenantOf?: (serverIp: string, serverPort: number, network: string) => string;
  /** Keep query values in `target`; default false. */
  readonly keepTargets?: boolean;
  /**
   * Packet time, µs, after which an open exchange is emitted as cut; its answer, if it comes, emits the same id again.
   * Infinity, for a reader that cannot replace a row: each exchange once. Default: 120 s.
   */
  readonly ageUs?: number;
  /** Connections known at once, and bytes held until others come (of a stream, of a head), all connections together; see `REASSEMBLY_LIMITS`. */
  readonly mostFlows?: number;
  readonly mostHeldBytes?: number;
  /** Read the values that flow, hashed with this secret, into the exchanges' `tokens`; default: they are not read. */
  readonly tokenKey?: Key;
  /** Say of an HTTP/2 exchange which stream it was; default: not. */
  readonly streams?: boolean;
  /** Hand on rows at times before 1970 or after 2199, which no database can place; default: they are dropped. */
  readonly anyTime?: boolean;
  /** Addresses of the tap's host, from which the vantage follows. */
  readonly hosts?: readonly string[];
}

/** The whole line of one tap: the bytes of a capture in, its HTTP exchanges out, synchronously and in order of their ends. */
export const exchangePipeline = (out: Sink<DecodedExchange>, options: PipelineOptions): ByteSink => {
  const { count } = options.counters;
  return captureReader(frameDecoder(exchangesOf(countedCopies(routedRows(out), count), options, { at: 0, settling: false }), count), count);
};

/**
 * The same for the connections of one share; lines with all shares give the same rows together as one line without. What is
 * left to do where the shares meet: to bring rows into the order of `moment.at`, then of `compareRows`; to look for copies and
 * make the routes, which depend on the rows before; and to read the capture for its faults and the counters of reading. The
 * first share counts what all see alike.
 */
export const sharePipeline = (out: Sink<Unrouted>, options: PipelineOptions, share: Share, moment: Moment): ByteSink => {
  const { count } = options.counters;
  const packets = shareDecoder(exchangesOf(out, options, moment, share.of), share,
    (segments, isAlone) => frameDecoder(segments, isAlone || share.index === 0 ? count : uncounted));
  return captureReader(momentCounter(packets, moment), uncounted);
};

const uncounted: Count = () => undefined;

/** From segments on; `shares` lines divide what the whole may hold. */
const exchangesOf = (out: Sink<Unrouted>, options: PipelineOptions, moment: Moment, shares = 1): Sink<Segment> => {
  const { count } = options.counters;
  const row = rowMaker({ keepTargets: false, hosts: [], networkName, ...options });
  const pairer = exchangePairer(orderedRows(believableRows(out, count, options.anyTime), moment), row, count, { ageUs: options.ageUs ?? PAIRER_LIMITS.ageUs });
  const limits = limitsOf(options, shares);
  const held = { now: 0, most: limits.heldBytesAll };
  const reader = options.tokenKey === undefined ? null : tokenReader(pairer, options.tokenKey, count);
  const messages = httpParser(reader ?? pairer, count, { http2: { parser: http2Parser, beginsWithFrame } }, held, reader);
  return settling(tcpReassembler(messages, count, limits, held), moment);
};

const limitsOf = ({ mostFlows = REASSEMBLY_LIMITS.flows, mostHeldBytes = REASSEMBLY_LIMITS.heldBytesAll }: PipelineOptions, shares: number): ReassemblyLimits => {
  const heldBytesAll = Math.ceil(mostHeldBytes / shares);
  return { ...REASSEMBLY_LIMITS, flows: Math.ceil(mostFlows / shares), heldBytesAll, heldBytes: Math.min(heldBytesAll, REASSEMBLY_LIMITS.heldBytes) };
};
