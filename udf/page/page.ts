import type { GraphJson } from '../graph/json.ts';
import type { EdgeFilter, RangeRow } from '../graph/reader.ts';
import { ApiError, type Asked, type Client, type Histogram, type Timeline, type Traces } from './client.ts';
import { dock, titleOf } from './dock.ts';
import { graphPane } from './graph-pane.ts';
import { askForToken, noticeOf } from './notice.ts';
import { onThemeChange } from './palette.ts';
import { formatState, parseState, type Selection, type State } from './state.ts';
import { timelineView } from './timeline.ts';
import { toolbar } from './toolbar.ts';

/** The rooms of index.html. */
export type Rooms = Readonly<Record<'toolbar' | 'progress' | 'notice' | 'timeline' | 'graph' | 'dock', HTMLElement>>;

const HOUR_US = 3_600e6;
const LIVE_EVERY_MS = 5_000;

const filterOf = (selection: Selection | null): EdgeFilter => {
  if (selection === null) return { caller: null, callee: null };
  return selection.kind === 'edge' ? { caller: selection.caller, callee: selection.callee } : { caller: null, callee: selection.service };
};

/** Runs the page: the address holds the state, each change of it asks what it needs and shows it at once when all is there. */
export const startPage = (client: Client, rooms: Rooms): void => {
  let state = parseState(location.search);
  let ranges: readonly RangeRow[] = [];
  let running = new AbortController();
  let timer = 0;

  const go = (change: Partial<State>, remember = true): void => {
    state = { ...state, ...change };
    history[remember ? 'pushState' : 'replaceState'](null, '', formatState(state));
    void show();
  };
  const select = (selection: Selection | null): void => { go({ selection, trace: null }); };
  const mine = (): RangeRow | undefined => ranges.find(({ tenant, run }) => tenant === asked().tenant && run === asked().run);
  const last = (us: number | null): void => {
    const held = mine();
    if (held === undefined) return;
    const to = held.to + 1;
    go({ from: us === null ? held.from : Math.max(0, to - us), to, trace: null });
  };

  const drawToolbar = toolbar(rooms.toolbar, {
    window: (from, to) => { go({ from, to, trace: null, live: false }); },
    last,
    place: (tenant, run) => { go({ tenant, run, from: null, to: null, selection: null, trace: null }); },
    minConfidence: (minConfidence) => { go({ minConfidence }); },
    live: (live) => { go({ live }); },
  });
  const timeline = timelineView(rooms.timeline, (from, to) => { go({ from, to, trace: null, live: false }); });
  const graph = graphPane(rooms.graph, { select, view: (view) => { go({ view }); }, all: () => { last(null); } });
  const details = dock(rooms.dock, { select, open: (trace) => { go({ trace }); }, order: (order) => { go({ order }); } });
  const notice = noticeOf(rooms.notice, () => { void show(); });

  /** The window to ask for: the state's, else the last hour that holds data. */
  const asked = (): Asked => {
    const first = ranges.find(({ tenant, run }) => tenant === (state.tenant ?? 'default') && run === (state.run ?? 'live')) ?? ranges[0];
    const tenant = state.tenant ?? first?.tenant ?? 'default';
    const run = state.run ?? (first?.tenant === tenant ? first.run : 'live');
    const held = ranges.find((range) => range.tenant === tenant && range.run === run);
    const end = held === undefined ? Date.now() * 1_000 : held.to + 1;
    const length = state.from !== null && state.to !== null && state.from < state.to ? state.to - state.from : null;
    const to = length === null || state.live ? end : (state.to ?? end);
    const from = length === null ? Math.max(to - HOUR_US, held?.from ?? 0) : state.live ? to - length : (state.from ?? to - HOUR_US);
    return { from, to, tenant, run, minConfidence: state.minConfidence };
  };

  /** A trace that is not there (any more) is no reason to show nothing else. */
  const traceOf = async (id: string, window: Asked, signal: AbortSignal): Promise<Parameters<typeof details.show>[0]['trace']> => {
    try {
      const { trace_id: found, spans } = await client.trace(id, window, signal);
      return { id: found, spans };
    } catch (error) {
      if (error instanceof ApiError && (error.status === 400 || error.status === 404)) return { id, spans: [], missing: error.message };
      throw error;
    }
  };

  const show = async (): Promise<void> => {
    running.abort();
    running = new AbortController();
    const { signal } = running;
    clearTimeout(timer);
    rooms.progress.hidden = false;
    try {
      if (ranges.length === 0 || state.live) ({ ranges } = await client.range(signal));
      const window = asked();
      drawToolbar({ ...window, ranges, live: state.live });
      const filter = filterOf(state.selection);
      const [calls, steps, buckets, traces, trace] = await Promise.all([
        client.graph(window, signal), client.timeline(window, filter, signal), client.histogram(window, filter, signal),
        client.traces(window, filter, state.order, signal),
        state.trace === null ? null : traceOf(state.trace, window, signal),
      ]);
      if (signal.aborted) return;
      notice.clear();
      draw(calls, steps, buckets, traces, trace, window);
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof ApiError && error.status === 401) askForToken(rooms.notice, (token) => { client.useToken(token); notice.clear(); void show(); });
      else notice.show(error instanceof ApiError ? error.message : `The page has a fault: ${String(error)}`);
    } finally {
      if (!signal.aborted) {
        rooms.progress.hidden = true;
        document.body.dataset['ready'] = 'true';
        if (state.live) timer = setTimeout(() => { void show(); }, LIVE_EVERY_MS);
      }
    }
  };

  const draw = (
    calls: GraphJson, steps: Timeline, { buckets }: Histogram, { traces }: Traces, trace: Parameters<typeof details.show>[0]['trace'], window: Asked,
  ): void => {
    document.title = `${titleOf(state.selection)} · tapgraph`;
    timeline.show(steps, window.from, window.to, titleOf(state.selection));
    graph.show(calls, state.selection, state.view, mine());
    details.show({ graph: calls, selection: state.selection, order: state.order, buckets, traces, trace });
  };

  addEventListener('popstate', () => { state = parseState(location.search); void show(); });
  addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || event.target instanceof HTMLInputElement) return;
    if (state.trace !== null) go({ trace: null });
    else if (state.selection !== null) select(null);
  });
  onThemeChange(() => { timeline.repaint(); graph.repaint(); details.repaint(); });
  void show();
};
