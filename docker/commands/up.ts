import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import type { CaptureOptions } from '../capture-line.ts';
import { launch } from '../launch.ts';
import { untilStopped } from '../stop.ts';
import { algorithmOption } from './infer.ts';
import { dataOption, metricsOption, namesOption, noTokensOption, pgPortOption, questdbOption, share, tenantOption, threadsOption, wholeNumber, type StoreOptions } from './options.ts';

interface UpOptions extends StoreOptions, CaptureOptions {
  readonly port: number;
  readonly algorithm: { readonly name: string };
  readonly minConfidence: number;
  readonly jar?: string;
  readonly java?: string;
  readonly exit?: boolean;
  readonly metrics?: number;
  readonly tokens: boolean;
}

const SHIPPED = (name: string): string => fileURLToPath(new URL(`../test/captures/apps/${name}`, import.meta.url));
const PORTS_USED = 4;

/** `tapgraph up`: everything on one machine; what `npm start` runs. */
export const addUp = (program: Command): void => {
  program.command('up')
    .summary('start everything on this machine and show the call graph')
    .description(`Starts QuestDB as a child (or uses --questdb), applies the schema, ingests the captures, infers who called whom,
prints the call graph and where to look at it, and follows new exchanges until Ctrl-C.
Without captures it takes the one that ships: Istio's Bookinfo under load.`)
    .argument('[files...]', 'captures: pcap or pcapng, plain, gzip or zstd; one a tap')
    .option('--port <n>', 'port of the page; QuestDB takes the three after it (HTTP, Postgres wire, health)', wholeNumber(1, 65_535 - PORTS_USED), 9400)
    .option('--host <address...>', 'addresses of the host that the tap sits on')
    .option('--keep-targets', 'keep request targets as sent instead of dropping the values of queries')
    .option('--min-confidence <share>', 'leave out parents less probable than this', share, 0)
    .option('--jar <file>', 'use this QuestDB jar instead of fetching one')
    .option('--java <file>', 'use this Java')
    .option('--exit', 'end when the call graph is printed instead of following')
    .addOption(metricsOption())
    .addOption(noTokensOption())
    .addOption(algorithmOption())
    .addOption(threadsOption())
    .addOption(tenantOption())
    .addOption(namesOption())
    .addOption(questdbOption())
    .addOption(pgPortOption())
    .addOption(dataOption())
    .action(async (files: string[], options: UpOptions) => {
      const shipped = files.length === 0;
      await launch(shipped ? [SHIPPED('bookinfo.pcap.gz')] : files.map((file) => (file === '-' ? file : resolve(file))), {
        ...options,
        ...(shipped && options.names === undefined && { names: SHIPPED('bookinfo.names') }),
        algorithm: options.algorithm.name,
        stop: untilStopped(),
      });
    });
};
