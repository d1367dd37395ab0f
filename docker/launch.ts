import type { Database } from '../sql/database.ts';
import { migrate } from '../sql/migrate.ts';
import { attachDatabase } from '../sql/server/attach.ts';
import { startQuestDb } from '../sql/server/start.ts';
import { writeDatabase } from '../sql/database.ts';
import type { CaptureOptions } from './capture-line.ts';
import { Failure } from './failure.ts';
import { startGraphServer } from './graph.ts';
import { inferStored } from './infer-stored.ts';
import { ingestFiles } from './ingest-files.ts';
import { log } from './log.ts';
import { withMetrics } from './metrics.ts';
import { areOtherNames, namesOf } from './names-file.ts';
import type { Stop } from './stop.ts';
import { saltOf } from './store.ts';
import { callGraphTable, whereToLook, windowOf } from './show.ts';

export interface LaunchOptions extends CaptureOptions {
  readonly port: number;
  readonly data: string;
  readonly questdb?: string;
  readonly pgPort?: number;
  readonly algorithm: string;
  readonly minConfidence: number;
  readonly jar?: string;
  readonly java?: string;
  readonly exit?: boolean;
  /** Port of the counters of ingest, while captures are ingested. */
  readonly metrics?: number;
  /** Read the values that flow. */
  readonly tokens: boolean;
  readonly stop: Stop;
}

interface Running {
  readonly database: Database;
  /** Ends what was started here; of a QuestDB that somebody else runs, nothing. */
  stop(): Promise<void>;
  /** Resolves with a line when the database has gone by itself. */
  readonly gone: Promise<string>;
}

const never = new Promise<string>(() => {});

const database = async ({ questdb, pgPort, data, port, jar, java, stop }: LaunchOptions): Promise<Running> => {
  if (questdb !== undefined) {
    const attached = await attachDatabase(questdb, { warn: log, ...(pgPort !== undefined && { pgPort }) });
    writeDatabase(data, attached);
    return { database: attached, stop: async () => {}, gone: never };
  }
  const server = await startQuestDb({
    dataDir: data, httpPort: port + 1, pgPort: port + 2, healthPort: port + 3, log, signal: stop.signal,
    ...(jar !== undefined && { jar }), ...(java !== undefined && { java }),
  });
  const gone = server.exited.then(({ lastLines }) => `QuestDB has ended by itself; its last lines:\n  ${lastLines.join('\n  ')}`);
  return { database: server.database, stop: () => server.stop(), gone };
};

/** Starts the whole line on this machine, shows the call graph, and follows until stopped. */
export const launch = async (files: readonly string[], options: LaunchOptions): Promise<void> => {
  const { signal, requested } = options.stop;
  const renamed = areOtherNames(options.data, options.names);
  const names = namesOf(options.data, options.names);
  const store = await database(options);
  const lost = (said: string): Failure => new Failure(said, 'see its log in the data folder (questdb/log), then start again: nothing that was acknowledged is lost');
  /** Without a database much would be tried again for ever. */
  const whileItLives = <T>(work: Promise<T>): Promise<T> => Promise.race([work, store.gone.then((said) => { throw lost(said); })]);
  try {
    const steps = await whileItLives(migrate(store.database));
    log(steps.length === 0 ? 'schema up to date' : `schema applied: ${steps.length} steps`);
    await whileItLives(withMetrics(options.metrics, (metrics) => ingestFiles(files, { database: store.database, options, salt: saltOf(options.data), signal, metrics })));
    const inference = { algorithm: options.algorithm, run: 'live', minConfidence: options.minConfidence, names, signal };
    // What an earlier start has inferred stays: its values that flow may be gone by now.
    await whileItLives(inferStored(store.database, { ...inference, follow: false, onlyNew: !renamed }));
    const window = await windowOf(store.database, options.tenant);
    process.stdout.write(`\n${await callGraphTable(store.database, options.tenant, window)}\n`);
    if (options.exit === true || signal.aborted) return;

    const server = await startGraphServer(store.database, { port: options.port });
    const over = new AbortController();
    let databaseLives = true;
    const following = inferStored(store.database, { ...inference, signal: AbortSignal.any([signal, over.signal]), follow: true });
    process.stdout.write(whereToLook(server.url, store.database, window));
    try {
      const ended = await Promise.race([requested.then(() => null), store.gone, following.then(() => null)]);
      databaseLives = ended === null;
      if (ended !== null) throw lost(ended);
    } finally {
      over.abort();
      await server.close();
      // What it failed with, the race has thrown; without a database it would try for ever to write.
      if (databaseLives) await Promise.allSettled([following]);
    }
  } finally {
    await store.stop();
  }
};
