// Loads TypeScript modules of this project into a plain Node script, with all they import.
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const ROOT = new URL('../..', import.meta.url).pathname;

/** Everything that the modules (paths from the project's root) export, in one object. */
export const load = async (...paths) => {
  const folder = mkdtempSync(join(ROOT, 'node_modules', '.score-'));
  try {
    const outfile = join(folder, 'module.mjs');
    const contents = paths.map((path) => `export * from './${path}';`).join('\n');
    await build({ stdin: { contents, resolveDir: ROOT }, outfile, bundle: true, platform: 'node', format: 'esm', packages: 'external' });
    return await import(pathToFileURL(outfile).href);
  } finally {
    rmSync(folder, { recursive: true });
  }
};
