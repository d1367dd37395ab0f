import type { TraceSpanRow } from '../graph/reader.ts';
import { h } from './dom.ts';
import { failed, latency, moment, share, statusText } from './format.ts';
import { ownStretches } from './own-time.ts';

const TICKS = 4;
const INDENT_PX = 14;
/** A link as likely as this is not worth a number in every row. */
const CERTAIN = 0.995;

/** A time axis in quarters of a length. */
const scale = (length: number): HTMLElement => h('span', { class: 'scale' }, ...Array.from({ length: TICKS + 1 }, (_, i) => {
  const mark = h('i', {}, latency(length * i / TICKS));
  mark.style.left = `${100 * i / TICKS}%`;
  return mark;
}));

/** In place of a waterfall, why there is none. */
export const missingTrace = (why: string, close: () => void): HTMLElement => h('div', { class: 'waterfall' },
  h('div', { class: 'heading' }, h('button', { type: 'button', class: 'back', click: close, title: 'Escape' }, '← Traces'), h('h2', {}, 'No such trace')),
  h('p', { class: 'hint', role: 'alert' }, why));

/** One trace as a waterfall: a row a span in tree order, bars on one time axis, darker while the span waited for none of its calls. */
export const waterfall = (id: string, spans: readonly TraceSpanRow[], close: () => void): HTMLElement => {
  const start = Math.min(...spans.map(({ ts }) => ts));
  const length = Math.max(1, ...spans.map(({ ts, duration_us: us }) => ts + (us ?? 0) - start));
  const root = spans[0];
  const rows = spans.map((span) => {
    const bar = h('i', { class: `bar${failed(span) ? ' bad' : ''}${span.duration_us === null ? ' open' : ''}` });
    bar.style.left = `${100 * (span.ts - start) / length}%`;
    bar.style.width = `${100 * (span.duration_us ?? length - (span.ts - start)) / length}%`;
    if (span.duration_us !== null && span.duration_us > 0) {
      for (const { from, to } of ownStretches(span, span.duration_us, spans)) {
        const own = h('i', { class: 'own' });
        own.style.left = `${100 * from / span.duration_us}%`;
        own.style.width = `${100 * (to - from) / span.duration_us}%`;
        bar.append(own);
      }
    }
    const name = h('td', { class: 'name' }, h('strong', {}, span.service), ` ${span.method ?? ''} ${span.route ?? ''}`);
    name.style.paddingLeft = `${10 + span.depth * INDENT_PX}px`;
    name.title = `${span.service} (${span.instance}) ${span.method ?? ''} ${span.route ?? ''}`;
    return h('tr', {},
      name,
      h('td', { class: failed(span) ? 'status bad' : 'status' }, statusText(span)),
      h('td', { class: 'lane', title: `starts ${latency(span.ts - start)} after the root, takes ${latency(span.duration_us)}${span.network_us === null ? '' : `, ${latency(span.network_us)} of it on the network`}` }, bar),
      h('td', { class: 'number' }, latency(span.duration_us)),
      h('td', { class: 'number' }, latency(span.self_us)),
      h('td', { class: `number${span.probability < 0.8 ? ' doubtful' : ''}`, title: `decided by: ${span.evidence}` }, span.probability >= CERTAIN ? 'sure' : share(span.probability)));
  });
  return h('div', { class: 'waterfall' },
    h('div', { class: 'heading' },
      h('button', { type: 'button', class: 'back', click: close, title: 'Escape' }, '← Traces'),
      h('h2', {}, h('strong', {}, root?.service ?? ''), ` ${root?.method ?? ''} ${root?.route ?? ''}`),
      h('span', { class: 'facts' }, `${moment(start)} UTC · ${latency(length)} · ${spans.length} spans · ${new Set(spans.map(({ service }) => service)).size} services`),
      h('code', {}, id)),
    h('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Spans of the trace' },
      h('table', {},
        h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, 'Service and operation'), h('th', { scope: 'col' }, 'Status'), h('th', { scope: 'col', class: 'lane' }, scale(length)),
          h('th', { scope: 'col', class: 'number' }, 'Duration'), h('th', { scope: 'col', class: 'number', title: 'Duration not spent waiting for its own calls' }, 'Self'),
          h('th', { scope: 'col', class: 'number', title: 'Probability that it belongs under its parent' }, 'Parent'))),
        h('tbody', {}, ...rows))));
};
