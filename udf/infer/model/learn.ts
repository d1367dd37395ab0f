import type { InstanceWindow } from '../algorithm.ts';
import { beamSearch, type Reach } from './beam.ts';
import { bundleOf, type Bundle } from './bundle.ts';
import { HALF, NOT } from './combined.ts';
import { fitShape } from './fit.ts';
import { flowOf, type Flow } from './flow.ts';
import { endsFollowed } from './followed.ts';
import { frameOf, vocabularyOf, type Frame, type Vocabulary } from './frame.ts';
import { lagGrid, quantumOf } from './grid.ts';
import { guessShape } from './guess.ts';
import { holdLatest } from './latest.ts';
import { findLinks, type Link } from './links.ts';
import { fullPools, NO_POOLS, ruleKept, turnsBy, withPools, type Rule } from './pool.ts';
import { queueCost } from './queue.ts';
import { randomOf } from './random.ts';
import { samplerOf } from './sample.ts';
import type { Pools, Shape } from './shape.ts';
import { measured } from './strength.ts';
import { valuesLikelihood } from './telling.ts';
import { overtakingCost, TURN_LEARNING } from './turn.ts';
import { crowded, withoutKinds } from './untold.ts';
import type { Sampler } from './walk.ts';

/** Ways kept: enough for fan-outs shared by a worker pool, fewer where calls have so many candidates that each way is dear. */
const WIDTH = 24;
const CROWDED_WIDTH = 320;
/** Keeps the beam narrow where there is nothing to choose, nats. */
const SPREAD = 12;

/** Mean number of candidates of a call. */
export const crowdOf = (frame: Frame): number => (frame.calls > 0 ? frame.candidates.length / frame.calls : 0);

const reachOf = (frame: Frame): Reach =>
  ({ width: Math.min(WIDTH, Math.ceil(CROWDED_WIDTH / Math.max(1, crowdOf(frame)))), spread: SPREAD });
/** Rounds of finding the best assignment, drawing one near it and fitting to that; what times count for in each. */
const WHOLE = [1, 1, 1, 1] as const;
/** Where values decide most calls times count little until values have taught them, and never whole. */
const TAUGHT = [0.1, 0.2, 0.5, 0.5] as const;
/** The round from which values count where times go first. */
const LATER = 2;

/** What has been learnt of an instance. */
export interface Learnt {
  readonly vocabulary: Vocabulary;
  readonly shape: Shape;
  /** The ways that values flow. */
  readonly links: readonly Link[];
  /** What times and order count for beside values. */
  readonly weight: number;
  /** What a field's values count for after those of the best. */
  readonly more: number;
  /** Kinds of call whose times tell nothing and whose values neither; nothing is learnt of them. */
  readonly untold: readonly number[];
  /** Those of them that go through full pools: who ends after calls by order says nothing of whose these are. */
  readonly pooled: readonly number[];
  /** Mean ln likelihood of a parent with its calls, by parent kind: what later windows are held against. */
  readonly level: Float64Array;
}

const times = function* ({ served, calls }: InstanceWindow): Generator<number> {
  for (const list of [served, calls]) {
    for (const one of list) {
      yield one.start;
      if (one.end !== null) yield one.end;
    }
  }
};

const levelOf = (frame: Frame, kinds: number, value: Float64Array): Float64Array => {
  const sum = new Float64Array(kinds);
  const n = new Float64Array(kinds);
  for (let p = 0; p < frame.parents; p++) {
    sum[frame.parentKind[p]!]! += value[p]!;
    n[frame.parentKind[p]!]!++;
  }
  return sum.map((one, kind) => (n[kind]! > 0 ? one / n[kind]! : 0));
};

/** A window made ready for the search. */
export interface Prepared {
  readonly frame: Frame;
  readonly flow: Flow | null;
  readonly weight: number;
}

export const prepared = (wide: Frame, { links, weight, more }: Pick<Learnt, 'links' | 'weight' | 'more'>): Prepared => ({ ...flowOf(wide, links, more), weight });

/** Of kinds of call those that no values tell. */
const withoutValues = (kinds: readonly number[], links: readonly Link[]): readonly number[] =>
  kinds.filter((kind) => !links.some(({ callKind }) => callKind === kind));

/** The window without the calls of kinds that are not told apart, which are these. */
export const toldApart = (whole: Frame, links: readonly Link[], before: readonly number[]): { readonly wide: Frame; readonly untold: readonly number[] } => {
  const untold = withoutValues([...new Set([...before, ...crowded(whole)])], links);
  return { wide: withoutKinds(whole, untold), untold };
};

/** What a shape says of a window. */
export interface Judged {
  readonly bundle: Bundle;
  readonly orphan: Float64Array;
  readonly queue: Float64Array;
  /** Nats for each parent that has waited longer, by kind of call. */
  readonly turns: Float64Array;
}

export const judged = ({ frame, flow, weight }: Prepared, shape: Shape, turn: number): Judged => ({
  bundle: bundleOf(frame, shape, flow, weight),
  orphan: flow === null ? shape.orphan : shape.orphan.map((one) => weight * one),
  turns: turnsBy(shape, flow === null ? turn : weight * turn),
  queue: flow === null ? shape.queue : shape.queue.map((one) => weight * one),
});

/** The best assignment, as a sampler stands on it. */
export const searchedBy = ({ frame }: Prepared, by: Judged): Sampler =>
  holdLatest('walk', samplerOf(frame, by.bundle, by, beamSearch(frame, by.bundle, by, reachOf(frame)), randomOf(frame.calls)));

const searched = (ready: Prepared, shape: Shape): Sampler => searchedBy(ready, judged(ready, shape, TURN_LEARNING));

const refit = (ready: Prepared, shape: Shape): { shape: Shape; sampler: Sampler } => {
  const sampler = searched(ready, shape);
  // a draw, not the best: fitted to the best alone, delays would look sharper than they are
  sampler.sweep(1, null, null);
  const next = { ...withPools(fitShape(ready.frame, shape.grid, sampler.state, shape.parentKinds, shape.callKinds), shape.pools), queue: shape.queue };
  return { shape: next, sampler };
};

/** Share of the calls with a choice that values must decide, by two nats, to teach times. */
const DECIDED = 0.5;
const DECIDING = 2;

/** How many of the calls with a choice values alone decide. */
const decidedShare = ({ frame, flow }: Prepared): number => {
  if (flow === null) return 0;
  let choices = 0;
  let decided = 0;
  for (let c = 0; c < frame.calls; c++) {
    if (frame.open[c]! < 2) continue;
    choices++;
    for (let i = frame.offsets[c]!; i < frame.offsets[c + 1]!; i++) if (flow.margin(c, frame.candidates[i]!) > DECIDING) { decided++; break; }
  }
  return choices > 0 ? decided / choices : 0;
};

/** What may be learnt of a window, and how likely it makes all that was seen. */
interface Way {
  readonly more: number;
  readonly ready: Prepared;
  readonly shape: Shape;
  readonly links: readonly Link[];
  readonly sampler: Sampler;
}

/** ln likelihood of what a window shows under the assignment that a way ends in, the same measure whatever led there. */
interface Likelihood {
  /** Of which calls came in which order, of every parent. */
  readonly order: number;
  /** Of that, of all times, and of who shares values with whom. */
  readonly all: number;
}

const likelihoodOf = (wide: Frame, { shape, links, sampler: { state } }: Way): Likelihood => {
  const bundle = bundleOf(wide, shape, null, 1);
  let order = 0;
  let all = valuesLikelihood(wide, links, state);
  state.lists.forEach((list, p) => {
    all += bundle.whole(p, list, list.length);
    const own = shape.orders[wide.parentKind[p]!]!;
    let prefix = own.root;
    for (const c of list) {
      order += prefix.log[wide.callKind[c]!]!;
      prefix = prefix.next[wide.callKind[c]!] ?? own.follow(prefix, wide.callKind[c]!);
    }
    order += prefix.end;
  });
  state.owner.forEach((p, c) => { if (p < 0) { all += shape.orphan[wide.callKind[c]!]!; order += shape.orphan[wide.callKind[c]!]!; } });
  return { order, all };
};

/** Nats a call by which times must make parents more alike than values do. */
const MORE_ALIKE = 0.02;

/**
 * The way to keep. Times must make all that was seen likelier; and since in a crowd they may take a queue's rhythm for
 * their own, they must make the parents more alike too: values that mislead give one parent too many calls and another too few.
 */
const likelier = (wide: Frame, byValues: Way, byTimes: () => Way): Way => {
  const least = MORE_ALIKE * wide.calls;
  const before = likelihoodOf(wide, byValues);
  // no order is likelier than certain: where values leave the parents that alike there is nothing to try
  if (before.order + least >= 0) return byValues;
  const other = byTimes();
  const after = likelihoodOf(wide, other);
  return after.all > before.all && after.order > before.order + least ? other : byValues;
};

/** What there is to learn an instance from. */
interface Material {
  readonly window: InstanceWindow;
  readonly vocabulary: Vocabulary;
  readonly whole: Frame;
  readonly links: readonly Link[];
}

/** What was learnt, and what speaks for it. */
interface Lesson extends Rule {
  readonly learnt: Learnt;
}

/** Learns with calls of some kinds left out, and those of others taken to go through full pools. */
const learnBy = ({ window, vocabulary, whole, links: found }: Material, out: readonly number[], pools: Pools): Lesson => {
  const parentKinds = vocabulary.parents.size + 1;
  const callKinds = vocabulary.calls.size + 1;
  const random = randomOf(whole.calls);
  const { wide, untold } = toldApart(whole, found, out);
  const queue = Float64Array.from({ length: parentKinds }, (_, kind) => queueCost(wide, kind, random));
  const grid = lagGrid(quantumOf(times(window)));
  const wayOf = (from: number, weights: readonly number[], more: number): Way => {
    let links = found;
    let ready = prepared(wide, { links: from === 0 ? links : [], weight: weights[0]!, more });
    let shape: Shape = { ...withPools(guessShape(ready.frame, grid, parentKinds, callKinds), pools), queue };
    weights.forEach((weight, round) => {
      ready = round > 0 && round >= from && links.length > 0 ? prepared(wide, { links, weight, more }) : { ...ready, weight };
      const next = refit(ready, shape);
      shape = next.shape;
      links = measured(wide, links, next.sampler.state);
    });
    if (links.length > 0) ready = prepared(wide, { links, weight: ready.weight, more });
    return { more, ready, shape, links, sampler: searched(ready, shape) };
  };
  const taught = decidedShare(prepared(wide, { links: found, weight: 1, more: HALF })) > DECIDED;
  const byValues = wayOf(0, taught ? TAUGHT : WHOLE, HALF);
  const best = found.length === 0 ? byValues : likelier(wide, byValues, () => wayOf(LATER, WHOLE, NOT));
  const { value, state: { owner, lists } } = best.sampler;
  const { bundle, turns } = judged(best.ready, best.shape, TURN_LEARNING);
  const overtaken = overtakingCost(best.ready.frame, bundle, turns, owner, lists, pools.kinds);
  return {
    followed: endsFollowed(wide, pools.kinds, owner).undisturbed,
    likelihood: value.reduce((sum, one) => sum + one, 0) - overtaken,
    overtaken: overtaken / Math.max(1, owner.filter((_, c) => pools.kinds.includes(wide.callKind[c]!)).length),
    learnt: {
      vocabulary, shape: best.shape, links: best.links, weight: best.ready.weight, more: best.more, untold, pooled: out,
      level: levelOf(best.ready.frame, parentKinds, value),
    },
  };
};

/**
 * Learns an instance from the exchanges alone: delays by unpaired streams first, then by assigning and fitting in turn. Where
 * values flow this is done twice, by values from the start and by times until these can tell how far values are to be trusted:
 * each way finds itself confirmed, so the two are compared in the end. Calls through full pools are told by turns or by who came first
 * where that rule is kept to; else they are left out, to go by order.
 */
export const learn = (window: InstanceWindow): Learnt => {
  const vocabulary = vocabularyOf(window);
  const whole = frameOf(window, vocabulary);
  const links = findLinks(whole);
  const material = { window, vocabulary, whole, links };
  const kinds = withoutValues(fullPools(whole), links);
  if (kinds.length > 0 && !crowded(whole).some((kind) => kinds.includes(kind))) {
    const [turns, firstCome] = (['by turns', 'first come'] as const).map((next) => learnBy(material, [], { kinds, next }));
    const kept = ruleKept(turns!, firstCome!, whole.calls);
    if (kept !== null) return kept.learnt;
  }
  return learnBy(material, kinds, NO_POOLS).learnt;
};

/** Brings delays up to date with newer exchanges of the same kinds; structure and kinds of parents stay comparable. */
export const refresh = (before: Learnt, window: InstanceWindow): Learnt => {
  const { vocabulary, shape, links } = before;
  const wide = withoutKinds(frameOf(window, vocabulary), before.untold);
  const ready = prepared(wide, before);
  const { shape: next, sampler } = refit(ready, shape);
  return {
    ...before, shape: next, links: measured(wide, links, sampler.state),
    level: levelOf(ready.frame, shape.parentKinds, sampler.value),
  };
};
