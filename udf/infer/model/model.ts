import type { Algorithm, Assignment, InstanceWindow } from '../algorithm.ts';
import { beamSearch } from './beam.ts';
import { bundleOf } from './bundle.ts';
import { queueCost } from './fifo.ts';
import { fitShape } from './fit.ts';
import { frameOf, type Frame, type Vocabulary } from './frame.ts';
import { lagGrid, quantumOf, type Grid } from './grid.ts';
import { randomOf, samplerOf, type Sampler } from './sample.ts';
import type { Shape } from './shape.ts';
import { guessShape } from './streams.ts';

/** Parents that a model is learnt from. */
const LEARN_PARENTS = 6000;
const LEARN_TEMPERATURES = Array(Number(process.env.R ?? 6)).fill(1);
const W = Number(process.env.W ?? 8);
const BURN = 4;
const SAMPLES = 12;

const firstParents = (window: InstanceWindow): InstanceWindow => {
  if (window.served.length <= LEARN_PARENTS) return window;
  const until = window.served[LEARN_PARENTS]!.start;
  return { ...window, served: window.served.slice(0, LEARN_PARENTS), calls: window.calls.filter((call) => call.start < until) };
};

const copy = (from: Sampler, to: Sampler): void => {
  from.state.owner.forEach((p, c) => { to.state.owner[c] = p; });
  from.state.lists.forEach((list, p) => { to.state.lists[p]!.push(...list); });
};

export const learn = (frame: Frame, grid: Grid, vocabulary: Vocabulary): Shape => {
  const parentKinds = vocabulary.parents.size + 1;
  const callKinds = vocabulary.calls.size + 1;
  const random = randomOf(frame.calls);
  const queue = Float64Array.from({ length: parentKinds }, (_, kind) => queueCost(frame, kind, random));
  let shape = { ...guessShape(frame, grid, parentKinds, callKinds), queue };
  let sampler = samplerOf(frame, bundleOf(frame, shape), shape, random);
  sampler.adopt(beamSearch(frame, bundleOf(frame, shape), shape.orphan, W));
  const BR = (process.env.BR ?? '0,1,2,3,4,5').split(',').map(Number);
  for (const [round, temperature] of LEARN_TEMPERATURES.entries()) {
    shape = { ...fitShape(frame, grid, sampler.state, parentKinds, callKinds), queue };
    const next = samplerOf(frame, bundleOf(frame, shape), shape, random);
    if (BR.includes(round)) next.adopt(beamSearch(frame, bundleOf(frame, shape), shape.orphan, W));
    else { copy(sampler, next); next.refresh(); }
    sampler = next;
    sampler.sweep(temperature, null, null, null);
  }
  return { ...fitShape(frame, grid, sampler.state, parentKinds, callKinds), queue };
};

export const model: Algorithm = () => {
  const vocabulary: Vocabulary = { parents: new Map(), calls: new Map() };
  let shape: Shape | null = null;
  return {
    assign: (window) => {
      if (window.calls.length === 0) return [];
      const frame = frameOf(window, vocabulary);
      if (shape === null) {
        const few = firstParents(window);
        const times = function* (): Generator<number> {
          for (const one of few.served) { yield one.start; if (one.end !== null) yield one.end; }
          for (const one of few.calls) { yield one.start; if (one.end !== null) yield one.end; }
        };
        shape = learn(few === window ? frame : frameOf(few, vocabulary), lagGrid(quantumOf(times())), vocabulary);
      }
      const sampler = samplerOf(frame, bundleOf(frame, shape), shape, randomOf(frame.calls));
      sampler.adopt(beamSearch(frame, bundleOf(frame, shape), shape.orphan, 8));
      const total = frame.offsets[frame.calls]!;
      const marks = new Float64Array(total + frame.calls);
      for (let i = 0; i < BURN; i++) sampler.sweep(1, null, null, null);
      for (let i = 0; i < SAMPLES; i++) sampler.sweep(1, null, marks, null);
      for (let i = 0; i < 6; i++) if (sampler.sweep(0, null, null, null) === 0) break;
      if (!shape.queue.some((cost) => cost > 0)) sampler.improve(3);
      return window.calls.map((call, c): Assignment => {
        const from = frame.offsets[c]!;
        const to = frame.offsets[c + 1]!;
        const own = sampler.state.owner[c]!;
        let sum = marks[total + c]!;
        let best = 0;
        let other = -1;
        let most = 0;
        for (let i = from; i < to; i++) {
          const mark = marks[i]!;
          sum += mark;
          if (frame.candidates[i] === own) best = mark;
          else if (mark > most) { most = mark; other = frame.candidates[i]!; }
        }
        if (own < 0) best = marks[total + c]!;
        const parent = own < 0 ? null : window.served[own]!;
        return {
          call, parent, probability: sum > 0 ? best / sum : 1,
          runnerUp: other < 0 ? null : window.served[other]!, runnerUpProbability: sum > 0 ? most / sum : 0,
          evidence: parent === null ? 'none' : to - from === 1 ? 'unique' : 'timing',
        };
      });
    },
  };
};
