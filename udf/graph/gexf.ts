import type { CallGraph } from './call-graph.ts';
import { EDGE_COLUMNS, knownFigures, NODE_COLUMNS, xmlText } from './xml.ts';

const declare = (columns: readonly string[]): string =>
  columns.map((name) => `<attribute id="${name}" title="${name}" type="double"/>`).join('');

const values = (columns: readonly string[], figures: Readonly<Record<string, number | null>>): string =>
  `<attvalues>${knownFigures(columns, figures).map(([name, value]) => `<attvalue for="${name}" value="${value}"/>`).join('')}</attvalues>`;

/** GEXF 1.3 (gexf.net), as Gephi and networkx read it; an edge's weight is its calls. */
export const gexf = (graph: CallGraph): string => [
  '<?xml version="1.0" encoding="UTF-8"?>',
  '<gexf xmlns="http://gexf.net/1.3" version="1.3">',
  '  <graph defaultedgetype="directed" mode="static">',
  `    <attributes class="node">${declare(NODE_COLUMNS)}</attributes>`,
  `    <attributes class="edge">${declare(EDGE_COLUMNS)}</attributes>`,
  '    <nodes>',
  ...graph.mapNodes((service, figures) =>
    `      <node id="${xmlText(service)}" label="${xmlText(service)}">${values(NODE_COLUMNS, figures)}</node>`),
  '    </nodes>',
  '    <edges>',
  ...graph.mapEdges((id, figures, caller, callee) =>
    `      <edge id="${xmlText(id)}" source="${xmlText(caller)}" target="${xmlText(callee)}" weight="${figures.calls}">${values(EDGE_COLUMNS, figures)}</edge>`),
  '    </edges>',
  '  </graph>',
  '</gexf>',
  '',
].join('\n');
