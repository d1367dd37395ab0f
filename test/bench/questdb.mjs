// A QuestDB of a script's own, with tables in place, and the modules of sql/ to work on it.
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

export const ROOT = new URL('../../', import.meta.url);
const CACHE = join(ROOT.pathname, 'node_modules/.cache/tapgraph');

let bundles = 0;

/** Bundles TypeScript below node_modules, where packages are found; `import.meta.url` is that of sql/, where the migrations are. */
export const bundle = async (name, contents) => {
  mkdirSync(CACHE, { recursive: true });
  const outfile = join(CACHE, `${name}-${process.pid}-${bundles++}.mjs`);
  await build({
    stdin: { contents, resolveDir: ROOT.pathname, loader: 'ts' }, outfile, bundle: true, packages: 'external', platform: 'node', format: 'esm', logLevel: 'error',
    define: { 'import.meta.url': JSON.stringify(new URL('sql/migrate.ts', ROOT).href) },
  });
  return outfile;
};

/** Everything that these modules export, in one object. */
export const modules = async (...paths) => {
  const file = await bundle('modules', paths.map((path) => `export * from './${path}';`).join('\n'));
  try {
    return await import(pathToFileURL(file).href);
  } finally {
    rmSync(file);
  }
};

const TICKS_A_SECOND = 100;

/** CPU time that a process has taken so far, seconds: whole hundredths. */
export const cpuS = (pid) => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /, '').split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND;
};

export const freePort = () => new Promise((resolve, reject) => {
  const probe = createServer().once('error', reject).listen(0, '127.0.0.1', () => { const { port } = probe.address(); probe.close(() => resolve(port)); });
});

/** `start` starts it, again at the same addresses; `end` stops it and removes its folder. */
export const ownQuestDb = async ({ quickStart = true, log = () => undefined } = {}) => {
  const { startQuestDb, migrate } = await modules('sql/server/start.ts', 'sql/migrate.ts');
  const dataDir = mkdtempSync(join(tmpdir(), 'tapgraph-bench-'));
  const ports = { httpPort: await freePort(), pgPort: await freePort(), healthPort: await freePort() };
  const start = () => startQuestDb({ dataDir, ...ports, cacheDir: new URL('.tapgraph/lib', ROOT).pathname, quickStart, log });
  const server = await start();
  await migrate(server.database);
  return {
    dataDir, server, start,
    end: async (last) => { await last.stop(); rmSync(dataDir, { recursive: true, force: true }); },
  };
};
