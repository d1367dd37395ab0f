import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { addDecode } from './commands/decode.ts';
import { addDevices } from './commands/devices.ts';
import { addExplain } from './commands/explain.ts';
import { addInfer } from './commands/infer.ts';
import { addIngest } from './commands/ingest.ts';
import { addMigrate } from './commands/migrate.ts';
import { addParquet } from './commands/parquet.ts';
import { addQuery } from './commands/query.ts';
import { addServe } from './commands/serve.ts';
import { addUp } from './commands/up.ts';
import { explain } from './failure.ts';

const USAGE_ERROR = 2;

const version = (): string => {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : 'unknown';
};

const program = (): Command => {
  const tapgraph = new Command('tapgraph')
    .description('Packets in; causal traces, call graphs and latency distributions out, in SQL.')
    .version(version())
    .showHelpAfterError('(--help says what there is)')
    .exitOverride();
  for (const add of [addUp, addDecode, addIngest, addInfer, addExplain, addServe, addMigrate, addParquet, addQuery, addDevices]) add(tapgraph);
  for (const command of tapgraph.commands) command.exitOverride().copyInheritedSettings(tapgraph);
  return tapgraph.addHelpText('after', '\nExit status: 0 done, 1 something has to be mended (it says what), 2 wrong usage.');
};

/** Runs the command line; sets the exit status, after a failure ends the process, and never throws. */
export const main = async (args: readonly string[]): Promise<void> => {
  try {
    await program().parseAsync(args, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? 0 : USAGE_ERROR;
      return;
    }
    process.stderr.write(explain(error));
    process.exit(1);  // whatever still tries to reach a lost database is over with it
  }
};
