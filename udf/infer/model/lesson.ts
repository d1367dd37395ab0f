import type { InstanceWindow } from '../algorithm.ts';
import { callNumbers } from './frame.ts';
import { infer } from './infer.ts';
import { learn, type Learnt } from './learn.ts';
import { shiftTo } from './surer.ts';

/**
 * What is learnt of a window, and how sure to be of calls through full pools. A queue only changes as a whole, and a walk that moves
 * calls one by one cannot tell how sure it is; that parents end after their own calls tells it.
 */
export const lessonOf = (window: InstanceWindow): Learnt => {
  const { learnt, followed } = learn(window);
  const { shape, vocabulary } = learnt;
  if (shape.pools.kinds.length === 0) return learnt;
  const kindOf = callNumbers(vocabulary);
  const through = infer(window, learnt).assignments.filter(({ call }) => shape.pools.kinds.includes(kindOf(call)));
  const surer = shiftTo(through.map(({ probability }) => probability), followed);
  return { ...learnt, shape: { ...shape, pools: { ...shape.pools, surer } } };
};
