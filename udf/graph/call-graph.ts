import { DirectedGraph } from 'graphology';
import type { EdgeRow, NodeRow } from './reader.ts';

/** A service and the calls that it served. */
export type NodeAttributes = Omit<NodeRow, 'service'>;

/** The calls of one service to another. */
export type EdgeAttributes = Omit<EdgeRow, 'caller' | 'callee'>;

/** Nodes are keyed by service name, edges by `edgeId`. */
export type CallGraph = DirectedGraph<NodeAttributes, EdgeAttributes>;

/** JSON of the pair: no separator between names could collide with a name. */
export const edgeId = (caller: string, callee: string): string => JSON.stringify([caller, callee]);

const UNSEEN: NodeAttributes = {
  calls: 0, calls_per_s: null, errors: 0, error_share: 0,
  avg_us: null, p50_us: null, p90_us: null, p95_us: null, p99_us: null, max_us: null,
  self_us: null, calls_out: 0, confidence: null, coverage: null,
};

/** The call graph of a window; an end without a row of its own becomes a node without figures. */
export const callGraph = (edges: readonly EdgeRow[], nodes: readonly NodeRow[]): CallGraph => {
  const graph: CallGraph = new DirectedGraph({ allowSelfLoops: true });
  for (const { service, ...figures } of nodes) graph.mergeNode(service, figures);
  for (const { caller, callee, ...figures } of edges) {
    for (const service of [caller, callee]) if (!graph.hasNode(service)) graph.addNode(service, UNSEEN);
    graph.mergeDirectedEdgeWithKey(edgeId(caller, callee), caller, callee, figures);
  }
  return graph;
};
