import type { RangeRow } from '../graph/reader.ts';
import { h } from './dom.ts';
import { share, span } from './format.ts';
import { isoOf } from './state.ts';

/** What the toolbar shows. */
export interface ToolbarState {
  readonly from: number;
  readonly to: number;
  readonly tenant: string;
  readonly run: string;
  readonly minConfidence: number;
  readonly live: boolean;
  readonly ranges: readonly RangeRow[];
}

/** What a person can ask for with it. */
export interface ToolbarActions {
  readonly window: (from: number, to: number) => void;
  /** The last `us` of the data; null = all of it. */
  readonly last: (us: number | null) => void;
  readonly place: (tenant: string, run: string) => void;
  readonly minConfidence: (value: number) => void;
  readonly live: (on: boolean) => void;
}

const QUICK: readonly (readonly [name: string, us: number | null])[] = [
  ['1m', 60e6], ['15m', 900e6], ['1h', 3_600e6], ['6h', 21_600e6], ['1d', 86_400e6], ['All', null],
];

/** Below this length a window's ends are shown to the µs, above to the second. */
const SHORT_US = 10e6;

const shown = (us: number, fine: boolean): string => isoOf(fine ? us : Math.floor(us / 1e6) * 1e6).replace('T', ' ').replace('Z', '');

/** A time as typed, in UTC: `2026-11-23 10:00`, with seconds and fractions; null where it is none. */
const typed = (text: string): number | null => {
  const match = /^\s*(\d{4}-\d\d-\d\d)(?:[ T]+(\d\d:\d\d)(?::(\d\d)(?:\.(\d{1,6}))?)?)?\s*Z?\s*$/.exec(text);
  if (match === null) return null;
  const [, day = '', minutes = '00:00', seconds = '00', fraction = ''] = match;
  const ms = Date.parse(`${day}T${minutes}:${seconds}Z`);
  return Number.isNaN(ms) ? null : ms * 1_000 + Number(fraction.padEnd(6, '0'));
};

const field = (label: string): HTMLInputElement => h('input', { type: 'text', class: 'time', 'aria-label': `${label}, UTC`, spellcheck: 'false', autocomplete: 'off', placeholder: 'YYYY-MM-DD HH:MM:SS' });

const button = (text: string, label: string, click: () => void): HTMLButtonElement => h('button', { type: 'button', title: label, 'aria-label': label, click }, text);

const options = (select: HTMLSelectElement, values: readonly string[], value: string): void => {
  const all = [...new Set([...values, value])].toSorted();
  select.replaceChildren(...all.map((name) => h('option', { value: name, selected: name === value }, name)));
  select.value = value;
};

/** The window, the tenant and the run, and the least confidence; drawn anew by the function it returns. */
export const toolbar = (container: HTMLElement, actions: ToolbarActions): ((state: ToolbarState) => void) => {
  let state: ToolbarState | null = null;
  const from = field('From');
  const to = field('To');
  let written = { from: '', to: '' };
  const apply = (): void => {
    // What was not typed over keeps the µs that are not shown.
    const start = from.value === written.from ? (state?.from ?? null) : typed(from.value);
    const end = to.value === written.to ? (state?.to ?? null) : typed(to.value);
    from.setAttribute('aria-invalid', String(start === null || (end !== null && start >= end)));
    to.setAttribute('aria-invalid', String(end === null));
    if (start !== null && end !== null && start < end) actions.window(start, end);
  };
  for (const input of [from, to]) input.addEventListener('change', apply);
  const move = (by: number, grow: number) => (): void => {
    if (state === null) return;
    const width = state.to - state.from;
    actions.window(Math.max(0, Math.round(state.from + width * (by - grow))), Math.round(state.to + width * (by + grow)));
  };
  const tenant = h('select', { 'aria-label': 'Tenant', title: 'Tenant' });
  const run = h('select', { 'aria-label': 'Run', title: 'Run: which inference the figures come from' });
  tenant.addEventListener('change', () => { actions.place(tenant.value, state?.ranges.find((range) => range.tenant === tenant.value && range.run === state?.run)?.run ?? 'live'); });
  run.addEventListener('change', () => { actions.place(tenant.value, run.value); });
  const confidence = h('input', { type: 'range', min: 0, max: 100, step: 1, 'aria-label': 'Least confidence' });
  const confidenceText = h('output', {});
  confidence.addEventListener('input', () => { confidenceText.textContent = share(Number(confidence.value) / 100); });
  confidence.addEventListener('change', () => { actions.minConfidence(Number(confidence.value) / 100); });
  const live = h('button', { type: 'button', class: 'live', title: 'Keep the window at the newest data', click: () => { actions.live(!(state?.live ?? false)); } }, 'Live');
  const quick = QUICK.map(([name, us]) => button(name, us === null ? 'All data' : `Last ${span(us)} of the data`, () => { actions.last(us); }));

  container.append(
    h('a', { class: 'brand', href: './', title: 'tapgraph' }, h('img', { src: 'icon.svg', alt: '', width: 20, height: 20 }), 'tapgraph'),
    h('div', { class: 'group' }, tenant, run),
    h('div', { class: 'group', role: 'group', 'aria-label': 'Window' },
      button('‹', 'Previous window', move(-1, 0)), from, h('span', { class: 'dash' }, '–'), to, button('›', 'Next window', move(1, 0)),
      button('⤢', 'Twice as long a window', move(0, 0.5))),
    h('div', { class: 'group segmented', role: 'group', 'aria-label': 'Last part of the data' }, ...quick, live),
    h('label', { class: 'group confidence', title: 'Leaves out calls whose parent is less probable' }, 'Confidence ≥', confidence, confidenceText),
  );
  return (next) => {
    state = next;
    const fine = next.to - next.from < SHORT_US;
    written = { from: shown(next.from, fine), to: shown(next.to, fine) };
    if (document.activeElement !== from || !next.live) from.value = written.from;
    if (document.activeElement !== to || !next.live) to.value = written.to;
    for (const input of [from, to]) input.removeAttribute('aria-invalid');
    options(tenant, next.ranges.map((range) => range.tenant), next.tenant);
    options(run, next.ranges.filter((range) => range.tenant === next.tenant).map((range) => range.run), next.run);
    confidence.value = String(Math.round(next.minConfidence * 100));
    confidenceText.textContent = share(next.minConfidence);
    live.setAttribute('aria-pressed', String(next.live));
  };
};
