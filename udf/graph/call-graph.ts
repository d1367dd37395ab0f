import { DirectedGraph } from 'graphology';
import type { CallFigures, EdgeRow, NodeRow } from './reader.ts';

/** A service; the figures are of the calls that it served, null where it was only seen calling. */
export type NodeAttributes = { readonly [K in keyof ServedFigures]: ServedFigures[K] | null };

interface ServedFigures extends CallFigures {
  readonly self_us: number | null;
}

/** The calls of one service to another. */
export type EdgeAttributes = Omit<EdgeRow, 'caller' | 'callee'>;

/** Nodes are keyed by service name, edges by `edgeId`. */
export type CallGraph = DirectedGraph<NodeAttributes, EdgeAttributes>;

/** JSON of the pair: no separator between names could collide with a name. */
export const edgeId = (caller: string, callee: string): string => JSON.stringify([caller, callee]);

const ONLY_CALLS: NodeAttributes = {
  calls: null, calls_per_s: null, errors: null, error_share: null,
  avg_us: null, p50_us: null, p90_us: null, p95_us: null, p99_us: null, max_us: null,
  self_us: null, confidence: null, coverage: null,
};

/** The call graph of a window; a service that only calls becomes a node without figures. */
export const callGraph = (edges: readonly EdgeRow[], nodes: readonly NodeRow[]): CallGraph => {
  const graph: CallGraph = new DirectedGraph({ allowSelfLoops: true });
  for (const { service, ...figures } of nodes) graph.mergeNode(service, figures);
  for (const { caller, callee, ...figures } of edges) {
    for (const service of [caller, callee]) if (!graph.hasNode(service)) graph.addNode(service, ONLY_CALLS);
    graph.mergeDirectedEdgeWithKey(edgeId(caller, callee), caller, callee, figures);
  }
  return graph;
};
