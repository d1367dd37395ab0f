import type { Command } from 'commander';
import { migrate } from '../../sql/migrate.ts';
import { retentionText, setRetention } from '../../sql/retention.ts';
import { openStore } from '../store.ts';
import { dataOption, pgPortOption, questdbOption, type StoreOptions } from './options.ts';

interface MigrateOptions extends StoreOptions {
  readonly dryRun?: boolean;
  readonly retention?: readonly string[];
}

/** `tapgraph migrate`: brings tables and views to what this version needs. */
export const addMigrate = (program: Command): void => {
  program.command('migrate')
    .summary('create or update the tables and views')
    .description('Brings the tables and views of a QuestDB to what this version needs. Running it again changes nothing.')
    .option('--retention <table=time...>', 'drop whole partitions older than this against the newest row, as in exchanges=7d spans=30d, or beyond a size on disk, as in exchanges=20GB (the time that it holds now: set it again as traffic changes); =all keeps everything (the default)')
    .option('--dry-run', 'print what would be done and change nothing')
    .addOption(questdbOption())
    .addOption(pgPortOption())
    .addOption(dataOption())
    .action(async (options: MigrateOptions) => {
      const database = await openStore(options);
      const steps = await migrate(database, { dryRun: options.dryRun ?? false });
      if (steps.length === 0) process.stdout.write('up to date\n');
      for (const step of steps) process.stdout.write(`${options.dryRun === true ? 'would apply' : 'applied'} ${step.name}\n`);
      if (options.retention === undefined || options.dryRun === true) return;
      for (const end of await setRetention(database, Object.fromEntries(options.retention.map((one) => one.split('=', 2))))) {
        process.stdout.write(`${retentionText(end)}\n`);
      }
    });
};
