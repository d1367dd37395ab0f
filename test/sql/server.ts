import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { inject } from 'vitest';
import type { TestProject } from 'vitest/node';
import { readDatabase, type Database } from '../../sql/database.ts';
import { migrate } from '../../sql/migrate.ts';
import { stopRecorded } from '../../sql/server/earlier.ts';
import { startQuestDb, type QuestDbServer } from '../../sql/server/start.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    readonly testDatabaseDir: string;
  }
}

/** Kept between runs, so that the jar is fetched once; the same folder that `npm start` uses. */
const JARS = new URL('../../.tapgraph/lib', import.meta.url).pathname;
const WAIT_MS = 300_000;
const POLL_MS = 100;

/** Gives the run a folder for its database; nothing starts before a test asks for it. Afterwards the server is stopped. */
export const setup = (project: TestProject): (() => Promise<void>) => {
  const dir = join(tmpdir(), `tapgraph-test-${process.pid}`);
  mkdirSync(dir, { recursive: true });
  project.provide('testDatabaseDir', dir);
  return async () => {
    await stopRecorded(dir);
    rmSync(dir, { recursive: true, force: true });
  };
};

const freePort = (): Promise<number> => new Promise((resolve, reject) => {
  const probe = createServer();
  probe.once('error', reject);
  probe.listen({ port: 0, host: '127.0.0.1' }, () => {
    const address = probe.address();
    probe.close(() => {
      if (address === null || typeof address === 'string') reject(new Error('no port was given'));
      else resolve(address.port);
    });
  });
});

/** A QuestDB of the test's own, to kill or to stop; started again on the same folder, and where told at the same addresses. In its
 * developers' mode a table can be suspended by a statement. */
export const startTestDatabase = async (dataDir: string, again?: Database, { devMode = false }: { readonly devMode?: boolean } = {}): Promise<QuestDbServer> => {
  const httpPort = again === undefined ? await freePort() : Number(new URL(again.http).port);
  const pgPort = again?.admin.port ?? await freePort();
  const healthPort = await freePort();
  return startQuestDb({ dataDir, httpPort, pgPort, healthPort, cacheDir: JARS, quickStart: true, log: () => undefined,
    ...(devMode && { env: { ...process.env, QDB_DEV_MODE_ENABLED: 'true' } }) });
};

/**
 * The QuestDB that all test files of a run share, with tables and views in place. The first to ask starts it, the others wait.
 * Tests keep apart by tenant.
 */
export const testDatabase = async (): Promise<Database> => {
  const dir = inject('testDatabaseDir');
  try {
    writeFileSync(join(dir, 'starting'), '', { flag: 'wx' });
  } catch {
    return waitForOther(dir);  // another test file was first
  }
  try {
    const { database } = await startTestDatabase(dir);
    await migrate(database);
    writeFileSync(join(dir, 'ready'), '');
    return database;
  } catch (error) {
    writeFileSync(join(dir, 'failed'), String(error));
    throw error;
  }
};

const waitForOther = async (dir: string): Promise<Database> => {
  for (let waited = 0; waited < WAIT_MS; waited += POLL_MS) {
    if (existsSync(join(dir, 'failed'))) throw new Error(`the shared QuestDB did not start: ${readFileSync(join(dir, 'failed'), 'utf8')}`);
    const database = existsSync(join(dir, 'ready')) ? readDatabase(dir) : null;
    if (database !== null) return database;
    await sleep(POLL_MS);
  }
  throw new Error('the shared QuestDB did not start');
};
