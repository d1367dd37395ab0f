import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../../sql/database.ts';
import { micros } from '../../sql/micros.ts';
import { exchangeWriter } from '../../sql/write/exchanges.ts';
import { exchangeRow, START } from './rows.ts';

/** A process that writes rows 0 … n-1 in about a second and ends; killed and started again by a test. */
const [, , databaseText = '', rowsText = ''] = process.argv;
const rows = Number(rowsText);
const writer = exchangeWriter(JSON.parse(databaseText) as Database, { worker: 'restarted', batchRows: 500, maxHeldRows: 1000 });
process.send?.('started');
for (let n = 0; n < rows; n++) {
  writer.push(exchangeRow('restarted', n));
  writer.advance(micros(START + n));
  if (n % 500 === 0) { await writer.ready(); await sleep(10); }
}
writer.close();
await writer.settled();
process.disconnect();
