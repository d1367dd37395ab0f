import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import type { Database } from '../sql/database.ts';
import { reader } from '../sql/read/query.ts';
import { liveAccuracy } from '../udf/service/accuracy.ts';
import { askInference, requestOf } from '../udf/service/requests.ts';
import { storedTokens } from '../udf/service/stored-tokens.ts';
import { questDbReader } from '../udf/http/questdb-reader.ts';
import { graphServer, type GraphServer } from '../udf/http/server.ts';

export interface GraphOptions {
  readonly port: number;
  readonly host?: string;
  readonly token?: string;
}

/** Serves the graph API and the built page over a database, asking it as the read-only user; requests for inference go in as the other. */
export const startGraphServer = async (database: Database, { port, host, token }: GraphOptions): Promise<GraphServer> => {
  const writing = reader(database);
  const secret = token ?? process.env['TAPGRAPH_TOKEN'];
  const server = await graphServer({
    reader: questDbReader(database),
    port,
    ...(host !== undefined && { host }),
    ...(secret !== undefined && { token: secret }),
    log: pino({ name: 'tapgraph', level: 'warn' }, pino.destination(2)),
    pageDir: fileURLToPath(new URL('page', import.meta.url)),
    accuracy: () => liveAccuracy(writing),
    tokens: () => storedTokens(writing),
    requests: { ask: (id, request) => askInference(writing, id, request), look: (id) => requestOf(writing, id) },
  });
  return { url: server.url, close: async () => { await server.close(); await writing.close(); } };
};
