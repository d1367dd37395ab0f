import type { InstanceWindow } from '../algorithm.ts';
import { beamSearch, type Reach } from './beam.ts';
import { bundleOf, type Bundle } from './bundle.ts';
import { fitShape } from './fit.ts';
import { flowOf, type Flow } from './flow.ts';
import { frameOf, vocabularyOf, type Frame, type Vocabulary } from './frame.ts';
import { lagGrid, quantumOf } from './grid.ts';
import { guessShape } from './guess.ts';
import { findLinks, type Link } from './links.ts';
import { queueCost } from './queue.ts';
import { randomOf } from './random.ts';
import { samplerOf, type Sampler } from './sample.ts';
import type { Shape } from './shape.ts';
import { measured } from './strength.ts';

/** Ways kept: enough for fan-outs shared by a worker pool, fewer where calls have so many candidates that each way is dear. */
const WIDTH = 24;
const CROWDED_WIDTH = 320;
/** Keeps the beam narrow where there is nothing to choose, nats. */
const SPREAD = 12;

/** Mean number of candidates of a call. */
export const crowdOf = (frame: Frame): number => (frame.calls > 0 ? frame.candidates.length / frame.calls : 0);

const reachOf = (frame: Frame): Reach =>
  ({ width: Math.min(WIDTH, Math.ceil(CROWDED_WIDTH / Math.max(1, crowdOf(frame)))), spread: SPREAD });
/** Rounds of finding the best assignment, drawing one near it and fitting to that. */
const ROUNDS = 4;

/** What has been learnt of an instance. */
export interface Learnt {
  readonly vocabulary: Vocabulary;
  readonly shape: Shape;
  /** The ways that values flow. */
  readonly links: readonly Link[];
  /** What times and order count for beside values. */
  readonly weight: number;
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

export const prepared = (wide: Frame, links: readonly Link[], weight: number): Prepared => ({ ...flowOf(wide, links), weight });

/** What a shape says of a window. */
export interface Judged {
  readonly bundle: Bundle;
  readonly orphan: Float64Array;
  readonly queue: Float64Array;
}

export const judged = ({ frame, flow, weight }: Prepared, shape: Shape): Judged => ({
  bundle: bundleOf(frame, shape, flow, weight),
  orphan: flow === null ? shape.orphan : shape.orphan.map((one) => weight * one),
  queue: flow === null ? shape.queue : shape.queue.map((one) => weight * one),
});

/** The best assignment, as a sampler stands on it. */
export const searchedBy = ({ frame }: Prepared, by: Judged): Sampler =>
  samplerOf(frame, by.bundle, by, beamSearch(frame, by.bundle, by.orphan, reachOf(frame)), randomOf(frame.calls));

const searched = (ready: Prepared, shape: Shape): Sampler => searchedBy(ready, judged(ready, shape));

const refit = (ready: Prepared, shape: Shape): { shape: Shape; sampler: Sampler } => {
  const sampler = searched(ready, shape);
  // a draw, not the best: fitted to the best alone, delays would look sharper than they are
  sampler.sweep(1, null, null);
  const next = { ...fitShape(ready.frame, shape.grid, sampler.state, shape.parentKinds, shape.callKinds), queue: shape.queue };
  return { shape: next, sampler };
};

/** What times count for where values decide most calls: little until values have taught them, never whole. */
const TAUGHT = [0.1, 0.2, 0.5, 0.5];
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

/** Learns an instance from the exchanges alone: delays by unpaired streams first, then by assigning and fitting in turn. */
export const learn = (window: InstanceWindow): Learnt => {
  const vocabulary = vocabularyOf(window);
  const wide = frameOf(window, vocabulary);
  const parentKinds = vocabulary.parents.size + 1;
  const callKinds = vocabulary.calls.size + 1;
  let links = findLinks(wide);
  let ready = prepared(wide, links, 1);
  const taught = decidedShare(ready) > DECIDED;
  const random = randomOf(wide.calls);
  const queue = Float64Array.from({ length: parentKinds }, (_, kind) => queueCost(wide, kind, random));
  let shape: Shape = { ...guessShape(ready.frame, lagGrid(quantumOf(times(window))), parentKinds, callKinds), queue };
  for (let round = 0; round < ROUNDS; round++) {
    const weight = taught ? TAUGHT[round]! : 1;
    ready = round > 0 && links.length > 0 ? prepared(wide, links, weight) : { ...ready, weight };
    const next = refit(ready, shape);
    shape = next.shape;
    links = measured(ready.frame, links, next.sampler.state);
  }
  if (links.length > 0) ready = prepared(wide, links, ready.weight);
  return { vocabulary, shape, links, weight: ready.weight, level: levelOf(ready.frame, parentKinds, searched(ready, shape).value) };
};

/** Brings delays up to date with newer exchanges of the same kinds; structure and kinds of parents stay comparable. */
export const refresh = (before: Learnt, window: InstanceWindow): Learnt => {
  const { vocabulary, shape, links, weight } = before;
  const ready = prepared(frameOf(window, vocabulary), links, weight);
  const { shape: next, sampler } = refit(ready, shape);
  return {
    ...before, shape: next, links: measured(ready.frame, links, sampler.state),
    level: levelOf(ready.frame, shape.parentKinds, sampler.value),
  };
};
