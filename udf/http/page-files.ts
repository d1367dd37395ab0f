import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';

/** A file of the page, held in memory. */
export interface PageFile {
  readonly path: string;
  readonly contentType: string;
  readonly etag: string;
  readonly bytes: Buffer;
}

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** The built page cannot be read; says what to run. */
export class PageError extends Error {
  constructor(directory: string, found: string, options?: ErrorOptions) {
    super(`The page's folder ${directory} ${found}: run \`npm run build\`.`, options);
    this.name = 'PageError';
  }
}

/** Reads a built page: the files of known kinds in one folder, index.html served as `/`. */
export const readPage = (directory: string): readonly PageFile[] => {
  let names: readonly string[];
  try {
    names = readdirSync(directory);
  } catch (cause) {
    throw new PageError(directory, 'cannot be read', { cause });
  }
  if (!names.includes('index.html')) throw new PageError(directory, 'holds no index.html');
  return names.flatMap((name) => {
    const contentType = CONTENT_TYPES[extname(name)];
    if (contentType === undefined) return [];
    const bytes = readFileSync(join(directory, name));
    const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`;
    return [{ path: name === 'index.html' ? '/' : `/${name}`, contentType, etag, bytes }];
  });
};
