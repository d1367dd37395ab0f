import { exchangePipeline, type PipelineOptions } from '../../ingest/pipeline.ts';
import { counters } from '../../sql/counters.ts';
import type { DecodedExchange } from '../../sql/exchange.ts';
import { pcap, type Record } from './capture/files.ts';
import { ethernet, ipv4, tcp, text } from './decode/frames.ts';

/** One packet of a conversation: who sends, what; numbers follow from what was said before where they are not given. */
export interface Step {
  readonly from: 'client' | 'server';
  readonly says?: string;
  readonly flags?: number;
  /** Bytes after the sender's first one; default: behind all it has said. */
  readonly seq?: number;
  /** Bytes of the other side received; default: all. */
  readonly acked?: number;
  /** Milliseconds since the start; default: one after the step before. */
  readonly ms?: number;
  /** Said and sent, but missing in the capture. */
  readonly lost?: boolean;
  readonly isn?: number;
  /** Captured bytes of the payload, where the capture cut it short. */
  readonly captured?: number;
}

export const client = (says: string, more: Partial<Step> = {}): Step => ({ from: 'client', says, ...more });
export const server = (says: string, more: Partial<Step> = {}): Step => ({ from: 'server', says, ...more });
export const FIN = 0x11;
export const SYN = 0x02;
export const SYN_ACK = 0x12;
export const RST = 0x04;
export const OPENING: readonly Step[] = [{ from: 'client', flags: SYN }, { from: 'server', flags: SYN_ACK }, { from: 'client' }];

const START_SECONDS = 1_700_000_000;

/** The packets of a conversation on one connection, as records of a capture. */
export const records = (steps: readonly Step[], port = 40_000, isns = { client: 0xffff_fff0, server: 5000 }): readonly Record[] => {
  const said = { client: 0, server: 0 };
  const base = { ...isns };
  let ms = 0;
  const found: Record[] = [];
  for (const step of steps) {
    const { from, says = '', flags = says === '' ? 0x10 : 0x18 } = step;
    const other = from === 'client' ? 'server' : 'client';
    if (step.isn !== undefined) { base[from] = step.isn; said[from] = 0; }
    ms = step.ms ?? ms + 1;
    const at = step.seq ?? said[from];
    const syn = (flags & SYN) !== 0;
    const seq = (base[from] + (syn ? 0 : 1) + at) >>> 0;
    const ack = (flags & 0x10) === 0 ? 0 : (base[other] + 1 + (step.acked ?? said[other])) >>> 0;
    if (!syn) said[from] = Math.max(said[from], at + says.length + (flags & 1));
    if (step.lost === true) continue;
    const ends = from === 'client' ? { srcPort: port, dstPort: 80 } : { srcPort: 80, dstPort: port };
    const addresses = from === 'client' ? {} : { src: [10, 0, 0, 2], dst: [10, 0, 0, 1] };
    const frame = ethernet(ipv4(tcp(text(says), { ...ends, seq, ack, flags }), addresses));
    found.push({
      seconds: START_SECONDS + Math.floor(ms / 1000), fraction: (ms % 1000) * 1000, wireBytes: frame.length,
      frame: step.captured === undefined ? frame : frame.slice(0, frame.length - says.length + step.captured),
    });
  }
  return found;
};

export interface Decoded {
  readonly rows: readonly DecodedExchange[];
  readonly counted: Readonly<{ [name: string]: number }>;
}

/** Decodes the bytes of a capture, handed over in pieces that end at `cuts`. */
export const decode = (bytes: Uint8Array, cuts: readonly number[] = [], options: Partial<PipelineOptions> = {}): Decoded => {
  const rows: DecodedExchange[] = [];
  const tally = counters();
  const line = exchangePipeline({ push: (row) => { rows.push(row); }, advance: () => {}, close: () => {} },
    { tenant: 'default', tap: 'test', digest: (id) => `#${id.length}`, counters: tally, ...options });
  let from = 0;
  for (const cut of [...cuts, bytes.length]) {
    line.push(bytes.slice(from, cut));
    from = cut;
  }
  line.close();
  return { rows, counted: tally.snapshot() };
};

export const decodeSteps = (steps: readonly Step[], options: Partial<PipelineOptions> = {}): Decoded => decode(pcap(records(steps)), [], options);

/** An exchange in one line. */
export const brief = (row: DecodedExchange): string =>
  `${row.method ?? '-'} ${row.target ?? '-'} ${row.status} ${row.outcome} ${row.request_bytes}/${row.response_bytes}`;
