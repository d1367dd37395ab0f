import type { Times } from '../source/merged.ts';

/** Time of an exchange that none of its calls covers, µs; calls without an answer last to its end. null = it has no end. */
export const selfTime = ({ start, end }: Times, calls: readonly Times[]): number | null => {
  if (end === null) return null;
  let covered = 0;
  let reached: number = start;
  for (const call of calls.toSorted((a, b) => a.start - b.start)) {
    const from = Math.max(call.start, reached);
    const to = Math.min(call.end ?? end, end);
    if (to <= from) continue;
    covered += to - from;
    reached = to;
  }
  return end - start - covered;
};
