import { Graph, layout } from '@dagrejs/dagre';
import { levelCurve, type Point } from './curve.ts';

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

/** dagre keeps what it is given in plain objects, where a service called `__proto__` would do harm. */
const key = (service: string): string => `=${service}`;

/** Left-to-right layers (Sugiyama, as dagre does it): callers before callees, few crossings, room for every label. */
export const layered = (boxes: readonly Box[], links: readonly Link[]): Layout => {
  const graph = new Graph({ multigraph: true });
  graph.setGraph({ rankdir: 'LR', nodesep: 14, edgesep: 6, ranksep: 48, marginx: 0, marginy: 0 });
  for (const { id, width, height } of boxes) graph.setNode(key(id), { width, height });
  for (const { id, source, target, width, height } of links) graph.setEdge(key(source), key(target), { width, height, labelpos: 'c' }, id);
  layout(graph);
  const placed = new Map<string, Placed>();
  for (const { id, width, height } of boxes) {
    const { x = 0, y = 0 } = graph.node(key(id));
    placed.set(id, { x, y, width, height });
  }
  const routes = new Map<string, Route>();
  for (const { id, source, target } of links) {
    const { points = [], x = 0, y = 0 } = graph.edge(key(source), key(target), id);
    routes.set(id, { label: { x, y }, points: levelCurve(ported(points, placed.get(source), placed.get(target))) });
  }
  const { width = 0, height = 0 } = graph.graph();
  return { width, height, boxes: placed, routes };
};

/** Lets a route leave and enter in the middle of the sides that face its way; a loop keeps the points that dagre gave it. */
const ported = (points: readonly Point[], source: Placed | undefined, target: Placed | undefined): readonly Point[] => {
  if (source === undefined || target === undefined || source === target) return points;
  const way = target.x > source.x ? 1 : -1;
  return [
    { x: source.x + way * source.width / 2, y: source.y },
    ...points.slice(1, -1),
    { x: target.x - way * target.width / 2, y: target.y },
  ];
};
