import type { TraceRow } from '../graph/reader.ts';
import { h } from './dom.ts';
import { clock, failed, latency, share, statusText } from './format.ts';

/** Traces as a table; a row's button opens its waterfall. Bars compare durations within the list. */
export const traceList = (traces: readonly TraceRow[], open: (id: string) => void): HTMLElement => {
  const longest = Math.max(1, ...traces.map(({ duration_us: us }) => us ?? 0));
  return h('table', { class: 'traces' },
    h('thead', {}, h('tr', {}, ...['Start (UTC)', 'Root', 'Status', 'Duration', 'Spans', 'Certainty'].map((name) => h('th', { scope: 'col' }, name)))),
    h('tbody', {}, ...traces.map((trace) => {
      const bar = h('i', { class: 'bar' });
      bar.style.width = `${100 * (trace.duration_us ?? 0) / longest}%`;
      return h('tr', { click: () => { open(trace.trace_id); } },
        h('td', { class: 'time' }, clock(trace.ts)),
        h('td', { class: 'root' }, h('button', { type: 'button', class: 'link', 'aria-label': `Trace at ${clock(trace.ts)}: ${trace.service} ${trace.method ?? ''} ${trace.route ?? ''}, ${latency(trace.duration_us)}` },
          h('strong', {}, trace.service), ` ${trace.method ?? ''} ${trace.route ?? ''}`)),
        h('td', { class: failed(trace) ? 'status bad' : 'status' }, statusText(trace)),
        h('td', { class: 'duration' }, h('span', {}, latency(trace.duration_us)), bar),
        h('td', { class: 'number' }, String(trace.span_count)),
        h('td', { class: 'number', title: 'Probability of its least certain link' }, share(trace.min_probability)));
    })));
};
