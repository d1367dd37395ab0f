import { NO_ACK } from '../sequence.ts';
import type { Message } from './message.ts';

/**
 * Which waiting request a response answers, by place in the stream and not by counting; -1 = none that was captured. `seq` is
 * the sequence number of the response's first byte, `ack` the acknowledgement number that its sender had reached (`NO_ACK` = not
 * known), `clean` says that no byte has been lost since the requests before were answered.
 */
export const answeredBy = (waiting: readonly Message[], seq: number, ack: number, clean: boolean): number => {
  if (clean && waiting.length === 1 && isPossible(waiting[0]!, seq, ack)) return 0;
  const possible = (one: Message): boolean => isPossible(one, seq, ack);
  if (clean) return waiting.findIndex(possible);
  const exact = waiting.findIndex((one) => one.ack === seq && possible(one));
  if (exact >= 0) return exact;
  const candidates = waiting.flatMap((one, index) => (possible(one) ? [index] : []));
  return candidates.length === 1 ? candidates[0] ?? -1 : -1;
};

// A request that the server had not yet received when it answered, or that was sent after the answer had arrived, is not meant.
const isPossible = (one: Message, seq: number, ack: number): boolean => (ack === NO_ACK || ((one.seq - ack) | 0) < 0) && (one.ack === NO_ACK || ((one.ack - seq) | 0) <= 0);
