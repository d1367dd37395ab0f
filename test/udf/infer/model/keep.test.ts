import { expect, test } from 'vitest';
import { micros } from '../../../../sql/micros.ts';
import type { Assignment, InstanceWindow } from '../../../../udf/infer/algorithm.ts';
import { keep, unkeep } from '../../../../udf/infer/model/keep.ts';
import { learn } from '../../../../udf/infer/model/learn.ts';
import { model } from '../../../../udf/infer/model/model.ts';
import { REQUESTS, trafficOf } from './traffic.ts';

const { window: all } = trafficOf(150, 4_000, REQUESTS['optional']!);
const later = all.calls[Math.floor(0.7 * all.calls.length)]!.start;
const part = (within: (start: number) => boolean): InstanceWindow =>
  ({ ...all, served: all.served.filter(({ start }) => within(start)), calls: all.calls.filter(({ start }) => within(start)) });
const [early, late] = [part((start) => start < later), part((start) => start >= later)];
const told = (assignments: readonly Assignment[]): readonly unknown[] =>
  assignments.map(({ call, parent, probability, runnerUp }) => [call.id, parent?.id, probability, runnerUp?.id]);

/** `late` is too short for the model to be learnt anew from both. */
test('a model that was saved goes on as if it had never stopped', () => {
  const first = model();
  first.assign(early);
  const saved = first.save?.() ?? [];
  expect(saved).toHaveLength(1);
  const again = model({ saved, until: saved[0]!.from });
  expect(told(again.assign(late))).toEqual(told(first.assign(late)));
  expect(again.events.filter(({ kind }) => kind === 'learnt')).toEqual([]);
});

test('every number comes back as it was', () => {
  const learnt = learn(early);
  const back = unkeep<null>(keep({ learnt, due: null }));
  expect(back?.learnt.level).toEqual(learnt.level);
  expect(back?.learnt.vocabulary).toEqual(learnt.vocabulary);
  expect(back?.learnt.shape.slots).toEqual(learnt.shape.slots);
  expect(back?.learnt.shape.orders.map(({ root: { log, end } }) => [log, end])).toEqual(learnt.shape.orders.map(({ root: { log, end } }) => [log, end]));
  expect(keep({ learnt: back!.learnt, due: null })).toBe(keep({ learnt, due: null }));
});

test('there is nothing to save before there is something learnt', () => { expect(model().save?.()).toEqual([]); });

test.each<[situation: string, text: string]>([
  ['no JSON', 'model'], ['another layout', '{"layout":"model 0","nodes":[]}'], ['an empty object', '{}'], ['nothing', ''], ['null', 'null'],
])('of %s it is as if nothing had been saved', (_, text) => {
  expect(told(model({ saved: [{ from: micros(0), text }], until: Infinity }).assign(early))).toEqual(told(model().assign(early)));
});
