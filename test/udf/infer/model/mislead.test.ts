import { describe, expect, test } from 'vitest';
import type { InstanceWindow } from '../../../../udf/infer/algorithm.ts';
import { model } from '../../../../udf/infer/model/model.ts';
import { randomOf } from '../../../../udf/infer/model/random.ts';
import { calibrationError, REQUESTS, right, trafficOf, type Request, type Traffic } from './traffic.ts';
import { both } from './values.ts';

/** Each request asks once, a steady while after its start, and takes much longer: nine are open at once, and times tell them apart. */
const steady: Request = (start, { next }, send) => {
  const at = start + 5_000 + Math.floor(400 * next());
  send('stock', at, at + 3_000);
  return start + 90_000;
};
const STEADY = trafficOf(260, 10_000, steady);
const SERIAL = trafficOf(300, 6_000, REQUESTS['serial']!);
const CROWDED = trafficOf(250, 800, REQUESTS['serial']!);

/** What a call carries for an id; `own` is its request's number, `open` those of the others that are open when it is sent. */
type Says = (own: number, open: readonly number[], next: () => number) => number;

/** Each request carries its number, in so many fields; each call what `says` makes of it. */
const saying = ({ window, truth }: Traffic, says: Says, fields = 1): InstanceWindow => {
  const next = randomOf(11);
  const numberOf = new Map(window.served.map(({ id }, n) => [id, n + 1]));
  const all = (field: number, value: number): [number, number][] => Array.from({ length: fields }, (_, i) => [field + i, value + 1000 * i]);
  return {
    ...window,
    served: window.served.map((one, n) => ({ ...one, tokens: both(all(1, n + 1), []) })),
    calls: window.calls.map((one) => {
      const own = numberOf.get(truth.get(one.id)!)!;
      const open = window.served.flatMap(({ start, end }, n) => (start <= one.start && (end ?? Infinity) >= one.start && n + 1 !== own ? [n + 1] : []));
      return { ...one, tokens: both(all(20, says(own, open, next)), []) };
    }),
  };
};

const oneOf = (all: readonly number[], next: () => number): number | undefined => all[Math.floor(next() * all.length)];
const astray = (share: number): Says => (own, open, next) => (next() < share ? oneOf(open, next) ?? own : own);

const MISLEADING: Readonly<Record<string, Says>> = {
  'the id of another open request in one call of ten': astray(0.1),
  'the id of another open request in half of the calls': astray(0.5),
  'the id of another open request in every call': astray(1),
  'the id of the request that came last in every call': (own, open) => Math.max(own, ...open),
  'the id of the oldest open request in every call': (own, open) => Math.min(own, ...open),
  'an id that all share': () => 1,
};

describe('values that mislead', () => {
  const traffics: readonly (readonly [string, Traffic, number])[] = [['one call', STEADY, 1], ['three calls', SERIAL, 1], ['three calls, three fields each', SERIAL, 3]];
  const alone = new Map(traffics.map(([, traffic]) => [traffic, right(model().assign(traffic.window), traffic.truth)]));
  test.each(Object.keys(MISLEADING).flatMap((name) => traffics.map(([which, traffic, fields]) => [name, which, traffic, fields] as const)))('%s cost nothing (%s)', (name, _, traffic, fields) => {
    const found = model().assign(saying(traffic, MISLEADING[name]!, fields));
    expect(right(found, traffic.truth)).toBeGreaterThan(alone.get(traffic)! - 0.01);
    expect(calibrationError(found, traffic.truth)).toBeLessThan(0.03);
  });

  test('nine of ten that are right still tell calls apart where times do not', () => {
    const found = model().assign(saying(CROWDED, astray(0.1)));
    expect(right(found, CROWDED.truth)).toBeGreaterThan(0.85);
    expect(calibrationError(found, CROWDED.truth)).toBeLessThan(0.05);
  });
});
