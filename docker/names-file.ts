import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { NO_NAMES, parseNames, type Names } from '../sql/names.ts';
import { Failure } from './failure.ts';

const textOf = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new Failure(`cannot read the names file ${path}: ${error instanceof Error ? error.message : String(error)}`,
      'give --names a file with lines like `10.0.0.5:8080 checkout`', { cause: error });
  }
};

const keptIn = (data: string): string => join(data, 'names');

/** Reads a names file; what is wrong in it is said with its line. */
export const loadNames = (path: string): Names => parseNames(textOf(path), path);

/** Whether a names file says something else than what its data folder has kept. */
export const areOtherNames = (data: string, path: string | undefined): boolean => {
  const kept = keptIn(data);
  return path !== undefined && (!existsSync(kept) || readFileSync(kept, 'utf8') !== textOf(path));
};

/** The names of a data folder: of the file that is given, which it keeps from then on, else those it has kept, else none. */
export const namesOf = (data: string, path: string | undefined): Names => {
  const kept = keptIn(data);
  if (path === undefined) return existsSync(kept) ? loadNames(kept) : NO_NAMES;
  const text = textOf(path);
  const names = parseNames(text, path);
  mkdirSync(data, { recursive: true });
  writeFileSync(kept, text);
  return names;
};
