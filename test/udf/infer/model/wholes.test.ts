import { expect, test } from 'vitest';
import { bundleOf } from '../../../../udf/infer/model/bundle.ts';
import { frameOf, narrowed, vocabularyOf } from '../../../../udf/infer/model/frame.ts';
import { lagGrid } from '../../../../udf/infer/model/grid.ts';
import { guessShape } from '../../../../udf/infer/model/guess.ts';
import { crossed, exchanged, without } from '../../../../udf/infer/model/moves.ts';
import { NO_POOLS, withPools } from '../../../../udf/infer/model/pool.ts';
import { randomOf } from '../../../../udf/infer/model/random.ts';
import { wholesOf } from '../../../../udf/infer/model/wholes.ts';
import { REQUESTS, trafficOf } from './traffic.ts';

test('what is remembered of a list is what the bundle says of it, and asked for seldom', () => {
  const traffic = trafficOf(40, 800, REQUESTS['serial']!).window;
  const vocabulary = vocabularyOf(traffic);
  const frame = narrowed(frameOf(traffic, vocabulary), null, 0);
  const shape = { ...withPools(guessShape(frame, lagGrid(1), vocabulary.parents.size + 1, vocabulary.calls.size + 1), NO_POOLS), queue: new Float64Array(2) };
  const bundle = bundleOf(frame, shape, null, 1);
  let asked = 0;
  const random = randomOf(7);
  const lists: number[][] = Array.from({ length: frame.parents }, () => []);
  const wholes = wholesOf(frame, { ...bundle, whole: (parent, list, length) => { asked++; return bundle.whole(parent, list, length); } }, lists);
  const to = new Int32Array(frame.calls);
  for (let p = 0; p < frame.parents; p++) wholes.now(p);
  let answered = 0;
  for (let round = 0; round < 2_000; round++) {
    // Few parents and calls, so that the same lists come again.
    const [p, q, c] = [Math.floor(4 * random()), Math.floor(4 * random()), Math.floor(8 * random())];
    if (p === q) continue;
    const [mine, theirs] = [lists[p]!, lists[q]!];
    const others = mine.filter((one) => one !== c);
    answered += 4;
    expect(wholes.crossed(p, q, c)).toBe(bundle.whole(p, to, crossed(mine, theirs, c, to)) + bundle.whole(q, to, crossed(theirs, mine, c, to)));
    mine.splice(0, mine.length, ...others);
    expect(wholes.now(p)).toBe(bundle.whole(p, mine, mine.length));
    const out = mine[0] ?? -1;
    expect(wholes.exchanged(p, out, c)).toBe(bundle.whole(p, to, exchanged(mine, out, c, to)));
    if (mine.length === 3) mine.shift();
    mine.push(c);
    mine.sort((one, other) => one - other);
    wholes.now(p);
    expect(wholes.without(p, c)).toBe(bundle.whole(p, to, without(mine, c, to)));
  }
  expect(answered).toBeGreaterThan(3_000);
  expect(asked).toBeLessThan(answered / 2);
});
