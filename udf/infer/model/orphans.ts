import type { Frame } from './frame.ts';

/** Share of a kind's calls taken for orphans before anything is known, and how many calls that guess is worth. */
const BEFORE = 0.003;
const WORTH = 100;
/** Most that an assignment may add: calls that are hard to place look like orphans, and would make themselves so. */
const LEARNT = 0.02;

/** A rate is taken over at least this long: a lone call says nothing of how often such calls come. */
export const LEAST_SPAN_US = 1_000_000;

/**
 * ln of the rate per µs at which calls of each kind appear without a parent (timers, the children of exchanges that no tap
 * saw), from what is sent while nothing is being served; `owner`, where given, adds what was left over, within bounds.
 */
export const orphanRates = (frame: Frame, callKinds: number, owner: Int32Array | null): Float64Array => {
  const { calls, callKind, callStart, offsets, parents, parentStart, parentUntil } = frame;
  const all = new Float64Array(callKinds);
  const alone = new Float64Array(callKinds);
  const left = new Float64Array(callKinds);
  for (let c = 0; c < calls; c++) {
    const kind = callKind[c]!;
    all[kind]!++;
    if (offsets[c + 1] === offsets[c]) alone[kind]!++;
    else if (owner !== null && owner[c]! < 0) left[kind]!++;
  }
  const first = callStart[0] ?? 0;
  const last = callStart[calls - 1] ?? 0;
  let idle = 0;
  let busyUntil = first;
  for (let p = 0; p < parents; p++) {
    if (parentStart[p]! > last) break;
    if (parentStart[p]! > busyUntil) idle += parentStart[p]! - busyUntil;
    if (parentUntil[p]! > busyUntil) busyUntil = parentUntil[p]!;
  }
  if (last > busyUntil) idle += last - busyUntil;
  const span = Math.max(LEAST_SPAN_US, last - first);
  return all.map((n, kind) => {
    const rate = (n + 1) / span;
    const seen = (alone[kind]! + BEFORE * WORTH) / (idle + WORTH / rate);
    return Math.log(Math.max(seen, Math.min(left[kind]! / span, LEARNT * rate)));
  });
};
