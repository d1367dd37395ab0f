import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ReaderError, type GraphReader } from '../../../udf/graph/reader.ts';
import type { RequestDoor } from '../../../udf/http/inference.ts';
import { graphServer, GraphServerError, type GraphServer, type GraphServerOptions } from '../../../udf/http/server.ts';
import type { Request } from '../../../udf/service/request.ts';
import { buildPage } from '../../../udf/page/build.mjs';
import { contractSpans, NOON, TRACE_1 } from '../graph/contract-spans.ts';
import { memoryReader } from '../graph/memory-reader.ts';

const TOKEN = 'a-token-for-this-test-only';
const log = pino({ level: 'silent' });
const pageDir = mkdtempSync(join(tmpdir(), 'tapgraph-page-'));
const reader = memoryReader(contractSpans('default'), [{ kind: 'frames_cut', amount: 3 }]);
const servers: GraphServer[] = [];
const start = async (options: Partial<GraphServerOptions> = {}): Promise<string> => {
  const server = await graphServer({ reader, port: 0, log, pageDir, ...options });
  servers.push(server);
  return server.url;
};
const get = async (url: string, headers: Record<string, string> = {}) => {
  const response = await fetch(url, { headers });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: (): unknown => JSON.parse(text) };
};
let url = '';
beforeAll(async () => {
  await buildPage(pageDir);
  url = await start();
});
afterAll(async () => {
  for (const server of servers) await server.close();
  rmSync(pageDir, { recursive: true });
});
const AT_NOON = `from=${NOON}&to=${NOON + 60_000_000}`;

describe('GET /api/graph', () => {
  test.each<[situation: string, query: string]>([
    ['epoch µs', AT_NOON],
    ['epoch ms', `from=${NOON / 1_000}&to=${NOON / 1_000 + 60_000}`],
    ['ISO times', 'from=2026-03-01T12:00:00Z&to=2026-03-01T12:01:00.000000Z'],
    ['ISO times of another zone', 'from=2026-03-01T13:00:00%2B01:00&to=2026-03-01T13:01%2B0100'],
    ['a tenant and a run', `${AT_NOON}&tenant=default&run=live&minConfidence=0`],
    ['parameters left empty', `${AT_NOON}&tenant=&run=&minConfidence=`],
  ])('answers to %s', async (_, query) => {
    const { status, json } = await get(`${url}/api/graph?${query}`);
    expect(status).toBe(200);
    expect(json()).toMatchObject({
      from: NOON, to: NOON + 60_000_000, tenant: 'default', run: 'live',
      nodes: [{ service: '(outside)', calls: 0 }, { service: 'db', calls: 3 }, { service: 'web', calls: 2 }],
      edges: [{ caller: '(outside)', callee: 'web', calls: 2 }, { caller: 'web', callee: 'db', calls: 3, errors: 2 }],
      basis: { calls: 5, min_confidence: 0, loss: { frames_cut: 3 } },
    });
  });

  test('without a window it is the last hour that holds data', async () => {
    const end = NOON + 10_001_001;
    expect((await get(`${url}/api/graph`)).json()).toMatchObject({ from: end - 3_600_000_000, to: end, edges: [{}, {}] });
  });

  test.each<[format: string, type: string, begins: string]>([
    ['gexf', 'application/gexf+xml', '<?xml'], ['graphml', 'application/graphml+xml', '<?xml'], ['dot', 'text/vnd.graphviz', 'digraph'],
  ])('as %s', async (format, type, begins) => {
    const { headers, text } = await get(`${url}/api/graph?${AT_NOON}&format=${format}`);
    expect(headers.get('content-type')).toContain(type);
    expect(headers.get('content-disposition')).toBe(`attachment; filename="call-graph.${format}"`);
    expect(text.startsWith(begins)).toBe(true);
  });
});

describe('what makes no sense is refused by name, with what is allowed', () => {
  test.each<[situation: string, path: string, message: RegExp]>([
    ['a time that is none', '/api/graph?from=yesterday', /"from" is "yesterday"; allowed is a time like 2026-.*epoch/],
    ['a day that is none', '/api/graph?to=2026-02-30', /"to" is "2026-02-30"; allowed/],
    ['a mistyped name', '/api/graph?frm=1', /Unknown parameter "frm"; allowed are .*from, to/],
    ['a window that ends before it starts', `/api/graph?from=${NOON}&to=${NOON - 1}`, /window is empty: "from" \(2026-03-01T12:00:00\.000Z\) has to be earlier than "to"/],
    ['the same parameter twice', '/api/graph?from=2026-01-01&from=2026-01-02', /"from" is 2 values/],
    ['a confidence above 1', '/api/graph?minConfidence=1.5', /"minConfidence" is "1.5"; allowed is a number from 0 to 1/],
    ['a confidence that is no number', '/api/graph?minConfidence=high', /"high"; allowed is a number/],
    ['an unknown format', '/api/graph?format=svg', /"svg"; allowed is json, gexf, graphml or dot/],
    ['a name too long', `/api/graph?tenant=${'x'.repeat(257)}`, /at most 256 characters/],
    ['an order that is none', '/api/traces?order=random', /slowest or newest/],
    ['too many traces', '/api/traces?limit=501', /whole number of traces from 1 to 500/],
    ['too many steps', `/api/timeline?${AT_NOON}&step=1000`, /allows steps from 30000 µs/],
    ['an id that is none', '/api/trace/1', /"id" is "1"; allowed is a UUID/],
    ['a parameter where none is', '/api/range?x=1', /none is allowed here/],
  ])('%s', async (_, path, message) => {
    const { status, json } = await get(url + path);
    expect(status).toBe(400);
    expect(json()).toMatchObject({ statusCode: 400, error: 'BAD_QUERY', message: expect.stringMatching(message) as string });
  });

  test('a route that is none', async () => {
    const { status, json } = await get(`${url}/api/grpah?x=1`);
    expect(status).toBe(404);
    expect(json()).toMatchObject({ error: 'NO_ROUTE', message: expect.stringMatching(/no GET \/api\/grpah\. There are GET \/api\/graph/) as string });
  });
});

describe('the other routes', () => {
  test.each<[path: string, body: object]>([
    [`/api/histogram?${AT_NOON}&caller=web&callee=db`, { caller: 'web', callee: 'db', buckets: [{ calls: 1 }, { calls: 1 }] }],
    [`/api/timeline?${AT_NOON}&step=1000000`, { caller: null, step_us: 1_000_000, steps: [{ ts: NOON, calls: 3 }, { ts: NOON + 10_000_000, calls: 2 }] }],
    [`/api/timeline?${AT_NOON}`, { step_us: 500_000 }],
    [`/api/traces?${AT_NOON}&order=newest&limit=1`, { order: 'newest', traces: [{ service: 'web', span_count: 2 }] }],
    [`/api/trace/${TRACE_1.toUpperCase()}`, { trace_id: TRACE_1, spans: [{ path: '0001' }, { path: '0001.0001' }, { path: '0001.0002' }] }],
    ['/api/range', { ranges: [{ run: 'default-lab' }, { tenant: 'default', run: 'live', from: NOON }, { tenant: 'default-other' }] }],
    ['/healthz', { status: 'ok' }],
  ])('%s', async (path, body) => {
    const { status, json } = await get(url + path);
    expect(status).toBe(200);
    expect(json()).toMatchObject(body);
  });

  test('a trace that is not there', async () => {
    const { status, json } = await get(`${url}/api/trace/${TRACE_1}?tenant=other`);
    expect(status).toBe(404);
    expect(json()).toMatchObject({ error: 'NO_TRACE', message: expect.stringContaining('Tenant "other" has no trace') as string });
  });

  test('metrics: each family has a help text, durations are in seconds', async () => {
    const { text, headers } = await get(`${url}/metrics`);
    expect(headers.get('content-type')).toContain('text/plain');
    const families = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = '', type = '']) => ({ name, type }));
    expect(families.filter(({ name }) => !new RegExp(`^# HELP ${name} \\S+`, 'm').test(text))).toEqual([]);
    expect(families.filter(({ name, type }) => (type === 'counter') !== name.endsWith('_total'))).toEqual([]);
    expect(text).toMatch(/tapgraph_http_request_duration_seconds_count\{route="\/api\/graph",status="200"\} \d/);
    expect(text).toMatch(/tapgraph_graph_query_duration_seconds_count\{question="edges"\} \d/);
  });

  test('the page and its files, with headers that keep everything else out', async () => {
    const page = await get(`${url}/`);
    expect(page.headers.get('content-type')).toContain('text/html');
    expect(page.headers.get('content-security-policy')).toMatch(/default-src 'none'; script-src 'self';/);
    expect(page.headers.get('x-content-type-options')).toBe('nosniff');
    expect(page.text).not.toMatch(/https?:\/\/|<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=/);
    for (const [, file] of page.text.matchAll(/(?:href|src)="([^"]+)"/g)) {
      const { status, headers } = await get(`${url}/${file}`);
      expect([file, status]).toEqual([file, 200]);
      expect((await get(`${url}/${file}`, { 'if-none-match': headers.get('etag') ?? '' })).status).toBe(304);
    }
    expect((await get(`${url}/..%2fpackage.json`)).status).toBe(404);
  });
});

describe('who may ask', () => {
  test.each<[situation: string, header: string | undefined, status: number]>([
    ['no token', undefined, 401], ['a wrong token', 'Bearer wrong', 401], ['another scheme', `Basic ${TOKEN}`, 401],
    ['a part of it', `Bearer ${TOKEN.slice(0, -1)}`, 401], ['the token', `Bearer ${TOKEN}`, 200], ['the scheme in small letters', `bearer ${TOKEN}`, 200],
  ])('with a token set: %s', async (_, header, status) => {
    const guarded = await start({ token: TOKEN });
    const headers: Record<string, string> = header === undefined ? {} : { authorization: header };
    for (const path of ['/api/graph', '/metrics', '/api/nothing']) expect((await get(guarded + path, headers)).status).toBe(path === '/api/nothing' && status === 200 ? 404 : status);
    expect((await get(`${guarded}/healthz`)).status).toBe(200);
    expect((await get(`${guarded}/`)).status).toBe(200);
  });

  test.each<[situation: string, host: string, status: number]>([
    ['this machine', 'localhost:1', 200], ['its IPv6 name', '[::1]:20600', 200], ['a site whose name points here', 'evil.example', 403],
  ])('without a token, asked as %s', async (_, host, status) => {
    const answered = await new Promise<number | undefined>((resolve, reject) => {
      request(`${url}/api/range`, { headers: { host } }, (response) => { response.resume(); resolve(response.statusCode); }).on('error', reject).end();
    });
    expect(answered).toBe(status);
  });

  test.each<[situation: string, options: Partial<GraphServerOptions>, message: RegExp]>([
    ['open to others without a token', { host: '0.0.0.0' }, /0\.0\.0\.0, where others can reach it, without a token/],
    ['a token too short', { token: 'short' }, /5 characters, at least 16.*openssl rand/],
    ['a token with a space', { token: 'with a space in its midst' }, /spaces/],
    ['an address of another machine', { host: '192.0.2.1', token: TOKEN }, /192\.0\.2\.1:0 is not an address of this machine/],
    ['no page built', { pageDir: '/nowhere' }, /\/nowhere cannot be read: run `npm run build`/],
  ])('does not start: %s', async (_, options, message) => {
    await expect(start(options)).rejects.toThrow(message);
  });

  test('does not start: the port is taken', async () => {
    await expect(start({ port: Number(new URL(url).port) })).rejects.toThrow(GraphServerError);
    await expect(start({ port: Number(new URL(url).port) })).rejects.toThrow(/taken by another program: choose another port/);
  });
});

describe('when the database does not answer', () => {
  const failing = (error: Error): GraphReader => ({ ...reader, edges: async () => { throw error; } });
  test.each<[situation: string, error: Error, status: number, code: string]>([
    ['away', new ReaderError('away', 'secret 10.0.0.9:8812'), 503, 'DATABASE_AWAY'],
    ['too slow', new ReaderError('slow', 'secret'), 503, 'DATABASE_SLOW'],
    ['not migrated', new ReaderError('schema', 'secret table'), 503, 'DATABASE_SCHEMA'],
    ['a fault of ours', new TypeError('secret'), 500, 'FAULT'],
  ])('%s: says what to do and nothing of the inside', async (_, error, status, code) => {
    const answer = await get(`${await start({ reader: failing(error) })}/api/graph?${AT_NOON}`);
    expect(answer.status).toBe(status);
    expect(answer.json()).toMatchObject({ statusCode: status, error: code });
    expect(answer.text).not.toContain('secret');
    expect(answer.headers.get('retry-after')).toBe(status === 503 ? '5' : null);
  });
});

test('/metrics tells how well inference does where headers tell, and holds it while the database is away', async () => {
  const answers = [{ checked: 10, agreed: 9, expected: 9.5 }, null];
  const measured = await start({ accuracy: async () => answers.shift() ?? null });
  const gauges = async (): Promise<readonly string[]> => (await get(`${measured}/metrics`)).text.split('\n').filter((line) => line.startsWith('tapgraph_inference_header_calls{'));
  const expected = ['tapgraph_inference_header_calls{of="checked"} 10', 'tapgraph_inference_header_calls{of="agreed"} 9', 'tapgraph_inference_header_calls{of="expected"} 9.5'];
  expect(await gauges()).toEqual(expected);
  expect(await gauges()).toEqual(expected);
});

test('/metrics tells what is kept of values that flow', async () => {
  const { text } = await get(`${await start({ tokens: async () => ({ rows: 12, bytes: 3_400 }) })}/metrics`);
  expect(text.split('\n').filter((line) => line.startsWith('tapgraph_tokens_'))).toEqual(['tapgraph_tokens_rows 12', 'tapgraph_tokens_bytes 3400']);
});

describe('POST /api/inference', () => {
  const asked = new Map<string, Request>();
  const requests: RequestDoor = {
    ask: async (id, wanted) => { asked.set(id, wanted); },
    look: async (id) => (asked.has(id) ? { request_id: id, state: 'running' } : null),
  };
  const post = (base: string, body: unknown, token: string | null): Promise<Response> => fetch(`${base}/api/inference`, {
    method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json', ...(token !== null && { authorization: `Bearer ${token}` }) },
  });
  const STRETCH = { from: NOON, to: '2026-03-01T12:01:00Z' };

  test('puts the request into the table, and tells what became of it', async () => {
    const guarded = await start({ token: TOKEN, requests });
    const answer = await post(guarded, { ...STRETCH, run: 'try', algorithm: 'fcfs' }, TOKEN);
    expect(answer.status).toBe(202);
    const [[id, wanted] = ['', null]] = [...asked];
    expect(wanted).toEqual({ algorithm: 'fcfs', run: 'try', tenant: null, from: NOON, to: NOON + 60_000_000, minConfidence: 0, evidence: new Set(['timing', 'token', 'header']) });
    expect(await answer.json()).toEqual({ request_id: id, state: 'asked' });
    expect((await get(`${guarded}${answer.headers.get('location') ?? ''}`, { authorization: `Bearer ${TOKEN}` })).json()).toEqual({ request_id: id, state: 'running' });
    expect((await get(`${guarded}/api/inference/${id.replace(/^./, (digit) => (digit === '0' ? '1' : '0'))}`, { authorization: `Bearer ${TOKEN}` })).status).toBe(404);
  });

  test.each<[situation: string, body: unknown, token: string | null, status: number, message: RegExp]>([
    ['no token', STRETCH, null, 401, /Bearer TOKEN/],
    ['an unknown algorithm', { ...STRETCH, algorithm: 'guess' }, TOKEN, 400, /"guess"; allowed is one of nesting/],
    ['an empty stretch', { from: NOON, to: NOON }, TOKEN, 400, /empty/],
    ['no stretch', {}, TOKEN, 400, /from_ts is missing/],
    ['a mistyped parameter', { ...STRETCH, algoritm: 'fcfs' }, TOKEN, 400, /"algoritm"; allowed are/],
    ['no object', [1], TOKEN, 400, /./],
  ])('%s is refused', async (_, body, token, status, message) => {
    const answer = await post(await start({ token: TOKEN, requests }), body, token);
    expect(answer.status).toBe(status);
    expect(await answer.json()).toMatchObject({ message: expect.stringMatching(message) });
  });

  test('an endpoint that was started without a token takes none', async () => {
    expect((await post(await start({ requests }), STRETCH, null)).status).toBe(401);
  });
});
