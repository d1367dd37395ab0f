import type { Count } from '../../sql/counters.ts';
import type { Outcome } from '../../sql/exchange.ts';
import { micros } from '../../sql/micros.ts';
import type { Sink } from '../../sql/sink.ts';
import type { Message, Pending } from '../http/message.ts';
import type { Over } from '../http/parser.ts';
import { pendingList } from './pending-list.ts';
import type { Unrouted } from './routed.ts';
import type { MakeRow } from './row.ts';

export interface PairerLimits {
  /** An exchange older than this (packet time, µs) is emitted as cut; its answer, if it comes, writes the same row again. */
  readonly ageUs: number;
}

export const PAIRER_LIMITS: PairerLimits = { ageUs: 120_000_000 };

const OUTCOMES: readonly Outcome[] = ['complete', 'unanswered', 'reset', 'deadline', 'orphan', 'cut'];
const [COMPLETE, UNANSWERED, RESET, DEADLINE, ORPHAN, CUT] = [0, 1, 2, 3, 4, 5] as const;

/** Makes one exchange of a request and the response that its parser says answers it; emits when both have ended. */
export const exchangePairer = (next: Sink<Unrouted>, row: MakeRow, count: Count, limits: PairerLimits = PAIRER_LIMITS): Sink<Message | Over> => {
  const all = pendingList();
  const ages = limits.ageUs < Infinity;
  let now = micros(0);

  /** Counted here and handed over now and then: a named counter costs as much as a tenth of a row. */
  const tally = new Int32Array(OUTCOMES.length);
  const report = (): void => {
    for (const [at, outcome] of OUTCOMES.entries()) if (tally[at]! > 0) count(`exchanges_${outcome}`, tally[at]);
    tally.fill(0);
  };
  /** By the place of the outcome in `OUTCOMES`. */
  const emit = (request: Message | null, response: Message | null, outcome: number): void => {
    tally[outcome]! += 1;
    next.push(row(request, response, OUTCOMES[outcome]!));
  };
  const settle = (pending: Pending): void => {
    const { request, response, aged } = pending;
    all.remove(pending);
    const reset = request.reset ?? null;
    const stopped = reset === null ? null : reset.late ? DEADLINE : RESET;
    if (response === null) { if (!aged || stopped !== null) emit(request, null, stopped ?? UNANSWERED); }
    else emit(request, response, request.state === 'complete' && response.state === 'complete' ? COMPLETE : stopped ?? CUT);
  };
  const request = (message: Message): void => {
    const { pending } = message;
    if (pending === null) {
      // HTTP/1 pushes a request once that ends with the segment of its head.
      if (message.state === 'open' || message.stream === 0) all.add(message, now, ages);
    } else if (message.state !== 'open' && (pending.response === null ? pending.answerOver : pending.response.state !== 'open')) settle(pending);
  };
  /** Answers come in order in HTTP/1: what was asked before on the same side will not be answered any more. */
  const giveUpBefore = (answered: Pending): void => {
    const { direction, connection } = answered.request;
    for (let at = all.first(connection.slot); at !== null && at !== answered;) {
      const { after } = at;
      if (at.request.direction === direction && at.response === null) settle(at);
      at = after;
    }
  };
  const response = (message: Message): void => {
    const { answers, state } = message;
    if (answers === null) {
      if (state !== 'open') emit(null, message, ORPHAN);
      return;
    }
    const { pending } = answers;
    if (pending === null) return;
    const isNew = pending.response !== message;
    pending.response = message;
    if (isNew && message.stream === 0 && pending.before !== null) giveUpBefore(pending);
    if (state !== 'open' && answers.state !== 'open') settle(pending);
  };
  /** Who would have answered on the connection, or the stream, has ended. */
  const over = ({ connection, direction, stream }: Over): void => {
    for (let at = all.first(connection.slot); at !== null;) {
      const { after, request: one } = at;
      if (one.direction !== direction && (stream === undefined || stream === one.stream)) {
        at.answerOver = true;
        if (one.state !== 'open') settle(at);
      }
      at = after;
    }
  };

  return {
    push: (item) => {
      switch (item.kind) {
        case 'request': request(item); return;
        case 'response': response(item); return;
        case 'over': over(item); return;
        default: item satisfies never;
      }
    },
    advance: (watermark) => {
      now = watermark;
      for (let at = all.oldest(); at !== null && watermark - at.since > limits.ageUs; at = all.oldest()) {
        count('exchanges_aged');
        at.aged = true;
        all.stopAging(at);
        next.push(row(at.request, at.response, 'cut'));
      }
      report();
      next.advance(watermark);
    },
    close: () => {
      for (let slot = 0; slot < all.slots(); slot++) {
        for (let at = all.first(slot); at !== null; at = all.first(slot)) settle(at);
      }
      report();
      next.close();
    },
  };
};
