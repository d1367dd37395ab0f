import type { CallGraph } from './call-graph.ts';
import { dot } from './dot.ts';
import { gexf } from './gexf.ts';
import { graphml } from './graphml.ts';

/** File formats of graph tools that the graph is written in. */
export type GraphFormat = 'gexf' | 'graphml' | 'dot';

interface Exporter {
  readonly contentType: string;
  readonly write: (graph: CallGraph) => string;
}

/** How each format is written, and what it is called on the wire. */
export const GRAPH_EXPORTERS: Readonly<Record<GraphFormat, Exporter>> = {
  gexf: { contentType: 'application/gexf+xml; charset=utf-8', write: gexf },
  graphml: { contentType: 'application/graphml+xml; charset=utf-8', write: graphml },
  dot: { contentType: 'text/vnd.graphviz; charset=utf-8', write: dot },
};
