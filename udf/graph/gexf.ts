import type { CallGraph } from './call-graph.ts';
import { EDGE_COLUMNS, knownFigures, NODE_COLUMNS, xmlText } from './xml.ts';

const declare = (columns: readonly string[]): string =>
  columns.map((name) => `<attribute id="${name}" title="${name}" type="double"/>`).join('');

const values = (columns: readonly string[], row: object): string =>
  `<attvalues>${knownFigures(columns, row).map(([name, value]) => `<attvalue for="${name}" value="${value}"/>`).join('')}</attvalues>`;

/** GEXF 1.3 (gexf.net), as Gephi and networkx read it; an edge's weight is its calls. */
export const gexf = (graph: CallGraph): string => [
  '<?xml version="1.0" encoding="UTF-8"?>',
  '<gexf xmlns="http://gexf.net/1.3" version="1.3">',
  '  <graph defaultedgetype="directed" mode="static">',
  `    <attributes class="node">${declare(NODE_COLUMNS)}</attributes>`,
  `    <attributes class="edge">${declare(EDGE_COLUMNS)}</attributes>`,
  '    <nodes>',
  ...graph.mapNodes((_, node) =>
    `      <node id="${xmlText(node.service)}" label="${xmlText(node.service)}">${values(NODE_COLUMNS, node)}</node>`),
  '    </nodes>',
  '    <edges>',
  ...graph.mapEdges((id, edge) =>
    `      <edge id="${xmlText(id)}" source="${xmlText(edge.caller)}" target="${xmlText(edge.callee)}" weight="${edge.calls}">${values(EDGE_COLUMNS, edge)}</edge>`),
  '    </edges>',
  '  </graph>',
  '</gexf>',
  '',
].join('\n');
