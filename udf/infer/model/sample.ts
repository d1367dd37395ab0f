import type { Costs } from './beam.ts';
import type { Bundle } from './bundle.ts';
import type { Frame } from './frame.ts';
import { crossed, exchanged, fitFrom, MAX_LIST, nearest, nth, ordinalOf, without } from './moves.ts';
import { overtaking } from './queue.ts';
import type { Shape } from './shape.ts';
import { turnsOf } from './turn.ts';
import type { Sampler } from './walk.ts';
import { wholesOf } from './wholes.ts';

/** Nats behind the best at which what an option overtakes is not looked at. */
const HOPELESS = 14;

/** A call this sure to stay is not visited again. */
const SETTLED = 0.9995;

/** Longer lists do not cross: a parent that long is a stream of its own, and each try costs its length. */
const CROSS_MOST = 64;

const STAY = 0;
const MOVE = 1;
const SWAP = 2;
const CROSS = 3;

/** Options that a call can have: to stay, to be nobody's, and three for each candidate. */
const roomFor = (candidates: number): number => 2 + 3 * candidates;

/**
 * Gibbs sampling over block moves: a call stays, moves to another parent or to none, swaps with the other's nearest call of
 * its kind, or the two parents exchange all calls from that moment on. `marks` collects, call by call, the conditional
 * probabilities of all places (Rao-Blackwell): at the candidates' places, then one a call for no parent.
 */
export const samplerOf = (frame: Frame, bundle: Bundle, { orphan, queue, turns: costs }: Pick<Shape, 'orphan' | 'queue'> & Pick<Costs, 'turns'>, owners: Int32Array, random: () => number): Sampler => {
  const { callKind, offsets, candidates } = frame;
  const owner = owners.slice();
  const lists: number[][] = Array.from({ length: frame.parents }, () => []);
  for (let c = 0; c < frame.calls; c++) if (owner[c]! >= 0) lists[owner[c]!]!.push(c);
  const wholes = wholesOf(frame, bundle, lists);
  const value = new Float64Array(frame.parents);
  for (let p = 0; p < frame.parents; p++) value[p] = wholes.now(p);

  const turns = turnsOf(frame, bundle, costs, lists);
  const a = new Int32Array(2 * MAX_LIST);
  const b = new Int32Array(2 * MAX_LIST);
  /** Changes so far, and after which each parent had the calls it has. */
  let changes = 0;
  const changed = new Int32Array(frame.parents);
  const put = (parent: number, from: ArrayLike<number>, n: number): void => {
    const list = lists[parent]!;
    list.length = n;
    for (let i = 0; i < n; i++) { list[i] = from[i]!; owner[from[i]!] = parent; }
    value[parent] = wholes.now(parent);
    turns.note(parent);
    changed[parent] = ++changes;
  };

  const queued = queue.some((cost) => cost > 0);
  /** The options of one call begin at `first`; those of calls that are visited again are kept, up to `kept`. */
  let moves = new Uint8Array(1024);
  let places = new Int32Array(1024);
  let others = new Int32Array(1024);
  let gains = new Float64Array(1024);
  let first = 0;
  let end = 0;
  let kept = 0;
  /** Of each call, where its options are kept (-1 = nowhere), how many there are, and after which change they were found. */
  const firsts = new Int32Array(frame.calls).fill(-1);
  const counts = new Int32Array(frame.calls);
  const found = new Int32Array(frame.calls);
  const makeRoom = (n: number): void => {
    if (n <= moves.length) return;
    const grown = <T extends Uint8Array | Int32Array | Float64Array>(from: T, to: T): T => { to.set(from); return to; };
    const size = Math.max(n, 2 * moves.length);
    moves = grown(moves, new Uint8Array(size));
    places = grown(places, new Int32Array(size));
    others = grown(others, new Int32Array(size));
    gains = grown(gains, new Float64Array(size));
  };
  const offer = (move: number, place: number, other: number, gain: number): void => {
    moves[end] = move;
    places[end] = place;
    others[end] = other;
    gains[end++] = gain;
  };
  const candidatesChanged = (c: number, since: number): boolean => {
    for (let i = offsets[c]!; i < offsets[c + 1]!; i++) if (changed[candidates[i]!]! > since) return true;
    return false;
  };
  /** Whether anything that the kept options of call c were found from has changed: calls of its candidates, and of those of the calls it may change places with. */
  const outdated = (c: number): boolean => {
    const since = found[c]!;
    if (since === changes) return false;
    if (candidatesChanged(c, since)) return true;
    for (let i = firsts[c]!; i < firsts[c]! + counts[c]!; i++) if (others[i]! >= 0 && candidatesChanged(others[i]!, since)) return true;
    if (!queued || owner[c]! < 0) return false;
    const ordinal = ordinalOf(frame, c, lists[owner[c]!]!);
    for (let i = offsets[c]!; i < offsets[c + 1]!; i++) {
      const other = nth(frame, lists[candidates[i]!]!, callKind[c]!, ordinal);
      if (other >= 0 && candidatesChanged(other, since)) return true;
    }
    return false;
  };
  /** Finds the options of call c, or takes those that are kept of it. */
  const consider = (c: number): void => {
    const has = firsts[c]!;
    first = has < 0 ? kept : has;
    if (has >= 0 && !outdated(c)) { end = first + counts[c]!; return; }
    if (has < 0) makeRoom(kept + roomFor(offsets[c + 1]! - offsets[c]!));
    fill(c);
    counts[c] = end - first;
    found[c] = changes;
  };
  /** Keeps the options of the call that was considered last. */
  const keep = (c: number): void => {
    firsts[c] = first;
    kept = first + roomFor(offsets[c + 1]! - offsets[c]!);
  };

  /** Finds the options of call c, the first of which is to stay. */
  const fill = (c: number): void => {
    const p = owner[c]!;
    end = first;
    offer(STAY, p, -1, 0);
    const mine = p < 0 ? null : lists[p]!;
    const lone = orphan[callKind[c]!]!;
    const left = mine === null ? -lone : wholes.without(p, c) - value[p]!;
    if (mine !== null) offer(MOVE, -1, -1, left + lone);
    for (let i = offsets[c]!; i < offsets[c + 1]!; i++) {
      const q = candidates[i]!;
      const theirs = lists[q]!;
      if (q === p || theirs.length >= MAX_LIST) continue;
      offer(MOVE, q, -1, left + wholes.exchanged(q, -1, c) - value[q]!);
      if (mine === null) continue;
      const before = value[p]! + value[q]!;
      const other = nearest(frame, theirs, c, p);
      if (other >= 0) offer(SWAP, q, other, wholes.exchanged(p, c, other) + wholes.exchanged(q, other, c) - before);
      if (mine.length + theirs.length > CROSS_MOST) continue;
      // where nothing follows, a cross would be the move; where only the other does, the swap
      const last = theirs[theirs.length - 1] ?? -1;
      if (mine[mine.length - 1] === c && (last < c || (last === other && (theirs[theirs.length - 2] ?? -1) < c))) continue;
      if (fitFrom(frame, theirs, c, p) && fitFrom(frame, mine, c, q)) offer(CROSS, q, -1, wholes.crossed(p, q, c) - before);
    }
    if (queued && mine !== null) chargeQueues(c, p, mine);
    if (offsets[c + 1]! - offsets[c]! > 1) chargeTurns(c, p, mine ?? []);
  };
  const chargeTurns = (c: number, p: number, mine: readonly number[]): void => {
    let peak = 0;
    for (let i = first + 1; i < end; i++) if (gains[i]! > peak) peak = gains[i]!;
    const stay = p < 0 ? 0 : turns.cost(c, p, mine, mine.length, -1, [], 0);
    for (let i = first + 1; i < end; i++) {
      if (gains[i]! < peak - HOPELESS) continue;
      const q = places[i]!;
      gains[i]! += stay;
      if (q < 0) continue;
      const theirs = lists[q]!;
      const other = others[i]!;
      const crossing = moves[i] === CROSS;
      const n = p < 0 ? 0 : crossing ? crossed(mine, theirs, c, a) : other < 0 ? without(mine, c, a) : exchanged(mine, c, other, a);
      const m = crossing ? crossed(theirs, mine, c, b) : exchanged(theirs, other, c, b);
      gains[i]! -= turns.cost(c, q, b, m, p, a, n);
      if (other >= 0) gains[i]! += turns.cost(other, q, theirs, theirs.length, -1, [], 0) - turns.cost(other, p, a, n, q, b, m);
    }
  };
  const chargeQueues = (c: number, p: number, mine: readonly number[]): void => {
    const ordinal = ordinalOf(frame, c, mine);
    const cost = (call: number, at: number, other: number, otherAt: number): number =>
      (call < 0 ? 0 : overtaking(frame, queue, lists, call, at, ordinal, other, otherAt));
    for (let i = first + 1; i < end; i++) {
      const q = places[i]!;
      const theirs = q < 0 ? -1 : nth(frame, lists[q]!, callKind[c]!, ordinal);
      const other = moves[i] === MOVE ? -1 : theirs;
      gains[i]! += cost(c, p, theirs, q) + cost(other, q, c, p) - cost(c, q, other, p) - cost(other, p, c, q);
    }
  };

  const weights: number[] = [];
  /** Marks the options' shares, picks one by chance and says how likely staying was. */
  let picked = 0;
  const draw = (c: number, temperature: number, marks: Float64Array | null): number => {
    let peak = 0;
    for (let i = first + 1; i < end; i++) if (gains[i]! > peak) peak = gains[i]!;
    let sum = 0;
    for (let i = first; i < end; i++) sum += weights[i - first] = Math.exp((gains[i]! - peak) / temperature);
    let at = random() * sum;
    picked = -1;
    for (let i = first; i < end; i++) {
      const share = weights[i - first]!;
      at -= share;
      if (picked < 0 && at < 0) picked = i;
      if (marks === null || share < 1e-6 * sum) continue;
      if (places[i]! < 0) { marks[offsets[frame.calls]! + c]! += share / sum; continue; }
      for (let j = offsets[c]!; j < offsets[c + 1]!; j++) if (candidates[j] === places[i]) { marks[j]! += share / sum; break; }
    }
    if (picked < 0) picked = first;
    return weights[0]! / sum;
  };

  /** The best option. Nobody must be likelier than all parents together: in a crowd each of them is unlikely. */
  const likeliest = (): number => {
    let peak = -Infinity;
    let crowd = 0;
    for (let i = first; i < end; i++) if (places[i]! >= 0 && gains[i]! > peak) peak = gains[i]!;
    for (let i = first; i < end; i++) if (places[i]! >= 0) crowd += Math.exp(gains[i]! - peak);
    const less = crowd > 1 ? Math.log(crowd) : 0;
    const worth = (i: number): number => (places[i]! < 0 ? gains[i]! - less : gains[i]!);
    let at = first;
    for (let i = first + 1; i < end; i++) if (worth(i) > worth(at) + 1e-9) at = i;
    return at;
  };

  /** The calls of the place of option i if call c took it. */
  const callsOf = (c: number, i: number): ArrayLike<number> => {
    const q = places[i]!;
    if (q < 0) return [];
    const theirs = lists[q]!;
    if (moves[i] === STAY) return theirs;
    const n = moves[i] === CROSS ? crossed(theirs, lists[owner[c]!]!, c, b) : exchanged(theirs, others[i]!, c, b);
    return b.slice(0, n);
  };

  const perform = (c: number, option: number): void => {
    const p = owner[c]!;
    const [move, q, other] = [moves[option]!, places[option]!, others[option]!];
    if (move === MOVE) {
      if (p >= 0) put(p, a, without(lists[p]!, c, a));
      if (q >= 0) put(q, b, exchanged(lists[q]!, -1, c, b));
      else owner[c] = -1;
      return;
    }
    const n = move === SWAP ? exchanged(lists[p]!, c, other, a) : crossed(lists[p]!, lists[q]!, c, a);
    const m = move === SWAP ? exchanged(lists[q]!, other, c, b) : crossed(lists[q]!, lists[p]!, c, b);
    put(p, a, n);
    put(q, b, m);
  };

  return {
    state: { owner, lists },
    value,
    goTo: (to) => {
      const differing = new Map<number, number[]>();
      for (let c = 0; c < frame.calls; c++) {
        if (owner[c] === to[c]) continue;
        if (owner[c]! >= 0) differing.set(owner[c]!, []);
        if (to[c]! >= 0) differing.set(to[c]!, []);
        owner[c] = to[c]!;
      }
      for (let c = 0; c < frame.calls; c++) differing.get(owner[c]!)?.push(c);
      for (const [parent, calls] of differing) put(parent, calls, calls.length);
    },
    choices: (c) => {
      consider(c);
      const best = new Map<number, number>();
      for (let i = first; i < end; i++) {
        const known = best.get(places[i]!);
        if (known === undefined || gains[i]! > gains[known]!) best.set(places[i]!, i);
      }
      return [...best].map(([place, i]) => ({ place, gain: gains[i]!, calls: callsOf(c, i) }));
    },
    look: (temperature, marks, open) => {
      for (let c = 0; c < frame.calls; c++) {
        if (offsets[c + 1] === offsets[c]) continue;
        consider(c);
        open[c] = draw(c, temperature, marks) < SETTLED ? 1 : 0;
        if (open[c] === 1) keep(c);
      }
    },
    sweep: (temperature, open, marks) => {
      let moved = 0;
      for (let c = 0; c < frame.calls; c++) {
        if ((open !== null && open[c] === 0) || offsets[c + 1] === offsets[c]) continue;
        consider(c);
        if (temperature > 0) draw(c, temperature, marks);
        else picked = likeliest();
        if (picked === first) continue;
        perform(c, picked);
        moved++;
      }
      return moved;
    },
  };
};
