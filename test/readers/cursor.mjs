// A million rows through pg-cursor, without holding them: prints how many came, their sum, and by how many MiB the process grew.
import { Client } from 'pg';
import Cursor from 'pg-cursor';

const ROWS = 1_000_000;
const BATCH = 10_000;

const client = new Client({ database: 'qdb' });
await client.connect();
const cursor = client.query(new Cursor(`SELECT x, rnd_uuid4() AS id, rnd_str('GET /a', 'POST /b') AS op, timestamp_sequence(0, 1000) AS ts FROM long_sequence(${ROWS})`));
let rows = 0;
let sum = 0;
let least = Infinity;
let most = 0;
for (let batch = await cursor.read(BATCH); batch.length > 0; batch = await cursor.read(BATCH)) {
  rows += batch.length;
  for (const { x } of batch) sum += Number(x);
  const { rss } = process.memoryUsage();
  if (rows > ROWS / 10) { least = Math.min(least, rss); most = Math.max(most, rss); }
}
// One that is closed early leaves the connection fit for the next statement.
const early = client.query(new Cursor('SELECT x FROM long_sequence(100000)'));
await early.read(10);
await early.close();
const after = await client.query('SELECT 1 AS one');
await client.end();
console.log(JSON.stringify({ rows, sum, grewMiB: Math.ceil((most - least) / 2 ** 20), after: Number(after.rows[0].one) }));
