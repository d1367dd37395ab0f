import { readFileSync } from 'node:fs';
import { parseNames, type Names } from '../sql/names.ts';
import { Failure } from './failure.ts';

/** Reads a names file; what is wrong in it is said with its line. */
export const loadNames = (path: string): Names => {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new Failure(`cannot read the names file ${path}: ${error instanceof Error ? error.message : String(error)}`,
      'give --names a file with lines like `10.0.0.5:8080 checkout`', { cause: error });
  }
  return parseNames(text, path);
};
