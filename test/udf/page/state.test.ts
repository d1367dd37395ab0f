import { assert, boolean, constantFrom, integer, option, property, record, string, oneof, constant } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatState, isoOf, parseState, type State } from '../../../udf/page/state.ts';

const START: State = { from: null, to: null, tenant: null, run: null, minConfidence: 0, selection: null, trace: null, order: 'slowest', view: 'graph', live: false };

describe('state in the address', () => {
  test.each<[situation: string, search: string, state: Partial<State>]>([
    ['nothing', '', {}],
    ['a window to the second', '?from=2026-03-01T12:00:00Z&to=2026-03-01T12:00:01Z', { from: 1_772_366_400_000_000, to: 1_772_366_401_000_000 }],
    ['a window to the µs', '?from=2026-03-01T12:00:00.000001Z', { from: 1_772_366_400_000_001 }],
    ['epoch µs and ms', '?from=1772366400000001&to=1772366401000', { from: 1_772_366_400_000_001, to: 1_772_366_401_000_000 }],
    ['an edge', '?caller=a&callee=b', { selection: { kind: 'edge', caller: 'a', callee: 'b' } }],
    ['a service', '?service=a%20b', { selection: { kind: 'service', service: 'a b' } }],
    ['half an edge is none', '?caller=a', {}],
    ['a time that is none', '?from=now', {}],
    ['a confidence out of range', '?minConfidence=7', {}],
    ['a confidence that is no number', '?minConfidence=x', {}],
    ['an order that is none', '?order=oldest', {}],
    ['the table, newest first, live', '?view=table&order=newest&live=1', { view: 'table', order: 'newest', live: true }],
  ])('%s', (_, search, state) => {
    expect(parseState(search)).toEqual({ ...START, ...state });
  });

  test('every state comes back from its address', () => {
    const time = option(integer({ min: 0, max: 4e15 }));
    const selection = oneof(
      constant(null),
      record({ kind: constant('edge' as const), caller: string(), callee: string() }),
      record({ kind: constant('service' as const), service: string() }),
    );
    const states = record<State>({
      from: time, to: time, tenant: option(string()), run: option(string()), minConfidence: integer({ min: 0, max: 100 }).map((n) => n / 100), selection,
      trace: option(string()), order: constantFrom('slowest', 'newest'), view: constantFrom('graph', 'table'), live: boolean(),
    });
    assert(property(states, (state) => { expect(parseState(formatState(state))).toEqual(state); }));
  });

  test('times are written as short as they can be', () => {
    expect([isoOf(1_772_366_400_000_000), isoOf(1_772_366_400_500_000), isoOf(1_772_366_400_000_001)])
      .toEqual(['2026-03-01T12:00:00Z', '2026-03-01T12:00:00.5Z', '2026-03-01T12:00:00.000001Z']);
  });
});
