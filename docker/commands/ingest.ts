import type { Command } from 'commander';
import { withCaptureOptions, type CaptureOptions } from '../capture-line.ts';
import { ingestFiles } from '../ingest-files.ts';
import { namesOf } from '../names-file.ts';
import { untilStopped } from '../stop.ts';
import { openStore, saltOf } from '../store.ts';
import { dataOption, pgPortOption, questdbOption, type StoreOptions } from './options.ts';

/** `tapgraph ingest`: captures into the table `exchanges`. */
export const addIngest = (program: Command): void => {
  withCaptureOptions(program.command('ingest'))
    .summary('decode captures into QuestDB')
    .description('Decodes pcap or pcapng files (plain, gzip or zstd; - = standard input, as from `tcpdump -w -`) into the table exchanges.\nThe same packets give the same rows: ingesting again, or starting again after a kill, changes nothing.')
    .addOption(questdbOption())
    .addOption(pgPortOption())
    .addOption(dataOption())
    .action(async (files: string[], options: CaptureOptions & StoreOptions) => {
      const { signal } = untilStopped();
      namesOf(options.data, options.names);
      await ingestFiles(files, { database: await openStore(options), options, salt: saltOf(options.data), signal });
    });
};
