import { describe, expect, test } from 'vitest';
import { fcfs } from '../../../../udf/infer/fcfs.ts';
import { beamSearch } from '../../../../udf/infer/model/beam.ts';
import type { Bundle } from '../../../../udf/infer/model/bundle.ts';
import { frameOf, narrowed, vocabularyOf } from '../../../../udf/infer/model/frame.ts';
import { lagGrid } from '../../../../udf/infer/model/grid.ts';
import { guessShape } from '../../../../udf/infer/model/guess.ts';
import { model } from '../../../../udf/infer/model/model.ts';
import { fullPools } from '../../../../udf/infer/model/pool.ts';
import { randomOf } from '../../../../udf/infer/model/random.ts';
import { samplerOf } from '../../../../udf/infer/model/sample.ts';
import { endOf, slotAt } from '../../../../udf/infer/model/shape.ts';
import { crowded } from '../../../../udf/infer/model/untold.ts';
import { call as sent, served, window } from '../situation.ts';
import { calibrationError, pooled, REQUESTS, right, trafficOf, type Request } from './traffic.ts';

/** A request sends so many calls at once, a long time after it came. */
const burst = (calls: number): Request => (start, { delay }, send) => {
  const from = start + delay(20_000);
  const ends = Array.from({ length: calls }, () => {
    const at = from + delay(300);
    const end = at + delay(5_000);
    send('a', at, end);
    return end;
  });
  return Math.max(...ends) + delay(300);
};

/** A request waits for one of `places`, first come first served, and sends its calls from there one after the other; then it goes on for long. */
const through = (places: number, calls: number): Request => {
  const free = Array.from({ length: places }, () => 0);
  return (start, { delay }, send) => {
    const place = free.indexOf(Math.min(...free));
    let at = Math.max(start, free[place]!);
    for (let i = 0; i < calls; i++) {
      at += delay(60);
      const end = at + delay(4_000);
      send('a', at, end);
      at = end;
    }
    free[place] = at;
    return at + delay(30_000);
  };
};

const frameFor = (requests: number, gap: number, request: Request): ReturnType<typeof frameOf> => {
  const traffic = trafficOf(requests, gap, request);
  return frameOf(traffic.window, vocabularyOf(traffic.window));
};

describe('turns', () => {
  const waiting = window([served('p0', 0, 500), served('p1', 10, 500), served('p2', 20, 500)], [sent('c0', 'a', 100, 110), sent('c1', 'a', 120, 130), sent('c2', 'a', 140, 150)]);
  const frame = frameOf(waiting, vocabularyOf(waiting));
  /** Each parent sends one call, waits for it since it came, and the youngest is a little likelier. */
  const bundle: Bundle = {
    since: (parent) => frame.parentStart[parent]!,
    wants: (_, __, length) => (length === 0 ? 1 : 0),
    step: (parent, _, length) => (length === 0 ? 0.1 * parent * (3 - parent) : -100),
    whole: (parent, list, length) => (length > 1 ? -100 * length : length === 0 ? 0 : 0.1 * parent * (3 - list[0]!)),
    finish: () => 0,
    terms: () => ({ lag: 0, order: 0 }),
  };
  const orphan = new Float64Array(2).fill(-1e6);

  test.each<[situation: string, turn: number, owner: readonly number[]]>([
    ['who has waited longest is next', 0.5, [0, 1, 2]],
    ['unless it costs nothing to overtake', 0, [2, 1, 0]],
  ])('in the search, %s', (_, turn, owner) => {
    const steps: Bundle = { ...bundle, step: (parent, _list, length, c) => (length === 0 ? 0.1 * parent * (2 - c) : -100) };
    expect([...beamSearch(frame, steps, { orphan, turns: Float64Array.of(turn, turn) }, { width: 20, spread: 100 })]).toEqual(owner);
  });

  test.each<[situation: string, turn: number, owner: readonly number[]]>([
    ['calls are put back into turn', 0.5, [0, 1, 2]],
    ['unless it costs nothing to overtake', 0, [2, 1, 0]],
  ])('in the walk, %s', (_, turn, owner) => {
    const sampler = samplerOf(frame, bundle, { orphan, queue: new Float64Array(2), turns: Float64Array.of(turn, turn) }, Int32Array.from([2, 1, 0]), randomOf(1));
    for (let i = 0; i < 4; i++) sampler.sweep(0, null, null);
    expect([...sampler.state.owner]).toEqual(owner);
  });
});

describe('the first guess', () => {
  test('the first of several calls of a kind waits for another kind, the later ones may wait for one of their own', () => {
    const { window: all } = trafficOf(300, 6_000, (start, { delay }, send) => {
      const found = start + delay(300) + delay(5_000);
      send('find', found - 4_000, found);
      let at = found + delay(100);
      for (let i = 0; i < 6; i++) { const end = at + delay(3_000); send('page', at, end); at = end + delay(40); }
      return at + delay(5_000);
    });
    const vocabulary = vocabularyOf(all);
    const [find, page] = ['find\nGET /', 'page\nGET /'].map((name) => vocabulary.calls.get(name)!);
    const kinds = vocabulary.calls.size + 1;
    const { slots } = guessShape(narrowed(frameOf(all, vocabulary), null, 0), lagGrid(1), vocabulary.parents.size + 1, kinds);
    expect(slots[slotAt(kinds, 1, page!, 0, find!)]!.anchor).toBe(endOf(find!));
    expect(slots[slotAt(kinds, 1, page!, 1, page!)]!.anchor).toBe(endOf(page!));
    expect(slots[slotAt(kinds, 1, find!, 0, -1)]!.anchor).not.toBe(endOf(find!));
  });
});

describe('kinds whose times do not tell', () => {
  test.each<[situation: string, requests: number, gap: number, request: Request, full: boolean]>([
    ['a pool of three that is always full before a crowd', 300, 12_000, through(3, 10), true],
    ['a lock that everybody waits for', 300, 3_000, through(1, 1), true],
    ['a lock with half its time to spare', 300, 8_000, through(1, 1), true],
    ['a lock under a light load, held by one at a time', 300, 20_000, through(1, 1), false],
    ['the same pool under a light load', 300, 60_000, through(3, 10), false],
    ['calls in parallel without a pool', 300, 1_000, REQUESTS['parallel']!, false],
    ['calls one after the other without a pool', 300, 1_000, REQUESTS['repeated']!, false],
    ['too few calls to say', 4, 10, through(1, 10), false],
  ])('%s', (_, requests, gap, request, full) => {
    expect(fullPools(frameFor(requests, gap, request))).toEqual(full ? [1] : []);
  });

  test.each<[situation: string, gap: number, beyond: boolean]>([
    ['most calls have more possible parents than are searched', 100, true],
    ['few have', 2_000, false],
  ])('%s', (_, gap, beyond) => {
    expect(crowded(frameFor(600, gap, REQUESTS['serial']!)).length > 0).toBe(beyond);
  });

  test('their calls go by order, with as little certainty as an order has; all others by the model', () => {
    const pool = through(3, 10);
    const { window: all } = trafficOf(150, 12_000, (start, chance, send) => {
      send('named', start + chance.delay(200), start + 1_000);
      return pool(start + 1_100, chance, send);
    });
    const assignments = model().assign(all);
    const byOrder = fcfs().assign(all);
    const through10 = assignments.filter(({ call }) => call.callee === 'a');
    expect(through10.length).toBeGreaterThan(1_000);
    expect(through10).toEqual(byOrder.filter(({ call }) => call.callee === 'a'));
    expect(assignments.filter(({ call, probability }) => call.callee === 'named' && probability > 0.9).length).toBeGreaterThan(100);
  });

  test.each<[situation: string, gap: number, calls: number]>([
    ['one call each', 200, 1],
    ['three each, of which the oldest gets all', 200, 3],
    ['ten each, of which the oldest gets all', 400, 10],
  ])('in a crowd calls go by order, which says how often it is right: %s', (_, gap, calls) => {
    const { window: all, truth } = trafficOf(900, gap, burst(calls));
    const assignments = model().assign(all);
    expect(assignments.map(({ parent }) => parent)).toEqual(fcfs().assign(all).map(({ parent }) => parent));
    expect(calibrationError(assignments, truth)).toBeLessThan(0.06);
  });

  test.each<[situation: string, requests: number, gap: number, places: number, calls: number, discipline: 'robin' | 'fifo', least: number, order: number]>([
    ['by turns through a lock', 200, 17_500, 1, 4, 'robin', 0.95, 0.5],
    ['by turns through a pool past its capacity', 150, 3_500, 4, 3, 'robin', 0.9, 0.6],
    ['by turns through a pool that is full for nine tenths of its calls', 150, 12_000, 3, 6, 'robin', 0.95, 0.7],
    ['who came first is first, at a lock', 200, 13_500, 1, 3, 'fifo', 0.95, 1.01],
    ['who came first is first, at a pool past its capacity', 150, 3_500, 4, 3, 'fifo', 0.95, 0.85],
    ['who came first is first, at a pool with places to spare', 100, 9_000, 8, 10, 'fifo', 0.95, 0.9],
  ])('calls through a full pool are told by its rule, and as sure as they are right: %s', (_, requests, gap, places, calls, discipline, least, order) => {
    const { window: all, truth } = pooled(requests, gap, places, calls, discipline);
    const assignments = model().assign(all);
    expect(right(assignments, truth)).toBeGreaterThan(least);
    expect(right(fcfs().assign(all), truth)).toBeLessThan(order);
    expect(calibrationError(assignments, truth)).toBeLessThan(0.06);
  });

  test.each<[situation: string, gap: number, places: number, calls: number, discipline: 'robin' | 'chance']>([
    ['served by chance', 13_500, 1, 3, 'chance'],
    ['served by chance, several at a time', 9_000, 3, 6, 'chance'],
    ['by turns of more than can be followed', 21_000, 1, 5, 'robin'],
  ])('calls through a full pool that keeps to no rule go by order, which says that it is unsure: %s', (_, gap, places, calls, discipline) => {
    const { window: all, truth } = pooled(250, gap, places, calls, discipline);
    const assignments = model().assign(all);
    expect(assignments).toEqual(fcfs().assign(all));
    expect(calibrationError(assignments, truth)).toBeLessThan(0.15);
  });
});
