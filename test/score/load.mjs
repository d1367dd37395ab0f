// Loads a TypeScript module of this project into a plain Node script, with all it imports.
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const ROOT = new URL('../..', import.meta.url).pathname;

export const load = async (path) => {
  const folder = mkdtempSync(join(ROOT, 'node_modules', '.score-'));
  try {
    const outfile = join(folder, 'module.mjs');
    await build({ entryPoints: [join(ROOT, path)], outfile, bundle: true, platform: 'node', format: 'esm', packages: 'external' });
    return await import(pathToFileURL(outfile).href);
  } finally {
    rmSync(folder, { recursive: true });
  }
};
