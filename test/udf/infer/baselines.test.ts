import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Call, Served } from '../../../udf/infer/algorithm.ts';
import { ALGORITHMS, algorithmNamed } from '../../../udf/infer/registry.ts';
import { fcfs } from '../../../udf/infer/fcfs.ts';
import { arrival } from '../../../udf/infer/arrival.ts';
import { nesting } from '../../../udf/infer/nesting.ts';
import { call, links, served, window } from './situation.ts';

const BASELINES = { fcfs, arrival, nesting: nesting({ weakest: 0.01 }) };
const TWO = [served('a', 0, 100), served('b', 10, 110)];
const quiet = (n: number, at: number): readonly [Served, Call, Call] =>
  [served(`q${n}`, at, at + 50), call(`q${n}x`, 'x', at + 5, at + 15), call(`q${n}y`, 'y', at + 16, at + 30)];

describe.each(Object.entries(BASELINES))('%s', (name, algorithm) => {
  test.each<[situation: string, all: readonly Served[], calls: readonly Call[], expected: string]>([
    ['one open exchange', [served('a', 0, 100)], [call('c', 'x', 10, 20)], 'c>a'],
    ['nothing served', [], [call('c', 'x', 10, 20)], 'c>-'],
    ['sent before anything was served', [served('a', 50, 100)], [call('c', 'x', 10, 20)], 'c>-'],
    ['sent after all was answered', [served('a', 0, 5)], [call('c', 'x', 10, 20)], 'c>-'],
    ['only one contains the answer', [served('a', 0, 15), served('b', 5, 100)], [call('c', 'x', 10, 20)], 'c>b'],
    ['a call that outlives the only candidate', [served('a', 0, 15)], [call('c', 'x', 10, 20)], 'c>a'],
    ['a call without an answer', [served('a', 0, 15)], [call('c', 'x', 10, null)], 'c>a'],
    ['an exchange without an answer', [served('a', 0, null)], [call('c', 'x', 10, 20)], 'c>a'],
    ['an exchange without an answer, long ago', [served('a', 0, null)], [call('c', 'x', 70_000, 70_010)], 'c>-'],
    ['the same exchange as served and as call', [served('c', 10, 20)], [call('c', 'x', 10, 20)], 'c>-'],
    ['starts in the same millisecond', [served('a', 10, 10)], [call('c', 'x', 10, 10)], 'c>a'],
  ])('%s', (_, all, calls, expected) => {
    expect(links(algorithm().assign(window(all, calls)))).toBe(expected);
  });

  test('says unique, none or timing, with probabilities', () => {
    const [lone, shared, none] = algorithm().assign(window(TWO, [call('c', 'x', 5, 9), call('d', 'x', 20, 30), call('e', 'x', 300, 310)]));
    expect(lone).toMatchObject({ evidence: 'unique', probability: 1, runnerUp: null, runnerUpProbability: 0 });
    expect(shared).toMatchObject({ evidence: 'timing' });
    expect(shared?.runnerUp).not.toBeNull();
    expect((shared?.probability ?? 0) + (shared?.runnerUpProbability ?? 0)).toBeCloseTo(1);
    expect(none).toMatchObject({ evidence: 'none', probability: 1, parent: null });
  });

  test('answers every call, in order, with one that was open, and probabilities that add up', () => {
    const lists = fc.record({
      served: fc.array(fc.tuple(fc.nat(100), fc.nat(60)), { maxLength: 20 }), calls: fc.array(fc.tuple(fc.nat(120), fc.nat(30), fc.constantFrom('x', 'y')), { maxLength: 20 }),
    });
    fc.assert(fc.property(lists, ({ served: all, calls: sent }) => {
      const parents = all.map(([at, lasts], n) => served(`s${n}`, at, at + lasts)).toSorted((a, b) => a.start - b.start);
      const calls = sent.map(([at, lasts, callee], n) => call(`c${n}`, callee, at, at + lasts)).toSorted((a, b) => a.start - b.start);
      const assignments = algorithm().assign(window(parents, calls));
      expect(assignments.map((one) => one.call)).toEqual(calls);
      for (const { call: { start }, parent, probability, runnerUpProbability } of assignments) {
        expect(parent === null || (parent.start <= start && (parent.end ?? 0) >= start)).toBe(true);
        expect(probability).toBeGreaterThan(0);
        expect(probability + runnerUpProbability).toBeLessThanOrEqual(1 + 1e-9);
      }
    }));
  });

  test('is found by its name', () => {
    expect(algorithmNamed(name)).toBe(ALGORITHMS[name]);
    expect(algorithmNamed('toString')).toBeNull();
  });
});

test('fcfs splits at quiet moments into the same assignments', () => {
  const burst = fc.array(fc.tuple(fc.nat(40), fc.integer({ min: 1, max: 20 })), { minLength: 1, maxLength: 8 });
  fc.assert(fc.property(fc.array(burst, { minLength: 2, maxLength: 4 }), (bursts) => {
    const parts = bursts.map((requests, k) => {
      const all = requests.map(([at, lasts], n) => served(`s${k}.${n}`, k * 1000 + at, k * 1000 + at + lasts)).toSorted((a, b) => a.start - b.start);
      const calls = all.map(({ id, start, end }) => call(`c${id}`, 'x', start / 1000, Math.max(start, (end ?? start) - 1000) / 1000));
      return window(all, calls);
    });
    const whole = window(parts.flatMap((part) => part.served), parts.flatMap((part) => part.calls));
    expect(links(fcfs().assign(whole))).toBe(parts.map((part) => links(fcfs().assign(part))).join(' '));
  }));
});

describe('which of two', () => {
  test('fcfs: in turn, one of a kind each', () => {
    expect(links(fcfs().assign(window(TWO, [call('c', 'x', 20, 30), call('d', 'x', 25, 35), call('e', 'y', 40, 50)])))).toBe('c>a d>b e>a');
  });

  test('fcfs: a kind with far more calls than exchanges goes to the oldest', () => {
    const many = Array.from({ length: 6 }, (_, n) => call(`c${n}`, 'x', 20 + n, 30 + n));
    expect(links(fcfs().assign(window(TWO, many)))).toBe('c0>a c1>a c2>a c3>a c4>a c5>a');
  });

  test('arrival: a later call to whose earlier call returned first', () => {
    const learnt = [quiet(0, 1000), quiet(1, 2000), quiet(2, 3000)];
    const all = [...TWO, ...learnt.map(([one]) => one)];
    const calls = [
      call('ax', 'x', 12, 40), call('bx', 'x', 14, 30), call('by', 'y', 32, 50), call('ay', 'y', 42, 60),
      ...learnt.flatMap(([, x, y]) => [x, y]),
    ];
    expect(links(arrival().assign(window(all, calls))).slice(0, 23)).toBe('ax>a bx>b by>b ay>a q0x');
  });

  test('nesting: the delay that recurs decides', () => {
    const alone = Array.from({ length: 10 }, (_, n) => [served(`q${n}`, 1000 * n, 1000 * n + 90), call(`x${n}`, 'x', 1000 * n + 40, 1000 * n + 50)] as const);
    const all = [...alone.map(([one]) => one), served('a', 20_000, 20_100), served('b', 20_030, 20_130)];
    const calls = [...alone.map(([, one]) => one), call('c', 'x', 20_040, 20_050), call('d', 'x', 20_070, 20_080)];
    const last = nesting({ weakest: 0.01 })().assign(window(all, calls)).slice(-2);
    expect(links(last)).toBe('c>a d>b');
    expect(last[0]?.probability).toBeGreaterThan(0.8);
  });

  test('nesting: a pair of kinds that hardly ever occurs is no edge', () => {
    const rare = served('r', 0, 100, {}, 'GET /rare');
    const usual = Array.from({ length: 20 }, (_, n) => [served(`q${n}`, 1000 * (n + 1), 1000 * (n + 1) + 90), call(`x${n}`, 'x', 1000 * (n + 1) + 40, 1000 * (n + 1) + 50)] as const);
    const all = window([rare, ...usual.map(([one]) => one)], [call('c', 'x', 10, 20), ...usual.map(([, one]) => one)]);
    expect(links(nesting({ weakest: 0.1 })().assign(all)).slice(0, 3)).toBe('c>-');
    expect(links(nesting({ weakest: 0.01 })().assign(all)).slice(0, 3)).toBe('c>r');
  });
});
