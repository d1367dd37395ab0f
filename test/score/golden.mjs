// Writes the golden rows of captures beside them, CAPTURE.jsonl, to be read and compared in the diff: test/ingest/golden.test.ts expects them.
//   node test/score/golden.mjs [CAPTURE…]        default: the captures of test/captures that have golden rows
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from './load.mjs';

const CAPTURES = new URL('../captures/', import.meta.url).pathname;
const { decode } = await load('test/ingest/conversation.ts');
const captures = process.argv.length > 2
  ? process.argv.slice(2)
  : readdirSync(CAPTURES, { recursive: true }).filter((file) => file.endsWith('.jsonl')).map((file) => join(CAPTURES, file.replace(/\.jsonl$/, '')));
for (const capture of captures) {
  const { rows } = decode(readFileSync(capture));
  writeFileSync(`${capture}.jsonl`, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  console.log(`${capture}: ${rows.length} exchanges`);
}
