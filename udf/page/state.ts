/** An edge or a service that the details are about. */
export type Selection =
  | { readonly kind: 'edge'; readonly caller: string; readonly callee: string }
  | { readonly kind: 'service'; readonly service: string };

/** What the page shows; all of it is in the address, so that a link shows the same. Times are epoch µs, `from` ≤ ts < `to`. */
export interface State {
  readonly from: number | null;
  readonly to: number | null;
  readonly tenant: string | null;
  readonly run: string | null;
  readonly minConfidence: number;
  readonly selection: Selection | null;
  readonly trace: string | null;
  readonly order: 'slowest' | 'newest';
  readonly view: 'graph' | 'table';
  /** The window ends where the data ends, and moves with it. */
  readonly live: boolean;
}

const US_PER_MS = 1_000;
const FIRST_US_DIGITS = 15;

const timeOf = (text: string | null): number | null => {
  if (text === null) return null;
  // Epoch ms or µs, as programs and the API write them.
  if (/^\d{12,16}$/.test(text)) return Number(text) * (text.length < FIRST_US_DIGITS ? US_PER_MS : 1);
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) return null;
  return Math.floor(ms / 1_000) * 1_000_000 + Number((/\.(\d{1,6})/.exec(text)?.[1] ?? '').padEnd(6, '0'));
};

/** ISO 8601 to the µs, without a fraction where there is none. */
export const isoOf = (us: number): string => {
  const seconds = new Date(Math.floor(us / 1_000_000) * US_PER_MS).toISOString().slice(0, 19);
  const fraction = String(us % 1_000_000).padStart(6, '0').replace(/0+$/, '');
  return `${seconds}${fraction === '' ? '' : `.${fraction}`}Z`;
};

const selectionOf = (query: URLSearchParams): Selection | null => {
  const caller = query.get('caller');
  const callee = query.get('callee');
  const service = query.get('service');
  if (caller !== null && callee !== null) return { kind: 'edge', caller, callee };
  return service === null ? null : { kind: 'service', service };
};

/** The state in an address's query; what is missing or makes no sense falls back to its default. */
export const parseState = (search: string): State => {
  const query = new URLSearchParams(search);
  const confidence = Number(query.get('minConfidence') ?? 0);
  return {
    from: timeOf(query.get('from')),
    to: timeOf(query.get('to')),
    tenant: query.get('tenant'),
    run: query.get('run'),
    minConfidence: confidence >= 0 && confidence <= 1 ? confidence : 0,
    selection: selectionOf(query),
    trace: query.get('trace'),
    order: query.get('order') === 'newest' ? 'newest' : 'slowest',
    view: query.get('view') === 'table' ? 'table' : 'graph',
    live: query.get('live') === '1',
  };
};

/** The query of an address that shows the state, defaults left out; starts with `?`. */
export const formatState = (state: State): string => {
  const query = new URLSearchParams();
  const put = (name: string, value: string | null): void => { if (value !== null) query.set(name, value); };
  put('from', state.from === null ? null : isoOf(state.from));
  put('to', state.to === null ? null : isoOf(state.to));
  put('tenant', state.tenant);
  put('run', state.run);
  put('minConfidence', state.minConfidence === 0 ? null : String(state.minConfidence));
  if (state.selection?.kind === 'edge') {
    put('caller', state.selection.caller);
    put('callee', state.selection.callee);
  } else put('service', state.selection?.service ?? null);
  put('trace', state.trace);
  put('order', state.order === 'slowest' ? null : state.order);
  put('view', state.view === 'graph' ? null : state.view);
  put('live', state.live ? '1' : null);
  return `?${query.toString().replaceAll('%3A', ':').replaceAll('%2F', '/')}`;
};
