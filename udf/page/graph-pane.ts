import type { GraphJson } from '../graph/json.ts';
import type { RangeRow } from '../graph/reader.ts';
import { h } from './dom.ts';
import { edgeTable } from './edge-table.ts';
import { moment } from './format.ts';
import { graphView } from './graph-view.ts';
import { ERROR_CLASSES } from './palette.ts';
import type { Selection, State } from './state.ts';

export interface GraphPaneActions {
  readonly select: (selection: Selection | null) => void;
  readonly view: (view: State['view']) => void;
  /** Shows all data there is. */
  readonly all: () => void;
}

export interface GraphPane {
  readonly show: (graph: GraphJson, selection: Selection | null, view: State['view'], held: RangeRow | undefined) => void;
  readonly repaint: () => void;
}

/** Beyond this the layout takes more than a second and nothing in it can be read without zooming. */
const MOST_DRAWN = 100;

/** What is drawn: all, of many services the neighbours of what is chosen, or nothing. */
const drawable = (graph: GraphJson, selection: Selection | null): GraphJson | null => {
  if (graph.nodes.length <= MOST_DRAWN) return graph;
  if (selection === null) return null;
  const ends = new Set(selection.kind === 'edge' ? [selection.caller, selection.callee] : [selection.service]);
  const edges = graph.edges.filter(({ caller, callee }) => ends.has(caller) || ends.has(callee));
  const near = new Set([...ends, ...edges.flatMap(({ caller, callee }) => [caller, callee])]);
  return { ...graph, edges, nodes: graph.nodes.filter(({ service }) => near.has(service)) };
};

/** The middle of the page: the call graph as a drawing or a table, or why there is none. */
export const graphPane = (room: HTMLElement, actions: GraphPaneActions): GraphPane => {
  const drawing = h('div', { class: 'drawing' });
  const table = h('div', { class: 'scroll tabled', hidden: true });
  const empty = h('div', { class: 'empty', hidden: true });
  const many = h('p', { class: 'hint many', hidden: true });
  const as = (view: State['view'], name: string): HTMLButtonElement => h('button', { type: 'button', click: () => { actions.view(view); } }, name);
  const switches = { graph: as('graph', 'Graph'), table: as('table', 'Table') };
  const legend = h('div', { class: 'legend', 'aria-label': 'Legend' }, 'wider = more calls',
    ...ERROR_CLASSES.map(({ name }, i) => h('span', { class: `key errors-${i}` }, name)));
  room.append(drawing, table, empty, many, legend, h('div', { class: 'segmented views', role: 'group', 'aria-label': 'View' }, switches.graph, switches.table));
  const view = graphView(drawing, actions.select);
  const drawTable = edgeTable(table, actions.select);
  return {
    show: (graph, selection, kind, held) => {
      const nothing = graph.edges.length === 0;
      const drawn = drawable(graph, selection);
      const asTable = kind === 'table' || drawn === null;
      drawing.hidden = nothing || asTable;
      legend.hidden = drawing.hidden;
      table.hidden = nothing || !asTable;
      many.hidden = nothing || graph.nodes.length <= MOST_DRAWN;
      many.textContent = drawn === null ? `${graph.nodes.length} services are too many to draw: choose an edge to see its neighbours.` : `${drawn.nodes.length} of ${graph.nodes.length} services: the neighbours of what is chosen.`;
      empty.hidden = !nothing;
      for (const [name, button] of Object.entries(switches)) button.setAttribute('aria-pressed', String(name === kind));
      if (nothing) empty.replaceChildren(...whyEmpty(graph, held, actions.all));
      else if (asTable) drawTable(graph, selection);
      else view.show(drawn, selection);
    },
    repaint: view.repaint,
  };
};

/** Why a window shows nothing and what to do about it. */
const whyEmpty = (graph: GraphJson, held: RangeRow | undefined, all: () => void): readonly HTMLElement[] => {
  if (held === undefined) {
    return [h('h2', {}, 'Nothing has been inferred yet'),
      h('p', {}, `Tenant “${graph.tenant}” has no spans in run “${graph.run}”. Feed it packets and infer their traces:`),
      h('pre', {}, 'npx tapgraph ingest capture.pcap\nnpx tapgraph infer'),
      h('p', {}, 'or choose another tenant or run above.')];
  }
  const outside = graph.to <= held.from || graph.from > held.to;
  return [h('h2', {}, 'No calls in this window'),
    h('p', {}, outside || graph.basis.min_confidence === 0 ? `The data of “${held.tenant}” reaches from ${moment(held.from)} to ${moment(held.to)} UTC.`
      : `No call is as certain as ${Math.round(graph.basis.min_confidence * 100)} %: lower the least confidence, or choose a longer window.`),
    h('button', { type: 'button', class: 'primary', click: all }, 'Show all data')];
};
