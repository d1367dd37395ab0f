import { describe, expect, test } from 'vitest';
import { pcap } from '../capture/files.ts';
import { brief, client, decode, decodeSteps, records, server, type Step } from '../conversation.ts';
import { frame, get, hello, of, ok, path, SETTINGS } from './frames.ts';

const counted = (...steps: readonly Step[]): { readonly rows: number; readonly h2: Readonly<{ [name: string]: number }> } => {
  const { rows, counted: all } = decodeSteps([...hello, ...steps]);
  return { rows: rows.length, h2: Object.fromEntries(Object.entries(all).filter(([name]) => name.startsWith('h2_') && name !== 'h2_connections')) };
};
/** Bytes in segments as a network would carry them, all of one sender. */
const segments = (from: 'client' | 'server', bytes: string): readonly Step[] =>
  Array.from({ length: Math.ceil(bytes.length / 1400) }, (_, i) => ({ from, says: bytes.slice(i * 1400, (i + 1) * 1400) }));
const bytes = (length: number, byte = 0x20): string => of(byte).repeat(length);
/** 4,000 bytes of a header that is not read, put into the table, and then `times` its index. */
const bomb = (times: number): string => `${of(0x82, 0x86)}${path('/bomb')}${of(0x40, 1)}x${of(0x7f, 0xa1, 0x1e)}${bytes(4000, 0x61)}${bytes(times, 0xbe)}`;

const CONTINUATIONS = 20_000;
const RESETS = 20_000;

describe('floods move counters only', () => {
  test('CONTINUATION frames with bytes and no end', () => {
    const flood = frame(1, 1, 1, of(0x82)) + frame(9, 0, 1, bytes(16_000)).repeat(40);
    expect(counted(...segments('client', flood), client(get(3, '/after')), server(ok(3, 'x')))).toEqual({ rows: 1, h2: { h2_blocks_too_long: 1, h2_malformed: 23 } });
  });
  test.each<[string, string]>([
    ['header blocks without an end', frame(1, 1, 1, bytes(16_000))],
    ['HEADERS frames without an end', frame(1, 1, 1, bytes(16_000)).slice(0, 12_000)],
  ])('%s on many connections: held within the bound of held bytes, the oldest given up', (_, part) => {
    const connections = 100;
    const many = Array.from({ length: connections }, (__, i) => records([...hello, ...segments('client', part)], 20_000 + i)).flat();
    const { counted: all } = decode(pcap(many), [], { mostHeldBytes: 300_000 });
    const held = connections - (all.h2_held_given_up ?? 0);
    expect(held).toBeGreaterThan(5);
    expect(held * 12_000).toBeLessThan(300_000);
  });
  test('after a block was given up the connection goes on', () => {
    const first = records([...hello, ...segments('client', frame(1, 1, 1, bytes(16_000)))], 20_001);
    const rest = [client(frame(9, 4, 1)), client(get(3, '/after')), server(ok(3, 'x'))];
    const other = records([...hello, ...segments('client', frame(1, 1, 1, bytes(16_000)))], 20_002);
    const all = records([...hello, ...segments('client', frame(1, 1, 1, bytes(16_000))), ...rest], 20_001);
    const { rows, counted: names } = decode(pcap([...first, ...other, ...all.slice(first.length)]), [], { mostHeldBytes: 40_000 });
    expect(names).toMatchObject({ h2_held_given_up: 1 });
    expect(rows.map(brief)).toContain('GET /after 200 complete 0/1');
  });
  test('empty CONTINUATION frames and no end', () => {
    expect(counted(...segments('client', frame(1, 1, 1, of(0x82)) + frame(9, 0, 1).repeat(CONTINUATIONS)))).toEqual({ rows: 0, h2: { h2_empty_continuations: CONTINUATIONS } });
  });
  test('streams opened and reset at once', () => {
    const asks = Array.from({ length: RESETS }, (_, i) => get(2 * i + 1, '/r') + frame(3, 0, 2 * i + 1, of(0, 0, 0, 8))).join('');
    const { rows, counted: all } = decodeSteps([...hello, ...segments('client', asks)]);
    expect(all).toMatchObject({ h2_resets: RESETS, exchanges_reset: RESETS });
    expect(new Set(rows.map(({ exchange_id: id }) => String(id))).size).toBe(RESETS);
  });
  test('streams opened and never answered', () => {
    const asks = Array.from({ length: 10_000 }, (_, i) => get(2 * i + 1, '/r')).join('');
    expect(counted(...segments('client', asks))).toEqual({ rows: 10_000, h2: { h2_streams_dropped: 10_000 - 4096 } });
  });
  test('SETTINGS, PING, PRIORITY and WINDOW_UPDATE', () => {
    const noise = SETTINGS + frame(6, 0, 0, bytes(8)) + frame(2, 0, 1, bytes(5, 0)) + frame(8, 0, 0, of(0, 0, 0, 1));
    expect(counted(...segments('client', noise.repeat(2000)), client(get(1, '/a')), ...segments('server', noise.repeat(2000)), server(ok(1, 'x')))).toEqual({ rows: 1, h2: {} });
  });
  test('frames of unknown types', () => {
    expect(counted(...segments('client', frame(0x77, 255, 9, 'xyz').repeat(500)), client(get(1, '/a')), server(ok(1, 'x')))).toEqual({ rows: 1, h2: { h2_unknown_frames: 500 } });
  });
  test('a short block that stands for a long list', () => {
    expect(counted(client(frame(1, 5, 1, bomb(5000))), server(ok(1, 'x')))).toEqual({ rows: 1, h2: { h2_header_lists_too_long: 1 } });
    expect(counted(client(frame(1, 5, 1, bomb(50))), server(ok(1, 'x')))).toEqual({ rows: 1, h2: {} });
  });
});
