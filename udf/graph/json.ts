import type { CallGraph, EdgeAttributes, NodeAttributes } from './call-graph.ts';
import type { GraphWindow, LossRow } from './reader.ts';

/** The body of `GET /api/graph`; times are epoch µs, `from` ≤ ts < `to`. */
export interface GraphJson {
  readonly from: number;
  readonly to: number;
  readonly tenant: string;
  readonly run: string;
  readonly nodes: readonly GraphJsonNode[];
  readonly edges: readonly GraphJsonEdge[];
  readonly basis: GraphBasis;
}

export interface GraphJsonNode extends NodeAttributes {
  readonly service: string;
}

export interface GraphJsonEdge extends EdgeAttributes {
  readonly caller: string;
  readonly callee: string;
}

/** What the figures rest on. */
export interface GraphBasis {
  readonly calls: number;
  /** The filter that was asked for. */
  readonly min_confidence: number;
  /** Mean and least confidence of the edges, by calls; null without calls. */
  readonly confidence: { readonly mean: number; readonly least: number } | null;
  /** Mean share of the traffic not lost at the taps, by calls; null without calls. */
  readonly coverage: number | null;
  /** What the taps lost in the window, by kind. */
  readonly loss: Readonly<Record<string, number>>;
}

/** Node and edge lists in a stable order: services by name, edges by caller and callee. */
export const graphJson = (graph: CallGraph, window: GraphWindow, loss: readonly LossRow[]): GraphJson => ({
  from: window.from,
  to: window.to,
  tenant: window.tenant,
  run: window.run,
  nodes: graph.mapNodes((service, figures) => ({ service, ...figures })).toSorted((a, b) => byName(a.service, b.service)),
  edges: graph.mapEdges((_, figures, caller, callee) => ({ caller, callee, ...figures }))
    .toSorted((a, b) => byName(a.caller, b.caller) || byName(a.callee, b.callee)),
  basis: basisOf(graph, window.minConfidence, loss),
});

const byName = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const basisOf = (graph: CallGraph, minConfidence: number, loss: readonly LossRow[]): GraphBasis => {
  let calls = 0;
  let confidence = 0;
  let coverage = 0;
  let least = 1;
  graph.forEachEdge((_, edge) => {
    calls += edge.calls;
    confidence += edge.calls * (edge.confidence ?? 0);
    coverage += edge.calls * (edge.coverage ?? 1);
    least = Math.min(least, edge.confidence ?? 0);
  });
  return {
    calls,
    min_confidence: minConfidence,
    confidence: calls > 0 ? { mean: confidence / calls, least } : null,
    coverage: calls > 0 ? coverage / calls : null,
    loss: Object.fromEntries(loss.map(({ kind, amount }) => [kind, amount])),
  };
};
