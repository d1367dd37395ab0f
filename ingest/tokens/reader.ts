import type { Count } from '../../sql/counters.ts';
import type { Sink } from '../../sql/sink.ts';
import type { BodyReader, Message } from '../http/message.ts';
import type { Over } from '../http/parser.ts';
import { bag } from './bag.ts';
import { bodyForm, bodyTokens, MOST_BODY_BYTES } from './body.ts';
import { keptBodies } from './kept.ts';
import type { Key } from './keyed-hash.ts';
import { targetTokens } from './target.ts';

const PATH = 0x7061_7468;
const QUERY = 0x7175_6572;

/** Stands between the parsers and the pairer: reads the values that each message carries, and writes them on it when it has ended. */
export const tokenReader = (next: Sink<Message | Over>, key: Key, count: Count): Sink<Message | Over> & BodyReader => {
  const gathered = bag(key);
  const readTarget = targetTokens(PATH, QUERY);
  const readBody = bodyTokens(count);
  const kept = keptBodies(count);

  const read = (message: Message, bytes: Uint8Array, at: number, end: number): void => {
    if (message.said.target !== null) readTarget(message.said.target, gathered);
    let kind = 0;
    if (end > at) {
      const form = message.said.protocol === 'grpc' ? 'grpc' : bodyForm(bytes, at, end);
      kind = readBody(form, bytes, at, end, message.state !== 'cut' && message.bodyBytes === end - at, gathered);
    }
    message.tokens = gathered.take();
    message.tokenKind = message.kind === 'request' ? kind : 0;
  };
  return {
    body: (message, bytes, at, end, last) => {
      const before = message.bodyBytes - (end - at);
      if (last && before === 0) read(message, bytes, at, Math.min(end, at + MOST_BODY_BYTES));
      // What comes behind lost bytes is not known to be a value's beginning.
      else if (before < MOST_BODY_BYTES && message.gapBytes === 0) kept.add(message, bytes, at, Math.min(end, at + MOST_BODY_BYTES - before));
    },
    push: (item) => {
      if (item.kind !== 'over' && item.state !== 'open' && item.tokens === undefined) {
        const { bytes, filled } = kept.take(item);
        read(item, bytes, 0, filled);
      }
      next.push(item);
    },
    advance: next.advance,
    close: next.close,
  };
};
