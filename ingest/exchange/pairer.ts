import type { Count } from '../../sql/counters.ts';
import type { Outcome } from '../../sql/exchange.ts';
import { micros, type Micros } from '../../sql/micros.ts';
import type { Sink } from '../../sql/sink.ts';
import type { Message } from '../http/message.ts';
import type { Over } from '../http/parser.ts';
import type { Unrouted } from './routed.ts';
import type { MakeRow } from './row.ts';

interface Open {
  readonly request: Message;
  /** The watermark when it began. */
  readonly since: Micros;
  response: Message | null;
  done: boolean;
  /** Emitted already because of its age. */
  aged: boolean;
  /** Who would answer has ended; the request may still be on its way. */
  answerOver: boolean;
}

export interface PairerLimits {
  /** An exchange older than this (packet time, µs) is emitted as cut; its answer, if it comes, writes the same row again. */
  readonly ageUs: number;
}

export const PAIRER_LIMITS: PairerLimits = { ageUs: 120_000_000 };

/** Few, because the settled ones among them live on, which the garbage collector pays for by the byte. */
const LEAST_AGING = 256;
const OUTCOMES: readonly Outcome[] = ['complete', 'unanswered', 'reset', 'deadline', 'orphan', 'cut'];

const placeOf = (list: readonly Open[], request: Message): number => {
  for (let i = 0; i < list.length; i++) if (list[i]!.request === request) return i;
  return -1;
};

/** Takes one out; nearly always it is the only one, for which `splice` would make an array. */
const remove = (list: Open[], at: number): void => {
  if (at === list.length - 1) list.pop();
  else list.splice(at, 1);
};

/** Makes one exchange of a request and the response that its parser says answers it; emits when both have ended. */
export const exchangePairer = (next: Sink<Unrouted>, row: MakeRow, count: Count, limits: PairerLimits = PAIRER_LIMITS): Sink<Message | Over> => {
  const connections: (Open[] | undefined)[] = [];
  let aging: Open[] = [];
  let young = 0;
  let most = LEAST_AGING;
  let now = micros(0);
  /** Keeps those not yet settled in the order of their starts, with the settled ones swept out as often as the list doubles. */
  const remember = (open: Open): void => {
    aging.push(open);
    if (aging.length < most) return;
    aging = aging.slice(young).filter((one) => !one.done);
    young = 0;
    most = Math.max(LEAST_AGING, aging.length * 2);
  };

  /** Counted here and handed over now and then: a named counter costs as much as a tenth of a row. */
  const tally: Record<Outcome, number> = { complete: 0, unanswered: 0, reset: 0, deadline: 0, orphan: 0, cut: 0 };
  const report = (): void => {
    for (const outcome of OUTCOMES) {
      if (tally[outcome] > 0) count(`exchanges_${outcome}`, tally[outcome]);
      tally[outcome] = 0;
    }
  };
  const emit = (request: Message | null, response: Message | null, outcome: Outcome): void => {
    tally[outcome]++;
    next.push(row(request, response, outcome));
  };
  const settle = (open: Open): void => {
    open.done = true;
    const { request, response } = open;
    const reset = request.reset ?? null;
    const stopped = reset === null ? null : reset.late ? 'deadline' : 'reset';
    if (response === null) { if (!open.aged || stopped !== null) emit(request, null, stopped ?? 'unanswered'); }
    else emit(request, response, request.state === 'complete' && response.state === 'complete' ? 'complete' : stopped ?? 'cut');
  };
  const settleIf = (slot: number, over: (open: Open) => boolean): void => {
    const list = connections[slot];
    if (list === undefined) return;
    let kept = 0;
    for (const open of list) {
      if (over(open)) settle(open);
      else list[kept++] = open;
    }
    list.length = kept;
  };
  const request = (message: Message): void => {
    const { slot } = message.connection;
    const list = connections[slot] ?? (connections[slot] = []);
    const at = message.state === 'open' ? -1 : placeOf(list, message);
    // HTTP/1 pushes a request once that ends with the segment of its head.
    if (message.state === 'open' || (at < 0 && message.stream === 0)) {
      const open: Open = { request: message, since: now, response: null, done: false, aged: false, answerOver: false };
      list.push(open);
      if (limits.ageUs < Infinity) remember(open);
      return;
    }
    const open = list[at];
    if (open === undefined || (open.response === null ? !open.answerOver : open.response.state === 'open')) return;
    remove(list, at);
    settle(open);
  };
  const response = (message: Message): void => {
    if (message.answers === null) {
      if (message.state !== 'open') emit(null, message, 'orphan');
      return;
    }
    const { slot } = message.connection;
    const list = connections[slot] ?? [];
    const at = placeOf(list, message.answers);
    const open = list[at];
    if (open === undefined) return;
    const isNew = open.response !== message;
    open.response = message;
    // Answers come in order in HTTP/1: what was asked before on this side will not be answered any more.
    if (isNew && message.stream === 0 && at > 0) settleIf(slot, (one) => one.request.direction === open.request.direction && list.indexOf(one) < at && one.response === null);
    if (message.state !== 'open' && open.request.state !== 'open') {
      remove(list, list.indexOf(open));
      settle(open);
    }
  };

  return {
    push: (item) => {
      if (item.kind === 'request') request(item);
      else if (item.kind === 'response') response(item);
      else settleIf(item.connection.slot, (open) => {
        if (open.request.direction === item.direction || (item.stream !== undefined && item.stream !== open.request.stream)) return false;
        open.answerOver = true;
        return open.request.state !== 'open';
      });
    },
    advance: (watermark) => {
      now = watermark;
      while (young < aging.length) {
        const open = aging[young]!;
        if (!open.done && watermark - open.since <= limits.ageUs) break;
        if (!open.done) { count('exchanges_aged'); open.aged = true; next.push(row(open.request, open.response, 'cut')); }
        young++;
      }
      report();
      next.advance(watermark);
    },
    close: () => {
      for (const slot of connections.keys()) settleIf(slot, () => true);
      report();
      next.close();
    },
  };
};
