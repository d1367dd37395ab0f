import { array, assert, property, string, tuple } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { callGraph } from '../../../udf/graph/call-graph.ts';
import { GRAPH_EXPORTERS } from '../../../udf/graph/export.ts';
import type { EdgeRow } from '../../../udf/graph/reader.ts';

const edge = (caller: string, callee: string): EdgeRow => ({
  caller, callee, calls: 1200, calls_per_s: null, errors: 3, error_share: 0.0025, avg_us: 10.5, p50_us: 9, p90_us: 12, p95_us: 84_321, p99_us: 14, max_us: 15, confidence: 0.5, coverage: 1, network_us: null,
});
const NASTY = 'a&b<"é>\'\\\n\u0000';
const graph = callGraph([edge('web', 'db'), edge(NASTY, 'db')], []);

/** Tags with their attributes' values undone, and a check that every `&`, `<` is part of markup. */
const tagsOf = (xml: string): readonly string[] => {
  expect(xml.replace(/<[^<>]*>/g, '')).not.toMatch(/[<>]/);
  // oxlint-disable-next-line no-control-regex
  expect(xml).not.toMatch(/[\u0000-\u0008]|&(?!(amp|lt|gt|quot);)/);
  const open: string[] = [];
  for (const [, close, name, , self] of xml.replace(/<\?.*?\?>/, '').matchAll(/<(\/?)([\w.]+)((?:\s[\w.:]+="[^"]*")*)\s*(\/?)>/g)) {
    if (close === '/') expect(open.pop()).toBe(name);
    else if (self !== '/') open.push(name ?? '');
  }
  expect(open).toEqual([]);
  return [...xml.matchAll(/<(node|edge)\s[^>]*>/g)].map(([tag]) => tag);
};

describe('GEXF', () => {
  const text = GRAPH_EXPORTERS.gexf.write(graph);
  test('has the nodes and edges, escaped, weight = calls', () => {
    expect(tagsOf(text)).toHaveLength(3 + 2);
    expect(text).toContain('<node id="web" label="web">');
    expect(text).toContain('source="web" target="db" weight="1200"');
    expect(text).toContain('a&amp;b&lt;&quot;é&gt;');
  });
  test('leaves out what is not known', () => {
    expect(text).toContain('<attvalue for="avg_us" value="10.5"/>');
    expect(text).not.toMatch(/null|NaN|for="network_us"/);
  });
});

describe('GraphML', () => {
  const text = GRAPH_EXPORTERS.graphml.write(graph);
  test('declares every key that it uses', () => {
    tagsOf(text);
    const declared = new Set([...text.matchAll(/<key id="(\w+)"/g)].map(([, id]) => id));
    for (const [, key] of text.matchAll(/<data key="(\w+)"/g)) expect(declared).toContain(key);
    expect(text).toContain('<data key="edge_calls">1200</data>');
  });
});

describe('DOT', () => {
  test('quotes names and labels', () => {
    const text = GRAPH_EXPORTERS.dot.write(graph);
    expect(text).toContain('  "web" -> "db" [label="1200 calls, p95 84.3 ms"];');
    expect(text).toContain('"a&b<\\"é>\'\\\\ ');
  });
});

test('any names give well-formed XML with all nodes and edges', () => {
  assert(property(array(tuple(string({ unit: 'binary' }), string({ unit: 'grapheme' })), { maxLength: 8 }), (pairs) => {
    const any = callGraph(pairs.map(([caller, callee]) => edge(caller, callee)), []);
    for (const format of ['gexf', 'graphml'] as const) expect(tagsOf(GRAPH_EXPORTERS[format].write(any))).toHaveLength(any.order + any.size);
  }), { numRuns: 60 });
});
