import { array, assert, integer, nat, property } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { beamSearch } from '../../../../udf/infer/model/beam.ts';
import { bundleOf } from '../../../../udf/infer/model/bundle.ts';
import { fitterOf } from '../../../../udf/infer/model/density.ts';
import { frameOf, vocabularyOf } from '../../../../udf/infer/model/frame.ts';
import { BINS, binOf, lagGrid, quantumOf } from '../../../../udf/infer/model/grid.ts';
import { historyOf, MOST_CALLS } from '../../../../udf/infer/model/history.ts';
import { learn } from '../../../../udf/infer/model/learn.ts';
import { orderOf } from '../../../../udf/infer/model/order.ts';
import { orphanRates } from '../../../../udf/infer/model/orphans.ts';
import { queueCost } from '../../../../udf/infer/model/queue.ts';
import { randomOf } from '../../../../udf/infer/model/random.ts';
import { call, served, window } from '../situation.ts';
import { REQUESTS, trafficOf } from './traffic.ts';

describe('the axis of lags', () => {
  test.each<[situation: string, times: readonly number[], quantum: number]>([
    ['µs', [10, 13, 1_000_020], 1],
    ['whole ms', [5_000, 17_000, 1_000_000], 1_000],
    ['whole ms behind an odd zero', [5_123, 17_123, 8_123, 9_123], 1_000],
    ['one moment only', [7, 7, 7], 1],
    ['nothing', [], 1],
  ])('the clock of %s', (_, times, quantum) => {
    expect(quantumOf(times)).toBe(quantum);
  });

  test('a longer lag never falls into an earlier bin', () => {
    const { scale } = lagGrid(1);
    assert(property(integer({ min: -2e8, max: 2e8 }), nat(1e6), (lag, more) => {
      const [at, after] = [binOf(scale, lag), binOf(scale, lag + more)];
      expect(at).toBeGreaterThanOrEqual(0);
      expect(after).toBeLessThan(BINS);
      expect(after).toBeGreaterThanOrEqual(at);
    }));
  });
});

describe('densities', () => {
  const grid = lagGrid(1);
  const mass = (log: Float64Array): number => log.reduce((sum, one, i) => sum + Math.exp(one + grid.logWidth[i]!), 0);
  test('hold a probability of one, away from the ends of the axis', () => {
    assert(property(array(integer({ min: 160, max: BINS - 160 }), { maxLength: 200 }), (bins) => {
      const histogram = new Float64Array(BINS);
      for (const bin of bins) histogram[bin]!++;
      const { log } = fitterOf(grid).fit(histogram, null, 3);
      expect(mass(log)).toBeCloseTo(1, 2);
    }));
  });

  test('sharp lags are likelier than spread ones, left one out', () => {
    const sharp = new Float64Array(BINS);
    const spread = new Float64Array(BINS);
    for (let i = 0; i < 200; i++) { sharp[600 + (i % 3)]!++; spread[500 + i]!++; }
    const fitter = fitterOf(grid);
    expect(fitter.judge(sharp)).toBeGreaterThan(fitter.judge(spread) + 400);
  });
});

describe('the order of calls', () => {
  test('what always follows is near certain, what never was is not impossible', () => {
    const order = orderOf(Array.from({ length: 100 }, () => [1, 2, 2]), 4);
    const after = order.follow(order.follow(order.root, 1), 2);
    expect(Math.exp(after.log[2]!)).toBeGreaterThan(0.97);
    expect(Math.exp(after.end)).toBeLessThan(0.02);
    expect(Math.exp(order.follow(after, 2).end)).toBeGreaterThan(0.97);
    expect(after.log[3]).toBeGreaterThan(-25);
  });

  test('predictions are shares of one', () => {
    assert(property(array(array(integer({ min: 0, max: 3 }), { maxLength: 6 }), { maxLength: 30 }), array(integer({ min: 0, max: 3 }), { maxLength: 8 }), (sequences, path) => {
      const order = orderOf(sequences, 4);
      let prefix = order.root;
      for (const kind of path) prefix = order.follow(prefix, kind);
      expect(prefix.log.reduce((sum, one) => sum + Math.exp(one), Math.exp(prefix.end))).toBeCloseTo(1, 6);
    }));
  });

  test('more prefixes than are kept fall back on the last call', () => {
    const order = orderOf([[0, 1], [1, 0]], 2);
    let last = order.root;
    for (let i = 0; i < 10_000; i++) {
      last = order.root;
      for (let bit = 0; bit < 14; bit++) last = order.follow(last, (i >> bit) & 1);
    }
    expect(Number.isFinite(last.end)).toBe(true);
  });
});

describe('queues', () => {
  const cost = (durations: (i: number) => number): number => {
    const all = window(Array.from({ length: 400 }, (_, i) => served(`p${i}`, 10 * i, 10 * i + durations(i))), [call('c', 'a', 1, 2)]);
    return queueCost(frameOf(all, vocabularyOf(all)), 1, randomOf(1));
  };
  test.each<[situation: string, durations: (i: number) => number, queue: boolean]>([
    ['waits that rise and fall with the load are a queue', (i) => 40 + 35 * Math.sin(i / 9), true],
    ['durations by chance are none', (i) => 5 + 70 * ((i * 0.618) % 1), false],
    ['requests that never meet say nothing', () => 5, false],
  ])('%s', (_, durations, queue) => {
    expect(cost(durations) > 0).toBe(queue);
  });
});

describe('orphans', () => {
  test('the rate is that of calls sent while nothing is served', () => {
    const all = window(
      Array.from({ length: 100 }, (_, i) => served(`p${i}`, 100 * i, 100 * i + 50)),
      Array.from({ length: 1000 }, (_, i) => call(`c${i}`, 'a', 10 * i + 5, 10 * i + 6)),
    );
    const rate = Math.exp(orphanRates(frameOf(all, vocabularyOf(all)), 2, null)[1]!);
    expect(rate).toBeGreaterThan(0.7e-4);
    expect(rate).toBeLessThan(1.2e-4);
  });
});

describe('the search', () => {
  test('a beam wide enough finds what trying everything finds', () => {
    const { window: all } = trafficOf(400, 4_000, REQUESTS['parallel']!);
    const { shape, vocabulary } = learn(all);
    for (let from = 0; from < 60; from += 3) {
      const part = all.served.slice(from, from + 3);
      const ids = all.calls.filter(({ start }) => start >= part[0]!.start && start <= part.at(-1)!.start + 3_000).slice(0, 6);
      const frame = frameOf({ ...all, served: part, calls: ids }, vocabulary);
      const bundle = bundleOf(frame, shape, null, 1);
      // Nobody's is held against all parents together, which no sum over an assignment shows: left out here.
      const orphan = shape.orphan.map(() => -1e6);
      const score = (owner: ArrayLike<number>): number => {
        let sum = 0;
        for (let c = 0; c < frame.calls; c++) if (owner[c]! < 0) sum += orphan[frame.callKind[c]!]!;
        for (let p = 0; p < frame.parents; p++) {
          const list = Array.from({ length: frame.calls }, (_, c) => c).filter((c) => owner[c] === p);
          sum += bundle.whole(p, list, list.length);
        }
        return sum;
      };
      let best = -Infinity;
      const owner: number[] = [];
      const tryAll = (c: number): void => {
        if (c === frame.calls) { best = Math.max(best, score(owner)); return; }
        for (const p of [-1, ...frame.candidates.slice(frame.offsets[c], frame.offsets[c + 1])]) { owner[c] = p; tryAll(c + 1); }
      };
      tryAll(0);
      expect(score(beamSearch(frame, bundle, { orphan, turns: new Float64Array(9) }, { width: 5_000, spread: Infinity }))).toBeCloseTo(best, 6);
    }
  });
});

describe('the history', () => {
  test('is bounded in calls', () => {
    const history = historyOf();
    for (let seed = 1; seed <= 4; seed++) history.add(trafficOf(500, 4_000, REQUESTS['serial']!, seed).window);
    expect(history.full()).toBe(true);
    expect(history.size()).toBe(MOST_CALLS);
    history.clear();
    expect(history.size()).toBe(0);
  });
});
