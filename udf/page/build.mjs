// Bundles the page into a folder that the graph endpoint serves as it is: no file of it comes from anywhere else.
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const HERE = fileURLToPath(new URL('.', import.meta.url));

/** Writes index.html, page.js, page.css and icon.svg into `outdir`, each put in place by a rename. */
export const buildPage = async (outdir) => {
  const { outputFiles } = await build({
    entryPoints: [
      { in: join(HERE, 'main.ts'), out: 'page' },
      { in: join(HERE, 'page.css'), out: 'page' },
      { in: join(HERE, 'index.html'), out: 'index' },
      { in: join(HERE, 'icon.svg'), out: 'icon' },
    ],
    outdir,
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: ['chrome115', 'firefox115', 'safari16.4'],
    loader: { '.html': 'copy', '.svg': 'copy' },
    tsconfig: join(HERE, 'tsconfig.json'),
    legalComments: 'none',
    write: false,
  });
  for (const { path, contents } of outputFiles) {
    mkdirSync(dirname(path), { recursive: true });
    const part = `${path}.${process.pid}.part`;
    writeFileSync(part, contents);
    renameSync(part, path);
  }
};
