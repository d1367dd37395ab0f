// Looks for HTTP/2 where there is none: decodes every capture of a corpus that holds no preface of it and whose truth has no HTTP/2, and then
// asks of every segment there whether a connection that the capture began within could be taken for HTTP/2. Ends with 1 if one was.
//   node test/score/http2-strangers.mjs [CORPUS = ../shared/captures]
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from './load.mjs';

const corpus = process.argv[2] ?? new URL('../../../shared/captures', import.meta.url).pathname;
if (!existsSync(join(corpus, 'INDEX.tsv'))) {
  console.error(`score:http2-strangers needs the captures in ${corpus}`);
  process.exit(1);
}
const { exchangePipeline, readCapture, counters, captureReader, frameDecoder, tcpReassembler, REASSEMBLY_LIMITS, beginsWithFrame } = await load(
  'ingest/pipeline.ts', 'ingest/capture/file.ts', 'sql/counters.ts', 'ingest/capture/reader.ts', 'ingest/decode/frame.ts', 'ingest/reassembly/reassembler.ts',
  'ingest/reassembly/limits.ts', 'ingest/http2/grammar.ts');

const index = readFileSync(join(corpus, 'INDEX.tsv'), 'utf8').trim().split('\n').map((line) => line.split('\t'));
const column = Object.fromEntries(index[0].map((name, at) => [name, at]));
const PREFACE = Buffer.from('PRI * HTTP/2.0');
/** The capture holds a preface, or its truth HTTP/2. */
const speaks2 = (row) => {
  if (readFileSync(join(corpus, row[column.file])).includes(PREFACE)) return true;
  const file = join(corpus, 'expected', row[column.set], `${row[column.name]}.jsonl`);
  return existsSync(file) && /"proto": *"h2"/.test(readFileSync(file, 'utf8'));
};
const quiet = { push: () => {}, advance: () => {}, close: () => {} };
const total = { captures: 0, connections: 0, taken: 0, segments: 0, segmentsTaken: 0 };
for (const row of index.slice(1)) {
  if (speaks2(row)) continue;
  const path = join(corpus, row[column.file]);
  const counted = counters();
  const line = exchangePipeline(quiet, { tenant: 'default', tap: 'score', digest: (id) => id, counters: counted });
  const alone = counters();
  const segments = { ...quiet, push: (chunk) => {
    if (chunk.kind !== 'data') return;
    total.segments++;
    if (!beginsWithFrame(chunk.bytes, chunk.at, chunk.end)) return;
    total.segmentsTaken++;
    console.log(`${row[column.file]}: a segment of ${chunk.end - chunk.at} bytes at ${chunk.ts} looks like frames: ${Buffer.from(chunk.bytes.subarray(chunk.at, Math.min(chunk.end, chunk.at + 24))).toString('hex')}`);
  } };
  const second = captureReader(frameDecoder(tcpReassembler(segments, alone.count, REASSEMBLY_LIMITS), alone.count), alone.count);
  try {
    await readCapture(path, line);
    line.close();
    await readCapture(path, second);
    second.close();
  } catch (error) {
    console.log(`${row[column.file]}: ${error.message}`);
  }
  const { connections = 0, h2_connections: taken = 0 } = counted.snapshot();
  total.captures++;
  total.connections += connections;
  total.taken += taken;
  if (taken > 0) console.log(`${row[column.file]}: ${taken} of ${connections} connections taken for HTTP/2; its features: ${row[column.features]}`);
}
console.log(`${total.captures} captures without HTTP/2: ${total.taken} of ${total.connections} connections taken for it; of ${total.segments} segments, each as if the capture began there, ${total.segmentsTaken}`);
process.exit(total.taken + total.segmentsTaken === 0 ? 0 : 1);
