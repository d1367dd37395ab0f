import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { migrate } from '../../sql/migrate.ts';
import { query } from '../../sql/read/query.ts';
import type { QuestDbServer } from '../../sql/server/start.ts';
import { startTestDatabase } from '../sql/server.ts';
import { BOOKINFO, BOOKINFO_EXCHANGES, start, tapgraph } from './run.ts';

const COPIES = 3;
const EXCHANGES = COPIES * BOOKINFO_EXCHANGES;
const [FILE_HEADER, RECORD_HEADER, ETHERNET] = [24, 16, 14];
/** In an IPv4 packet: second bytes of the addresses, first bytes of the sequence and acknowledgement numbers, from which ids are made. */
const OTHERS = [ETHERNET + 13, ETHERNET + 17, ETHERNET + 24, ETHERNET + 28];

/** The capture's packets, and again as if of other connections in other networks, at the same times. */
const copies = (capture: Buffer): Buffer => Buffer.concat(Array.from({ length: COPIES }, (_, copy) => {
  const bytes = Buffer.from(capture);
  for (let at = FILE_HEADER; at < bytes.length; at += RECORD_HEADER + bytes.readUInt32LE(at + 8)) {
    for (const other of OTHERS) bytes[at + RECORD_HEADER + other]! += copy;
  }
  return copy === 0 ? bytes : bytes.subarray(FILE_HEADER);
}));

const PIECE_BYTES = 64 * 1024;
const POLL = { timeout: 60_000, interval: 200 };
const digest = (ids: readonly string[]): string => createHash('sha256').update(ids.toSorted().join('\n')).digest('hex');

describe('tapgraph ingest while QuestDB', () => {
  const data = mkdtempSync(join(tmpdir(), 'tapgraph-outage-'));
  const capture = copies(gunzipSync(readFileSync(BOOKINFO)));
  let server: QuestDbServer;
  beforeAll(async () => {
    server = await startTestDatabase(data, undefined, { devMode: true });
    await migrate(server.database);
  });
  afterAll(async () => {
    await server.stop();
    rmSync(data, { recursive: true, force: true });
  });
  const ids = async (tenant: string): Promise<readonly string[]> => {
    const { rows } = await query(server.database, 'SELECT exchange_id FROM exchanges WHERE tenant = $1', [tenant]);
    return rows.map(({ exchange_id }) => String(exchange_id));
  };

  test('is killed and away for seconds: says so, keeps rows on disk, and in the end has each once', { timeout: 240_000 }, async () => {
    const ingest = start('ingest', '-', '--tap', 'load', '--tenant', 'away', '--data', data, '--max-memory-mb', '1');
    const feed = async (from: number, to: number): Promise<void> => {
      for (let at = Math.floor(from * capture.length); at < Math.floor(to * capture.length); at += PIECE_BYTES) {
        ingest.child.stdin.write(capture.subarray(at, Math.min(at + PIECE_BYTES, Math.floor(to * capture.length))));
        await sleep(5);
      }
    };
    await feed(0, 0.2);
    await expect.poll(async () => (await ids('away')).length, POLL).toBeGreaterThan(0);
    process.kill(server.pid, 'SIGKILL');
    await server.exited;
    await feed(0.2, 0.8);
    await ingest.until(/QuestDB does not take rows \(.+\); they are kept and sent again/);
    const onDisk = (): readonly string[] => readdirSync(join(data, 'spill'), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.lines'));
    await expect.poll(() => existsSync(join(data, 'spill')) && onDisk().length > 0, POLL).toBe(true);
    server = await startTestDatabase(data, server.database, { devMode: true });
    await ingest.until(/QuestDB takes rows again after \d+ s; \d+ rows are held in memory, \d+ on disk \(\d+ of at most 1024 MiB\)/);
    await feed(0.8, 1);
    ingest.child.stdin.end();
    expect(await ingest.ended).toMatchObject({ code: 0 });
    expect(onDisk()).toEqual([]);

    const decode = start('decode', '-', '--tenant', 'away');
    decode.child.stdin.end(capture);
    const decoded = (await decode.ended).out.trim().split('\n').map((line) => (JSON.parse(line) as { exchange_id: string }).exchange_id);
    expect(decoded.length).toBe(EXCHANGES);
    await expect.poll(async () => (await ids('away')).length, POLL).toBe(EXCHANGES);
    expect(digest(await ids('away'))).toBe(digest(decoded));
    expect((await query(server.database, `SELECT counter FROM capture_loss WHERE worker = 'load-live' AND counter LIKE 'rows%'`)).rows).toEqual([]);
  });

  test('takes rows but does not apply them, as when its disk was full: says so, has it try again, and then they can be read', async () => {
    await query(server.database, `ALTER TABLE exchanges SUSPEND WAL WITH 'DISK FULL', 'no space left'`);
    const { code, err } = await tapgraph('ingest', BOOKINFO, '--tenant', 'suspended', '--data', data);
    expect(err).toMatch(/QuestDB takes rows of exchanges but has stopped to apply them \(DISK FULL: no space left\).* its disk is full: free some space/);
    expect(code).toBe(0);
    await expect.poll(async () => (await ids('suspended')).length, POLL).toBe(BOOKINFO_EXCHANGES);
    await expect.poll(async () => (await query(server.database, `SELECT total FROM capture_loss WHERE counter = 'tables_suspended'`)).rows, POLL).toEqual([{ total: 1 }]);
  });
});
