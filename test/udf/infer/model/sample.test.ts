import { expect, test } from 'vitest';
import { bundleOf } from '../../../../udf/infer/model/bundle.ts';
import { frameOf, narrowed, vocabularyOf } from '../../../../udf/infer/model/frame.ts';
import { lagGrid } from '../../../../udf/infer/model/grid.ts';
import { guessShape } from '../../../../udf/infer/model/guess.ts';
import { NO_POOLS, withPools } from '../../../../udf/infer/model/pool.ts';
import { randomOf } from '../../../../udf/infer/model/random.ts';
import { samplerOf } from '../../../../udf/infer/model/sample.ts';
import { REQUESTS, trafficOf } from './traffic.ts';

test.each<[situation: string, queue: number, turn: number]>([
  ['nothing but delays and orders', 0, 0],
  ['turns', 0, 0.6],
  ['turns, and parents that are served in order', 2, 0.6],
])('options that are kept between visits are those that would be found anew: %s', (_, queue, turn) => {
  for (const kind of ['serial', 'parallel', 'repeated', 'retried']) {
    const traffic = trafficOf(60, 1_500, REQUESTS[kind]!).window;
    const vocabulary = vocabularyOf(traffic);
    const [parents, calls] = [vocabulary.parents.size + 1, vocabulary.calls.size + 1];
    const frame = narrowed(frameOf(traffic, vocabulary), null, 0);
    const shape = { ...withPools(guessShape(frame, lagGrid(1), parents, calls), NO_POOLS), queue: new Float64Array(parents).fill(queue) };
    const bundle = bundleOf(frame, shape, null, 1);
    const costs = { ...shape, turns: new Float64Array(calls).fill(turn) };
    const sampler = samplerOf(frame, bundle, costs, new Int32Array(frame.calls).fill(-1), randomOf(1));
    sampler.sweep(0, null, null);
    const open = new Uint8Array(frame.calls);
    sampler.look(2.5, new Float64Array(frame.candidates.length + frame.calls), open);
    expect(open.reduce((sum, one) => sum + one, 0)).toBeGreaterThan(frame.calls / 10);
    let moved = 0;
    for (let round = 0; round < 6; round++) {
      moved += sampler.sweep(round % 3 === 0 ? 0 : 2.5, open, null);
      const fresh = samplerOf(frame, bundle, costs, sampler.state.owner.slice(), randomOf(1));
      for (let c = 0; c < frame.calls; c++) expect(sampler.choices(c)).toEqual(fresh.choices(c));
    }
    expect(moved).toBeGreaterThan(10);
    const way = sampler.state.owner.slice();
    expect(sampler.sweep(2.5, open, null)).toBeGreaterThan(0);
    sampler.goTo(way);
    const there = samplerOf(frame, bundle, costs, way, randomOf(1));
    expect(sampler.state).toEqual(there.state);
    expect(sampler.value).toEqual(there.value);
    for (let c = 0; c < frame.calls; c++) expect(sampler.choices(c)).toEqual(there.choices(c));
  }
});
