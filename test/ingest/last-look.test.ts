import { expect, test } from 'vitest';
import { pcapng } from './capture/files.ts';
import { client, decode, OPENING, records, server } from './conversation.ts';
import { ethernet, ipv4, udp, vlan, type Bytes } from './decode/frames.ts';

const TALK = records([...OPENING, client('GET /a HTTP/1.1\r\n\r\n'), server('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi')]);
const { section, iface, packet } = pcapng();
const capture = (frames: readonly (readonly [us: number, frame: Bytes])[]): Uint8Array =>
  Uint8Array.from([...section(), ...iface(1), ...frames.flatMap(([us, frame]) => packet(0, BigInt(us), frame))]);
const inVlan = (frame: Bytes): Bytes => ethernet(vlan(7, frame.slice(14)), 0x8100);
/** From an address behind another: what NAT makes of a frame, but for the checksums. */
const translated = (frame: Bytes): Bytes => frame.map((byte, at) => ((at === 26 || at === 30) && byte === 10 ? 172 : byte));

test('the same exchange between other ends is a row each time, and counted', () => {
  const twice = capture([...TALK, ...TALK].map(({ frame }, n) => [1_700_000_000_000_000 + n, n < TALK.length ? frame : translated(frame)] as const));
  const { rows, counted } = decode(twice);
  expect(rows).toHaveLength(2);
  expect(counted).toMatchObject({ exchanges_complete: 2, exchanges_seen_again: 1 });
  expect(rows[0]?.exchange_id).toEqual(rows[1]?.exchange_id);
});

test('the same packets at the same time in several VXLANs are one row', () => {
  const outer = (vni: number, frame: Bytes): Bytes => ethernet(ipv4(udp(4789, [8, 0, 0, 0, 0, 0, vni, 0, ...frame]), { protocol: 17 }));
  const { rows, counted } = decode(capture(TALK.flatMap(({ frame }, n) => [[n, outer(1, frame)], [n, outer(2, frame)], [n + 1, outer(3, frame)]] as const)));
  expect(rows.map(({ network }) => network)).toEqual(['vxlan:1', 'vxlan:3']);
  expect(counted).toMatchObject({ exchanges_complete: 3, exchanges_seen_at_once: 1, exchanges_seen_again: 1 });
});

test('copies with another VLAN tag are the same packets, and no second exchange', () => {
  const { rows, counted } = decode(capture(TALK.flatMap(({ frame }, n) => [[n, frame], [n, inVlan(frame)]] as const)));
  expect(rows).toHaveLength(1);
  expect(counted).not.toHaveProperty('exchanges_seen_again');
});

test('the same row emitted again, because its answer came late, is not', () => {
  const late = TALK.map(({ frame }, n) => [n < TALK.length - 1 ? n : 130_000_000, frame] as const);
  const { rows, counted } = decode(capture([...late.slice(0, -1), [125_000_000, TALK[2]!.frame], late.at(-1)!]));
  expect(rows.map(({ outcome }) => outcome)).toEqual(['cut', 'complete']);
  expect(counted).not.toHaveProperty('exchanges_seen_again');
});

test.each([
  ['after 2199', Date.UTC(2200, 0) * 1000],
  ['that no number can hold exactly', 2 ** 63],
])('an exchange at a time %s is counted, and dropped unless any time will do', (_, us) => {
  const bytes = capture(TALK.map(({ frame }) => [us, frame] as const));
  const { rows, counted } = decode(bytes);
  expect(rows).toEqual([]);
  expect(decode(bytes, [], { anyTime: true }).rows).toHaveLength(1);
  expect(counted).toMatchObject({ exchanges_complete: 1, exchanges_time_absurd: 1 });
});
