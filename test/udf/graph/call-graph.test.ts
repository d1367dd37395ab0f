import { describe, expect, test } from 'vitest';
import { micros } from '../../../sql/micros.ts';
import { callGraph, edgeId, nodeId } from '../../../udf/graph/call-graph.ts';
import { graphJson } from '../../../udf/graph/json.ts';
import type { EdgeRow, NodeRow } from '../../../udf/graph/reader.ts';

const FIGURES = { calls: 4, calls_per_s: 2, errors: 1, error_share: 0.25, avg_us: 10, p50_us: 9, p90_us: 12, p95_us: 13, p99_us: 14, max_us: 15, confidence: 0.5, coverage: 1 };
const edge = (caller: string, callee: string, values: Partial<EdgeRow> = {}): EdgeRow => ({ caller, callee, ...FIGURES, network_us: null, ...values });
const node = (service: string, values: Partial<NodeRow> = {}): NodeRow => ({ service, ...FIGURES, self_us: 3, calls_out: 0, ...values });
const WINDOW = { from: micros(1), to: micros(2), tenant: 'default', run: 'live', minConfidence: 0.25 };

describe('call graph', () => {
  test('nodes carry the figures of calls served, edges those of calls made', () => {
    const graph = callGraph([edge('web', 'db', { calls: 7 })], [node('web'), node('db')]);
    expect(graph.getNodeAttributes(nodeId('web'))).toEqual(node('web'));
    expect(graph.getEdgeAttribute(edgeId('web', 'db'), 'calls')).toBe(7);
    expect(graph.source(edgeId('web', 'db'))).toBe(nodeId('web'));
  });

  test.each<[situation: string, caller: string, callee: string]>([
    ['a service that calls itself', 'web', 'web'],
    ['a name with the characters of the key', '["a","b"]', '","'],
    ['an empty name', '', 'web'],
    ['names of Object.prototype', '__proto__', 'constructor'],
    ['names of Object.prototype the other way', 'toString', '__proto__'],
  ])('keeps %s', (_, caller, callee) => {
    const graph = callGraph([edge(caller, callee)], []);
    expect(graph.mapEdges((__, row, ___, ____, from, to) => [from.service, row.caller, to.service, row.callee])).toEqual([[caller, caller, callee, callee]]);
    expect(graph.getNodeAttribute(nodeId(caller), 'calls')).toBe(0);
  });

  test('two names that look alike when joined stay two edges', () => {
    expect(callGraph([edge('a', 'b","c'), edge('a","b', 'c')], []).size).toBe(2);
  });
});

describe('graph as JSON', () => {
  test('is in a stable order whatever the order of the rows', () => {
    const rows = [edge('web', 'db'), edge('(outside)', 'web'), edge('web', 'cart')];
    const names = (json: ReturnType<typeof graphJson>) => [json.nodes.map(({ service }) => service), json.edges.map(({ caller, callee }) => `${caller}>${callee}`)];
    const expected = [['(outside)', 'cart', 'db', 'web'], ['(outside)>web', 'web>cart', 'web>db']];
    expect(names(graphJson(callGraph(rows, []), WINDOW, []))).toEqual(expected);
    expect(names(graphJson(callGraph(rows.toReversed(), [node('web')]), WINDOW, []))).toEqual(expected);
  });

  test('says what the figures rest on, weighted by calls', () => {
    const { basis } = graphJson(callGraph([edge('a', 'b', { calls: 3, confidence: 1, coverage: 0.5 }), edge('b', 'c', { calls: 1, confidence: 0.2 })], []), WINDOW, [{ kind: 'frames_cut', amount: 5 }]);
    expect(basis).toEqual({ calls: 4, min_confidence: 0.25, confidence: { mean: 0.8, least: 0.2 }, coverage: 0.625, loss: { frames_cut: 5 } });
  });

  test('has no confidence where there are no calls', () => {
    expect(graphJson(callGraph([], []), WINDOW, []).basis).toEqual({ calls: 0, min_confidence: 0.25, confidence: null, coverage: null, loss: {} });
  });
});
