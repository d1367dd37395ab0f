import type { Exchange } from '../sql/exchange.ts';
import { micros } from '../sql/micros.ts';
import type { Sink } from '../sql/sink.ts';
import { teller, weighedOf } from './aside.ts';
import type { Assignment, Inference } from './infer/algorithm.ts';
import { nameRegister } from './names/register.ts';
import { namingLearner } from './names/naming.ts';
import type { InferenceOptions, InferredWindow } from './pipeline.ts';
import type { Merged } from './source/merged.ts';
import { exchangeStore, type Held } from './source/store.ts';
import { vantageLearner } from './source/vantage.ts';
import { servedUntil } from './served.ts';
import { forest, uprooted, type Placement } from './span/forest.ts';
import { traceSpans } from './span/trace.ts';
import { windowsAround } from './window/extent.ts';

/** Context before a window: calls of exchanges that have been open longer are not looked at again. */
const BACK_WINDOWS = 2;
/** What follows a window competes for the same parents for about as long as a call takes. */
const AHEAD_US = 250_000;
/** Traces stay in memory for this long after their last packet, to be rewritten when a row comes late. */
const KEEP_US = 30_000_000;
/** At this many exchanges in memory, traces are let go as soon as the context no longer needs them. */
const MOST_HELD = 500_000;

const root = (id: string): Placement =>
  ({ id, parent: null, probability: 1, runnerUp: null, runnerUpProbability: 0, evidence: 'none', candidates: [] });

const placementOf = (assignment: Assignment): Placement => {
  const { call, parent, probability, runnerUp, runnerUpProbability, evidence } = assignment;
  return {
    id: call.id, parent: parent?.id ?? null, probability, runnerUp: runnerUp?.id ?? null, runnerUpProbability, evidence,
    candidates: weighedOf(assignment),
  };
};

const samePlacement = (a: Placement | null, b: Placement): boolean =>
  a !== null && a.parent === b.parent && a.probability === b.probability && a.runnerUp === b.runnerUp
  && a.runnerUpProbability === b.runnerUpProbability && a.evidence === b.evidence;

const endOf = ({ client, server }: Merged): number => Math.max(client.end ?? client.start, server.end ?? server.start);

/** The inference of one tenant; see `inferencePipeline`. */
export const tenantInference = (tenant: string, options: InferenceOptions, emit: (window: InferredWindow) => void): Sink<Exchange> => {
  const { algorithm, minConfidence, windowUs, latenessUs, count } = options;
  const backUs = BACK_WINDOWS * windowUs;
  const vantages = vantageLearner();
  const naming = namingLearner(options.names);
  const store = exchangeStore((row) => vantages.sideOf(row));
  const trees = forest();
  const aside = teller(tenant, options.run);
  const namesOf = nameRegister(tenant, naming);
  const inferences = new Map<string, Inference>();
  /** Not placed yet. */
  const pending = new Map<string, Held>();
  /** Placed anew or changed since the last emission. */
  const touched = new Set<string>();
  /** Addresses to infer again, by window. */
  const dirty = new Map<number, Set<string>>();
  /** Roots of the traces written, by the window in which the last of each ended when it was. */
  const ending = new Map<number, Set<string>>();
  const progress = { open: -Infinity };

  const windowOf = (time: number): number => Math.floor(time / windowUs);

  /** Marks the closed windows in which what happened at an address changed. */
  const soil = (address: string, from: number, to: number): void => {
    const last = Math.min(windowOf(to + backUs), progress.open - 1);
    const oldest = windowOf(progress.open * windowUs - KEEP_US);
    for (let k = Math.max(windowOf(from - AHEAD_US), oldest); k <= last; k++) {
      const addresses = dirty.get(k) ?? new Set<string>();
      dirty.set(k, addresses.add(address));
    }
  };
  const soilAround = ({ exchange, client, server }: Merged): void => {
    if (progress.open === -Infinity) return;
    soil(exchange.client_ip, client.start, client.end ?? client.start);
    soil(exchange.server_ip, server.start, servedUntil(server));
  };

  const place = (placement: Placement): void => {
    pending.delete(placement.id);
    const sure = placement.parent !== null && placement.probability < minConfidence ? uprooted(placement) : placement;
    const before = trees.get(sure.id);
    if (samePlacement(before, sure)) return;
    if (before !== null && before.parent !== null) touched.add(before.parent);
    touched.add(sure.id);
    aside.placed(sure.id);
    for (const id of trees.place(sure)) touched.add(id);
  };

  /** Infers whose the calls are that an address sent in a window. */
  const inferAt = (address: string, k: number): void => {
    const from = k * windowUs;
    const own = (held: Held): boolean => windowOf(held.merged.client.start) === k;
    const extent = { from, to: from + windowUs, back: from - backUs, ahead: from + windowUs + AHEAD_US };
    const sent = store.sentFrom(address, extent.back, extent.ahead);
    for (const held of sent) if (own(held)) store.refresh(held);
    const owned = sent.filter(own);
    if (owned.length === 0) return;
    const served = store.servedAt(address, extent.back, extent.ahead).map(({ merged }) => merged);
    const ids = new Set(owned.map(({ merged }) => merged.id));
    for (const window of windowsAround(address, extent, served, sent.map(({ merged }) => merged), naming)) {
      const inference = inferences.get(window.instance) ?? algorithm(options.known?.(tenant, window.instance));
      inferences.set(window.instance, inference);
      const decided = inference.assign(window, extent).filter(({ call }) => ids.delete(call.id));
      for (const assignment of decided) place(placementOf(assignment));
      const caller = naming.callerOf(address);
      aside.score(window.instance, caller, micros(from), decided);
      aside.hear(window.instance, caller, inference);
    }
    for (const id of ids) place(root(id));
  };

  /** Traces that hold a name which has changed are written again. */
  const touchRenamed = (): ReadonlySet<string> => {
    const addresses = naming.renamed();
    for (const address of addresses) {
      for (const { merged } of store.servedAt(address)) touched.add(merged.id);
      for (const { merged } of store.sentFrom(address)) touched.add(merged.id);
    }
    return addresses;
  };

  const fixRow = (id: string): void => {
    const held = store.get(id);
    if (held === null) return;
    if (held.ts === null) {
      const written = options.written(id);
      held.ts = written?.ts ?? held.merged.server.start;
      held.revision = written?.revision ?? 0;
    }
    held.revision += 1;
  };
  const heldOf = (id: string): Held => {
    const held = store.get(id);
    if (held === null) throw new RangeError(`exchange ${id} was let go before its trace`);
    return held;
  };

  const endOfTree = (tree: readonly string[]): number => tree.reduce((end, id) => Math.max(end, endOf(heldOf(id).merged)), -Infinity);
  const willEnd = (top: string, end: number): void => {
    const k = windowOf(end);
    const tops = ending.get(k);
    if (tops === undefined) ending.set(k, new Set([top]));
    else tops.add(top);
  };

  /** Hands on every trace that changed, whole; one that hangs on an exchange of a later window waits for it. */
  const emitTouched = (firstWindow: number, lastWindow: number): void => {
    const from = micros(firstWindow * windowUs);
    const names = namesOf(touchRenamed(), from);
    const roots = new Set<string>();
    for (const id of touched) {
      const top = trees.rootOf(id);
      if (top === null) continue;
      roots.add(top);
      touched.delete(id);
    }
    for (const top of roots) {
      const tree = trees.treeOf(top);
      for (const id of tree) fixRow(id);
      willEnd(top, endOfTree(tree));
    }
    const parts = {
      run: options.run, forest: trees, naming,
      exchangeOf: (id: string) => heldOf(id).merged,
      tsOf: (id: string) => heldOf(id).ts ?? heldOf(id).merged.server.start,
      revisionOf: (id: string) => heldOf(id).revision,
    };
    const spans = [...roots].flatMap((top) => traceSpans(top, parts));
    const told = aside.take(spans, (id) => trees.get(id)?.candidates ?? []);
    if (spans.length + names.length + told.events.length + told.accuracy.length + told.models.length === 0) return;
    emit({ tenant, from, to: micros((lastWindow + 1) * windowUs), spans, names, ...told });
  };

  const letGo = (): void => {
    const now = progress.open * windowUs;
    const crowded = store.size() > MOST_HELD;
    const limit = now - (crowded ? backUs + windowUs : KEEP_US);
    for (const [k, ids] of ending) {
      if ((k + 1) * windowUs > limit) continue;
      ending.delete(k);
      for (const top of new Set([...ids].map((id) => trees.rootOf(id)))) {
        if (top === null) continue;
        const tree = trees.treeOf(top);
        const end = endOfTree(tree);
        if (end >= limit || tree.some((id) => touched.has(id))) { willEnd(top, Math.max(end, now)); continue; }
        if (crowded) count('traces_let_go_early');
        for (const id of tree) { trees.delete(id); store.delete(id); }
      }
    }
  };

  const inferAgain = (): void => {
    if (dirty.size === 0) return;
    const windows = [...dirty].toSorted(([a], [b]) => a - b);
    dirty.clear();
    for (const [k, addresses] of windows) for (const address of addresses) inferAt(address, k);
    count('windows_inferred_again', windows.length);
    emitTouched(windows[0]?.[0] ?? 0, windows.at(-1)?.[0] ?? 0);
  };

  /** Infers every window up to and without `limit`, those without exchanges excepted. */
  const inferUpTo = (limit: number): void => {
    inferAgain();
    for (;;) {
      let k = Infinity;
      for (const held of pending.values()) k = Math.min(k, windowOf(held.merged.client.start));
      if (k >= limit) break;
      const addresses = new Set<string>();
      for (const { merged } of pending.values()) {
        if (windowOf(merged.client.start) !== k) continue;
        if (merged.exchange.outcome === 'orphan') place(root(merged.id));
        else addresses.add(merged.exchange.client_ip);
      }
      for (const address of addresses) inferAt(address, k);
      progress.open = Math.max(progress.open, k + 1);
      count('windows_inferred');
      emitTouched(k, k);
      letGo();
    }
  };

  return {
    push(row) {
      vantages.see(row);
      if (store.get(row.exchange_id) === null && row.ts < progress.open * windowUs - KEEP_US + backUs + windowUs) {
        count('exchanges_too_late');
        options.tooLate(row);
        return;
      }
      const added = store.add(row);
      if (added === null) return;
      naming.see(row);
      const { held, before } = added;
      if (before === null) pending.set(held.merged.id, held);
      else {
        soilAround(before);
        touched.add(held.merged.id);
      }
      if (windowOf(held.merged.client.start) < progress.open) count('exchanges_late');
      soilAround(held.merged);
    },
    advance(watermark) {
      const limit = windowOf(watermark - AHEAD_US - latenessUs);
      inferUpTo(limit);
      progress.open = Math.max(progress.open, limit);
    },
    close() {
      inferUpTo(Infinity);
      emitTouched(progress.open - 1, progress.open - 1);
    },
  };
};
