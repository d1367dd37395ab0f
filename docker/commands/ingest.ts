import type { Command } from 'commander';
import { withCaptureOptions, type CaptureOptions } from '../capture-line.ts';
import { ingestFiles, MAX_MEMORY_MB, MAX_SPILL_MB } from '../ingest-files.ts';
import { withMetrics } from '../metrics.ts';
import { namesOf } from '../names-file.ts';
import { untilStopped } from '../stop.ts';
import { openStore, saltOf } from '../store.ts';
import { dataOption, metricsOption, noTokensOption, pgPortOption, questdbOption, wholeNumber, type StoreOptions } from './options.ts';

/** `tapgraph ingest`: captures into the table `exchanges`. */
export const addIngest = (program: Command): void => {
  withCaptureOptions(program.command('ingest'))
    .summary('decode captures into QuestDB')
    .description('Decodes pcap or pcapng files (plain, gzip or zstd; - = standard input, as from `tcpdump -w -`) into the table exchanges.\nThe same packets give the same rows: ingesting again, or starting again after a kill, changes nothing.')
    .option('--max-spill-mb <n>', 'MiB on disk, in the data folder, for rows that the database does not take; beyond it reading waits (0 = none)', wholeNumber(0, 10_000_000), MAX_SPILL_MB)
    .option('--max-memory-mb <n>', 'MiB of rows of standard input, or of a file that grows, held in memory before they go to disk', wholeNumber(0, 100_000), MAX_MEMORY_MB)
    .addOption(metricsOption())
    .addOption(noTokensOption())
    .addOption(questdbOption())
    .addOption(pgPortOption())
    .addOption(dataOption())
    .action(async (files: string[], options: CaptureOptions & StoreOptions & { readonly maxSpillMb: number; readonly maxMemoryMb: number; readonly metrics?: number; readonly tokens: boolean }) => {
      const { signal } = untilStopped();
      namesOf(options.data, options.names);
      const database = await openStore(options);
      await withMetrics(options.metrics, (metrics) => ingestFiles(files, { database, options, salt: saltOf(options.data), signal, metrics }));
    });
};
