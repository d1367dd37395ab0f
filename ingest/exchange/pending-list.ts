import type { Micros } from '../../sql/micros.ts';
import type { Message, Pending } from '../http/message.ts';

/** Exchanges that are not settled, linked through themselves: those of each connection in the order of their starts, and all by age. */
export interface PendingList {
  /** A new one of that request, begun at that watermark, the last of its connection; among those that age if `ages`. */
  add(request: Message, since: Micros, ages: boolean): Pending;
  /** Takes one out; it is used again for another request. */
  remove(pending: Pending): void;
  /** It will not age any more. */
  stopAging(pending: Pending): void;
  /** The oldest of those that age. */
  oldest(): Pending | null;
  /** The first of a connection. */
  first(slot: number): Pending | null;
  /** How many connections have had one: their slots are below. */
  slots(): number;
}

const MOST_SPARE = 1024;

export const pendingList = (): PendingList => {
  const firsts: (Pending | null)[] = [];
  const lasts: (Pending | null)[] = [];
  const spare: Pending[] = [];
  let oldest: Pending | null = null;
  let newest: Pending | null = null;

  const fresh = (request: Message, since: Micros): Pending => {
    const pending = spare.pop();
    if (pending === undefined) return { request, since, response: null, aged: false, answerOver: false, before: null, after: null, older: null, newer: null };
    pending.request = request;
    pending.since = since;
    return pending;
  };
  const stopAging = (pending: Pending): void => {
    const { older, newer } = pending;
    if (older !== null) older.newer = newer;
    else if (oldest === pending) oldest = newer;
    if (newer !== null) newer.older = older;
    else if (newest === pending) newest = older;
    pending.older = pending.newer = null;
  };
  return {
    add: (request, since, ages) => {
      const pending = fresh(request, since);
      const { slot } = request.connection;
      while (slot >= firsts.length) { firsts.push(null); lasts.push(null); }
      const last = lasts[slot]!;
      pending.before = last;
      if (last === null) firsts[slot] = pending;
      else last.after = pending;
      lasts[slot] = pending;
      if (ages) {
        pending.older = newest;
        if (newest === null) oldest = pending;
        else newest.newer = pending;
        newest = pending;
      }
      request.pending = pending;
      return pending;
    },
    remove: (pending) => {
      const { request, before, after } = pending;
      const { slot } = request.connection;
      if (before === null) firsts[slot] = after;
      else before.after = after;
      if (after === null) lasts[slot] = before;
      else after.before = before;
      stopAging(pending);
      request.pending = null;
      pending.response = pending.before = pending.after = null;
      pending.aged = pending.answerOver = false;
      if (spare.length < MOST_SPARE) spare.push(pending);
    },
    stopAging,
    oldest: () => oldest,
    first: (slot) => firsts[slot] ?? null,
    slots: () => firsts.length,
  };
};
