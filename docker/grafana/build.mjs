// Writes the dashboards (overview-questdb.json, overview-postgres.json) from dashboard.ts. Run it after a change: npm run grafana
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const HERE = new URL('.', import.meta.url);
const bundled = fileURLToPath(new URL(`../../node_modules/.grafana-${process.pid}.mjs`, HERE));

await build({ entryPoints: [fileURLToPath(new URL('dashboard.ts', HERE))], outfile: bundled, bundle: true, packages: 'external', platform: 'node', format: 'esm' });
try {
  const { overview, QUESTDB, POSTGRES } = await import(pathToFileURL(bundled).href);
  mkdirSync(new URL('dashboards', HERE), { recursive: true });
  for (const source of [QUESTDB, POSTGRES]) writeFileSync(new URL(`dashboards/overview-${source.name}.json`, HERE), `${JSON.stringify(overview(source), null, 2)}\n`);
} finally {
  rmSync(bundled);
}
