import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';

/** Adds one command to the program. */
type Add = (program: Command) => void;

/** Each command with what it imports, which is loaded for the command that is asked for: the database's client or the web server of another take longer to load than a small capture to decode. */
const COMMANDS: Readonly<Record<string, () => Promise<Add>>> = {
  up: async () => (await import('./commands/up.ts')).addUp,
  decode: async () => (await import('./commands/decode.ts')).addDecode,
  ingest: async () => (await import('./commands/ingest.ts')).addIngest,
  infer: async () => (await import('./commands/infer.ts')).addInfer,
  explain: async () => (await import('./commands/explain.ts')).addExplain,
  serve: async () => (await import('./commands/serve.ts')).addServe,
  migrate: async () => (await import('./commands/migrate.ts')).addMigrate,
  parquet: async () => (await import('./commands/parquet.ts')).addParquet,
  query: async () => (await import('./commands/query.ts')).addQuery,
  devices: async () => (await import('./commands/devices.ts')).addDevices,
};

const USAGE_ERROR = 2;

const version = (): string => {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : 'unknown';
};

/** The commands that a command line needs: the one it begins with, none for the version, all for help and for what is misspelt. */
const needed = ([first = '']: readonly string[]): readonly (() => Promise<Add>)[] => {
  const named = Object.hasOwn(COMMANDS, first) ? COMMANDS[first] : undefined;
  if (named !== undefined) return [named];
  return first === '--version' || first === '-V' ? [] : Object.values(COMMANDS);
};

const programFor = async (args: readonly string[]): Promise<Command> => {
  const tapgraph = new Command('tapgraph')
    .description('Packets in; causal traces, call graphs and latency distributions out, in SQL.')
    .version(version())
    .showHelpAfterError('(--help says what there is)')
    .exitOverride();
  for (const add of await Promise.all(needed(args).map((load) => load()))) add(tapgraph);
  for (const command of tapgraph.commands) command.exitOverride().copyInheritedSettings(tapgraph);
  return tapgraph.addHelpText('after', '\nExit status: 0 done, 1 something has to be mended (it says what), 2 wrong usage.');
};

/** Runs the command line; sets the exit status, after a failure ends the process, and never throws. */
export const main = async (args: readonly string[]): Promise<void> => {
  try {
    await (await programFor(args)).parseAsync(args, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? 0 : USAGE_ERROR;
      return;
    }
    const { explain } = await import('./error-text.ts');
    process.stderr.write(explain(error));
    process.exit(1);  // whatever still tries to reach a lost database is over with it
  }
};
