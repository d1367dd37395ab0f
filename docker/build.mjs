// Bundles the command into dist/tapgraph.js, its decoding threads into dist/decode-thread.js and the page into dist/page/. Packages stay in node_modules.
// Each file is put in place by a rename, the command last, so that builds side by side never leave a half-written one.
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { buildPage } from '../udf/page/build.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const DIST = join(ROOT, 'dist');

const place = ({ path, contents }) => {
  mkdirSync(dirname(path), { recursive: true });
  const part = `${path}.${process.pid}.part`;
  writeFileSync(part, contents);
  renameSync(part, path);
};

await buildPage(join(DIST, 'page'));
const { outputFiles } = await build({
  entryPoints: { tapgraph: join(ROOT, 'docker', 'main.ts'), 'decode-thread': join(ROOT, 'docker', 'threads', 'decode-thread.ts') },
  outdir: DIST,
  bundle: true,
  // What a command imports is loaded when it is asked for. Pieces of earlier builds stay: a command that runs may still ask for them.
  splitting: true,
  packages: 'external',
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  sourcemap: true,
  write: false,
});
for (const file of outputFiles.toSorted((a, b) => b.path.length - a.path.length)) place(file);
