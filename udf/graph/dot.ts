import type { CallGraph, EdgeAttributes } from './call-graph.ts';

const quoted = (text: string): string => `"${text.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/[\r\n]+/g, ' ')}"`;

const labelOf = ({ calls, p95_us: p95 }: EdgeAttributes): string =>
  (p95 === null ? `${calls} calls` : `${calls} calls, p95 ${Number((p95 / 1_000).toPrecision(3))} ms`);

/** DOT, as Graphviz reads it: left to right, an edge labelled with its calls and p95. */
export const dot = (graph: CallGraph): string => [
  'digraph calls {',
  '  rankdir=LR;',
  '  node [shape=box];',
  ...graph.mapNodes((service) => `  ${quoted(service)};`),
  ...graph.mapEdges((_, edge, caller, callee) => `  ${quoted(caller)} -> ${quoted(callee)} [label=${quoted(labelOf(edge))}];`),
  '}',
  '',
].join('\n');
