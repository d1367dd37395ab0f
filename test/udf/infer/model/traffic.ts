import { micros } from '../../../../sql/micros.ts';
import { NO_HINTS, type Assignment, type Call, type InstanceWindow, type Served } from '../../../../udf/infer/algorithm.ts';
import { byStart } from '../../../../udf/order.ts';
import { randomOf } from '../../../../udf/infer/model/random.ts';

/** Chance as a request may use it: delays are lognormal, as services' are. */
export interface Chance {
  readonly next: () => number;
  /** A delay in µs around a median. */
  readonly delay: (median: number) => number;
}

/** Sends the calls of one request that came at `start` and returns when it was answered, µs; null = never. */
export type Request = (start: number, chance: Chance, send: (callee: string, start: number, end: number | null, status?: number) => void) => number | null;

export interface Traffic {
  readonly window: InstanceWindow;
  /** The true parent of each call; a call that is not in it has none. */
  readonly truth: ReadonlyMap<string, string>;
}

/** Poisson arrivals of requests, one every `gap` µs on average. */
export const trafficOf = (requests: number, gap: number, request: Request, seed = 1, from = 0): Traffic => {
  const next = randomOf(seed);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  const chance: Chance = { next, delay: (median) => Math.round(median * Math.exp(0.35 * normal())) };
  const served: Served[] = [];
  const calls: Call[] = [];
  const truth = new Map<string, string>();
  let at = from;
  for (let i = 0; i < requests; i++) {
    at += Math.round(-Math.log(1 - next()) * gap);
    const id = `p${seed}-${String(i).padStart(5, '0')}`;
    const end = request(at, chance, (callee, start, until, status = 200) => {
      const call = `c${seed}-${String(calls.length).padStart(6, '0')}`;
      truth.set(call, id);
      calls.push({ id: call, callee, operation: 'GET /', start: micros(start), end: until === null ? null : micros(until), status, hints: NO_HINTS });
    });
    served.push({ id, operation: 'GET /', caller: '(outside)', start: micros(at), end: end === null ? null : micros(end), status: 200, hints: NO_HINTS });
  }
  return { window: { instance: 'i', served: served.toSorted(byStart), calls: calls.toSorted(byStart) }, truth };
};

/** Share of calls whose parent, or lack of one, is right. */
export const right = (assignments: readonly Assignment[], truth: ReadonlyMap<string, string>): number =>
  assignments.filter(({ call, parent }) => (truth.get(call.id) ?? null) === (parent?.id ?? null)).length / assignments.length;

/** Expected calibration error over 20 bins. */
export const calibrationError = (assignments: readonly Assignment[], truth: ReadonlyMap<string, string>): number => {
  const bins = Array.from({ length: 20 }, () => [0, 0]);
  for (const { call, parent, probability } of assignments) {
    const bin = bins[Math.min(19, Math.floor(probability * 20))]!;
    bin[0]! += probability;
    bin[1]! += Number((truth.get(call.id) ?? null) === (parent?.id ?? null));
  }
  return bins.reduce((sum, [sure, good]) => sum + Math.abs(sure! - good!), 0) / assignments.length;
};

export const REQUESTS: Readonly<Record<string, Request>> = {
  serial: (start, { delay }, send) => {
    let at = start;
    for (const callee of ['a', 'b', 'c']) {
      at += delay(500);
      const end = at + delay(5_000);
      send(callee, at, end);
      at = end;
    }
    return at + delay(300);
  },
  parallel: (start, { delay }, send) => {
    const sent = ['a', 'b', 'c'].map((callee) => {
      const at = start + delay(600);
      const end = at + delay(6_000);
      send(callee, at, end);
      return end;
    });
    return Math.max(...sent) + delay(300);
  },
  optional: (start, { delay, next }, send) => {
    let at = start + delay(400);
    if (next() < 0.5) {
      const end = at + delay(3_000);
      send('cache', at, end);
      at = end + delay(200);
    }
    const end = at + delay(4_000);
    send('store', at, end);
    return end + delay(300);
  },
  repeated: (start, { delay }, send) => {
    let at = start;
    for (let i = 0; i < 4; i++) {
      at += delay(400);
      const end = at + delay(2_500);
      send('page', at, end);
      at = end;
    }
    return at + delay(300);
  },
  retried: (start, { delay, next }, send) => {
    let at = start + delay(400);
    if (next() < 0.05) {
      const end = at + delay(1_000);
      send('a', at, end, 503);
      at = end + delay(2_000);
    }
    const end = at + delay(4_000);
    send('a', at, end);
    return end + delay(300);
  },
  forgetful: (start, { delay }, send) => {
    const at = start + delay(400);
    const end = at + delay(4_000);
    send('a', at, end);
    send('audit', end + delay(100), end + delay(20_000));
    return end + delay(400);
  },
};

/**
 * Requests that send their calls through one pool of `places`, with nobody's order but that of waiting: each waits with one call at a
 * time, behind all others again when that has left ('robin'), or with all at once, and who came first ('fifo') or anyone ('chance') is next.
 */
export const pooled = (requests: number, gap: number, places: number, calls: number, discipline: 'robin' | 'fifo' | 'chance'): Traffic => {
  const arrivals: number[] = [];
  let chance: Chance | null = null;
  trafficOf(requests, gap, (start, own) => { chance = own; arrivals.push(start); return null; });
  const { delay, next: random } = chance!;
  const sent = arrivals.map((): [start: number, end: number][] => []);
  const free = Array.from({ length: places }, () => 0);
  const waiting: { readonly one: number; readonly since: number }[] = [];
  for (let next = 0; next < requests || waiting.length > 0;) {
    const place = free.indexOf(Math.min(...free));
    const now = Math.max(free[place]!, waiting[0]?.since ?? arrivals[next]!);
    for (; next < requests && arrivals[next]! <= now; next++) {
      for (let i = 0; i < (discipline === 'robin' ? 1 : calls); i++) waiting.push({ one: next, since: arrivals[next]! });
    }
    const { one } = waiting.splice(discipline === 'chance' ? Math.floor(random() * waiting.length) : 0, 1)[0]!;
    const start = now + delay(40);
    const end = start + delay(4_000);
    free[place] = end;
    sent[one]!.push([start, end]);
    if (discipline === 'robin' && sent[one]!.length < calls) waiting.push({ one, since: now });
  }
  let n = 0;
  return trafficOf(requests, gap, (_, __, send) => {
    const own = sent[n++]!;
    for (const [start, end] of own) send('a', start, end);
    return Math.max(...own.map(([, end]) => end)) + 200;
  });
};
