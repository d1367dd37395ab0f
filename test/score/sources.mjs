// Loads TypeScript sources of the project into a script: bundled into memory, packages left where they are.
import { build } from 'esbuild';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Everything that the files (paths from the project's root) export, in one object. */
export const sources = async (...files) => {
  const { outputFiles } = await build({
    stdin: { contents: files.map((file) => `export * from './${file}';`).join('\n'), resolveDir: ROOT },
    bundle: true, packages: 'external', platform: 'node', format: 'esm', target: 'node20.19', write: false,
  });
  const folder = join(ROOT, 'dist', 'scripts');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${process.pid}-${Date.now()}.mjs`);
  writeFileSync(path, outputFiles[0].contents);
  return import(pathToFileURL(path).href);
};
