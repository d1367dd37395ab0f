import { micros, type Micros } from '../../../sql/micros.ts';
import type { Change, Inference, InstanceWindow, Known, Stretch } from '../algorithm.ts';
import { orphan } from '../rank.ts';
import { historyOf, MOST_CALLS } from './history.ts';
import { infer, type Inferred } from './infer.ts';
import { learn, refresh, type Learnt } from './learn.ts';
import { versionsOf } from './versions.ts';

/** Totals of one instance. */
export interface ModelCounters {
  windows: number;
  calls: number;
  /** Calls given to nobody. */
  orphans: number;
  /** Calls of kinds that were not known when the model was learnt. */
  strange: number;
  /** Candidates left out for a bound. */
  dropped: number;
  learnt: number;
}

export interface ModelInference extends Inference {
  /** The latest changes, oldest first; at most 100. */
  readonly events: readonly Change[];
  readonly counters: Readonly<ModelCounters>;
}

/** Calls and packet time between two refreshes: every version is kept, and a busy instance has so many calls in seconds. */
const REFRESH_CALLS = 30_000;
const REFRESH_US = 600_000_000;
/** A model falls short when events are this much less likely than when it was learnt, nats, over at least so many parents. */
const FALL = 1.5;
const FALL_PARENTS = 100;
/** Calls from which a changed instance is learnt anew. */
const CHANGED_CALLS = 300;
const MAX_EVENTS = 100;
/** A young model is learnt anew when there are so many times the calls. */
const GROWTH = 4;
/** In a stream so many calls of the first window are learnt from at most: every instance has its first at once, their traces wait, and more calls follow soon. */
const FIRST_CALLS = 250;
/** Instances that are due to learn from more in the same window take turns over so many: it takes up to half a second each, and traces wait for it. */
const TURNS = 4;

/** Whether it is the instance's turn to be learnt again in a window, addresses side by side one after the other; that a window is all there is, is everyone's. */
const hasTurn = (instance: string, owned: Stretch | undefined): boolean => {
  if (owned === undefined) return true;
  let hash = 0;
  for (let i = 0; i < instance.length; i++) hash = (Math.imul(hash, 31) + instance.charCodeAt(i)) >>> 0;
  return (Math.floor(owned.from / (owned.to - owned.from)) + hash) % TURNS === 0;
};

/** What is collected for, and from how many calls on it is done; null = nothing. */
type Due = { readonly kind: Change['kind']; readonly calls: number } | null;

/**
 * Causal inference by a learnt model of each instance's delays and order of calls; see README.md. Learns from the first
 * windows, again as there are four times the calls until there is enough, and anew when likelihood falls; deterministic in its input. A window that is
 * asked for again goes by what was known when it first was, and teaches nothing.
 */
export const model = (known?: Known): ModelInference => {
  const versions = versionsOf<Due>(known?.saved ?? []);
  const last = versions.latest();
  const history = historyOf();
  const events: Change[] = [];
  let told = 0;
  const counters: ModelCounters = { windows: 0, calls: 0, orphans: 0, strange: 0, dropped: 0, learnt: 0 };
  let learnt: Learnt | null = last?.model.learnt ?? null;
  let due: Due = last === null ? { kind: 'learnt', calls: 1 } : last.model.due;
  let learntAt = last?.from ?? -Infinity;
  /** Start of the latest window that was learnt from. */
  let reached = last === null ? -Infinity : Math.max(known?.until ?? -Infinity, last.from);
  let sinceRefresh = 0;
  let short = 0;
  let parents = 0;

  const learnFrom = (kind: Change['kind'], instance: string, at: Micros, most?: number): Learnt => {
    const window = history.window(instance, most);
    const calls = window.calls.length;
    const next = kind === 'refreshed' && learnt !== null && learnt.untold.length + learnt.shape.pools.kinds.length === 0 ? refresh(learnt, window) : learn(window);
    counters.learnt++;
    if (events.length === MAX_EVENTS) { events.shift(); told = Math.max(0, told - 1); }
    events.push({ kind, at, calls, shortfall: parents > 0 ? short / parents : 0 });
    short = 0;
    parents = 0;
    sinceRefresh = 0;
    if ((history.full() && calls === history.size()) || kind === 'refreshed') { history.clear(); due = null; }
    else due = { kind: 'grown', calls: Math.min(MOST_CALLS, GROWTH * calls) };
    learntAt = at;
    versions.add(at, { learnt: next, due });
    return next;
  };

  const watch = ({ shortfall, parents: more }: Inferred, calls: number, at: number): void => {
    short += shortfall * more;
    parents += more;
    sinceRefresh += calls;
    if (parents < FALL_PARENTS) return;
    if (short / parents > FALL && due?.kind !== 'changed') {
      history.clear();
      due = { kind: 'changed', calls: CHANGED_CALLS };
      return;
    }
    if (due === null && sinceRefresh >= REFRESH_CALLS && at - learntAt >= REFRESH_US) due = { kind: 'refreshed', calls: MOST_CALLS };
    if (due?.kind !== 'changed') { short = 0; parents = 0; }
  };

  const learning = (window: InstanceWindow, at: Micros, owned?: Stretch): Inferred => {
    if (owned !== undefined) reached = at;
    if (due !== null) history.add(window);
    let current: Learnt = learnt ?? learnFrom('learnt', window.instance, at, owned === undefined ? undefined : FIRST_CALLS);
    if (learnt !== null && due !== null && (history.full() || history.size() >= due.calls) && (due.kind === 'changed' || hasTurn(window.instance, owned))) current = learnFrom(due.kind, window.instance, at);
    learnt = current;
    const inferred = infer(window, current, owned);
    watch(inferred, window.calls.length, at);
    if (due?.kind !== 'changed' || history.size() > 0) return inferred;
    history.add(window);
    if (history.size() < due.calls && !history.full()) return inferred;
    learnt = learnFrom('changed', window.instance, at);
    return infer(window, learnt, owned);
  };
  const again = (window: InstanceWindow, at: Micros, owned: Stretch): Inferred => {
    const version = versions.at(at);
    return version === null ? learning(window, at, owned) : infer(window, version.model.learnt, owned);
  };

  return {
    events,
    counters,
    changes: () => {
      const fresh = events.slice(told);
      told = events.length;
      return fresh;
    },
    save: versions.unsaved,
    assign: (window, owned) => {
      const first = window.calls[0];
      if (first === undefined) return [];
      counters.windows++;
      counters.calls += window.calls.length;
      if (window.served.length === 0) {
        counters.orphans += window.calls.length;
        return window.calls.map(orphan);
      }
      const at = micros(owned?.from ?? first.start);
      const inferred = owned !== undefined && at <= reached ? again(window, at, owned) : learning(window, at, owned);
      counters.strange += inferred.strange;
      counters.dropped += inferred.dropped;
      for (const { parent } of inferred.assignments) if (parent === null) counters.orphans++;
      return inferred.assignments;
    },
  };
};
