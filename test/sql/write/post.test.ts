import { createServer, type RequestListener, type Server } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import type { Database } from '../../../sql/database.ts';
import { poster } from '../../../sql/write/post.ts';

const servers: Server[] = [];
afterEach(() => { for (const server of servers.splice(0)) { server.closeAllConnections(); server.close(); } });

const serve = async (listener: RequestListener): Promise<Server> => {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  return server;
};

const databaseAt = (server: Server, client?: string): Database => {
  const address = server.address();
  const pg = { host: '127.0.0.1', port: 1, user: '', password: '', database: '' };
  const port = address !== null && typeof address === 'object' ? address.port : 1;
  return { http: `http://127.0.0.1:${port}`, httpUser: 'ä:u', httpPassword: 'p;w', ...(client !== undefined && { client }), admin: pg, analyst: pg };
};

const LINE = Buffer.from('exchanges,tenant=t status=1i 1\n');
const INVALID = { code: 'invalid', message: 'failed to parse line protocol:errors encountered on line(s):\nerror in line 7: table: exchanges, column: status; cast error', line: 7, errorId: 'x' };

describe('what became of a request', () => {
  test.each<[situation: string, status: number, answer: string, verdict: object]>([
    ['taken', 204, '', { kind: 'committed' }],
    ['a line refused', 400, JSON.stringify(INVALID), { kind: 'refused', line: 7, reason: expect.stringContaining('column: status; cast error') }],
    ['a table that is missing', 400, JSON.stringify({ ...INVALID, message: 'error in line 7: table: exchanges does not exist' }), { kind: 'doubt', reason: expect.stringContaining('does not exist') }],
    ['a login refused', 401, 'Unauthorized', { kind: 'doubt', reason: expect.stringMatching(/127\.0\.0\.1:\d+ refuses the login \(HTTP 401\)/) }],
    ['no room on the disk, said with a status at which the client asks again by itself', 500, JSON.stringify({ code: 'internal error', message: 'commit error: No space left' }), { kind: 'doubt', reason: 'commit error: No space left' }],
    ['a proxy without a server', 503, '<h1>Service Unavailable</h1>', { kind: 'doubt', reason: expect.stringMatching(/HTTP 503 .* not what QuestDB answers: <h1>Service/) }],
  ])('%s', async (_, status, answer, verdict) => {
    let asked = 0;
    const server = await serve((request, response) => {
      request.resume().on('end', () => { asked++; response.writeHead(status).end(answer); });
    });
    expect(await poster(databaseAt(server))(LINE)).toEqual(verdict);
    expect(asked).toBe(1);
  });

  test('nobody listens: said at once, without asking again', async () => {
    const server = await serve(() => undefined);
    const database = databaseAt(server);
    await new Promise((resolve) => { server.close(resolve); });
    expect(await poster(database)(LINE)).toEqual({ kind: 'doubt', reason: expect.stringContaining('ECONNREFUSED') });
  });

  test('the connection breaks before an answer, then another is made', async () => {
    let asked = 0;
    const server = await serve((request, response) => {
      request.resume().on('end', () => {
        if (asked++ === 0) request.socket.destroy();
        else response.writeHead(204).end();
      });
    });
    const post = poster(databaseAt(server));
    expect(await post(LINE)).toMatchObject({ kind: 'doubt' });
    expect(await post(LINE)).toEqual({ kind: 'committed' });
    expect(asked).toBe(2);
  });

  test('no answer within the time: given up', async () => {
    const server = await serve((request) => { request.resume(); });
    const verdict = await poster(databaseAt(server, 'request_timeout=50;'))(LINE);
    expect(verdict).toEqual({ kind: 'doubt', reason: expect.stringMatching(/time/i) });
  });
});

test.each<[situation: string, client: string | undefined, header: string]>([
  ['a user, whatever the letters', undefined, `Basic ${Buffer.from('ä:u:p;w').toString('base64')}`],
  ['a token', 'token=t;;x;', 'Bearer t;x'],
])('logs in with %s', async (_, client, header) => {
  const seen: unknown[] = [];
  const server = await serve((request, response) => {
    seen.push(request.headers.authorization, request.url);
    request.resume().on('end', () => { response.writeHead(204).end(); });
  });
  await poster(databaseAt(server, client))(LINE);
  expect(seen).toEqual([header, '/write?precision=n']);
});
