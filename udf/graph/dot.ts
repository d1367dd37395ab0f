import type { CallGraph } from './call-graph.ts';
import type { EdgeRow } from './reader.ts';

const quoted = (text: string): string => `"${text.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/[\r\n]+/g, ' ')}"`;

const labelOf = ({ calls, p95_us: p95 }: EdgeRow): string =>
  (p95 === null ? `${calls} calls` : `${calls} calls, p95 ${Number((p95 / 1_000).toPrecision(3))} ms`);

/** DOT, as Graphviz reads it: left to right, an edge labelled with its calls and p95. */
export const dot = (graph: CallGraph): string => [
  'digraph calls {',
  '  rankdir=LR;',
  '  node [shape=box];',
  ...graph.mapNodes((_, { service }) => `  ${quoted(service)};`),
  ...graph.mapEdges((_, edge) => `  ${quoted(edge.caller)} -> ${quoted(edge.callee)} [label=${quoted(labelOf(edge))}];`),
  '}',
  '',
].join('\n');
