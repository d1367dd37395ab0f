import { DirectedGraph } from 'graphology';
import type { EdgeRow, NodeRow } from './reader.ts';

/** A graph of services, its attributes the rows of the views; keyed by `nodeId` and `edgeId`. */
export type CallGraph = DirectedGraph<NodeRow, EdgeRow>;

/** JSON of the name: graphology keeps neighbours in plain objects, where a host called `__proto__` would do harm. */
export const nodeId = (service: string): string => JSON.stringify(service);

/** JSON of the pair: no separator between names could collide with a name. */
export const edgeId = (caller: string, callee: string): string => JSON.stringify([caller, callee]);

const unseen = (service: string): NodeRow => ({
  service, calls: 0, calls_per_s: null, errors: 0, error_share: 0,
  avg_us: null, p50_us: null, p90_us: null, p95_us: null, p99_us: null, max_us: null,
  self_us: null, calls_out: 0, confidence: null, coverage: null,
});

/** The call graph of a window; an end without a row of its own becomes a node without figures. */
export const callGraph = (edges: readonly EdgeRow[], nodes: readonly NodeRow[]): CallGraph => {
  const graph: CallGraph = new DirectedGraph({ allowSelfLoops: true });
  for (const node of nodes) graph.mergeNode(nodeId(node.service), node);
  for (const edge of edges) {
    const { caller, callee } = edge;
    for (const service of [caller, callee]) if (!graph.hasNode(nodeId(service))) graph.addNode(nodeId(service), unseen(service));
    graph.mergeDirectedEdgeWithKey(edgeId(caller, callee), nodeId(caller), nodeId(callee), edge);
  }
  return graph;
};
