import { expect, test } from 'vitest';
import { endsFollowed } from '../../../../udf/infer/model/followed.ts';
import { frameOf, vocabularyOf } from '../../../../udf/infer/model/frame.ts';
import { call, served, window } from '../situation.ts';

// Four that overlap; each call comes back just before another of them ends.
const all = window(
  [served('p0', 0, 100), served('p1', 10, 200), served('p2', 20, 300), served('p3', 30, 450)],
  [call('c0', 'a', 40, 95), call('c1', 'a', 50, 195), call('c2', 'a', 60, 295), call('c3', 'a', 70, 400), call('c4', 'a', 80, 500)],
);
const frame = frameOf(all, vocabularyOf(all));

test.each<[situation: string, owner: readonly number[], share: number]>([
  ['everyone ends after an own call', [0, 1, 2, 3, 3], 1],
  ['two have each other\'s', [1, 0, 2, 3, 3], 0.5],
  ['one has all, and ends after its own', [0, 0, 0, 0, 0], 0.25],
  ['nobody has any', [-1, -1, -1, -1, -1], 0],
])('%s', (_, owner, share) => { expect(endsFollowed(frame, [1], owner).share).toBe(share); });

test('a parent that ends after the last call that is seen is not counted', () => {
  const calls = all.calls.slice(0, 3);
  expect(endsFollowed(frameOf({ ...all, calls }, vocabularyOf(all)), [1], [0, 1, 2]).share).toBe(1);
});

test('of kinds that nobody called nothing is known', () => { expect(endsFollowed(frame, [2], [0, 1, 2, 3, 3])).toEqual({ share: 0, undisturbed: 0 }); });
