import { describe, expect, test } from 'vitest';
import { micros } from '../../../sql/micros.ts';
import type { TraceSpanRow } from '../../../udf/graph/reader.ts';
import { ownStretches } from '../../../udf/page/own-time.ts';

const span = (values: Partial<TraceSpanRow>): TraceSpanRow => ({
  span_id: 'x', parent_id: 'root', ts: micros(1_000), depth: 1, path: '0001.0001', service: 'a', instance: '10.0.0.1', method: 'GET', route: '/', status: 200,
  grpc_status: null, duration_us: 100, self_us: 0, network_us: null, probability: 1, evidence: 'timing', ...values,
});
const root = span({ span_id: 'root', parent_id: null, ts: micros(1_000), duration_us: 100 });
const call = (at: number, duration: number | null): TraceSpanRow => span({ ts: micros(1_000 + at), duration_us: duration });

describe('the stretches that a span waited for none of its calls', () => {
  test.each<[situation: string, calls: readonly TraceSpanRow[], stretches: readonly (readonly [number, number])[]]>([
    ['no calls: all of it', [], [[0, 100]]],
    ['one call in the middle', [call(20, 30)], [[0, 20], [50, 100]]],
    ['two one after the other', [call(10, 10), call(40, 20)], [[0, 10], [20, 40], [60, 100]]],
    ['two at once, the shorter within the longer', [call(10, 60), call(20, 10)], [[0, 10], [70, 100]]],
    ['two that overlap', [call(10, 30), call(30, 40)], [[0, 10], [70, 100]]],
    ['given in another order', [call(40, 20), call(10, 10)], [[0, 10], [20, 40], [60, 100]]],
    ['all of it', [call(0, 100)], []],
    ['a call that outlives it', [call(50, 500)], [[0, 50]]],
    ['a call that begins after its end', [call(150, 10)], [[0, 100]]],
    ['a call that seems to begin before it, by another clock', [call(-10, 30)], [[20, 100]]],
    ['a call without an answer: waited for to the end', [call(30, null)], [[0, 30]]],
    ['calls of others', [span({ parent_id: 'other', ts: micros(1_010), duration_us: 50 })], [[0, 100]]],
  ])('%s', (_, calls, stretches) => {
    expect(ownStretches(root, 100, [root, ...calls]).map(({ from, to }) => [from, to])).toEqual(stretches);
  });
});
