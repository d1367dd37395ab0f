import type { GraphJson } from '../graph/json.ts';
import type { HistogramRow, TraceRow, TraceSpanRow } from '../graph/reader.ts';
import { h } from './dom.ts';
import { figureList, figuresOf, tapLine } from './figures.ts';
import { histogram } from './histogram.ts';
import type { Selection, State } from './state.ts';
import { traceList } from './trace-list.ts';
import { missingTrace, waterfall } from './waterfall.ts';

/** What the lower part of the page shows. */
export interface DockState {
  readonly graph: GraphJson;
  readonly selection: Selection | null;
  readonly order: State['order'];
  readonly buckets: readonly HistogramRow[];
  readonly traces: readonly TraceRow[];
  /** The trace that is open; without spans, why there are none. */
  readonly trace: { readonly id: string; readonly spans: readonly TraceSpanRow[]; readonly missing?: string } | null;
}

export interface DockActions {
  readonly select: (selection: Selection | null) => void;
  readonly open: (trace: string | null) => void;
  readonly order: (by: State['order']) => void;
}

/** The name of what is chosen. */
export const titleOf = (selection: Selection | null): string => {
  if (selection === null) return 'All calls';
  return selection.kind === 'edge' ? `${selection.caller} → ${selection.callee}` : selection.service;
};

/** The percentile that a cumulative count of buckets gives: the upper end of the bucket that reaches it. */
const percentile = (rows: readonly HistogramRow[], share: number): number | null => {
  const total = rows.reduce((sum, { calls }) => sum + calls, 0);
  let below = 0;
  for (const { le_us: le, calls } of rows) {
    below += calls;
    if (below >= share * total) return le;
  }
  return null;
};

const marksOf = ({ graph, selection, buckets }: DockState) => {
  const exact = selection?.kind === 'edge' ? graph.edges.find(({ caller, callee }) => caller === selection.caller && callee === selection.callee)
    : selection?.kind === 'service' ? graph.nodes.find(({ service }) => service === selection.service) : undefined;
  return [
    { name: 'p50', us: exact?.p50_us ?? percentile(buckets, 0.5) },
    { name: 'p95', us: exact?.p95_us ?? percentile(buckets, 0.95) },
    { name: 'p99', us: exact?.p99_us ?? percentile(buckets, 0.99) },
  ];
};

/** The lower part: figures and latency distribution of what is chosen, beside its traces; or one trace as a waterfall. */
export const dock = (container: HTMLElement, actions: DockActions): { show(state: DockState): void; repaint(): void } => {
  let state: DockState | null = null;
  const latencies = (now: DockState): HTMLElement => {
    const chart = h('div', { class: 'chart' });
    const title = titleOf(now.selection);
    const clear = now.selection === null ? null : h('button', { type: 'button', class: 'clear', title: 'Show all calls again (Escape)', 'aria-label': 'Clear the selection', click: () => { actions.select(null); } }, '×');
    const figures = figuresOf(now.graph, now.selection);
    const taps = now.selection === null ? tapLine(now.graph) : '';
    const pane = h('section', { class: 'latency', 'aria-label': `Latency of ${title}` },
      h('div', { class: 'heading' }, h('h2', {}, title), clear, h('span', { class: 'facts' }, 'latency distribution')),
      figures.length > 0 ? figureList(figures) : h('p', { class: 'hint' }, 'Not called in this window.'),
      taps === '' ? null : h('p', { class: 'taps', title: `Counted at the taps in this window, of all tenants:\n${taps.replaceAll(' · ', '\n')}` }, h('b', {}, 'At the taps'), ` ${taps}`), chart);
    requestAnimationFrame(() => {
      chart.replaceChildren(now.buckets.length > 0 ? histogram(now.buckets, marksOf(now), chart.clientWidth, Math.max(96, chart.clientHeight)) : h('p', { class: 'hint' }, 'No answered calls in this window.'));
    });
    return pane;
  };
  const traces = (now: DockState): HTMLElement => {
    const by = (order: State['order'], name: string): HTMLElement =>
      h('button', { type: 'button', 'aria-pressed': String(now.order === order), click: () => { actions.order(order); } }, name);
    return h('section', { class: 'list', 'aria-label': 'Traces' },
      h('div', { class: 'heading' }, h('h2', {}, now.selection === null ? 'Traces' : `Traces through ${titleOf(now.selection)}`),
        h('div', { class: 'segmented', role: 'group', 'aria-label': 'Order' }, by('slowest', 'Slowest'), by('newest', 'Newest'))),
      h('div', { class: 'scroll' }, now.traces.length > 0 ? traceList(now.traces, actions.open) : h('p', { class: 'hint' }, 'No traces in this window.')));
  };
  const close = (): void => { actions.open(null); };
  const draw = (): void => {
    if (state === null) return;
    container.classList.toggle('one', state.trace !== null);
    container.replaceChildren(...(state.trace === null ? [latencies(state), traces(state)]
      : [state.trace.missing === undefined ? waterfall(state.trace.id, state.trace.spans, close) : missingTrace(state.trace.missing, close)]));
  };
  let width = 0;
  new ResizeObserver(() => { if (container.clientWidth !== width) { width = container.clientWidth; draw(); } }).observe(container);
  return { show: (next) => { state = next; draw(); }, repaint: draw };
};
