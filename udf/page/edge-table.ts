import type { GraphJson } from '../graph/json.ts';
import type { EdgeRow } from '../graph/reader.ts';
import { h } from './dom.ts';
import { count, latency, rate, share } from './format.ts';
import { errorClass } from './palette.ts';
import type { Selection } from './state.ts';

interface Column {
  readonly name: string;
  readonly value: (edge: EdgeRow) => number | string | null;
  readonly text: (edge: EdgeRow) => string;
}

const COLUMNS: readonly Column[] = [
  { name: 'Caller', value: (e) => e.caller, text: (e) => e.caller },
  { name: 'Callee', value: (e) => e.callee, text: (e) => e.callee },
  { name: 'Calls', value: (e) => e.calls, text: (e) => count(e.calls) },
  { name: 'Rate', value: (e) => e.calls_per_s, text: (e) => (e.calls_per_s === null ? '–' : rate(e.calls_per_s)) },
  { name: 'Errors', value: (e) => e.error_share, text: (e) => share(e.error_share) },
  { name: 'Mean', value: (e) => e.avg_us, text: (e) => latency(e.avg_us) },
  { name: 'p50', value: (e) => e.p50_us, text: (e) => latency(e.p50_us) },
  { name: 'p90', value: (e) => e.p90_us, text: (e) => latency(e.p90_us) },
  { name: 'p95', value: (e) => e.p95_us, text: (e) => latency(e.p95_us) },
  { name: 'p99', value: (e) => e.p99_us, text: (e) => latency(e.p99_us) },
  { name: 'Max', value: (e) => e.max_us, text: (e) => latency(e.max_us) },
  { name: 'Network', value: (e) => e.network_us, text: (e) => latency(e.network_us) },
  { name: 'Confidence', value: (e) => e.confidence, text: (e) => (e.confidence === null ? '–' : share(e.confidence)) },
];
const TEXT_COLUMNS = 2;

const compare = (a: number | string | null, b: number | string | null): number => {
  if (typeof a === 'string' || typeof b === 'string') return String(a) < String(b) ? -1 : 1;
  return (b ?? -1) - (a ?? -1);
};

/** All edges as a table that sorts by the heading that is pressed; for many services it reads better than the drawing. */
export const edgeTable = (container: HTMLElement, select: (selection: Selection | null) => void): ((graph: GraphJson, selection: Selection | null) => void) => {
  let sortedBy = 'Calls';
  let reversed = false;
  const draw = (graph: GraphJson, selection: Selection | null): void => {
    const column = COLUMNS.find(({ name }) => name === sortedBy);
    const edges = column === undefined ? graph.edges : graph.edges.toSorted((a, b) => compare(column.value(a), column.value(b)) * (reversed ? -1 : 1));
    const isChosen = (edge: EdgeRow): boolean => selection?.kind === 'edge' && selection.caller === edge.caller && selection.callee === edge.callee;
    container.replaceChildren(h('table', { class: 'edges' },
      h('thead', {}, h('tr', {}, ...COLUMNS.map(({ name }, i) => h('th', { scope: 'col', class: i < TEXT_COLUMNS ? '' : 'number', 'aria-sort': name === sortedBy ? (reversed === i < TEXT_COLUMNS ? 'descending' : 'ascending') : null },
        h('button', { type: 'button', class: name === sortedBy ? 'sorted' : '', click: () => { reversed = sortedBy === name && !reversed; sortedBy = name; draw(graph, selection); } }, name))))),
      h('tbody', {}, ...edges.map((edge) => h('tr', { class: isChosen(edge) ? 'chosen' : '', click: () => { select(isChosen(edge) ? null : { kind: 'edge', caller: edge.caller, callee: edge.callee }); } },
        ...COLUMNS.map(({ name, text }, i) => h('td', { class: i < TEXT_COLUMNS ? '' : `number${name === 'Errors' && edge.errors > 0 ? ` errors-${errorClass(edge.error_share)}` : ''}` },
          i === 0 ? h('button', { type: 'button', class: 'link' }, text(edge)) : text(edge))))))));
  };
  return draw;
};
