import { PassThrough } from 'node:stream';
import * as fc from 'fast-check';
import pcapParser from 'pcap-parser';
import { describe, expect, test } from 'vitest';
import { captureReader } from '../../../ingest/capture/reader.ts';
import { CaptureError } from '../../../ingest/capture/error.ts';
import { collect, cutAt } from './collect.ts';
import { pcap, pcapng, type Record } from './files.ts';

const RECORDS: readonly Record[] = [
  { seconds: 1_700_000_000, fraction: 5, frame: [1, 2, 3] },
  { seconds: 1_700_000_000, fraction: 9_999, frame: [] },
  { seconds: 1_700_000_001, fraction: 999_999, frame: [4, 5], wireBytes: 1500 },
];
const AS_LINES = [
  '1 1700000000000005 link 1 wire 3 010203',
  '2 1700000000009999 link 1 wire 0 ',
  '3 1700000001999999 link 1 wire 1500 0405',
  'closed',
];

describe('classic pcap', () => {
  test.each([
    { situation: 'µs, little-endian', file: pcap(RECORDS), lines: AS_LINES },
    { situation: 'µs, big-endian', file: pcap(RECORDS, { little: false }), lines: AS_LINES },
    { situation: 'Kuznetzov\'s longer record header', file: pcap(RECORDS, { magic: 0xa1b2cd34, extra: 8 }), lines: AS_LINES },
    { situation: 'a frame check sequence told in the link type', file: pcap(RECORDS, { linkType: 0x24000001 }), lines: AS_LINES },
    { situation: 'ns, rounded down', file: pcap([{ seconds: 7, fraction: 1999, frame: [1] }], { magic: 0xa1b23c4d }), lines: ['1 7000001 link 1 wire 1 01', 'closed'] },
    { situation: 'ns, big-endian', file: pcap([{ seconds: 7, fraction: 1999, frame: [1] }], { magic: 0xa1b23c4d, little: false }), lines: ['1 7000001 link 1 wire 1 01', 'closed'] },
    { situation: 'no packet at all', file: pcap([]), lines: ['closed'] },
    { situation: 'wire length below the captured one', file: pcap([{ seconds: 7, fraction: 0, frame: [1, 2], wireBytes: 1 }]), lines: ['1 7000000 link 1 wire 2 0102', 'closed'] },
    {
      situation: 'two files joined, of different endianness and link type',
      file: Buffer.concat([pcap(RECORDS.slice(0, 1)), pcap(RECORDS.slice(0, 1), { little: false, linkType: 113 })]),
      lines: [AS_LINES[0], '2 1700000000000005 link 113 wire 3 010203', 'closed'],
    },
  ])('$situation', ({ file, lines }) => {
    const seen = collect([file]);
    expect(seen.error).toBeNull();
    expect(seen.packets).toEqual(lines);
  });
});

describe('pcapng', () => {
  const { section, iface, packet, oldPacket, simple, unknown, option, seconds } = pcapng();
  const big = pcapng(false);
  test.each([
    { situation: 'one interface, µs by default', blocks: [section(), iface(1), packet(0, 1_700_000_000_000_005n, [1, 2, 3])], lines: ['1 1700000000000005 link 1 wire 3 010203'] },
    { situation: 'big-endian', blocks: [big.section(), big.iface(1), big.packet(0, 1_700_000_000_000_005n, [1])], lines: ['1 1700000000000005 link 1 wire 1 01'] },
    { situation: 'ns by if_tsresol', blocks: [section(), iface(1, option(9, [9])), packet(0, 1_700_000_000_000_005_999n, [1])], lines: ['1 1700000000000005 link 1 wire 1 01'] },
    { situation: 'seconds shifted by if_tsoffset', blocks: [section(), iface(1, [...option(9, [3]), ...option(14, seconds(1_000))]), packet(0, 5n, [1])], lines: ['1 1000005000 link 1 wire 1 01'] },
    { situation: 'big-endian if_tsoffset', blocks: [big.section(), big.iface(1, big.option(14, big.seconds(1_000))), big.packet(0, 5n, [1])], lines: ['1 1000000005 link 1 wire 1 01'] },
    { situation: 'powers of two by if_tsresol', blocks: [section(), iface(1, option(9, [0x8a])), packet(0, 1024n * 3n + 512n, [1])], lines: ['1 3500000 link 1 wire 1 01'] },
    { situation: 'two interfaces, a comment and an unknown block between', blocks: [section(), iface(1, option(1, [65])), unknown([1, 2, 3]), iface(113), packet(1, 7n, [1]), packet(0, 8n, [2])], lines: ['1 7 link 113 wire 1 01', '2 8 link 1 wire 1 02'] },
    { situation: 'a second section of the other endianness starts its interfaces anew', blocks: [section(), iface(1), packet(0, 7n, [1]), big.section(), big.iface(101), big.packet(0, 8n, [2])], lines: ['1 7 link 1 wire 1 01', '2 8 link 101 wire 1 02'] },
    { situation: 'simple packets take the time of the packet before, cut by the snap length', blocks: [section(), iface(1, [], 2), packet(0, 7n, [1]), simple([1, 2], 9)], lines: ['1 7 link 1 wire 1 01', '2 7 link 1 wire 9 0102'] },
    { situation: 'the packet block of old', blocks: [section(), iface(1), oldPacket(0, 7n, [1, 2])], lines: ['1 7 link 1 wire 2 0102'] },
    { situation: 'a packet of an interface nobody described', blocks: [section(), iface(1), packet(3, 7n, [1]), packet(0, 8n, [2])], lines: ['1 8 link 1 wire 1 02'] },
  ])('$situation', ({ blocks, lines }) => {
    const seen = collect([Uint8Array.from(blocks.flat())]);
    expect(seen.error).toBeNull();
    expect(seen.packets).toEqual([...lines, 'closed']);
  });

  test.each<[situation: string, flags: number, leg: number]>([
    ['arriving', 0x1, 1], ['leaving', 0x2, 2], ['no word', 0x0, 0], ['a direction that does not exist', 0x3, 0], ['other flags too', 0x1e2, 2],
  ])('the direction of a packet by its flags: %s', (_, flags, leg) => {
    for (const little of [true, false]) {
      const { section: begin, iface: on, packet: enhanced, option: optional, word } = pcapng(little);
      const options = [...optional(1, [0x68, 0x69]), ...optional(2, word(flags)), ...optional(0, [])];
      const seen: number[] = [];
      const reader = captureReader({ push: (p) => { seen.push(p.leg); }, advance: () => {}, close: () => {} }, () => {});
      reader.push(Uint8Array.from([...begin(), ...on(1), ...enhanced(0, 7n, [1, 2, 3], options), ...enhanced(0, 8n, [1])]));
      expect(seen).toEqual([leg, 0]);
    }
  });

  test('an unknown interface and a block too short for its kind are counted', () => {
    const short = [...section(), ...iface(1), 6, 0, 0, 0, 12, 0, 0, 0, 12, 0, 0, 0, ...packet(4, 1n, [1])];
    expect(collect([Uint8Array.from(short)]).counted).toMatchObject({ pcapng_block_malformed: 1, pcapng_interface_unknown: 1 });
  });
});

describe('any cut', () => {
  const { section, iface, packet, unknown } = pcapng();
  const files = {
    pcap: pcap(RECORDS),
    'joined pcaps': new Uint8Array(Buffer.concat([pcap(RECORDS), pcap(RECORDS, { little: false })])),
    pcapng: Uint8Array.from([...section(), ...iface(1), ...packet(0, 7n, [1, 2, 3]), ...unknown(Array<number>(50).fill(7)), ...packet(0, 8n, [])]),
  };
  test.each(Object.entries(files))('%s: every single cut gives the same packets', (_, file) => {
    const whole = collect([file]);
    for (let cut = 0; cut <= file.length; cut++) expect(collect(cutAt(file, [cut])).packets).toEqual(whole.packets);
  });
  test.each(Object.entries(files))('%s: several cuts give the same packets', (_, file) => {
    const whole = collect([file]);
    fc.assert(fc.property(fc.array(fc.nat(file.length), { maxLength: 40, size: 'max' }), (cuts) => {
      expect(collect(cutAt(file, cuts)).packets).toEqual(whole.packets);
    }));
  });
  test.each(Object.entries(files))('%s: a tail cut off anywhere leaves all before it and is counted', (_, file) => {
    const whole = collect([file]).packets;
    for (let end = 0; end < file.length; end++) {
      const { packets, error } = collect([file.subarray(0, end)]);
      expect(error).toBeNull();
      expect(whole).toEqual(expect.arrayContaining([...packets]));
      expect(packets.slice(0, -1)).toEqual(whole.slice(0, packets.length - 1));
    }
    expect(collect([file.subarray(0, file.length - 1)]).counted).toMatchObject({ capture_tail_truncated: 1 });
  });
});

describe('what is no capture', () => {
  test('the message says what was found', () => {
    const { error } = collect([Buffer.from('GET / HTTP/1.1\r\nHost: example\r\n')]);
    expect(error).toBeInstanceOf(CaptureError);
    expect(error).toMatchObject({ kind: 'not_a_capture', offset: 0, message: expect.stringContaining('47 45 54 20') });
  });

  test('damage in the middle keeps what came before and tells its place, whatever the cut', () => {
    const good = pcap(RECORDS);
    const file = new Uint8Array(Buffer.concat([good, Buffer.alloc(64, 0xff)]));
    for (let cut = 0; cut <= file.length; cut++) {
      const { packets, error } = collect([...cutAt(file, [cut]), Uint8Array.of(1)]);
      expect(packets).toEqual(AS_LINES);
      expect(error).toMatchObject({ kind: 'corrupt', offset: good.length });
    }
  });

  test('random bytes behind any magic end in packets, a CaptureError or a truncated tail', () => {
    const magics = [[0xd4, 0xc3, 0xb2, 0xa1], [0xa1, 0xb2, 0xc3, 0xd4], [0x4d, 0x3c, 0xb2, 0xa1], [0x34, 0xcd, 0xb2, 0xa1], pcapng().section(), []];
    fc.assert(fc.property(fc.constantFrom(...magics), fc.uint8Array({ maxLength: 400, size: 'max' }), fc.nat(400), (magic, bytes, cut) => {
      const file = Uint8Array.from([...magic, ...bytes]);
      const { error, packets } = collect(cutAt(file, [Math.min(cut, file.length)]));
      expect(error === null || error instanceof CaptureError).toBe(true);
      expect(packets.at(-1)).toBe('closed');
    }), { numRuns: 2000 });
  });
});

describe('the watermark', () => {
  const at = (us: number): Record => ({ seconds: 0, fraction: us, frame: [] });
  test.each([
    { situation: 'moves in steps of 10 ms', times: [0, 9_999, 10_000, 19_999, 25_000], marks: [0, 10_000, 25_000] },
    { situation: 'never goes back', times: [50_000, 10_000, 20_000, 55_000, 60_000], marks: [50_000, 60_000] },
  ])('$situation', ({ times, marks }) => {
    expect(collect([pcap(times.map(at))]).watermarks).toEqual(marks);
  });

  test.each([
    ['that no number can hold exactly', 2n ** 64n - 5n],
    ['after 2199', BigInt(Date.UTC(2200, 0)) * 1000n],
  ])('a time %s is counted and moves nothing', (_, time) => {
    const { section, iface, packet } = pcapng();
    const seen = collect([Uint8Array.from([...section(), ...iface(1), ...packet(0, time, [1]), ...packet(0, 7n, [2])])]);
    expect(seen.watermarks).toEqual([7]);
    expect(seen.counted).toMatchObject({ packet_time_absurd: 1, packets: 2 });
  });
});

test('pcap-parser frames the same packets', async () => {
  const record = fc.record({
    seconds: fc.nat(2 ** 31 - 1), fraction: fc.nat(999_999), frame: fc.array(fc.nat(255), { minLength: 1, maxLength: 60, size: 'max' }), wireBytes: fc.integer({ min: 60, max: 9000 }),
  });
  await fc.assert(fc.asyncProperty(fc.array(record, { maxLength: 20, size: 'max' }), fc.boolean(), async (records, little) => {
    const file = pcap(records, { little });
    const stream = new PassThrough();
    const theirs: string[] = [];
    const parser = pcapParser.parse(stream);
    parser.on('packet', ({ header, data }) => {
      const ts = header.timestampSeconds * 1e6 + header.timestampMicroseconds;
      theirs.push(`${theirs.length + 1} ${ts} link 1 wire ${header.originalLength} ${data.toString('hex')}`);
    });
    const ended = new Promise<void>((resolve) => { parser.on('end', () => { resolve(); }); });
    stream.end(Buffer.from(file));
    await ended;
    expect(collect([file]).packets).toEqual([...theirs, 'closed']);
  }), { numRuns: 100 });
});
