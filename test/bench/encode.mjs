// CPU of encoding exchanges as lines, without anything sent: the first ROWS of a capture, again and again.
//   node test/bench/encode.mjs FILE [ROWS=60000] [ROUNDS=24]     keepalive-capture.mjs makes a file.
import { loadavg } from 'node:os';
import { modules } from './questdb.mjs';

const [file, rowsText = '60000', rounds = '24'] = process.argv.slice(2);
if (file === undefined) {
  console.error('usage: encode.mjs FILE [ROWS] [ROUNDS]');
  process.exit(2);
}
const most = Number(rowsText);
const { captureLine, EXCHANGES, lineEncoder, newLines, takeBody, giveBack } = await modules(
  'docker/capture-line.ts', 'sql/write/shapes.ts', 'sql/write/line.ts', 'sql/write/body.ts');

const rows = [];
const enough = new AbortController();
await captureLine(file, {
  options: { tenant: 'default' }, salt: '', signal: enough.signal,
  out: { push: (row) => { if (rows.length < most) rows.push(row); else enough.abort(); }, advance: () => undefined, close: () => undefined },
});
const keys = Object.keys(EXCHANGES.columns);
const changed = rows.slice(1).reduce((sum, row, n) => sum + keys.filter((key) => row[key] !== rows[n][key]).length, 0) / (rows.length - 1);

const encode = lineEncoder(EXCHANGES);
const lines = newLines();
const took = [];
let bytes = 0;
for (let round = 0; round < Number(rounds); round++) {
  const before = process.cpuUsage();
  for (const row of rows) encode(row, lines);
  const { user, system } = process.cpuUsage(before);
  took.push((user + system) / rows.length);
  const body = takeBody(lines);
  bytes = body.bytes.length / rows.length;
  giveBack(lines, body);
}
took.sort((a, b) => a - b);
console.log(`${rows.length} rows of ${bytes.toFixed(0)} bytes, ${changed.toFixed(1)} of ${keys.length} columns change from row to row: CPU a row best ${took[0].toFixed(2)}, median ${took[Math.floor(took.length / 2)].toFixed(2)} µs, load ${loadavg()[0].toFixed(1)}`);
