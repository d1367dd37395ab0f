import type { CallGraph } from './call-graph.ts';
import { EDGE_COLUMNS, knownFigures, NODE_COLUMNS, xmlText } from './xml.ts';

type Kind = 'node' | 'edge';

const declare = (kind: Kind, columns: readonly string[]): readonly string[] =>
  columns.map((name) => `  <key id="${kind}_${name}" for="${kind}" attr.name="${name}" attr.type="double"/>`);

const values = (kind: Kind, columns: readonly string[], row: object): string =>
  knownFigures(columns, row).map(([name, value]) => `<data key="${kind}_${name}">${value}</data>`).join('');

/** GraphML (graphml.graphdrawing.org), as yEd, igraph and networkx read it. */
export const graphml = (graph: CallGraph): string => [
  '<?xml version="1.0" encoding="UTF-8"?>',
  '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">',
  ...declare('node', NODE_COLUMNS),
  ...declare('edge', EDGE_COLUMNS),
  '  <graph edgedefault="directed">',
  ...graph.mapNodes((_, node) => `    <node id="${xmlText(node.service)}">${values('node', NODE_COLUMNS, node)}</node>`),
  ...graph.mapEdges((id, edge) =>
    `    <edge id="${xmlText(id)}" source="${xmlText(edge.caller)}" target="${xmlText(edge.callee)}">${values('edge', EDGE_COLUMNS, edge)}</edge>`),
  '  </graph>',
  '</graphml>',
  '',
].join('\n');
