import { describe, expect, test } from 'vitest';
import { micros } from '../../../../sql/micros.ts';
import type { InstanceWindow } from '../../../../udf/infer/algorithm.ts';
import { model } from '../../../../udf/infer/model/model.ts';
import { fcfs } from '../../../../udf/infer/fcfs.ts';
import { call, links, served, window } from '../situation.ts';
import { calibrationError, REQUESTS, right, trafficOf, type Request } from './traffic.ts';

const shifted = ({ instance, served: all, calls }: InstanceWindow, by: number): InstanceWindow => {
  const move = <T extends { readonly start: number; readonly end: number | null }>(one: T): T =>
    ({ ...one, start: micros(one.start + by), end: one.end === null ? null : micros(one.end + by) });
  return { instance, served: all.map(move), calls: calls.map(move) };
};

describe('finds whose the calls are', () => {
  test.each<[situation: string, request: keyof typeof REQUESTS, gap: number, least: number]>([
    ['calls one after the other, 1.7 requests open', 'serial', 10_000, 0.97],
    ['calls one after the other, 6 requests open', 'serial', 3_000, 0.84],
    ['calls at once, 1.5 requests open', 'parallel', 5_000, 0.9],
    ['a call that half the requests make', 'optional', 5_000, 0.93],
    ['four calls of one kind', 'repeated', 8_000, 0.94],
    ['one call in twenty sent again', 'retried', 5_000, 0.94],
    ['a call that outlives its request', 'forgetful', 5_000, 0.93],
  ])('%s', (_, request, gap, least) => {
    const { window: all, truth } = trafficOf(600, gap, REQUESTS[request]!);
    const share = right(model().assign(all), truth);
    expect(share).toBeGreaterThan(least);
    expect(share).toBeGreaterThanOrEqual(right(fcfs().assign(all), truth));
  });

  test('calls that a timer sends are nobody\'s', () => {
    const { window: all, truth } = trafficOf(600, 20_000, REQUESTS['serial']!);
    const end = all.served.at(-1)!.start;
    const ticks = Array.from({ length: Math.floor(end / 200_000) }, (_, i) => call(`t${i}`, 'health', 200 * i, 200 * i + 1));
    const calls = [...all.calls, ...ticks].toSorted((a, b) => a.start - b.start);
    const assignments = model().assign({ ...all, calls });
    const own = assignments.filter(({ call: { callee } }) => callee !== 'health');
    const timed = assignments.filter(({ call: { callee } }) => callee === 'health');
    expect(right(own, truth)).toBeGreaterThan(0.97);
    expect(right(timed, truth)).toBeGreaterThan(0.8);
  });

  test('an event loop serves in order, whatever the delays', () => {
    let free = 0;
    const queued: Request = (start, { delay }, send) => {
      const at = Math.max(start, free) + delay(1_500);
      const end = at + 4_000;
      send('a', at, end);
      free = at;
      return end + 200;
    };
    const { window: all, truth } = trafficOf(800, 2_500, queued);
    expect(right(model().assign(all), truth)).toBeGreaterThan(0.99);
  });

  test('a lost call costs its own request, not all that follow', () => {
    const { window: all, truth } = trafficOf(600, 6_000, REQUESTS['serial']!);
    const lost = { ...all, calls: all.calls.filter((_, i) => i % 40 !== 7) };
    expect(right(model().assign(lost), truth)).toBeGreaterThan(0.93);
  });

  test('times rounded to whole ms', () => {
    const { window: all, truth } = trafficOf(600, 10_000, REQUESTS['serial']!);
    const round = <T extends { readonly start: number; readonly end: number | null }>(one: T): T =>
      ({ ...one, start: micros(Math.floor(one.start / 1000) * 1000), end: one.end === null ? null : micros(Math.floor(one.end / 1000) * 1000) });
    const rounded = { ...all, served: all.served.map(round), calls: all.calls.map(round) };
    expect(right(model().assign(rounded), truth)).toBeGreaterThan(0.95);
  });
});

describe('says how sure it is', () => {
  test.each<[situation: string, gap: number]>([
    ['where it is easy', 20_000],
    ['where it is hard', 3_000],
    ['where it is a guess', 1_200],
  ])('%s', (_, gap) => {
    const { window: all, truth } = trafficOf(800, gap, REQUESTS['parallel']!);
    expect(calibrationError(model().assign(all), truth)).toBeLessThan(0.06);
  });

  test('probabilities are shares and the runner-up is another', () => {
    const { window: all } = trafficOf(200, 3_000, REQUESTS['parallel']!);
    for (const { parent, probability, runnerUp, runnerUpProbability } of model().assign(all)) {
      expect(probability).toBeGreaterThanOrEqual(0);
      expect(probability + runnerUpProbability).toBeLessThanOrEqual(1 + 1e-9);
      expect(runnerUp === null || runnerUp.id !== parent?.id).toBe(true);
    }
  });
});

describe('survives', () => {
  test.each<[situation: string, all: InstanceWindow, expected: string]>([
    ['nothing at all', window([], []), ''],
    ['requests that call nobody', window([served('p', 0, 10)], []), ''],
    ['calls where nothing was served', window([], [call('c', 'a', 1, 2)]), 'c>-'],
    ['a call before any request', window([served('p', 5, 10)], [call('c', 'a', 1, 2)]), 'c>-'],
    ['a call long after the request', window([served('p', 0, 10)], [call('c', 'a', 20, 22)]), 'c>-'],
    ['a request never answered', window([served('p', 0, null)], [call('c', 'a', 20, 22)]), 'c>p'],
    ['a call never answered', window([served('p', 0, 10)], [call('c', 'a', 2, null)]), 'c>p'],
    ['no time passing', window([served('p', 3, 3)], [call('c', 'a', 3, 3)]), 'c>p'],
    ['a service that calls itself', window([served('c', 1, 5), served('p', 0, 10)].toSorted((a, b) => a.start - b.start), [call('c', 'i', 1, 5)]), 'c>p'],
  ])('%s', (_, all, expected) => {
    expect(links(model().assign(all))).toBe(expected);
  });

  test('seven hundred requests open at once, at bounded cost', () => {
    const open = Array.from({ length: 700 }, (_, i) => served(`p${i}`, i / 100, 5_000 + ((i * 37) % 100)));
    const calls = Array.from({ length: 200 }, (_, i) => call(`c${i}`, 'a', 20 + i / 100, 30));
    const inference = model();
    const assignments = inference.assign(window(open, calls));
    expect(assignments).toHaveLength(200);
    expect(Math.max(...assignments.map(({ probability }) => probability))).toBeLessThan(0.01);
    expect(inference.counters.dropped).toBeGreaterThan(0);
  });

  test('one request with more calls than a parent may have', () => {
    const calls = Array.from({ length: 600 }, (_, i) => call(`c${i}`, 'a', 1 + i, 1.5 + i));
    const inference = model();
    const given = inference.assign(window([served('p', 0, 1_000)], calls)).filter(({ parent }) => parent !== null);
    expect(given.length).toBeLessThanOrEqual(256);
    expect(inference.counters.orphans).toBe(600 - given.length);
  });
});

describe('over windows', () => {
  test('a stretch that is asked for gets the answers that the whole window gives it', () => {
    const { window: all, truth } = trafficOf(300, 5_000, REQUESTS['serial']!);
    const [from, to] = [all.calls[200]!.start, all.calls[500]!.start];
    const found = model().assign(all, { from, to });
    const whole = new Map(model().assign(all).map((one) => [one.call.id, one.parent]));
    expect(found.map((one) => one.call.id)).toEqual(all.calls.slice(200, 500).map(({ id }) => id));
    expect(found.map(({ parent }) => parent)).toEqual(found.map((one) => whole.get(one.call.id)));
    expect(right(found, truth)).toBeGreaterThan(0.9);
  });

  test('the same input gives the same output', () => {
    const { window: all } = trafficOf(300, 3_000, REQUESTS['parallel']!);
    const [first, second] = [model(), model()];
    for (const by of [0, 2_000_000]) expect(first.assign(shifted(all, by))).toEqual(second.assign(shifted(all, by)));
  });

  test('the clock\'s zero does not matter', () => {
    const { window: all } = trafficOf(200, 3_000, REQUESTS['serial']!);
    const late = model().assign(shifted(all, 1_800_000_000_000_000));
    expect(late.map(({ parent, probability }) => [parent?.id, probability]))
      .toEqual(model().assign(all).map(({ parent, probability }) => [parent?.id, probability]));
  });

  test('what was learnt is kept, grown with the first windows and then let be', () => {
    const inference = model();
    const shares: number[] = [];
    let from = 0;
    for (let seed = 1; seed <= 12; seed++) {
      const { window: all, truth } = trafficOf(120, 4_000, REQUESTS['serial']!, seed, from);
      from = all.served.at(-1)!.start + 100_000;
      shares.push(right(inference.assign(all), truth));
    }
    expect(Math.min(...shares.slice(6))).toBeGreaterThan(0.88);
    expect(inference.events.map(({ kind }) => kind)).toEqual(['learnt', 'grown', 'grown']);
  });

  test('a deploy that changes the calls is noticed, learnt and reported', () => {
    const inference = model();
    let from = 0;
    const shares: number[] = [];
    for (let seed = 1; seed <= 14; seed++) {
      const { window: all, truth } = trafficOf(300, 8_000, REQUESTS[seed <= 7 ? 'serial' : 'parallel']!, seed, from);
      from = all.served.at(-1)!.start + 100_000;
      shares.push(right(inference.assign(all), truth));
    }
    expect(inference.events.some(({ kind, shortfall }) => kind === 'changed' && shortfall > 0)).toBe(true);
    expect(shares.at(-1)).toBeGreaterThan(0.9);
  });

  test('windows that overlap teach nothing twice', () => {
    const { window: all } = trafficOf(200, 5_000, REQUESTS['serial']!);
    const inference = model();
    for (let i = 0; i < 5; i++) inference.assign(all);
    expect(inference.events.map(({ kind, calls }) => [kind, calls])).toEqual([['learnt', 600]]);
  });
});
