import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pcap, type Record } from '../ingest/capture/files.ts';
import { ethernet, ipv4, tcp, text } from '../ingest/decode/frames.ts';
import { tapgraph } from './run.ts';

let dir: string;
beforeAll(() => { dir = mkdtempSync(join(tmpdir(), 'tapgraph-values-')); });
afterAll(() => { rmSync(dir, { recursive: true }); });

const ORDERS = 200;
const SECONDS = 1_700_000_000;
const [OUTSIDE, SHOP, STOCK] = [[10, 0, 0, 9], [10, 0, 0, 1], [10, 0, 0, 2]] as const;
type Address = readonly [number, number, number, number];

/** Numbers in [0, 1) that are the same each time. */
const chances = (): (() => number) => {
  const state = { at: 7 };
  return () => {
    state.at = (Math.imul(state.at, 1_103_515_245) + 12_345) >>> 0;
    return (state.at >>> 8) / 2 ** 24;
  };
};

interface Traffic {
  readonly capture: string;
  /** Start of each call by its client port, and that of the order that sent it. */
  readonly parents: ReadonlyMap<number, number>;
}

/**
 * Orders that each ask the stock once, `lag` µs behind their start; `order` says what the order carries, `call` what its call
 * does. Each exchange has a connection of its own, which was there before the capture.
 */
const traffic = (name: string, lag: (chance: () => number) => number, order: (n: number) => object, call: (n: number, chance: () => number) => object): Traffic => {
  const chance = chances();
  const packets: { readonly us: number; readonly from: Address; readonly to: Address; readonly ports: readonly [number, number]; readonly says: string; readonly seq: number; readonly ack: number }[] = [];
  const exchange = (us: number, lasts: number, [from, to]: readonly [Address, Address], port: number, target: string, body: object): void => {
    const json = JSON.stringify(body);
    const asks = `POST ${target} HTTP/1.1\r\nHost: h\r\nContent-Length: ${json.length}\r\n\r\n${json}`;
    // An exchange is known by its numbers.
    const [seq, ack] = [port * 100, port * 1000];
    packets.push({ us, from, to, ports: [port, 80], says: asks, seq, ack },
      { us: us + lasts, from: to, to: from, ports: [80, port], says: 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n', seq: ack, ack: seq + asks.length });
  };
  const parents = new Map<number, number>();
  let us = 0;
  for (let n = 0; n < ORDERS; n++) {
    us += 2000 + Math.floor(chance() * 16_000);
    exchange(us, 90_000, [OUTSIDE, SHOP], 20_000 + n, '/orders', order(n));
    exchange(us + lag(chance), 3000, [SHOP, STOCK], 40_000 + n, '/stock', call(n, chance));
    parents.set(40_000 + n, us);
  }
  const frames = packets.toSorted((a, b) => a.us - b.us).map(({ us: at, from, to, ports: [srcPort, dstPort], says, seq, ack }): Record => {
    const frame = ethernet(ipv4(tcp(text(says), { srcPort, dstPort, seq, ack, flags: 0x18 }), { src: [...from], dst: [...to] }));
    return { seconds: SECONDS + Math.floor(at / 1e6), fraction: at % 1e6, wireBytes: frame.length, frame };
  });
  const capture = join(dir, `${name}.pcap`);
  writeFileSync(capture, pcap(frames));
  return { capture, parents };
};

/** Share of the calls whose order was found. */
const right = async ({ capture, parents }: Traffic, evidence: string): Promise<number> => {
  const output = `${capture}.${evidence}.jsonl`;
  const { code, err } = await tapgraph('infer', '--captures', capture, '--output', output, '--evidence', evidence);
  expect({ code, err }).toMatchObject({ code: 0 });
  const lines = readFileSync(output, 'utf8').trim().split('\n').map((line) => JSON.parse(line) as { client: string; parent: { t_req_us: number } | null });
  expect(lines).toHaveLength(2 * ORDERS);
  const calls = lines.filter(({ client }) => client.startsWith('10.0.0.1:'));
  return calls.filter(({ client, parent }) => parent !== null && parent.t_req_us - SECONDS * 1e6 === parents.get(Number(client.split(':')[1]))).length / ORDERS;
};

const WILD = (chance: () => number): number => Math.floor(chance() * 80_000);
const STEADY = (chance: () => number): number => 5000 + Math.floor(chance() * 400);

test('a value handed on finds the order where times tell little', async () => {
  const set = traffic('telling', WILD, (n) => ({ order: `o${n}` }), (n) => ({ of: `o${n}` }));
  const [timing, all] = [await right(set, 'timing'), await right(set, 'timing,token,header')];
  expect(timing).toBeLessThan(0.7);
  expect(all).toBeGreaterThan(0.98);
});

test.each<[situation: string, order: (n: number) => object, call: (n: number, chance: () => number) => object]>([
  ['the same in all, or few and by chance', (n) => ({ shop: 'main', user: `u${n % 3}` }), (_, chance) => ({ shop: 'main', user: `u${Math.floor(chance() * 3)}` })],
  ['those of another order, open or not', (n) => ({ order: `o${n}` }), (n, chance) => ({ of: `o${n - 10 + Math.floor(chance() * 21)}` })],
])('values that are %s do not mislead where times tell', async (situation, order, call) => {
  const set = traffic(situation.replaceAll(/\W/g, ''), STEADY, order, call);
  const [timing, all] = [await right(set, 'timing'), await right(set, 'timing,token,header')];
  expect(timing).toBeGreaterThan(0.95);
  expect(all).toBeGreaterThan(timing - 0.01);
});
