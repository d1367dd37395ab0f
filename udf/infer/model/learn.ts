import type { InstanceWindow } from '../algorithm.ts';
import { beamSearch, type Reach } from './beam.ts';
import { bundleOf } from './bundle.ts';
import { fitShape } from './fit.ts';
import { frameOf, vocabularyOf, type Frame, type Vocabulary } from './frame.ts';
import { lagGrid, quantumOf } from './grid.ts';
import { guessShape } from './guess.ts';
import { queueCost } from './queue.ts';
import { randomOf } from './random.ts';
import { samplerOf, type Sampler } from './sample.ts';
import type { Shape } from './shape.ts';

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

/** The best assignment under a shape, as a sampler stands on it. */
export const searched = (frame: Frame, shape: Shape): Sampler => {
  const bundle = bundleOf(frame, shape);
  return samplerOf(frame, bundle, shape, beamSearch(frame, bundle, shape.orphan, reachOf(frame)), randomOf(frame.calls));
};

const refit = (frame: Frame, shape: Shape): { shape: Shape; sampler: Sampler } => {
  const sampler = searched(frame, shape);
  // a draw, not the best: fitted to the best alone, delays would look sharper than they are
  sampler.sweep(1, null, null);
  const next = { ...fitShape(frame, shape.grid, sampler.state, shape.parentKinds, shape.callKinds), queue: shape.queue };
  return { shape: next, sampler };
};

/** Learns an instance from the exchanges alone: delays by unpaired streams first, then by assigning and fitting in turn. */
export const learn = (window: InstanceWindow): Learnt => {
  const vocabulary = vocabularyOf(window);
  const frame = frameOf(window, vocabulary);
  const parentKinds = vocabulary.parents.size + 1;
  const callKinds = vocabulary.calls.size + 1;
  const random = randomOf(frame.calls);
  const queue = Float64Array.from({ length: parentKinds }, (_, kind) => queueCost(frame, kind, random));
  let shape: Shape = { ...guessShape(frame, lagGrid(quantumOf(times(window))), parentKinds, callKinds), queue };
  for (let round = 0; round < ROUNDS; round++) ({ shape } = refit(frame, shape));
  return { vocabulary, shape, level: levelOf(frame, parentKinds, searched(frame, shape).value) };
};

/** Brings delays up to date with newer exchanges of the same kinds; structure and kinds of parents stay comparable. */
export const refresh = ({ vocabulary, shape }: Learnt, window: InstanceWindow): Learnt => {
  const frame = frameOf(window, vocabulary);
  const { shape: next, sampler } = refit(frame, shape);
  return { vocabulary, shape: next, level: levelOf(frame, shape.parentKinds, sampler.value) };
};
