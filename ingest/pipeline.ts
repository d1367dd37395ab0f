import type { Counters } from '../sql/counters.ts';
import type { Exchange } from '../sql/exchange.ts';
import type { Sink } from '../sql/sink.ts';
import type { ByteSink } from './capture/bytes.ts';
import { captureReader } from './capture/reader.ts';
import { frameDecoder } from './decode/frame.ts';
import { networkName } from './decode/network.ts';
import { exchangePairer } from './exchange/pairer.ts';
import { rowMaker } from './exchange/row.ts';
import { httpParser } from './http/parser.ts';
import { tcpReassembler } from './reassembly/reassembler.ts';

export interface PipelineOptions {
  readonly tenant: string;
  readonly tap: string;
  /** Keyed one-way hash of ids found in tracing headers; the key is a secret of the installation. */
  readonly digest: (id: string) => string;
  readonly counters: Counters;
  readonly tenantOf?: (serverIp: string, serverPort: number, network: string) => string;
  /** Keep query values in `target`; default false. */
  readonly keepTargets?: boolean;
  /** Addresses of the tap's host, from which the vantage follows. */
  readonly hosts?: readonly string[];
}

/** The whole line of one tap: the bytes of a capture in, its HTTP exchanges out, synchronously and in order of their ends. */
export const exchangePipeline = (out: Sink<Exchange>, options: PipelineOptions): ByteSink => {
  const { count } = options.counters;
  const row = rowMaker({ keepTargets: false, hosts: [], networkName, ...options });
  return captureReader(frameDecoder(tcpReassembler(httpParser(exchangePairer(out, row, count), count, { http2: null }), count), count), count);
};
