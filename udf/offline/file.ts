import { readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { Algorithm } from '../infer/algorithm.ts';
import { inferTraceSet } from './csv.ts';

const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

/** The text of a file, unpacked where it is gzip. */
export const readText = (file: string): string => {
  const bytes = readFileSync(file);
  return (isGzip(bytes) ? gunzipSync(bytes) : bytes).toString('utf8');
};

/** Reads a trace set, infers its parents and writes the predictions. */
export const inferTraceSetFile = (input: string, output: string, algorithm: Algorithm): void => {
  writeFileSync(output, inferTraceSet(readText(input), input, algorithm));
};
