import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { latencyBucket } from '../../sql/latency.ts';
import { micros } from '../../sql/micros.ts';
import { migrate } from '../../sql/migrate.ts';
import { visible } from '../../sql/read/progress.ts';
import { reader, type QueryResult, type Reader, type Value } from '../../sql/read/query.ts';
import type { QuestDbServer } from '../../sql/server/start.ts';
import type { Span } from '../../sql/span.ts';
import { exchangeWriter } from '../../sql/write/exchanges.ts';
import { spanWriter } from '../../sql/write/spans.ts';
import { exchangeRow, spanRow, START } from './rows.ts';
import { startTestDatabase } from './server.ts';

const TRACES = 720;
const EVERY_US = 10_000_000;
const digits = (n: number, length: number): string => n.toString(16).padStart(length, '0');
const spanId = (n: number, which: number): string => `${digits(n, 8)}-0000-4000-8000-${digits(which, 12)}`;

/** A trace every ten seconds for two hours: shop → cart → stock. In the second hour stock is slower and fails, shop asks ads and no longer promo. */
const traceOf = (n: number): readonly Span[] => {
  const later = n >= TRACES / 2;
  const start = START + n * EVERY_US;
  const stock = (later ? 16_000 : 8_000) + n * 37 % 4_000;
  const cart = stock + 6_000 + n * 53 % 2_000;
  const shop = cart + 9_000;
  const failed = later && n % 20 === 0;
  const span = (which: number, at: number, duration: number, self: number, critical: number | null, values: Partial<Span>): Span => spanRow('default', n, {
    ts: micros(start + at), span_id: spanId(n, which), trace_id: `${digits(Math.floor(start / 1000), 12).replace(/^(.{8})/, '$1-')}-7000-8000-${digits(n, 12)}`,
    root_ts: micros(start), root_service: 'shop', root_route: '/checkout', duration_us: duration, duration_le_us: latencyBucket(duration),
    self_us: self, self_le_us: latencyBucket(self), critical_us: critical, span_count: null, service_count: null, min_probability: null, ...values,
  });
  const inner = { parent_service: 'shop', parent_route: '/checkout', parent_id: spanId(n, 1), depth: 1, network_us: 400, basis: 'two_tap', probability: 0.95, evidence: 'timing' } as const;
  return [
    span(1, 0, shop, shop - cart - 1_000, shop - cart - 800, { service: 'shop', route: '/checkout', instance: '10.0.0.1:80', span_count: 4, service_count: 4, min_probability: 0.8 }),
    span(2, 1_000, cart, cart - stock, cart - stock, { ...inner, service: 'cart', route: '/carts/{id}', method: 'POST', instance: '10.0.0.2:80', path: '0001.0001' }),
    span(3, 3_000, stock, stock, stock, {
      ...inner, service: 'stock', route: '/items/{id}', instance: '10.0.0.3:80', parent_service: 'cart', parent_route: '/carts/{id}', parent_id: spanId(n, 2), depth: 2,
      path: '0001.0001.0001', network_us: null, basis: 'one_tap', probability: 0.8, status: failed ? 503 : 200, status_class: failed ? '5xx' : '2xx',
      runner_up_id: spanId(n, 1), runner_up_probability: 0.2,
    }),
    span(4, 2_000, 3_000, 3_000, null, { ...inner, service: later ? 'ads' : 'promo', route: '/banner', instance: '10.0.0.4:80', path: '0001.0002', probability: 1, evidence: 'unique' }),
  ];
};

let server: QuestDbServer;
let admin: Reader;
let db: Reader;
const dataDir = mkdtempSync(join(tmpdir(), 'tapgraph-examples-'));

const OTHERS = [
  `INSERT INTO ingest_progress (ts, worker, tap, watermark, closed) VALUES ('2025-11-21T10:00:05Z', 'w1', 'node-1', '2025-11-21T10:00:00Z', false)`,
  `INSERT INTO capture_loss (ts, worker, counter, total) VALUES ('2025-11-21T09:00:00Z', 'w1', 'kernel_drops', 12), ('2025-11-21T10:00:00Z', 'w1', 'kernel_drops', 31), ('2025-11-21T10:00:00Z', 'w1', 'h2_unknown_headers', 4)`,
  `INSERT INTO exchange_tokens (ts, tenant, exchange_id, tap, kind, request, response) VALUES ('2025-11-21T08:00:00.000001Z', 'default', '${spanId(10, 3)}', 'node-1', 0, 'BqVx3TA0aaQ9-_b', ''),
    ('2025-11-21T08:00:00.001001Z', 'default', '${spanId(11, 3)}', 'node-1', 0, 'BqVx3TA0aaQ9-_cEA0aaQ9-_d', 'CqVx3TA0aaQ9-_b')`,
  `INSERT INTO span_candidates (ts, tenant, run, span_id, rank, parent_id, probability) VALUES ('2025-11-21T08:01:40.003Z', 'default', 'live', '${spanId(10, 3)}', 1, '${spanId(10, 2)}', 0.8),
    ('2025-11-21T08:01:40.003Z', 'default', 'live', '${spanId(10, 3)}', 2, '${spanId(10, 1)}', 0.2)`,
  `INSERT INTO service_names (ts, tenant, address, port, service, source) VALUES ('2025-11-21T08:00:00Z', 'default', '10.0.0.1', 80, 'shop', 'map'), ('2025-11-21T08:00:00Z', 'default', '10.0.0.3', 0, 'stock', 'host')`,
  `INSERT INTO inference_runs (ts, run, algorithm, tenant, from_ts, to_ts, exchanges, spans, late, took_us) VALUES ('2025-11-21T10:00:10Z', 'live', 'model', '', '2025-11-21T08:00:00Z', '2025-11-21T10:00:00Z', 4320, 2880, 0, 412000)`,
  `INSERT INTO inference_requests (ts, request_id, run, algorithm, tenant, from_ts, to_ts, state, detail, windows_done, windows_total, spans) VALUES
    ('2025-11-21T11:00:00Z', '${spanId(1, 1)}', 'nesting', 'nesting', 'default', '2025-11-21T08:00:00Z', '2025-11-21T10:00:00Z', 'done', '', 120, 120, 2880)`,
  `INSERT INTO inference_models (ts, tenant, instance, algorithm, version, model) VALUES ('2025-11-21T10:00:00Z', 'default', '10.0.0.1', 'model', 1, '{}')`,
  `INSERT INTO model_events (ts, tenant, service, kind, detail, instance, calls, shortfall) VALUES ('2025-11-21T09:00:00Z', 'default', 'stock', 'changed', 'stock answers later than it did', '10.0.0.3', 1800, 0.7)`,
  `INSERT INTO inference_accuracy (ts, tenant, run, instance, service, decided, checked, agreed, expected) VALUES ('2025-11-21T09:00:00Z', 'default', 'live', '10.0.0.1', 'shop', 200, 200, 194, 192.5)`,
  ...['edge_1m', 'edge_1h'].map((rollup) => `INSERT INTO ${rollup}_kept (ts, tenant, parent_service, service, duration_le_us, calls, errors, sum_us, max_us, network_calls, probability_sum, coverage_sum)
    VALUES ('2025-01-15T08:00:00Z', 'default', 'shop', 'cart', 16383, 60, 1, 960000, 16200, 0, 57.0, 60.0), ('2025-01-15T08:00:00Z', 'default', 'shop', 'promo', 2047, 58, 0, 110000, 2010, 0, 55.0, 58.0)`),
  ...['operation_1m', 'operation_1h'].map((rollup) => `INSERT INTO ${rollup}_kept (ts, tenant, service, method, route, protocol, self_le_us, calls, self_calls, self_sum_us, critical_calls, critical_sum_us, network_calls)
    VALUES ('2025-01-15T08:00:00Z', 'default', 'cart', 'POST', '/carts/{id}', 'http/1.1', 8191, 60, 60, 480000, 60, 480000, 0), ('2025-01-15T08:00:00Z', 'default', 'promo', 'GET', '/offers', 'http/1.1', 2047, 58, 58, 110000, 20, 40000, 0)`),
];

beforeAll(async () => {
  server = await startTestDatabase(dataDir);
  await migrate(server.database);
  admin = reader(server.database);
  db = reader(server.database, { asAnalyst: true });
  const spans = Array.from({ length: TRACES }, (_, n) => traceOf(n)).flat();
  await spanWriter(server.database).write(spans);
  await spanWriter(server.database).write(Array.from(spans.slice(0, 400), (span, n): Span => ({
    ...span, run: 'nesting', ...(n % 40 === 2 && { parent_id: spanId(Math.floor(n / 4), 1), parent_service: 'shop', probability: 0.5 }),
  })), 'spans_lab');
  const writer = exchangeWriter(server.database, { worker: 'w1' });
  for (const { ts, span_id: id, service, route, method, status, status_class, duration_us: us, duration_le_us: le, depth } of spans.slice(0, 40)) {
    const host = `${service}.local`;
    for (const tap of depth === 0 ? ['node-1'] : ['node-1', 'node-2']) {
      writer.push({
        ...exchangeRow('default', 3), ts, exchange_id: id, tap, host, route, target: route, method: method ?? '', status, status_class, duration_us: us, duration_le_us: le,
        client_ip: depth === 0 ? '192.0.2.7' : '10.0.0.1', server_ip: `10.0.0.${['shop', 'cart', 'stock', 'promo'].indexOf(service) + 1}`, network: '', grpc_status: null,
        request_messages: null, request_first_message_us: null, request_last_message_us: null, deadline_us: null, reset_by: null, reset_code: null, retransmits: 0,
      });
    }
  }
  for (let n = 0; n < 20; n++) {
    const answered = n % 5 > 0;
    writer.push({
      ...exchangeRow('default', 90 + n), ts: micros(START + n * EVERY_US + 500_000), tap: 'node-1', client_ip: '10.0.0.2', server_ip: '10.0.0.5', server_port: 9000, protocol: 'grpc',
      method: 'POST', host: 'prices.local', route: n % 2 === 0 ? '/prices.Prices/Get' : '/prices.Prices/Watch', target: '/', status: 200, status_class: '2xx', duration_us: 5_000 + n,
      grpc_status: answered ? 0 : 4, outcome: answered ? 'complete' : 'deadline', request_messages: 1, response_messages: n % 2 === 0 ? 1 : 6, response_first_message_us: 2_000 + n,
      response_last_message_us: 4_000 + n, deadline_us: 1_000_000, reset_by: null, reset_code: null,
    });
  }
  writer.close();
  await writer.settled();
  for (const statement of OTHERS) await admin.query(statement);
  const { rows } = await db.query(`SELECT name FROM wal_tables()`);
  for (const { name } of rows) await visible(admin, String(name));
  for (const rollup of ['edge_1m', 'edge_1h', 'operation_1m', 'operation_1h', 'bi_edges', 'bi_operations']) {
    if (rollup.startsWith('bi_')) await admin.query(`REFRESH MATERIALIZED VIEW ${rollup} INCREMENTAL`);
    while ((await db.query(`SELECT sum(calls) AS n FROM ${rollup}`)).rows[0]?.['n'] !== 4 * TRACES) await sleep(50);
  }
});
afterAll(async () => {
  await db.close();
  await admin.close();
  await server.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

/** As psql prints it, numbers to five digits. */
const cell = (value: Value | undefined): string => {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number' && !Number.isInteger(value)) return String(Number(value.toPrecision(5)));
  return String(value).replace(/\.000000Z$/, 'Z');
};
const printed = ({ columns, rows }: QueryResult): string => {
  const lines = [columns.map(({ name }) => name), ...rows.map((row) => columns.map(({ name }) => cell(row[name])))];
  const widths = columns.map((_, at) => Math.max(...lines.map((line) => line[at]?.length ?? 0)));
  const text = lines.map((line) => line.map((one, at) => one.padEnd(widths[at] ?? 0)).join(' | ').trimEnd());
  return [text[0], widths.map((width) => '-'.repeat(width)).join('-+-'), ...text.slice(1)].join('\n');
};

const KINDS: Readonly<Record<string, string>> = { view: 'View', table: 'Table', rollup: 'Roll-up' };

/** EXAMPLES.md as it has to be; `npx vitest -u --run --config test/vitest.config.ts test/sql/examples.test.ts` writes it. */
test('EXAMPLES.md has every object with its parameters, columns, units, and an example with what comes out', async () => {
  const { rows } = await db.query('SELECT object, kind, role, name, unit, meaning FROM catalogue ORDER BY object, position');
  const objects = [...new Set(rows.map(({ object }) => String(object)))].toSorted((a, b) => order(rows, a).localeCompare(order(rows, b)));
  const sections: string[] = [];
  const empty: string[] = [];
  for (const object of objects) {
    const lines = rows.filter((row) => row['object'] === object);
    const told = (role: string): readonly string[] => lines.filter((line) => line['role'] === role).map(({ meaning }) => String(meaning));
    const table = (role: string, head: string): string => {
      const found = lines.filter((line) => line['role'] === role);
      return found.length === 0 ? '' : `${head}\n${found.map(({ name, unit, meaning }) =>
        (role === 'column' ? `| \`${name}\` | ${unit} | ${String(meaning).replaceAll('|', '\\|')} |` : `| \`${name}\` | ${meaning} |`)).join('\n')}\n`;
    };
    const example = told('example')[0] ?? '';
    const result = await db.query(example);
    if (result.rows.length === 0) empty.push(example);
    sections.push([`## ${object}`, `${KINDS[String(lines[0]?.['kind'])]}: ${told('purpose')[0]}`, `\`\`\`sql\n${example};\n\`\`\`\n\`\`\`\n${printed(result)}\n\`\`\``,
      table('parameter', '| parameter | |\n|---|---|'), table('column', '| column | unit | |\n|---|---|---|')].filter((part) => part !== '').join('\n\n').trimEnd());
  }
  expect(empty).toEqual([]);
  await expect(`# Every table, roll-up and view
What is in it, and what an example gives, over two hours of a shop made up by \`test/sql/examples.test.ts\`, which writes this file and compares it. The same is in the
table \`catalogue\`. \`us\` are microseconds, timestamps are UTC; views first, then roll-ups, then tables.

${sections.join('\n\n')}
`).toMatchFileSnapshot('../../sql/EXAMPLES.md');
});

const order = (rows: QueryResult['rows'], object: string): string => {
  const kind = String(rows.find((row) => row['object'] === object)?.['kind']);
  return `${['view', 'rollup', 'table'].indexOf(kind)} ${object}`;
};
