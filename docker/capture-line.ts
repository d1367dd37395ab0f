import { createHmac } from 'node:crypto';
import { basename } from 'node:path';
import type { Command } from 'commander';
import { readCapture } from '../ingest/capture/file.ts';
import { exchangePipeline } from '../ingest/pipeline.ts';
import { counters, type Counters } from '../sql/counters.ts';
import type { Exchange } from '../sql/exchange.ts';
import type { Sink } from '../sql/sink.ts';
import { namesOption, tenantOption, wholeNumber } from './commands/options.ts';
import { loadNames } from './names-file.ts';

/** The flags of every command that reads captures. */
export interface CaptureOptions {
  readonly tenant: string;
  readonly tap?: string;
  readonly host?: readonly string[];
  readonly names?: string;
  readonly keepTargets?: boolean;
  readonly follow?: boolean;
  readonly maxFlows?: number;
  readonly maxBufferedMb?: number;
}

const COUNT = wholeNumber(1, 999_999_999);

/** How packets of a host get here: no daemon and no agent, tcpdump writes and this reads. */
const tapping = (name: string): string => `
Tap a host live (\`tapgraph devices\` lists what can be tapped), here or over ssh:
  sudo tcpdump -i eth0 -U -s 0 -w - tcp | npx tapgraph ${name} - --tap web-1 --host 192.0.2.10
  ssh web-1 sudo tcpdump -i eth0 -U -s 0 -w - tcp | npx tapgraph ${name} - --tap web-1 --host 192.0.2.10
Leave the filter \`tcp\` out where the traffic goes through VXLAN, Geneve, GRE or the like.`;

export const withCaptureOptions = (command: Command): Command =>
  command
    .argument('<files...>', 'captures; - is standard input')
    .option('--tap <name>', 'name of the tap (default: the file\'s name)')
    .option('--host <address...>', 'addresses of the host that the tap sits on, so that rows say whose side they saw')
    .option('--keep-targets', 'keep request targets as sent instead of dropping the values of queries')
    .option('--follow', 'go on reading as the file grows')
    .option('--max-flows <n>', 'connections known at once; at the bound the one longest silent is given up (default: 1000000)', COUNT)
    .option('--max-buffered-mb <n>', 'MiB held for packets that are missing; at the bound they count as lost (default: 256)', COUNT)
    .addOption(tenantOption())
    .addOption(namesOption())
    .addHelpText('after', tapping(command.name()));

export interface CaptureRun {
  readonly options: CaptureOptions;
  /** Secret key of the hashes made of tracing headers. */
  readonly salt: string;
  /** Read the values that flow as well, hashed with a key made of the salt. */
  readonly tokens?: boolean;
  /** See `PipelineOptions`. */
  readonly streams?: boolean;
  readonly out: Sink<Exchange>;
  /** Awaited between buffers: backpressure. */
  readonly ready?: () => Promise<void>;
  readonly onBytes?: (read: number, total: number | null) => void;
  /** See `PipelineOptions`. */
  readonly ageUs?: number;
  readonly anyTime?: boolean;
  readonly signal?: AbortSignal;
  readonly counters?: Counters;
}

/** 128 bits: enough that two ids never meet. */
const DIGEST_DIGITS = 32;

const tokenKeyOf = (salt: string): readonly [number, number] => {
  const made = createHmac('sha256', salt).update('tokens').digest();
  return [made.readInt32LE(0), made.readInt32LE(4)];
};

/** The tap's name where none is given: the file's, without folders and endings. */
export const tapOf = (file: string): string =>
  file === '-' ? 'stdin' : basename(file).replace(/\.(gz|zst)$/i, '').replace(/\.(pcap|pcapng|cap|dmp)$/i, '');

/**
 * Reads one capture through the whole ingest line; resolves to what was counted. At the input's end `out` is closed; when
 * stopped by `signal` it is not, because exchanges still open may be answered by packets not yet read.
 */
export const captureLine = async (file: string, run: CaptureRun): Promise<Readonly<Record<string, number>>> => {
  const { options } = run;
  const tally = run.counters ?? counters();
  const names = options.names === undefined ? null : loadNames(options.names);
  const line = exchangePipeline(run.out, {
    tenant: options.tenant,
    tap: options.tap ?? tapOf(file),
    digest: (id) => createHmac('sha256', run.salt).update(id).digest('hex').slice(0, DIGEST_DIGITS),
    ...(run.tokens === true && { tokenKey: tokenKeyOf(run.salt) }),
    ...(run.streams === true && { streams: true }),
    keepTargets: options.keepTargets ?? false,
    hosts: options.host ?? [],
    counters: tally,
    ...(options.maxFlows !== undefined && { mostFlows: options.maxFlows }),
    ...(options.maxBufferedMb !== undefined && { mostHeldBytes: options.maxBufferedMb * 2 ** 20 }),
    ...(run.ageUs !== undefined && { ageUs: run.ageUs }),
    ...(run.anyTime !== undefined && { anyTime: run.anyTime }),
    ...(names && { tenantOf: (ip: string, port: number) => names.tenantOf(ip, port) ?? options.tenant }),
  });
  const { truncated } = await readCapture(file, line, {
    follow: options.follow ?? false,
    ...(run.ready && { ready: run.ready }),
    ...(run.onBytes && { onBytes: run.onBytes }),
    ...(run.signal && { signal: run.signal }),
  });
  if (run.signal?.aborted !== true) line.close();
  if (truncated !== null) process.stderr.write(`tapgraph: ${file}: ${truncated}; everything before it is kept\n`);
  return tally.snapshot();
};
