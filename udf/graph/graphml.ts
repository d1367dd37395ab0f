import type { CallGraph } from './call-graph.ts';
import { EDGE_COLUMNS, knownFigures, NODE_COLUMNS, xmlText } from './xml.ts';

type Kind = 'node' | 'edge';

const declare = (kind: Kind, columns: readonly string[]): readonly string[] =>
  columns.map((name) => `  <key id="${kind}_${name}" for="${kind}" attr.name="${name}" attr.type="double"/>`);

const values = (kind: Kind, columns: readonly string[], figures: Readonly<Record<string, number | null>>): string =>
  knownFigures(columns, figures).map(([name, value]) => `<data key="${kind}_${name}">${value}</data>`).join('');

/** GraphML (graphml.graphdrawing.org), as yEd, igraph and networkx read it. */
export const graphml = (graph: CallGraph): string => [
  '<?xml version="1.0" encoding="UTF-8"?>',
  '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">',
  ...declare('node', NODE_COLUMNS),
  ...declare('edge', EDGE_COLUMNS),
  '  <graph edgedefault="directed">',
  ...graph.mapNodes((service, figures) => `    <node id="${xmlText(service)}">${values('node', NODE_COLUMNS, figures)}</node>`),
  ...graph.mapEdges((id, figures, caller, callee) =>
    `    <edge id="${xmlText(id)}" source="${xmlText(caller)}" target="${xmlText(callee)}">${values('edge', EDGE_COLUMNS, figures)}</edge>`),
  '  </graph>',
  '</graphml>',
  '',
].join('\n');
