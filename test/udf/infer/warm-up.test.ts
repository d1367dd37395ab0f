import { expect, test } from 'vitest';
import type { InstanceWindow } from '../../../udf/infer/algorithm.ts';
import { ALGORITHMS } from '../../../udf/infer/registry.ts';
import { warmUp } from '../../../udf/infer/warm-up.ts';

test('an algorithm is warmed up by requests whose calls have a choice of parents, ordered and within them', () => {
  const windows: InstanceWindow[] = [];
  warmUp(() => ({ assign: (window) => { windows.push(window); return ALGORITHMS['model']!().assign(window); } }));
  expect(windows).toHaveLength(2);
  for (const { served, calls } of windows) {
    for (const list of [served, calls]) expect(list.map(({ start }) => start)).toEqual(list.map(({ start }) => start).toSorted((a, b) => a - b));
    for (const call of calls) {
      const parent = served[Number(call.id.slice(1))]!;
      expect([parent.start < call.start, call.end! < parent.end!]).toEqual([true, true]);
    }
    const choices = calls.map((call) => served.filter((one) => one.start <= call.start && one.end! >= call.end!).length);
    expect(choices.filter((n) => n > 1).length).toBeGreaterThan(calls.length / 3);
  }
});
