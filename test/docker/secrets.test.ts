import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { writeDatabase, type Database } from '../../sql/database.ts';
import { query } from '../../sql/read/query.ts';
import { pcap } from '../ingest/capture/files.ts';
import { client, OPENING, records, server } from '../ingest/conversation.ts';
import { testDatabase } from '../sql/server.ts';
import { freePorts, start, tapgraph } from './run.ts';

/** One secret for each place in which applications put them. */
const SECRETS = {
  query: 'qxSecretQuery91', userInfo: 'uxSecretUser92', fragment: 'fxSecretFragment93', path: 'PxS3cr3tPathT0k3nAbCdEfGh94', authorization: 'axSecretAuth95',
  cookie: 'cxSecretCookie96', setCookie: 'sxSecretSetCookie97', requestBody: 'bxSecretBody98', responseBody: 'rxSecretAnswer99', header: 'hxSecretHeader90',
  jsonId: '918273645546372', jsonText: 'jxSecretCustomer86', jsonKey: 'kxSecretKey85', jsonPassword: 'wxSecretPassword84', answeredId: '5546372918273645', formValue: 'fxSecretForm83',
  hostUser: 'oxSecretHostUser89', trace: '4bf92f3577b34da6a3ce929d0e0e4736', span: '00f067aa0ba902b7', requestId: 'ixSecretRequestId88', location: 'lxSecretLocation87',
};
const ASKED = `POST http://${SECRETS.userInfo}:pw@shop/reset/${SECRETS.path}/go?token=${SECRETS.query}&plain#${SECRETS.fragment} HTTP/1.1\r
Host: ${SECRETS.hostUser}@shop\r
Authorization: Bearer ${SECRETS.authorization}\r
Cookie: session=${SECRETS.cookie}\r
X-Api-Key: ${SECRETS.header}\r
traceparent: 00-${SECRETS.trace}-${SECRETS.span}-01\r
x-request-id: ${SECRETS.requestId}\r
Content-Length: ${SECRETS.requestBody.length}\r
\r
${SECRETS.requestBody}`;
const ANSWERED = `HTTP/1.1 302 Found\r
Set-Cookie: session=${SECRETS.setCookie}\r
Location: /?next=${SECRETS.location}\r
Content-Length: ${SECRETS.responseBody.length}\r
\r
${SECRETS.responseBody}`;

/** Values that flow, as applications send them: what is read of these becomes hashes. */
const JSON_ASKED = `{"order":${SECRETS.jsonId},"customer":{"name":"${SECRETS.jsonText}","password":"${SECRETS.jsonPassword}"},"${SECRETS.jsonKey}":[1,2]}`;
const JSON_ANSWERED = `{"order":${SECRETS.jsonId},"payment":"${SECRETS.answeredId}"}`;
const FORM = `customer=${SECRETS.formValue}&order=${SECRETS.jsonId}`;
const FLOWING = [
  `POST /orders/42?customer=${SECRETS.jsonText} HTTP/1.1\r\nHost: shop\r\nContent-Type: application/json\r\nContent-Length: ${JSON_ASKED.length}\r\n\r\n${JSON_ASKED}`,
  `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${JSON_ANSWERED.length}\r\n\r\n${JSON_ANSWERED}`,
  `POST /pay HTTP/1.1\r\nHost: shop\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: ${FORM.length}\r\n\r\n${FORM}`,
  `HTTP/1.1 204 No Content\r\n\r\n`,
] as const;

let dir: string;
let database: Database;
let capture: string;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'tapgraph-secrets-'));
  capture = join(dir, 'secrets.pcap');
  const [json, answered, form, done] = FLOWING;
  writeFileSync(capture, pcap(records([...OPENING, client(ASKED), server(ANSWERED), client(json), server(answered), client(form), server(done)])));
  database = await testDatabase();
  writeDatabase(dir, database);
});
afterAll(() => { rmSync(dir, { recursive: true }); });

const found = (text: string): readonly string[] => Object.entries(SECRETS).flatMap(([place, secret]) => (text.includes(secret) ? [place] : []));

test('the capture holds every secret, and --keep-targets shows those of the target, so the search can find them', async () => {
  expect(found([ASKED, ANSWERED, ...FLOWING].join(''))).toEqual(Object.keys(SECRETS));
  const { out } = await tapgraph('decode', capture, '--keep-targets');
  expect(found(out)).toEqual(['query', 'userInfo', 'fragment', 'path', 'jsonText']);
});

test('decode prints none', async () => {
  const { code, out, err } = await tapgraph('decode', capture, '--stats');
  expect(code).toBe(0);
  expect(JSON.parse(out.split('\n')[0] ?? '')).toMatchObject({ method: 'POST', host: 'shop', status: 302, request_bytes: SECRETS.requestBody.length, trace_hint: expect.stringMatching(/^[\da-f]{32}$/) });
  expect(found(out + err)).toEqual([]);
});

/** Files of the running database that hold one of the texts; what the server takes away meanwhile holds none. */
const filesWith = (texts: readonly string[]): readonly string[] => {
  const { stdout, stderr } = spawnSync('grep', ['-rlaF', ...texts.flatMap((text) => ['-e', text]), inject('testDatabaseDir')], { encoding: 'utf8' });
  expect(stderr.split('\n').filter((line) => line !== '' && !line.endsWith('No such file or directory'))).toEqual([]);
  return stdout.split('\n').filter((line) => line !== '');
};

test('none reaches the database, its files, the logs, the endpoint or its metrics', async () => {
  const said: string[] = [];
  for (const args of [['ingest', capture, '--tenant', 'secrets'], ['infer', '--tenant', 'secrets']]) {
    const { code, out, err } = await tapgraph(...args, '--data', dir);
    expect({ code, err }).toMatchObject({ code: 0 });
    said.push(out, err);
  }
  const { rows: tables } = await query(database, `SELECT table_name FROM tables() WHERE table_name NOT LIKE 'sys.%' AND table_name <> '_query_trace'`);
  for (const { table_name: name } of tables) said.push(JSON.stringify((await query(database, `SELECT * FROM "${String(name)}"`)).rows));
  expect(said.join('')).toContain('/reset/');
  const { rows: [tokens] } = await query(database, `SELECT count() AS n, max(length(request)) AS longest FROM exchange_tokens WHERE tenant = 'secrets'`);
  expect(tokens?.['n']).toBe(3);
  expect(Number(tokens?.['longest'])).toBeGreaterThanOrEqual(4 * 10);

  const port = await freePorts(1);
  const endpoint = start('serve', '--data', dir, '--port', String(port));
  await endpoint.until(/listening on/);
  for (const path of ['/api/graph?tenant=secrets', '/api/traces?tenant=secrets', '/api/range', '/metrics']) {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`);
    expect({ path, status: answer.status }).toEqual({ path, status: 200 });
    said.push(await answer.text());
  }
  expect(said.at(-1)).toMatch(/^tapgraph_tokens_rows [1-9]/m);
  endpoint.child.kill('SIGTERM');
  const { out, err } = await endpoint.ended;
  expect(found([...said, out, err].join('\n'))).toEqual([]);

  expect(filesWith(['/reset/'])).not.toEqual([]);
  expect(filesWith(Object.values(SECRETS))).toEqual([]);
});
