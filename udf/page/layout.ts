import { Graph, layout } from '@dagrejs/dagre';
import { spline, type Point } from './spline.ts';

/** A box to place; edges and boxes carry the size of what is written in them. */
export interface Box {
  readonly id: string;
  readonly width: number;
  readonly height: number;
}

export interface Link {
  readonly id: string;
  readonly source: string;
  readonly target: string;
  readonly width: number;
  readonly height: number;
}

export interface Placed extends Point { readonly width: number; readonly height: number }

export interface Route {
  /** Where the label's centre is; the layout keeps its place free. */
  readonly label: Point;
  /** From the source's border to the target's. */
  readonly points: readonly Point[];
}

/** Coordinates are px, y downwards, of centres. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly boxes: ReadonlyMap<string, Placed>;
  readonly routes: ReadonlyMap<string, Route>;
}

/** Left-to-right layers (Sugiyama, as dagre does it): callers before callees, few crossings, room for every label. */
export const layered = (boxes: readonly Box[], links: readonly Link[]): Layout => {
  const graph = new Graph({ multigraph: true });
  graph.setGraph({ rankdir: 'LR', nodesep: 22, edgesep: 10, ranksep: 26, marginx: 0, marginy: 0 });
  for (const { id, width, height } of boxes) graph.setNode(id, { width, height });
  for (const { id, source, target, width, height } of links) graph.setEdge(source, target, { width, height, labelpos: 'c' }, id);
  layout(graph);
  const placed = new Map<string, Placed>();
  for (const { id, width, height } of boxes) {
    const { x = 0, y = 0 } = graph.node(id);
    placed.set(id, { x, y, width, height });
  }
  const routes = new Map<string, Route>();
  for (const { id, source, target } of links) {
    const { points = [], x = 0, y = 0 } = graph.edge(source, target, id);
    routes.set(id, { label: { x, y }, points: spline(points) });
  }
  const { width = 0, height = 0 } = graph.graph();
  return { width, height, boxes: placed, routes };
};
