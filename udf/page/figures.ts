import type { GraphJson } from '../graph/json.ts';
import { h } from './dom.ts';
import { count, latency, rate, share } from './format.ts';
import type { Selection } from './state.ts';

/** A figure with its name and, where it needs one, what it means. */
type Figure = readonly [name: string, value: string, meaning?: string];

const COVERAGE = 'Share of the traffic that was not lost at the taps';
const CONFIDENCE = 'Mean probability that these calls were given the right parent';
const perSecond = (value: number | null): string => (value === null ? '–' : rate(value));
const known = (value: number | null): string => (value === null ? '–' : share(value));

/** The figures of the chosen edge or service, of the whole window where nothing is chosen; empty where the window no longer has it. */
export const figuresOf = (graph: GraphJson, selection: Selection | null): readonly Figure[] => {
  if (selection === null) {
    const { calls, confidence, coverage } = graph.basis;
    const errors = graph.edges.reduce((sum, edge) => sum + edge.errors, 0);
    return [
      ['Services', String(graph.nodes.length)], ['Edges', String(graph.edges.length)], ['Calls', count(calls)],
      ['Errors', calls > 0 ? share(errors / calls) : '–', 'Answered with 5xx or not at all'],
      ['Confidence', known(confidence?.mean ?? null), CONFIDENCE], ['Least', known(confidence?.least ?? null), 'Confidence of the least certain edge'],
      ['Coverage', known(coverage), COVERAGE],
    ];
  }
  if (selection.kind === 'edge') {
    const edge = graph.edges.find(({ caller, callee }) => caller === selection.caller && callee === selection.callee);
    if (edge === undefined) return [];
    return [
      ['Calls', count(edge.calls)], ['Rate', perSecond(edge.calls_per_s)], ['Errors', share(edge.error_share), `${edge.errors} calls answered with 5xx or not at all`],
      ['Mean', latency(edge.avg_us)], ['p50', latency(edge.p50_us)], ['p90', latency(edge.p90_us)], ['p95', latency(edge.p95_us)], ['p99', latency(edge.p99_us)], ['Max', latency(edge.max_us)],
      ['Network', latency(edge.network_us), 'Mean time on the network, where two taps saw the call'],
      ['Confidence', known(edge.confidence), CONFIDENCE], ['Coverage', known(edge.coverage), COVERAGE],
    ];
  }
  const node = graph.nodes.find(({ service }) => service === selection.service);
  if (node === undefined) return [];
  return [
    ['Served', count(node.calls)], ['Rate', perSecond(node.calls_per_s)], ['Errors', share(node.error_share), `${node.errors} calls answered with 5xx or not at all`],
    ['Self time', latency(node.self_us), 'Mean time of a call not spent waiting for calls of its own'], ['Mean', latency(node.avg_us)],
    ['p50', latency(node.p50_us)], ['p90', latency(node.p90_us)], ['p95', latency(node.p95_us)], ['p99', latency(node.p99_us)], ['Max', latency(node.max_us)],
    ['Calls out', count(node.calls_out), 'Calls that it made'], ['Confidence', known(node.confidence), CONFIDENCE], ['Coverage', known(node.coverage), COVERAGE],
  ];
};

/** What the taps counted in the window, the most first; empty where nothing was. */
export const tapLine = (graph: GraphJson): string => Object.entries(graph.basis.loss).filter(([, amount]) => amount > 0)
  .toSorted(([, a], [, b]) => b - a).map(([kind, amount]) => `${kind.replaceAll('_', ' ')} ${count(amount)}`).join(' · ');

export const figureList = (figures: readonly Figure[]): HTMLElement =>
  h('dl', { class: 'figures' }, ...figures.map(([name, value, meaning]) =>
    h('div', meaning === undefined ? {} : { title: meaning }, h('dt', {}, name), h('dd', {}, value))));
