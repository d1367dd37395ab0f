import type { Message } from './message.ts';

/** A request that waits for its answer, with what tells which answer is its own. */
export interface Waiting {
  readonly message: Message;
  /** Position of its first byte in the client's direction. */
  readonly position: number;
  /** How far the client had received the server's direction when it sent it; -1 = not known. */
  readonly acked: number;
}

/**
 * Which waiting request a response answers, by position and not by counting. `null` = none that was captured.
 * `at` is the response's first position, `acked` how far its sender had received the requests (-1 = not known),
 * `clean` says that no byte has been lost since the requests before were answered.
 */
export const answeredBy = (waiting: readonly Waiting[], at: number, acked: number, clean: boolean): number => {
  if (clean && waiting.length === 1 && isPossible(waiting[0]!, at, acked)) return 0;
  const possible = (one: Waiting): boolean => isPossible(one, at, acked);
  if (clean) {
    return waiting.findIndex(possible);
  }
  const exact = waiting.findIndex((one) => one.acked === at && possible(one));
  if (exact >= 0) return exact;
  const candidates = waiting.flatMap((one, index) => (possible(one) ? [index] : []));
  return candidates.length === 1 ? candidates[0] ?? -1 : -1;
};

// A request that the server had not yet received when it answered, or that was sent after the answer had arrived, is not meant.
const isPossible = (one: Waiting, at: number, acked: number): boolean => (acked < 0 || one.position < acked) && (one.acked < 0 || one.acked <= at);
