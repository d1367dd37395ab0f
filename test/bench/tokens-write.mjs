// What storing the values that flow costs: the exchanges of a capture written with them and without, in turns.
// nice node test/bench/tokens-write.mjs [ROWS=40000] [ROUNDS=3] [CAPTURE…]   starts a QuestDB of its own on free ports.
// Then they are read back with the values and without, as inference reads them. Rows a second that are acknowledged, CPU of the writer and of the server (from /proc), and bytes on disk of both tables.
import { cpuS, modules, ownQuestDb, ROOT } from './questdb.mjs';

const ROWS = Number(process.argv[2] ?? 40_000);
const ROUNDS = Number(process.argv[3] ?? 3);
const CAPTURES = process.argv.length > 4 ? process.argv.slice(4) : [new URL('test/captures/apps/bookinfo.pcap.gz', ROOT).pathname];
const { counters, exchangePipeline, exchangeWriter, partitionsOf, query, readCapture, reader, readExchanges, setRetention } = await modules(
  'sql/counters.ts', 'sql/read/exchanges.ts', 'ingest/pipeline.ts', 'sql/write/exchanges.ts', 'sql/partitions.ts', 'sql/read/query.ts', 'ingest/capture/file.ts', 'sql/retention.ts');
const own = await ownQuestDb({ quickStart: false });
const { database } = own.server;
await setRetention(database, { exchange_tokens: 'all' });
const db = reader(database);

const decoded = [];
for (const file of CAPTURES) {
  const line = exchangePipeline({ push: (row) => { decoded.push(row); }, advance: () => {}, close: () => {} },
    { tenant: 'default', tap: 'bench', digest: (id) => id, tokenKey: [1, 2], counters: counters() });
  await readCapture(file, line, {});
  line.close();
}
const HOUR = 3_600_000_000;
const hex = (n, digits) => n.toString(16).padStart(digits, '0');
/** ROWS rows within an hour of their own: the decoded ones again and again, each time with other ids, and other values as another moment would have. */
const rowsOf = (round, withTokens) => Array.from({ length: ROWS }, (_, n) => {
  const { tokens, ...row } = decoded[n % decoded.length];
  const again = Math.floor(n / decoded.length);
  const other = ({ fields, values }) => ({ fields, values: values.map((value) => (value + again * 7_919) % 2 ** 53) });
  const id = `${hex(round, 8)}-${hex(withTokens ? 1 : 0, 4)}-4000-8000-${hex(n, 12)}`;
  const ts = 1_790_000_000_000_000 - 1_790_000_000_000_000 % (24 * HOUR) + (2 * round + Number(withTokens)) * HOUR + Math.floor(n * HOUR / ROWS);
  return Object.assign(row, { ts, exchange_id: id }, withTokens && { tokens: { kind: tokens.kind, request: other(tokens.request), response: other(tokens.response) } });
});
const serverCpuUs = () => cpuS(own.server.pid) * 1_000_000;
const applied = async () => {
  for (;;) {
    const { rows } = await db.query(`SELECT sum(sequencerTxn - writerTxn) AS behind FROM wal_tables()`);
    if (Number(rows[0].behind) === 0) return;
    await new Promise((resolve) => { setTimeout(resolve, 20); });
  }
};

const results = { without: [], with: [] };
const totals = { tokens: 0, bytes: 0 };
for (let round = 0; round <= ROUNDS; round++) {
  for (const name of round % 2 === 0 ? ['without', 'with'] : ['with', 'without']) {
    const rows = rowsOf(round, name === 'with');
    const [cpu, server] = [process.cpuUsage(), serverCpuUs()];
    const start = performance.now();
    const writer = exchangeWriter(database, { worker: `${name} ${round}`, taps: ['bench'] });
    for (const row of rows) {
      writer.push(row);
      await writer.ready();
    }
    writer.close();
    await writer.settled();
    const ms = performance.now() - start;
    const { user, system } = process.cpuUsage(cpu);
    await applied();
    if (round > 0) results[name].push({ perSecond: ROWS / ms * 1000, cpuUs: (user + system) / ROWS, serverUs: (serverCpuUs() - server) / ROWS });  // round 0 warms up
    const counted = writer.counters();
    if (name === 'with') { totals.tokens = counted.tokens; totals.bytes = counted.token_bytes; }
  }
}
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const of = (name, key) => median(results[name].map((result) => result[key]));
console.log(`${ROWS} exchanges, ${(totals.tokens / ROWS).toFixed(1)} values each, median of ${ROUNDS} rounds in turns`);
for (const name of ['without', 'with']) {
  console.log(`${name.padEnd(8)} ${of(name, 'perSecond').toFixed(0).padStart(8)} exchanges/s  ${of(name, 'cpuUs').toFixed(1).padStart(6)} µs client CPU  ${of(name, 'serverUs').toFixed(1).padStart(6)} µs server CPU an exchange`);
}
console.log(`with / without: exchanges/s × ${(of('with', 'perSecond') / of('without', 'perSecond')).toFixed(2)}, client CPU × ${(of('with', 'cpuUs') / of('without', 'cpuUs')).toFixed(2)}, server CPU × ${(of('with', 'serverUs') / of('without', 'serverUs')).toFixed(2)}`);

const reading = { without: [], with: [] };
for (let round = 0; round <= ROUNDS; round++) {
  for (const name of round % 2 === 0 ? ['without', 'with'] : ['with', 'without']) {
    const [cpu, server] = [process.cpuUsage(), serverCpuUs()];
    let rows = 0;
    let values = 0;
    for await (const page of readExchanges(db, { from: 0, to: Number.MAX_SAFE_INTEGER, tokens: name === 'with' })) {
      rows += page.length;
      for (const { tokens } of page) values += tokens?.response.values.length ?? 0;
    }
    if ((values > 0) !== (name === 'with')) throw new Error(`${values} values were read ${name} them`);
    const { user, system } = process.cpuUsage(cpu);
    if (round > 0) reading[name].push({ cpuUs: (user + system) / rows, serverUs: (serverCpuUs() - server) / rows });
  }
}
for (const name of ['without', 'with']) {
  const middle = (key) => median(reading[name].map((result) => result[key])).toFixed(1);
  console.log(`read ${name.padEnd(8)} ${middle('cpuUs').padStart(6)} µs client CPU  ${middle('serverUs').padStart(6)} µs server CPU an exchange`);
}

// A partition is cut to its size when a later one is written to: a row of the next day for both tables.
const last = rowsOf(ROUNDS + 1, true)[0];
const closing = exchangeWriter(database, { worker: 'closing' });
closing.push(Object.assign(last, { ts: last.ts + 24 * HOUR }));
closing.close();
await closing.settled();
await applied();
const sizes = {};
for (const table of ['exchanges', 'exchange_tokens']) {
  const { rows: [{ n }] } = await query(database, `SELECT count() AS n FROM ${table}`);
  sizes[table] = (await partitionsOf(db, table)).slice(0, -1).reduce((sum, { diskBytes }) => sum + diskBytes, 0) / (Number(n) - 1);
}
console.log(`on the wire ${(totals.bytes / ROWS).toFixed(0)} bytes of values an exchange; on disk ${sizes.exchange_tokens.toFixed(0)} beside ${sizes.exchanges.toFixed(0)} of the exchange`);
await db.close();
await own.end(own.server);
