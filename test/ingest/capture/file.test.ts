import { appendFileSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import type { ByteSink } from '../../../ingest/capture/bytes.ts';
import { readCapture } from '../../../ingest/capture/file.ts';
import { captureReader } from '../../../ingest/capture/reader.ts';
import { pcap } from './files.ts';

const folder = mkdtempSync(join(tmpdir(), 'tapgraph-capture-'));
afterAll(() => { rmSync(folder, { recursive: true }); });

const FRAMES = Array.from({ length: 5000 }, (_, n) => ({ seconds: 1000 + n, fraction: n, frame: Array.from({ length: 60 }, (_unused, k) => (n * 31 + k * 7) & 255) }));
const FILE = pcap(FRAMES);

/** `pcap` of twenty frames of 60 ascending bytes, through `zstd -19`. */
const ZSTD = Buffer.from(
  'KLUv/QRoPQUAdAfUw7KhAgAEAAQAAQAAAOgDADwAAQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyAhIiMkJSYnKCkqKywtLi8wMTIzNDU2Nzg5OjvpAwAAAeoC6wPsBO0F7gbvB/AI8QnyCvML9Az1DfYO9w/4EPkR+hL7EyioEbBnt/4d8NkM4QVGYIRG+P//PiRFUJB0ApkmkOkEkiakUnIG9CSu9k8XnQant5aL', 'base64');
const TWENTY = Array.from({ length: 20 }, (_, n) => ({ seconds: 1000 + n, fraction: n, frame: Array.from({ length: 60 }, (_unused, k) => k) }));
/** A zstd frame (RFC 8878 §3.1.1) of raw blocks. */
const zstdRaw = (bytes: Uint8Array): Buffer => {
  const size = Buffer.alloc(4);
  size.writeUInt32LE(bytes.length);
  const blocks: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += 100_000) {
    const block = bytes.subarray(at, at + 100_000);
    const header = Buffer.alloc(3);
    header.writeUIntLE(block.length * 8 + (at + 100_000 >= bytes.length ? 1 : 0), 0, 3);
    blocks.push(header, Buffer.from(block));
  }
  return Buffer.concat([Buffer.of(0x28, 0xb5, 0x2f, 0xfd, 0xa0), size, ...blocks]);
};

const placed = (name: string, bytes: Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
};

const reading = (): { into: ByteSink; seen: () => number; times: number[] } => {
  const times: number[] = [];
  const into = captureReader({ push: (packet) => { times.push(packet.ts); }, advance: () => {}, close: () => {} }, () => {});
  return { into, seen: () => times.length, times };
};

describe('what a file may be', () => {
  test.each([
    { situation: 'plain', bytes: FILE },
    { situation: 'gzip', bytes: gzipSync(FILE) },
    { situation: 'gzip of several members', bytes: Buffer.concat([gzipSync(FILE.subarray(0, 1000)), gzipSync(FILE.subarray(1000))]) },
    { situation: 'zstd', bytes: zstdRaw(FILE) },
    { situation: 'zstd of several frames', bytes: Buffer.concat([zstdRaw(FILE.subarray(0, 1000)), zstdRaw(FILE.subarray(1000))]) },
  ])('$situation', async ({ situation, bytes }) => {
    const { into, seen } = reading();
    const progress: (number | null)[] = [];
    const result = await readCapture(placed(`${situation}.cap`, bytes), into, { onBytes: (read, total) => { progress.push(read, total); } });
    into.close();
    expect(result).toEqual({ truncated: null });
    expect(seen()).toBe(FRAMES.length);
    expect(progress.slice(-2)).toEqual([bytes.length, bytes.length]);
  });
});

describe('a tail that is missing', () => {
  test.each([
    { situation: 'plain', bytes: FILE.subarray(0, FILE.length - 1), says: /last record is cut short/, packets: FRAMES.length - 1 },
    { situation: 'gzip', bytes: gzipSync(FILE).subarray(0, -90), says: /compressed data ends early/, packets: FRAMES.length - 1 },
    { situation: 'zstd', bytes: zstdRaw(FILE).subarray(0, -90), says: /compressed data ends early/, packets: FRAMES.length - 1 },
    { situation: 'damage in the middle', bytes: Buffer.concat([FILE, Buffer.alloc(40, 255)]), says: /damaged at byte 380024/, packets: FRAMES.length },
  ])('$situation: everything before it is kept', async ({ situation, bytes, says, packets }) => {
    const { into, seen } = reading();
    const { truncated } = await readCapture(placed(`cut-${situation}.cap`, bytes), into);
    expect(truncated).toMatch(says);
    expect(seen()).toBeGreaterThanOrEqual(packets - 2000);
    expect(seen()).toBeLessThanOrEqual(packets);
  });
});

describe('what is no capture', () => {
  test.each([
    { situation: 'missing', path: () => join(folder, 'nowhere.pcap'), kind: 'missing', says: /no such file/ },
    { situation: 'a directory', path: () => folder, kind: 'unreadable', says: /is a directory/ },
    { situation: 'empty', path: () => placed('empty.pcap', new Uint8Array(0)), kind: 'empty', says: /empty/ },
    { situation: 'text', path: () => placed('text.pcap', Buffer.from('Dear reader, this is a letter.')), kind: 'not_a_capture', says: /text\.pcap: not a capture: starts with 44 65 61 72/ },
    { situation: 'shorter than any header', path: () => placed('short.pcap', Buffer.from('Dear')), kind: 'not_a_capture', says: /4 bytes/ },
    { situation: 'gzip of text', path: () => placed('text.gz', gzipSync('Dear reader, this is a letter.')), kind: 'not_a_capture', says: /44 65 61 72/ },
  ])('$situation', async ({ path, kind, says }) => {
    await expect(readCapture(path(), reading().into)).rejects.toMatchObject({ name: 'CaptureError', kind, message: expect.stringMatching(says) });
  });
});

test('zstd as its command writes it', async () => {
  const { into, times } = reading();
  expect(await readCapture(placed('twenty.pcap.zst', ZSTD), into)).toEqual({ truncated: null });
  expect(times).toEqual(TWENTY.map(({ seconds, fraction }) => seconds * 1e6 + fraction));
});

test('the next buffer waits until the line is ready', async () => {
  const path = placed('large.pcap', Buffer.concat([FILE, ...Array<Uint8Array>(9).fill(FILE.subarray(24))]));
  let pushed = 0;
  let awaited = 0;
  const into: ByteSink = { push: () => { expect(pushed).toBe(awaited); pushed++; }, close: () => {} };
  await readCapture(path, into, { ready: async () => { await Promise.resolve(); awaited++; } });
  expect(pushed).toBeGreaterThan(3);
  expect(awaited).toBe(pushed);
});

test('a growing file is followed until told to stop', async () => {
  const path = placed('growing.pcap', FILE.subarray(0, 1000));
  const stop = new AbortController();
  const { into, times } = reading();
  const done = readCapture(path, {
    push: (buffer) => { into.push(buffer); if (times.length === FRAMES.length) stop.abort(); },
    close: () => {},
    pending: () => into.pending?.() ?? 0,
  }, { follow: true, signal: stop.signal, onBytes: (read) => { if (read === 1000) appendFileSync(path, FILE.subarray(1000)); } });
  await expect(done).resolves.toEqual({ truncated: null });
  expect(times.at(-1)).toBe(FRAMES.at(-1)!.seconds * 1e6 + FRAMES.length - 1);
});

test('a followed file that is written anew ends the reading, with what was read kept', async () => {
  const path = placed('anew.pcap', FILE);
  const { into, seen } = reading();
  const done = readCapture(path, into, { follow: true, onBytes: () => { truncateSync(path, 24); } });
  await expect(done).resolves.toEqual({ truncated: expect.stringMatching(/shrank to 24 bytes/) });
  expect(seen()).toBe(FRAMES.length);
});

test('stopping early ends the reading without a complaint', async () => {
  const stop = new AbortController();
  const { into } = reading();
  const done = readCapture(placed('stopped.pcap', FILE.subarray(0, 1000)), into, { follow: true, signal: stop.signal, onBytes: () => { stop.abort(); } });
  await expect(done).resolves.toEqual({ truncated: null });
});
