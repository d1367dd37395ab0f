import type { Command } from 'commander';
import { migrate } from '../../sql/migrate.ts';
import { openStore } from '../store.ts';
import { dataOption, questdbOption, type StoreOptions } from './options.ts';

interface MigrateOptions extends StoreOptions {
  readonly dryRun?: boolean;
}

/** `tapgraph migrate`: brings tables and views to what this version needs. */
export const addMigrate = (program: Command): void => {
  program.command('migrate')
    .summary('create or update the tables and views')
    .description('Brings the tables and views of a QuestDB to what this version needs. Running it again changes nothing.')
    .option('--dry-run', 'print what would be done and change nothing')
    .addOption(questdbOption())
    .addOption(dataOption())
    .action(async (options: MigrateOptions) => {
      const steps = await migrate(await openStore(options), { dryRun: options.dryRun ?? false });
      if (steps.length === 0) process.stdout.write('up to date\n');
      for (const step of steps) process.stdout.write(`${options.dryRun === true ? 'would apply' : 'applied'} ${step.name}\n`);
    });
};
