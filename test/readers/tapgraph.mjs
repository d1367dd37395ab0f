// What the scripts in this folder share: a QuestDB of their own with the capture that ships, and the truth to compare with.
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { modules, ownQuestDb, ROOT as ROOT_URL } from '../bench/questdb.mjs';

export const ROOT = ROOT_URL.pathname;
/** Python packages and the JDBC driver, kept between runs. */
export const PARTS = join(ROOT, '.tapgraph', 'readers');
/** When the capture was taken. */
export const WINDOW = { TAPGRAPH_FROM: '2026-11-23T20:47:00Z', TAPGRAPH_TO: '2026-11-23T20:49:00Z' };
const CAPTURE = ['test/captures/apps/bookinfo.pcap.gz', '--names', 'test/captures/apps/bookinfo.names'];

export const equal = (name, got, want) => {
  if (JSON.stringify(got) !== JSON.stringify(want)) throw new Error(`${name}: got ${JSON.stringify(got)}, expected ${JSON.stringify(want)}`);
};

/** Runs `read` with the environment of a reader, the edges `[caller, callee, calls]` and the number of calls, by our own query. */
export const withTapgraph = async (read) => {
  const { writeDatabase, query } = await modules('sql/database.ts', 'sql/read/query.ts');
  mkdirSync(PARTS, { recursive: true });
  const own = await ownQuestDb({ quickStart: false, log: console.error });
  const { server: { database }, dataDir } = own;
  try {
    writeDatabase(dataDir, database);
    for (const command of [['ingest', ...CAPTURE], ['infer', '--algorithm', 'fcfs', ...CAPTURE.slice(1)]]) {
      execFileSync('node', ['docker/tapgraph.mjs', ...command, '--data', dataDir], { cwd: ROOT, stdio: 'ignore' });
    }
    const { rows } = await query(database, `DECLARE @from := '${WINDOW.TAPGRAPH_FROM}', @to := '${WINDOW.TAPGRAPH_TO}' SELECT caller, callee, calls FROM call_graph ORDER BY caller, callee`);
    const edges = rows.map(({ caller, callee, calls }) => [caller, callee, calls]);
    const { rows: objects } = await query(database, 'SELECT table_name FROM tables()');
    const { host, port, user, password } = database.analyst;
    await read({
      env: {
        ...WINDOW, PGHOST: host, PGPORT: String(port), PGUSER: user, PGPASSWORD: password,
        TAPGRAPH_HTTP: database.http, TAPGRAPH_HTTP_USER: database.httpUser ?? '', TAPGRAPH_HTTP_PASSWORD: database.httpPassword ?? '',
      },
      edges, calls: edges.reduce((sum, edge) => sum + edge[2], 0), objects: objects.map(({ table_name: name }) => name),
    });
  } finally {
    await own.end(own.server);
  }
};
