import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { MESSAGE, ethernet, ipv4, ipv6, tcp, udp, vlan, type Bytes } from './frames.ts';
import { decode, type Frame } from './segments.ts';

const LINK_TYPES = [0, 1, 6, 9, 10, 11, 50, 51, 100, 101, 104, 105, 107, 108, 109, 113, 117, 119, 122, 127, 129, 163, 204, 219, 226, 239, 240, 276];
const INNER = ethernet(ipv4(tcp(MESSAGE)));
const REAL: readonly Bytes[] = [
  INNER,
  ethernet(vlan(7, ipv6(tcp(MESSAGE)), 0x86dd), 0x8100),
  ethernet(ipv4(tcp(MESSAGE).slice(0, 24), { more: true })),
  ethernet(ipv4(udp(4789, [8, 0, 0, 0, 0, 0, 42, 0, ...INNER]), { protocol: 17 })),
  ethernet(ipv4(udp(6081, [1, 0, 0x65, 0x58, 0, 0, 9, 0, 0, 0, 0, 0, ...INNER]), { protocol: 17 })),
  ethernet(ipv4(udp(2152, [0x36, 0xff, 0, 50, 0, 0, 0, 1, 0, 1, 0, 0x85, 1, 0, 0, 0, ...ipv4(tcp(MESSAGE))]), { protocol: 17 })),
  ethernet(ipv4([0xf0, 0, 0x22, 0xeb, ...Array<number>(28).fill(0), ...INNER], { protocol: 47 })),
];
const MUTATIONS = 20_000;

/** Counters beside the one verdict of a frame. */
const REMARKS = new Set(['segments_cut', 'ip_checksum_wrong', 'tcp_checksum_looked_at', 'tcp_checksum_wrong', 'ip_length_zero', 'ip_length_beyond_frame', 'fragment_unfinished', 'fragment_overlap', 'fragment_reassembled']);

/** How many verdicts the frame got; whatever lies around it, zeros or ones, must not show, for nothing is read outside it. */
const verdictsOf = (frame: Frame): number => {
  const decoded = decode([frame], 0);
  expect(decode([frame], 255)).toEqual(decoded);
  return Object.entries(decoded.counted).reduce((sum, [name, times]) => (REMARKS.has(name) ? sum : sum + times), 0);
};

test('random bytes of any link type are one verdict, read within their bounds', () => {
  fc.assert(fc.property(fc.constantFrom(...LINK_TYPES), fc.uint8Array({ maxLength: 120, size: 'max' }), fc.nat(200), (linkType, bytes, more) => {
    expect(verdictsOf({ linkType, bytes, wireBytes: bytes.length + more })).toBe(1);
  }), { numRuns: MUTATIONS });
});

test('real frames with bytes changed and ends cut are one verdict, read within their bounds', () => {
  const change = fc.record({ at: fc.nat(150), to: fc.nat(255) });
  fc.assert(fc.property(fc.constantFrom(...REAL), fc.array(change, { maxLength: 4 }), fc.nat(150), fc.boolean(), (real, changes, keep, whole) => {
    const bytes = Uint8Array.from(real);
    for (const { at, to } of changes) if (at < bytes.length) bytes[at] = to;
    expect(verdictsOf({ bytes: whole ? bytes : bytes.subarray(0, keep), wireBytes: bytes.length })).toBe(1);
  }), { numRuns: MUTATIONS });
});

test('fragments cut anywhere, in any order, some of them twice, give the segment once', () => {
  const whole = tcp(Array.from({ length: 400 }, (_, n) => n & 255));
  const expected = decode([{ bytes: ethernet(ipv4(whole)) }]).segments;
  const cuts = fc.uniqueArray(fc.integer({ min: 1, max: 52 }), { minLength: 1, maxLength: 10 });
  fc.assert(fc.property(cuts, fc.infiniteStream(fc.nat()), fc.nat(3), (eighths, random, repeated) => {
    const edges = [0, ...eighths.map((n) => n * 8).toSorted((a, b) => a - b), whole.length];
    const frames = edges.slice(1).map((to, n) => ({ bytes: ethernet(ipv4(whole.slice(edges[n], to), { offset: edges[n]!, more: to < whole.length })) }));
    const shuffled = frames.map((frame) => ({ frame, key: random.next().value })).toSorted((a, b) => a.key - b.key).map(({ frame }) => frame);
    expect(decode([...shuffled.slice(0, repeated % shuffled.length), ...shuffled]).segments).toEqual(expected);
  }), { numRuns: 500 });
});
