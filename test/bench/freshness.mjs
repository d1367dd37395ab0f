// How long after a trace's last packet the trace can be queried: exchanges written live, `tapgraph infer --follow` in another process.
// node test/bench/freshness.mjs [ALGORITHM=model] [RATE=5000] [SECONDS=60] [-- more flags of infer]   starts a QuestDB of its own on free ports.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { cpuS, modules, ownQuestDb, ROOT } from './questdb.mjs';

const cut = process.argv.indexOf('--');
const [ALGORITHM = 'model', RATE = '5000', SECONDS = '60'] = process.argv.slice(2, cut < 0 ? undefined : cut);
const FLAGS = cut < 0 ? [] : process.argv.slice(cut + 1);
const { writeDatabase, exchangeWriter, reader, exchange, uuidOf } = await modules(
  'sql/database.ts', 'sql/write/exchanges.ts', 'sql/read/query.ts', 'test/udf/exchange.ts', 'test/sql/rows.ts');
const own = await ownQuestDb({ quickStart: false });
const { server, dataDir } = own;
writeDatabase(dataDir, server.database);

/** The traces that are looked for: one in twenty answers 201 at its root, which no algorithm looks at. */
const WATCHED = 20;
const SPANS = 5;
const random = ((state) => () => (state = (state * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648)(7);
/** A lognormal delay, µs. */
const delay = (median) => Math.round(median * Math.exp(0.4 * Math.sqrt(-2 * Math.log(random() + 1e-12)) * Math.cos(2 * Math.PI * random())));

/** One request: shop asks cart and then stock, cart asks sql, stock asks sql; a few instances of each. */
const trace = (n, at) => {
  const ip = (service, copies) => `10.0.${service}.${n % copies + 1}`;
  const [shop, cart, stock, sql] = [ip(1, 4), ip(2, 2), ip(3, 2), '10.0.4.1'];
  const [toCart, toSql, inSql, rest, toStock, toSql2, inSql2, rest2, end] = [2_000, 500, 3_000, 800, 1_000, 600, 2_500, 700, 1_500].map(delay);
  const cartStart = at + toCart;
  const cartLasts = toSql + inSql + rest;
  const stockStart = cartStart + cartLasts + toStock;
  const stockLasts = toSql2 + inSql2 + rest2;
  const id = (what) => uuidOf(`freshness ${n} ${what}`);
  return [
    exchange(id('root'), '10.0.0.9', shop, at, stockStart + stockLasts + end - at, { host: 'shop', route: '/buy', status: n % WATCHED === 0 ? 201 : 200 }),
    exchange(id('cart'), shop, cart, cartStart, cartLasts, { host: 'cart', route: '/cart' }),
    exchange(id('cart sql'), cart, sql, cartStart + toSql, inSql, { host: 'sql', route: '/query' }),
    exchange(id('stock'), shop, stock, stockStart, stockLasts, { host: 'stock', route: '/stock' }),
    exchange(id('stock sql'), stock, sql, stockStart + toSql2, inSql2, { host: 'sql', route: '/query' }),
  ];
};

const follower = spawn(process.execPath, [new URL('docker/tapgraph.mjs', ROOT).pathname, 'infer', '--follow', '--algorithm', ALGORITHM, '--data', dataDir, ...FLAGS],
  { stdio: ['ignore', 'ignore', 'inherit'] });
const ended = once(follower, 'exit');
const status = () => {
  const text = readFileSync(`/proc/${follower.pid}/status`, 'utf8');
  return { rss_mib: Number(/VmRSS:\s+(\d+)/.exec(text)?.[1]) / 1024, cpu_s: cpuS(follower.pid) };
};
const db = reader(server.database);
const writer = exchangeWriter(server.database, { worker: 'bench', flushMs: 200 });
await sleep(3_000);

/** Root's id → when its last packet came, µs. */
const waiting = new Map();
const found = [];
const open = [];
let n = 0;
let written = 0;
const startedMs = Date.now();
const cpuBefore = status().cpu_s;
const rss = [];
const endMs = startedMs + Number(SECONDS) * 1_000;
const look = async () => {
  const { rows } = await db.query(`SELECT span_id FROM spans WHERE ts >= ${(Date.now() - 60_000) * 1_000} AND status = 201 AND span_count = ${SPANS}`);
  const now = Date.now();
  for (const { span_id } of rows) {
    const last = waiting.get(span_id);
    if (last === undefined) continue;
    found.push({ last, took: now - last / 1_000 });
    waiting.delete(span_id);
  }
};
let looking = Promise.resolve();
let lookedMs = 0;
while (Date.now() < endMs) {
  const nowUs = Date.now() * 1_000;
  for (; n < (nowUs / 1_000 - startedMs) / 1_000 * Number(RATE) / SPANS; n++) {
    const rows = trace(n, Math.round(startedMs * 1_000 + n * 1e6 * SPANS / Number(RATE)));
    const last = rows[0].ts + rows[0].duration_us;
    if (n % WATCHED === 0) waiting.set(rows[0].exchange_id, last);
    open.push(...rows);
  }
  // An exchange is written when it has ended.
  open.sort((a, b) => b.ts + b.duration_us - a.ts - a.duration_us);
  for (let next = open.at(-1); next !== undefined && next.ts + next.duration_us <= nowUs; next = open.at(-1)) { writer.push(next); open.pop(); written++; }
  writer.advance(nowUs);
  if (Date.now() - lookedMs > 250) {
    lookedMs = Date.now();
    looking = looking.then(look);
    rss.push(status().rss_mib);
  }
  await sleep(20);
}
const cpu = status().cpu_s - cpuBefore;
for (let tries = 0; tries < 60 && waiting.size > 0; tries++) {
  writer.advance(Date.now() * 1_000);
  await sleep(250);
  await look();
}
writer.close();
await writer.settled();
follower.kill('SIGINT');
await ended;
await db.close();
await own.end(server);

// The model learns in the first seconds; what is told is the steady state behind them, and the worst of all beside it.
const WARM_MS = 15_000;
const took = (from) => found.filter(({ last }) => last / 1_000 >= startedMs + from).map(({ took: ms }) => ms).toSorted((a, b) => a - b);
const at = (list, share) => (list.length === 0 ? NaN : list[Math.min(list.length - 1, Math.floor(share * list.length))]);
const line = (name, list) => `${name}: ${list.length} traces, p50 ${(at(list, 0.5) / 1_000).toFixed(2)} s, p99 ${(at(list, 0.99) / 1_000).toFixed(2)} s, max ${(at(list, 1) / 1_000).toFixed(2)} s`;
process.stdout.write([
  `${ALGORITHM}: ${written} exchanges in ${SECONDS} s (${Math.round(written / Number(SECONDS))}/s), looked at every 250 ms`,
  line('all', took(0)), line(`after ${WARM_MS / 1_000} s`, took(WARM_MS)),
  `never whole: ${waiting.size} of ${found.length + waiting.size}`,
  `follower: ${(cpu / Number(SECONDS)).toFixed(2)} cores (${Math.round(cpu * 1e6 / written)} µs an exchange), load of the machine ${loadavg()[0]?.toFixed(1)}, resident ${Math.round(rss.at(Math.floor(rss.length / 2)) ?? 0)} MiB half way, ${Math.round(Math.max(...rss))} MiB at most`,
].join('\n') + '\n');
