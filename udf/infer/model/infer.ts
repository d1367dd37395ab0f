import type { Assignment, Call, Candidate, InstanceWindow, Stretch } from '../algorithm.ts';
import { fcfs } from '../fcfs.ts';
import { endsFollowed } from './followed.ts';
import { frameOf, type Frame } from './frame.ts';
import { crowdOf, judged, prepared, searchedBy, toldApart, type Learnt } from './learn.ts';
import { scorer } from './scores.ts';
import { TURN_DECIDING } from './turn.ts';
import { asOrdered, orderRight } from './untold.ts';

/**
 * Temperature of the walk that says how sure an assignment is. Above 1 because delays were fitted to the same calls, and
 * because the walk must leave the way that the search has settled on; the calibration error is flat from 2 to 3.
 */
const TEMPERATURE = 2.5;
const SWEEPS = 12;
/** Fewer sweeps where calls have more candidates than this, down to a few: cost stays bounded at any concurrency. */
const CROWD = 12;
const FEWEST_SWEEPS = 3;
/** Rounds of single best moves after the search; it has mostly found them all. */
const POLISH = 6;

export interface Inferred {
  readonly assignments: readonly Assignment[];
  /** How much less likely than when it was learnt the window is, nats an event; and over how many parents. */
  readonly shortfall: number;
  readonly parents: number;
  /** Candidates left out for a bound, and calls of kinds that were not learnt. */
  readonly dropped: number;
  readonly strange: number;
}

/** Nats by which values alone must prefer a parent to have decided. */
const TOLD = 2;

/** Nats an event that a parent of an unknown kind counts as falling short. */
const STRANGER = 5;

const shortfallOf = (frame: Frame, level: Float64Array, value: Float64Array, lists: readonly (readonly number[])[]): number => {
  let short = 0;
  let events = 0;
  for (let p = 0; p < frame.parents; p++) {
    const kind = frame.parentKind[p]!;
    const own = 1 + lists[p]!.length;
    events += own;
    short += kind === 0 ? STRANGER * own : level[kind]! - value[p]!;
  }
  return events > 0 ? short / events : 0;
};

/** Parents of a call that are told of. */
const MOST_TOLD = 3;
/** A share of a probability below this is not told. */
const LEAST_TOLD = 0.001;

/** A place of a call, -1 = nobody's. */
interface Weighed {
  readonly place: number;
  readonly probability: number;
}

/** The chosen place first, then the others by how often the walk was there. */
const toldOf = (own: Weighed, others: readonly Weighed[]): readonly Weighed[] =>
  [own, ...others.toSorted((a, b) => b.probability - a.probability).slice(0, MOST_TOLD - 1)];

/** Gives each call of a window to the parent that fits best under what was learnt, with how sure that is. */
export const infer = (window: InstanceWindow, learnt: Learnt, owned?: Stretch): Inferred => {
  const whole = frameOf(window, learnt.vocabulary);
  const { wide, untold } = toldApart(whole, learnt.links, learnt.untold);
  const ready = prepared(wide, learnt);
  // Of these an order is all there is; it says 1/n, which is often less than it is right.
  const inTurn = untold.length === 0 ? [] : fcfs().assign(window);
  const inCrowd = untold.filter((kind) => !learnt.pooled.includes(kind));
  const rightInCrowd = orderRight(window, whole, inTurn, inCrowd);
  const { frame, flow } = ready;
  const { pools } = learnt.shape;
  const by = judged(ready, learnt.shape, TURN_DECIDING);
  const sampler = searchedBy(ready, by);
  const total = frame.offsets[frame.calls]!;
  const marks = new Float64Array(total + frame.calls);
  const open = new Uint8Array(frame.calls);
  const sweeps = Math.max(FEWEST_SWEEPS, Math.round(SWEEPS * Math.min(1, CROWD / Math.max(1, crowdOf(frame)))));
  sampler.look(TEMPERATURE, marks, open);
  const own = ({ start }: Call): boolean => owned === undefined || (start >= owned.from && start < owned.to);
  window.calls.forEach((call, c) => { if (!own(call)) open[c] = 0; });
  for (let i = 0; i < Math.min(POLISH, sweeps); i++) if (sampler.sweep(0, open, null) === 0) break;
  const owner = sampler.state.owner.slice();
  // A queue only changes as a whole: a walk that moves calls one by one cannot tell how sure it is of calls through full pools.
  const rightInPools = endsFollowed(frame, pools.kinds, owner).undisturbed;
  const shortfall = shortfallOf(frame, learnt.level, sampler.value, sampler.state.lists);
  for (let i = 0; i < sweeps; i++) sampler.sweep(TEMPERATURE, open, marks);

  // Scores are told of the way that was chosen, which the walk has left.
  sampler.goTo(owner);
  const scoresOf = scorer(sampler, by.bundle, (c) => by.orphan[frame.callKind[c]!]!);
  let strange = 0;
  const assignmentOf = (call: Call, c: number): Assignment => {
    const kind = frame.callKind[c]!;
    if (kind === 0) strange++;
    if (untold.includes(kind)) return inCrowd.includes(kind) ? asOrdered(inTurn[c]!, rightInCrowd) : inTurn[c]!;
    const from = frame.offsets[c]!;
    const to = frame.offsets[c + 1]!;
    const given = owner[c]!;
    const lone = marks[total + c]!;
    let sum = lone;
    let mine = given < 0 ? lone : 0;
    let second = -1;
    let most = 0;
    for (let i = from; i < to; i++) {
      const mark = marks[i]!;
      sum += mark;
      if (frame.candidates[i] === given) mine = mark;
      else if (mark > most) { most = mark; second = frame.candidates[i]!; }
    }
    const parent = given < 0 ? null : window.served[given]!;
    const walked = sum > 0 ? mine / sum : 1;
    const sure = given >= 0 && walked < 1 && pools.kinds.includes(kind) ? rightInPools || 1 / frame.open[c]! : walked;
    const rest = walked < 1 ? (1 - sure) / (1 - walked) : 1;
    const share = (mark: number): number => (sum > 0 ? rest * mark / sum : 0);
    const others: Weighed[] = given >= 0 && share(lone) >= LEAST_TOLD ? [{ place: -1, probability: share(lone) }] : [];
    for (let i = from; i < to; i++) {
      const place = frame.candidates[i]!;
      if (place !== given && share(marks[i]!) >= LEAST_TOLD) others.push({ place, probability: share(marks[i]!) });
    }
    const evidence = parent === null ? 'none' : frame.open[c] === 1 ? 'unique' : flow !== null && flow.margin(c, given) >= TOLD ? 'token' : 'timing';
    // Of what values decided the runner-up is told however unlikely, to show what they said.
    if (evidence === 'token' && others.length === 0 && second >= 0) others.push({ place: second, probability: share(most) });
    const told = others.length === 0 && evidence !== 'token' ? [] : toldOf({ place: given, probability: sure }, others);
    const scores = told.length === 0 ? null : scoresOf(c);
    const candidates = told.map(({ place, probability }): Candidate =>
      ({ parent: place < 0 ? null : window.served[place]!, probability, scores: scores?.get(place) ?? {} }));
    return {
      call, parent, probability: sure,
      runnerUp: second < 0 ? null : window.served[second]!, runnerUpProbability: share(most),
      evidence, candidates,
    };
  };
  const assignments: Assignment[] = [];
  window.calls.forEach((call, c) => { if (own(call)) assignments.push(assignmentOf(call, c)); });
  return { assignments, shortfall, parents: frame.parents, dropped: frame.dropped, strange };
};
