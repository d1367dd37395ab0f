import type { CallGraph } from './call-graph.ts';
import type { EdgeRow, GraphWindow, LossRow, NodeRow } from './reader.ts';

/** The body of `GET /api/graph`; times are epoch µs, `from` ≤ ts < `to`. */
export interface GraphJson {
  readonly from: number;
  readonly to: number;
  readonly tenant: string;
  readonly run: string;
  readonly nodes: readonly NodeRow[];
  readonly edges: readonly EdgeRow[];
  readonly basis: GraphBasis;
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
  nodes: graph.mapNodes((_, node) => node).toSorted((a, b) => byName(a.service, b.service)),
  edges: graph.mapEdges((_, edge) => edge)
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
