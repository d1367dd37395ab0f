import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareRows } from '../../ingest/exchange/ordered.ts';
import { routedRows, type Unrouted } from '../../ingest/exchange/routed.ts';
import { countedCopies } from '../../ingest/last-look.ts';
import { sharePipeline } from '../../ingest/pipeline.ts';
import { flowPlace } from '../../ingest/share.ts';
import { counters } from '../../sql/counters.ts';
import type { DecodedExchange } from '../../sql/exchange.ts';
import { pcap, type Record } from './capture/files.ts';
import { client, decode, FIN, OPENING, records, server, SYN, type Decoded, type Step } from './conversation.ts';

/** Counted where the capture is read, not by a share. */
const OF_READING = /^(packets|capture_|packet_time_|pcapng_)/;

/** As `decode`, by lines that each keep a share, brought together as threads are. */
const decodeInShares = (bytes: Uint8Array, of: number): Decoded => {
  const tally = counters();
  const found: { readonly at: number; readonly row: Unrouted }[] = [];
  for (let index = 0; index < of; index++) {
    const moment = { at: 0, settling: false };
    const line = sharePipeline({ push: (row) => { found.push({ at: moment.at, row }); }, advance: () => {}, close: () => {} },
      { tenant: 'default', tap: 'test', digest: (id) => `#${id.length}`, counters: tally }, { index, of }, moment);
    line.push(bytes);
    line.close();
  }
  const rows: DecodedExchange[] = [];
  const routed = countedCopies(routedRows({ push: (row) => { rows.push(row); }, advance: () => {}, close: () => {} }), tally.count);
  for (const { row } of found.toSorted((a, b) => a.at - b.at || compareRows(a.row, b.row))) routed.push(row);
  return { rows, counted: tally.snapshot() };
};

const sortedCounts = ({ counted }: Decoded): readonly (readonly [string, number])[] =>
  Object.entries(counted).filter(([name]) => !OF_READING.test(name)).toSorted(([a], [b]) => (a < b ? -1 : 1));

const expectSame = (bytes: Uint8Array, shares: readonly number[] = [1, 2, 3, 7]): Decoded => {
  const whole = decode(bytes);
  for (const of of shares) {
    const shared = decodeInShares(bytes, of);
    expect(shared.rows.map((row) => JSON.stringify(row))).toEqual(whole.rows.map((row) => JSON.stringify(row)));
    expect(sortedCounts(shared)).toEqual(sortedCounts(whole));
  }
  return whole;
};

const read = (name: string): Uint8Array => readFileSync(new URL(`../captures/${name}`, import.meta.url));

describe('any number of shares gives the rows of one line, in its order, and its counters', () => {
  test.each<[situation: string, file: string]>([
    ['IP fragments', 'pcapplusplus/expected_output__http_req_frag.pcap'],
    ['VXLAN within ERSPAN and GRE', 'arkime/gre-erspan-vxlan.pcap'],
    ['Teredo', 'zeek/tunnels__Teredo.pcap'],
    ['VLANs and MPLS', 'zeek/mixed-vlan-mpls.pcap'],
    ['a gRPC stream', 'deepflow/grpc-server-stream.pcap'],
    ['pcapng with faults', 'packets/http_espn_fail.pcapng'],
    ['802.11', 'arkime/80211http.pcap'],
  ])('%s', (_, file) => {
    expect(expectSame(read(file)).rows.length).toBeGreaterThan(0);
  });

  test('a real application', () => {
    expect(expectSame(gunzipSync(read('apps/bookinfo.pcap.gz')), [3]).rows).toHaveLength(2270);
  });

  test('the same exchanges between other ends', () => {
    const talks = Array.from({ length: 8 }, (_, n) => talk(1024 + n, n));
    const translated = (later: number): readonly Record[] => talks.flat().map((record) => Object.assign({}, record,
      { fraction: record.fraction + later, frame: record.frame.map((byte, at) => ((at === 26 || at === 30) && byte === 10 ? 172 : byte)) }));
    expect(expectSame(pcap([...talks.flat(), ...translated(1)])).counted).toMatchObject({ exchanges_seen_again: 16 });
    const { rows, counted } = expectSame(pcap([...talks.flat(), ...translated(0)]));
    expect(counted).toMatchObject({ exchanges_seen_at_once: 16 });
    expect(rows).toHaveLength(16);
  });

  const talk = (port: number, at: number, ...more: readonly Step[]): readonly Record[] => records([{ from: 'client', flags: SYN, ms: at }, ...OPENING.slice(1),
    client(`GET /p${port}/x HTTP/1.1\r\nHost: shop\r\n\r\n`), server('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'),
    client(`GET /p${port}/y HTTP/1.1\r\nHost: shop\r\n\r\n`), server('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok'), ...more], port);
  /** Records of conversations as a tap sees them at once. */
  const together = (conversations: readonly (readonly Record[])[]): readonly Record[] =>
    conversations.flat().toSorted((a, b) => a.seconds - b.seconds || a.fraction - b.fraction);

  test('connections that all time out at one moment, and those open at the end', () => {
    const early = Array.from({ length: 20 }, (_, n) => talk(1024 + n, n % 3));
    const late = Array.from({ length: 20 }, (_, n) => talk(2048 + n, 700_000 + n % 3));
    const { rows, counted } = expectSame(pcap(together([...early, talk(3000, 130_000), ...late])));
    expect(rows).toHaveLength(103);
    expect(counted).toMatchObject({ flows_idle: 20, exchanges_complete: 41, exchanges_cut: 41, exchanges_aged: 21 });
  });

  test('routes that merge after forty names, whoever asks for them', () => {
    const { rows } = expectSame(pcap(together(Array.from({ length: 60 }, (_, n) => talk(1024 + n, n * 5, { from: 'client', flags: FIN })))));
    expect(new Set(rows.map((row) => row.route)).size).toBe(42);
  });

  test('time that goes back, as in files that were joined', () => {
    const joined = [talk(1, 900_000), talk(2, 1), talk(3, 900_500), talk(4, 1_600_000)].flat();
    expect(expectSame(pcap(joined)).rows).toHaveLength(8);
  });

  test('lost, repeated and overtaken packets of many connections', () => {
    const all = together(Array.from({ length: 12 }, (_, n) => talk(1024 + n, n)));
    fc.assert(fc.property(fc.array(fc.tuple(fc.nat(all.length - 2), fc.constantFrom('drop', 'repeat', 'swap', 'stall'), fc.nat(200_000)), { maxLength: 20 }), (changes) => {
      const list = [...all];
      for (const [place, what, ms] of changes) {
        const at = place % (list.length - 1);
        const [a, b] = [list[at]!, list[at + 1]!];
        if (what === 'drop') list.splice(at, 1);
        else if (what === 'repeat') list.splice(at, 0, b);
        else if (what === 'swap') { list[at] = b; list[at + 1] = a; }
        else list[at] = { ...a, seconds: a.seconds + Math.floor(ms / 1000) };
      }
      expect(expectSame(pcap(list)).counted['connections']).toBeGreaterThanOrEqual(12);
    }), { numRuns: 25 });
  });
});

test('the place of a connection is the same both ways, and spreads ports and addresses', () => {
  const placeOf = (from: readonly number[], fromPort: number, to: readonly number[], toPort: number) =>
    flowPlace(Uint8Array.from([...from, ...to]), 0, from.length, from.length as 4 | 16, fromPort, toPort);
  const shares = [0, 0, 0];
  for (let n = 0; n < 3000; n++) {
    const [a, b] = [[10, 0, 0, n % 7], [10, 0, 1, 1]] as const;
    const place = placeOf(a, 32_768 + n, b, 80);
    expect(placeOf(b, 80, a, 32_768 + n)).toBe(place);
    shares[place % 3]!++;
  }
  for (const share of shares) expect(share).toBeGreaterThan(900);
});

test('connections that begin together are shared out evenly, however many segments each has sent', () => {
  const all = pcap(Array.from({ length: 60 }, (_, n) => records([...OPENING, client('GET / HTTP/1.1\r\n\r\n'), server('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')], 1024 + n)).flat());
  const connections = [0, 1, 2].map((index) => {
    const tally = counters();
    const line = sharePipeline({ push: () => {}, advance: () => {}, close: () => {} },
      { tenant: 'default', tap: 'test', digest: (id) => id, counters: tally }, { index, of: 3 }, { at: 0, settling: false });
    line.push(all);
    line.close();
    return tally.snapshot()['connections'];
  });
  expect(connections).toEqual([20, 20, 20]);
});
