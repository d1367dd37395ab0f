import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { threadedLine } from '../../../docker/threads/line.ts';
import { startTeam, type Team } from '../../../docker/threads/team.ts';
import { counters } from '../../../sql/counters.ts';
import { pcap } from '../../ingest/capture/files.ts';
import { client, OPENING, records } from '../../ingest/conversation.ts';

const LINE = { tenant: 'default', tap: 'test', salt: '', tokens: false };
const NOWHERE = { push: () => {}, advance: () => {}, flush: () => {}, close: () => {} };
const programOf = (text: string): URL => new URL(`data:text/javascript,${encodeURIComponent(text)}`);

describe('a thread that is lost', () => {
  test.each<[situation: string, text: string, says: RegExp]>([
    ['it ends', 'setTimeout(() => process.exit(3), 50)', /decoding thread [12] of 2 has ended by itself: status 3/],
    ['it fails', `import { parentPort } from 'node:worker_threads'; parentPort.on('message', ({ kind }) => { if (kind === 'read') throw new RangeError('deep'); });`,
      /decoding thread [12] of 2 has ended by itself: deep/],
  ])('%s: whoever waits is told, and reading stops', async (_, text, says) => {
    const team: Team = startTeam(2, programOf(text));
    const line = threadedLine({ team, form: 'json', rows: NOWHERE }, LINE, counters());
    line.push(pcap([]));
    await expect(line.settled()).rejects.toThrow(says);
    await expect(line.ready()).rejects.toThrow(says);
    expect(line.lost.aborted).toBe(true);
    await team.end();
  });
});

test('a fault of the capture is thrown where it is read, at its place', async () => {
  const team = startTeam(1, programOf('setInterval(() => {}, 1000)'));
  const tally = counters();
  const line = threadedLine({ team, form: 'json', rows: NOWHERE }, LINE, tally);
  expect(() => { line.push(Uint8Array.from([...pcap([]), ...Array<number>(16).fill(255)])); }).toThrow(/damaged at byte 24/);
  expect(tally.snapshot()).toMatchObject({ capture_damaged: 1, capture_bytes: 40 });
  await team.end();
});

describe('with threads of its own', () => {
  // Packages are found from there.
  const folder = mkdtempSync(fileURLToPath(new URL('../../../node_modules/.thread-', import.meta.url)));
  const program = join(folder, 'decode-thread.mjs');
  beforeAll(() => build({
    entryPoints: [fileURLToPath(new URL('../../../docker/threads/decode-thread.ts', import.meta.url))], outfile: program, bundle: true, packages: 'external', platform: 'node', format: 'esm',
  }));
  afterAll(() => { rmSync(folder, { recursive: true }); });

  test('what was counted is told at once where no more of the input is there yet', async () => {
    const team = startTeam(2, pathToFileURL(program));
    const tally = counters();
    const line = threadedLine({ team, form: 'json', rows: NOWHERE }, LINE, tally);
    line.push(pcap(records([...OPENING, client('GET / HTTP/1.1\r\n\r\n')])));
    await line.settled();
    expect(tally.snapshot()).toMatchObject({ packets: 4, connections: 1 });
    await team.end();
  });
});
