import { createServer, type Server } from 'node:http';
import type { Database } from '../../../sql/database.ts';

/** An HTTP endpoint that takes lines as QuestDB does, or, when told to be away, breaks every connection. */
export interface QuestDbDouble {
  readonly database: Database;
  away: boolean;
  /** Lines of `exchanges` taken, in order. */
  readonly lines: string[];
  stop(): Promise<void>;
}

export const questDbDouble = async (): Promise<QuestDbDouble> => {
  const lines: string[] = [];
  const double = { away: false };
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (double.away) { request.socket.destroy(); return; }
      lines.push(...Buffer.concat(chunks).toString().split('\n').filter((line) => line.startsWith('exchanges,')));
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  const address = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  const pg = { host: '127.0.0.1', port: 1, user: '', password: '', database: '' };
  return Object.assign(double, {
    lines,
    database: { http: `http://127.0.0.1:${port}`, httpUser: null, httpPassword: null, admin: pg, analyst: pg },
    stop: () => new Promise<void>((resolve) => { server.close(() => { resolve(); }); server.closeAllConnections(); }),
  });
};
