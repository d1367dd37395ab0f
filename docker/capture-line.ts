import { basename } from 'node:path';
import type { Command } from 'commander';
import { readCapture } from '../ingest/capture/file.ts';
import { exchangePipeline } from '../ingest/pipeline.ts';
import { counters, type Counters } from '../sql/counters.ts';
import type { DecodedExchange } from '../sql/exchange.ts';
import type { Sink } from '../sql/sink.ts';
import { namesOption, tenantOption, threadsOption, wholeNumber } from './commands/options.ts';
import { pipelineOptions, type LineOptions } from './line-options.ts';
import type { FormName } from './threads/form.ts';
import { threadedLine } from './threads/line.ts';
import type { EncodedSink } from './threads/merge.ts';
import type { Team } from './threads/team.ts';

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
  readonly threads?: number;
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
    .addOption(threadsOption())
    .addOption(tenantOption())
    .addOption(namesOption())
    .addHelpText('after', tapping(command.name()));

/** Where rows go that threads make. */
export interface ThreadedOut {
  readonly team: Team;
  readonly form: FormName;
  readonly rows: EncodedSink;
}

export interface CaptureRun {
  readonly options: CaptureOptions;
  /** Secret key of the hashes made of tracing headers. */
  readonly salt: string;
  /** Read the values that flow as well, hashed with a key made of the salt. */
  readonly tokens?: boolean;
  /** See `PipelineOptions`. */
  readonly streams?: boolean;
  readonly out: Sink<DecodedExchange> | ThreadedOut;
  /** Awaited between buffers: backpressure. */
  readonly ready?: () => Promise<void>;
  readonly onBytes?: (read: number, total: number | null) => void;
  /** See `PipelineOptions`. */
  readonly ageUs?: number;
  readonly anyTime?: boolean;
  readonly signal?: AbortSignal;
  readonly counters?: Counters;
}

/** The tap's name where none is given: the file's, without folders and endings. */
export const tapOf = (file: string): string =>
  file === '-' ? 'stdin' : basename(file).replace(/\.(gz|zst)$/i, '').replace(/\.(pcap|pcapng|cap|dmp)$/i, '');

/**
 * Reads one capture through the whole ingest line; resolves to what was counted. At the input's end the line is closed; when
 * stopped by `signal` it is not, because exchanges still open may be answered by packets not yet read.
 */
export const captureLine = async (file: string, run: CaptureRun): Promise<Readonly<Record<string, number>>> => {
  const { options, out, ready, signal } = run;
  const tally = run.counters ?? counters();
  const lineOptions = lineOptionsOf(file, run);
  const pipeline = pipelineOptions(lineOptions, tally);
  const threads = 'team' in out ? threadedLine(out, lineOptions, tally) : null;
  const line = 'team' in out ? threads! : exchangePipeline(out, pipeline);
  const stops = [signal, threads?.lost].filter((stop) => stop !== undefined);
  const { truncated } = await readCapture(file, line, {
    follow: options.follow ?? false,
    ready: async () => {
      await threads?.ready();
      await ready?.();
    },
    ...(run.onBytes && { onBytes: run.onBytes }),
    ...(stops.length > 0 && { signal: AbortSignal.any(stops) }),
  });
  if (signal?.aborted !== true) line.close();
  await threads?.settled();
  // Where reading was stopped, it is no fault of the input that it ends there.
  if (truncated !== null && signal?.aborted !== true) process.stderr.write(`tapgraph: ${file}: ${truncated}; everything before it is kept\n`);
  return tally.snapshot();
};

/** What the line of a file is made of, and no more: threads are handed a copy. */
const lineOptionsOf = (file: string, { options, salt, tokens, streams, anyTime, ageUs }: CaptureRun): LineOptions => {
  const { tenant, host, names, keepTargets, maxFlows, maxBufferedMb } = options;
  return {
    tenant, tap: options.tap ?? tapOf(file), salt, tokens: tokens ?? false, hosts: host ?? [], keepTargets: keepTargets ?? false,
    ...(names !== undefined && { names }),
    ...(maxFlows !== undefined && { mostFlows: maxFlows }),
    ...(maxBufferedMb !== undefined && { mostHeldBytes: maxBufferedMb * 2 ** 20 }),
    ...(streams !== undefined && { streams }),
    ...(anyTime !== undefined && { anyTime }),
    ...(ageUs !== undefined && { ageUs }),
  };
};
