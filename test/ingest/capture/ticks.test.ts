import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { ticksToMicros } from '../../../ingest/capture/ticks.ts';

/** Ticks of the year 2255 at `resolution`, the end of exact micros. */
const END_SECONDS = 9_007_199_254n;

test.each([0, 3, 6, 7, 9, 10, 12, 0x80, 0x8a, 0xa0])('if_tsresol %i: whole µs, rounded down, as exact arithmetic gives them', (resolution) => {
  const perSecond = resolution & 0x80 ? 2n ** BigInt(resolution & 0x7f) : 10n ** BigInt(resolution);
  const most = END_SECONDS * perSecond > 2n ** 64n - 1n ? 2n ** 64n - 1n : END_SECONDS * perSecond;
  fc.assert(fc.property(fc.bigInt({ min: 0n, max: most }), (ticks) => {
    expect(ticksToMicros({ resolution, offsetSeconds: 0 }, Number(ticks >> 32n), Number(ticks & 0xffffffffn)))
      .toBe(Number((ticks * 1_000_000n) / perSecond));
  }), { numRuns: 500 });
});

test('an offset in seconds may be negative', () => {
  expect(ticksToMicros({ resolution: 6, offsetSeconds: -2 }, 0, 5_000_000)).toBe(3_000_000);
});
