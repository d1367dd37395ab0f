import type { Command } from 'commander';
import { openStore } from '../store.ts';
import { startGraphServer } from '../graph.ts';
import { untilStopped } from '../stop.ts';
import { dataOption, pgPortOption, questdbOption, wholeNumber, type StoreOptions } from './options.ts';

interface ServeOptions extends StoreOptions {
  readonly port: number;
  readonly host: string;
  readonly token?: string;
}

/** `tapgraph serve`: the graph endpoint and the page over an existing database. */
export const addServe = (program: Command): void => {
  program.command('serve')
    .summary('serve the graph endpoint and the page')
    .description('Serves GET /api/graph and the page over a database that ingest and infer have filled.')
    .option('--port <n>', 'port to listen on', wholeNumber(1, 65_535), 9400)
    .option('--host <address>', 'address to bind; anything but loopback needs a token', '127.0.0.1')
    .option('--token <text>', 'token that callers have to send (or TAPGRAPH_TOKEN)')
    .addOption(questdbOption())
    .addOption(pgPortOption())
    .addOption(dataOption())
    .action(async (options: ServeOptions) => {
      const stop = untilStopped();
      const server = await startGraphServer(await openStore(options), options);
      process.stderr.write(`listening on ${server.url}\n`);
      await stop.requested;
      await server.close();
    });
};
