import { MultiDirectedGraph } from 'graphology';
import { Sigma } from 'sigma';
import { createEdgeArrowHeadProgram, EdgeRectangleProgram } from 'sigma/rendering';
import type { Layout } from './layout.ts';
import type { Point } from './curve.ts';

export interface Line {
  readonly id: string;
  readonly color: string;
  /** px at scale 1. */
  readonly width: number;
}

/** Where the layout's origin is on the screen, and how large its px are. */
export interface View { readonly x: number; readonly y: number; readonly scale: number }

export interface Lines {
  /** Replaces everything drawn; keeps the view unless told to fit. */
  readonly draw: (layout: Layout, lines: readonly Line[], fit: boolean) => void;
  /** Changes colours only: the lines under the pointer stay the same to it. */
  readonly recolor: (colors: ReadonlyMap<string, string>) => void;
  readonly fit: () => void;
  readonly zoom: (factor: number) => void;
  /** Hands a wheel event of something above the lines to them. */
  readonly wheel: (event: WheelEvent) => void;
}

// A type, not an interface: sigma's own attributes have an index signature.
type Attributes = { readonly x: number; readonly y: number; readonly size: number; readonly color?: string; readonly type?: string; readonly line?: string };

const PADDING = 30;
const LARGEST_SCALE = 1.15;
const HEAD_LENGTH = 9;
/** Sigma finds what is under the pointer at half resolution, where a thin line falls between pixels: an unseen broad one is hit instead. */
const HIT_WIDTH = 10;
const UNSEEN = 'rgba(0,0,0,0)';

/**
 * The lines between services, drawn by sigma: each route is a chain of short straight edges between points without size,
 * so that the curves of the layout, hit testing, panning and zooming come from the one renderer. Throws without WebGL2.
 */
export const sigmaLines = (
  container: HTMLElement, moved: (view: View) => void, hovered: (line: string | null) => void, clicked: (line: string | null) => void,
): Lines => {
  const graph = new MultiDirectedGraph<Attributes, Attributes>();
  const renderer = new Sigma<Attributes, Attributes>(graph, container, {
    autoRescale: false,
    allowInvalidContainer: true,
    itemSizesReference: 'positions',
    zoomToSizeRatioFunction: (ratio) => ratio,
    renderLabels: false,
    enableEdgeEvents: true,
    minEdgeThickness: 1,
    minCameraRatio: 0.2,
    maxCameraRatio: 20,
    stagePadding: 0,
    defaultEdgeType: 'line',
    edgeProgramClasses: {
      line: EdgeRectangleProgram,
      head: createEdgeArrowHeadProgram<Attributes, Attributes>({ extremity: 'target', lengthToThicknessRatio: 2, widenessToThicknessRatio: 1.7 }),
    },
  });
  const camera = renderer.getCamera();
  let size = { width: 1, height: 1 };
  let untouched = true;
  const fit = (): void => {
    const { width, height } = renderer.getDimensions();
    const ratio = Math.max(size.width / Math.max(1, width - 2 * PADDING), size.height / Math.max(1, height - 2 * PADDING), 1 / LARGEST_SCALE);
    untouched = true;
    camera.setState({ x: 0.5, y: 0.5, ratio, angle: 0 });
  };
  renderer.on('afterRender', () => {
    const origin = renderer.graphToViewport({ x: 0, y: 0 });
    const right = renderer.graphToViewport({ x: 1_000, y: 0 });
    moved({ x: origin.x, y: origin.y, scale: (right.x - origin.x) / 1_000 });
  });
  const lineOf = (edge: string): string | null => graph.getEdgeAttributes(edge).line ?? null;
  renderer.on('enterEdge', ({ edge }) => { hovered(lineOf(edge)); });
  renderer.on('leaveEdge', () => { hovered(null); });
  renderer.on('clickEdge', ({ edge }) => { clicked(lineOf(edge)); });
  renderer.on('clickStage', () => { clicked(null); });
  for (const gesture of ['wheel', 'mousedown', 'touchstart']) container.addEventListener(gesture, () => { untouched = false; }, { passive: true });
  new ResizeObserver(() => {
    renderer.resize();
    renderer.refresh();
    if (untouched) fit();
  }).observe(container);

  const point = ({ x, y }: Point): string => graph.addNode(`p${graph.order}`, { x, y: -y, size: 0, color: UNSEEN });
  const drawLine = ({ id, color, width }: Line, points: readonly Point[]): void => {
    const { shaft, neck, tip } = headed(points, HEAD_LENGTH + width);
    const corners = [...shaft, neck].map(point);
    const end = point(tip);
    const chain = (nodes: readonly string[], attributes: Attributes): void => {
      for (const [i, to] of nodes.entries()) {
        const from = nodes[i - 1];
        if (from !== undefined) graph.addDirectedEdge(from, to, attributes);
      }
    };
    chain([...corners, end], { x: 0, y: 0, size: HIT_WIDTH, color: UNSEEN, type: 'line', line: id });
    chain(corners, { x: 0, y: 0, size: width, color, type: 'line', line: id });
    graph.addDirectedEdge(corners.at(-1) ?? end, end, { x: 0, y: 0, size: (HEAD_LENGTH + width) / 2, color, type: 'head', line: id });
  };

  return {
    draw: ({ width, height, routes }, lines, refit) => {
      graph.clear();
      size = { width, height };
      point({ x: 0, y: 0 });
      point({ x: width, y: height });
      for (const line of lines) drawLine(line, routes.get(line.id)?.points ?? []);
      renderer.refresh();
      if (refit || untouched) fit();
    },
    recolor: (colors) => {
      graph.updateEachEdgeAttributes((_, edge) => {
        const color = colors.get(edge.line ?? '');
        return color === undefined || edge.color === UNSEEN ? edge : { ...edge, color };
      });
      renderer.refresh({ skipIndexation: true });
    },
    fit,
    zoom: (factor) => { untouched = false; void camera.animate({ ratio: camera.ratio / factor }, { duration: 120 }); },
    wheel: (event) => {
      untouched = false;
      renderer.getMouseCaptor().container.dispatchEvent(new WheelEvent('wheel', event));
    },
  };
};

/** Cuts the last `length` px off a route for its arrow head. */
const headed = (points: readonly Point[], length: number): { readonly shaft: readonly Point[]; readonly neck: Point; readonly tip: Point } => {
  const tip = points.at(-1) ?? { x: 0, y: 0 };
  const away = (p: Point): number => Math.hypot(p.x - tip.x, p.y - tip.y);
  let keep = points.length - 1;
  while (keep > 1 && away(points[keep - 1] ?? tip) < length) keep -= 1;
  const last = points[keep - 1] ?? tip;
  const share = away(last) > 0 ? Math.min(1, length / away(last)) : 0;
  return { shaft: points.slice(0, keep), neck: { x: tip.x + (last.x - tip.x) * share, y: tip.y + (last.y - tip.y) * share }, tip };
};
