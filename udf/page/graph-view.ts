import type { GraphJson } from '../graph/json.ts';
import type { EdgeRow, NodeRow } from '../graph/reader.ts';
import { h } from './dom.ts';
import { count, latency, rate, share } from './format.ts';
import { layered, type Layout } from './layout.ts';
import { sigmaLines, type Lines } from './lines.ts';
import { errorClass, palette, type Palette } from './palette.ts';
import type { Selection } from './state.ts';

export interface GraphView {
  readonly show: (graph: GraphJson, selection: Selection | null) => void;
  /** Draws again with the colours of the moment. */
  readonly repaint: () => void;
}

const NODE_HEIGHT = 38;
const LABEL_HEIGHT = 17;
const THINNEST = 1.4;
const THICKEST = 4.2;
/** Below this scale the labels of lines are too small to be read and only stand in the way. */
const LEAST_LABEL_SCALE = 0.5;
/** About as wide as labels get: room for it lets boxes stay where they are when figures change from window to window. */
const USUAL_NODE = '88.8/min · p95 88.8 ms';
const USUAL_EDGE = 'p95 88.8 ms88.8k calls';

const edgeName = (edge: { readonly caller: string; readonly callee: string }): string => JSON.stringify([edge.caller, edge.callee]);
const nodeLine = ({ calls, calls_per_s: perSecond, p95_us: p95, calls_out: out }: NodeRow): string =>
  (calls === 0 ? `${count(out)} calls out` : `${perSecond === null ? `${count(calls)} calls` : rate(perSecond)} · p95 ${latency(p95)}`);
const edgeLines = ({ calls, p95_us: p95 }: EdgeRow): readonly [string, string] => [`p95 ${latency(p95)}`, `${count(calls)} ${calls === 1 ? 'call' : 'calls'}`];

/** Text widths in the page's font. */
const measurer = (): ((text: string, font: string) => number) => {
  const context = document.createElement('canvas').getContext('2d');
  const family = getComputedStyle(document.body).fontFamily;
  return (text, font) => {
    if (context === null) return text.length * 8;
    context.font = `${font} ${family}`;
    return Math.ceil(context.measureText(text).width);
  };
};

/** The call graph: sigma draws the lines, services and labels are buttons above them, so that text is crisp, never cut and reached by keyboard. */
export const graphView = (container: HTMLElement, select: (selection: Selection | null) => void): GraphView => {
  const below = h('div', { class: 'lines' });
  const above = h('div', { class: 'cards' });
  const warning = h('p', { class: 'hint warning', hidden: true }, 'This browser has no WebGL2, so the lines cannot be drawn; the table has the same calls.');
  container.append(below, above, warning);
  const width = measurer();
  let current: { readonly graph: GraphJson; readonly selection: Selection | null } | null = null;
  let topology = '';
  let layout: Layout = layered([], []);
  let hot: string | null = null;

  const lines = ((): Lines | null => {
    try {
      return sigmaLines(below, ({ x, y, scale }) => {
        above.style.transform = `translate(${x}px, ${y}px) scale(${scale})`;
        container.classList.toggle('far', scale < LEAST_LABEL_SCALE);
      }, (line) => { hover(line); below.style.cursor = line === null ? '' : 'pointer'; }, (line) => { select(line === null ? null : edgeOf(line)); });
    } catch {
      warning.hidden = false;
      return null;
    }
  })();
  above.addEventListener('wheel', (event) => { event.preventDefault(); lines?.wheel(event); }, { passive: false });

  const edgeOf = (id: string): Selection | null => {
    const edge = current?.graph.edges.find((candidate) => edgeName(candidate) === id);
    return edge === undefined ? null : { kind: 'edge', caller: edge.caller, callee: edge.callee };
  };

  const concerns = (edge: EdgeRow, selection: Selection | null): boolean => {
    if (hot !== null && hot === edgeName(edge)) return true;
    if (selection === null) return hot === null;
    return selection.kind === 'edge'
      ? selection.caller === edge.caller && selection.callee === edge.callee
      : selection.service === edge.caller || selection.service === edge.callee;
  };

  const concerned = (edge: EdgeRow, selection: Selection | null): boolean => (selection === null && hot === null) || concerns(edge, selection);
  const colorOf = (edge: EdgeRow, selection: Selection | null, colors: Palette): string =>
    (concerned(edge, selection) ? colors.lines[errorClass(edge.error_share)] : colors.dimmed) ?? colors.muted;

  const paint = (refit: boolean): void => {
    if (current === null) return;
    const { graph, selection } = current;
    const colors = palette();
    const most = Math.log(1 + Math.max(1, ...graph.edges.map(({ calls }) => calls)));
    const drawn = graph.edges.toSorted((a, b) => Number(concerned(a, selection)) - Number(concerned(b, selection)));
    lines?.draw(layout, drawn.map((edge) => ({
      id: edgeName(edge),
      color: colorOf(edge, selection, colors),
      width: THINNEST + (THICKEST - THINNEST) * (Math.log(1 + edge.calls) / most) ** 2,
    })), refit);
  };

  const hover = (line: string | null): void => {
    if (current === null || hot === line) return;
    hot = line;
    const { graph, selection } = current;
    const colors = palette();
    lines?.recolor(new Map(graph.edges.map((edge) => [edgeName(edge), colorOf(edge, selection, colors)])));
    for (const label of above.querySelectorAll<HTMLElement>('.edge')) label.classList.toggle('hot', label.dataset['id'] === hot);
  };

  const card = (node: NodeRow, selection: Selection | null): HTMLElement => {
    const at = layout.boxes.get(node.service);
    const chosen = selection?.kind === 'service' && selection.service === node.service;
    const element = h('button', {
      type: 'button', class: `node errors-${errorClass(node.error_share)}${node.calls === 0 ? ' outside' : ''}`, 'aria-pressed': String(chosen),
      'aria-label': `${node.service}: ${nodeLine(node)}${node.errors > 0 ? `, ${share(node.error_share)} errors` : ''}`,
      click: () => { select(chosen ? null : { kind: 'service', service: node.service }); },
    }, h('strong', {}, node.service), h('span', {}, nodeLine(node)));
    place(element, at);
    return element;
  };

  const label = (edge: EdgeRow, selection: Selection | null): HTMLElement => {
    const [first, second] = edgeLines(edge);
    const route = layout.routes.get(edgeName(edge));
    const chosen = selection?.kind === 'edge' && selection.caller === edge.caller && selection.callee === edge.callee;
    const element = h('button', {
      type: 'button', class: `edge errors-${errorClass(edge.error_share)}${concerns(edge, selection) || selection === null ? '' : ' dimmed'}`,
      'aria-pressed': String(chosen), 'data-id': edgeName(edge),
      'aria-label': `${edge.caller} calls ${edge.callee}: ${second}, ${first}, ${share(edge.error_share)} errors`,
      title: `${edge.caller} → ${edge.callee}\n${second}, ${share(edge.error_share)} errors\np50 ${latency(edge.p50_us)}, p95 ${latency(edge.p95_us)}, p99 ${latency(edge.p99_us)}`,
      click: () => { select(chosen ? null : { kind: 'edge', caller: edge.caller, callee: edge.callee }); },
      pointerenter: () => { hover(edgeName(edge)); },
      pointerleave: () => { hover(null); },
    }, h('b', {}, first), h('span', {}, second));
    element.style.left = `${route?.label.x ?? 0}px`;
    element.style.top = `${route?.label.y ?? 0}px`;
    element.style.height = `${LABEL_HEIGHT}px`;
    return element;
  };
  const labelWidth = (edge: EdgeRow): number => Math.max(width(edgeLines(edge).join(''), '600 11px'), width(USUAL_EDGE, '600 11px')) + 20;
  const boxOf = (node: NodeRow) => ({
    id: node.service, width: Math.max(width(node.service, '600 13px'), width(nodeLine(node), '400 11px'), width(USUAL_NODE, '400 11px')) + 26, height: NODE_HEIGHT,
  });

  const arrange = (graph: GraphJson): boolean => {
    const boxes = graph.nodes.map(boxOf);
    const links = graph.edges.map((edge) => ({ id: edgeName(edge), source: edge.caller, target: edge.callee, width: labelWidth(edge), height: LABEL_HEIGHT }));
    const next = JSON.stringify([boxes, links]);
    if (next === topology) return false;
    const sameNames = JSON.stringify([graph.nodes.map(({ service }) => service), links.map(({ id }) => id)]);
    const refit = sameNames !== names;
    names = sameNames;
    topology = next;
    layout = layered(boxes, links);
    return refit;
  };
  let names = '';

  const draw = (): void => {
    if (current === null) return;
    hot = null;
    const { graph, selection } = current;
    const focused = document.activeElement instanceof HTMLElement && above.contains(document.activeElement) ? document.activeElement.getAttribute('aria-label') : null;
    const refit = arrange(graph);
    above.replaceChildren(...graph.edges.map((edge) => label(edge, selection)), ...graph.nodes.map((node) => card(node, selection)));
    paint(refit);
    if (focused !== null) above.querySelector<HTMLElement>(`[aria-label=${JSON.stringify(focused)}]`)?.focus({ preventScroll: true });
  };
  container.append(h('div', { class: 'zoom', role: 'group', 'aria-label': 'Zoom' },
    h('button', { type: 'button', title: 'Zoom in', 'aria-label': 'Zoom in', click: () => lines?.zoom(1.4) }, '+'),
    h('button', { type: 'button', title: 'Zoom out', 'aria-label': 'Zoom out', click: () => lines?.zoom(1 / 1.4) }, '−'),
    h('button', { type: 'button', title: 'Show the whole graph', click: () => lines?.fit() }, 'Fit')));
  return {
    show: (graph, selection) => { current = { graph, selection }; draw(); },
    repaint: draw,
  };
};

const place = (element: HTMLElement, at: { readonly x: number; readonly y: number; readonly width: number; readonly height: number } | undefined): void => {
  if (at === undefined) return;
  element.style.left = `${at.x - at.width / 2}px`;
  element.style.top = `${at.y - at.height / 2}px`;
  element.style.width = `${at.width}px`;
  element.style.height = `${at.height}px`;
};
