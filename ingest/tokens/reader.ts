import type { Count } from '../../sql/counters.ts';
import type { Sink } from '../../sql/sink.ts';
import { NO_TOKENS, type Tokens } from '../../sql/tokens.ts';
import type { BodyReader, Message } from '../http/message.ts';
import type { Over } from '../http/parser.ts';
import { bag, type Bag } from './bag.ts';
import { bodyForm, bodyReader, isUnread, MOST_BODY_BYTES, type BodyForm } from './body.ts';
import { keptBodies } from './kept.ts';
import type { Key } from './keyed-hash.ts';
import { remembered } from './remembered.ts';
import { targetTokens } from './target.ts';

const PATH = 0x7061_7468;
const QUERY = 0x7175_6572;
const MOST_TARGETS = 2048;
const LONGEST_TARGET = 256;

/** What targets carry; paths are remembered, because the same ones are asked for again and again. `gathered` is empty before and after. */
const targetReader = (gathered: Bag): ((target: string) => Tokens) => {
  const read = targetTokens(PATH, QUERY);
  const known = new Map<string, Tokens>();
  return (target) => {
    // Queries seldom come again.
    const again = target.length <= LONGEST_TARGET && !target.includes('?');
    const before = again ? known.get(target) : undefined;
    if (before !== undefined) return before;
    read(target, gathered);
    const tokens = gathered.take();
    if (again) {
      if (known.size >= MOST_TARGETS) known.clear();
      known.set(target, tokens);
    }
    return tokens;
  };
};

/** A body that came before, and what it carried with what its target does. */
interface KnownBody {
  readonly form: BodyForm;
  readonly whole: boolean;
  readonly asked: Tokens;
  readonly tokens: Tokens;
  readonly kind: number;
}

/** Stands between the parsers and the pairer: reads the values that each message carries, and writes them on it when it has ended. */
export const tokenReader = (next: Sink<Message | Over>, key: Key, count: Count): Sink<Message | Over> & BodyReader => {
  const gathered = bag(key);
  const targets = targetReader(gathered);
  const readBody = bodyReader(count);
  const known = remembered<KnownBody>({ places: 1024, longest: 2048, twice: true });
  const kept = keptBodies(isUnread, count);

  const read = (message: Message, bytes: Uint8Array, at: number, end: number): void => {
    const asked = message.said.target === null ? NO_TOKENS : targets(message.said.target);
    let kind = 0;
    if (end === at) message.tokens = asked;
    else {
      const form = message.said.protocol === 'grpc' ? 'grpc' : bodyForm(bytes, at, end);
      const whole = message.state !== 'cut' && message.bodyBytes === end - at;
      const before = known.find(bytes, at, end);
      if (before !== null && before.asked === asked && before.form === form && before.whole === whole) {
        message.tokens = before.tokens;
        ({ kind } = before);
      } else {
        gathered.put(asked);
        kind = readBody(form, bytes, at, end, whole, gathered);
        message.tokens = gathered.take();
        // What is not read is counted each time.
        const opened = (form === 'gzip' || form === 'zlib') && message.tokens.fields.length > asked.fields.length;
        if (form === 'json' || form === 'form' || opened) known.keep(bytes, at, end, { form, whole, asked, tokens: message.tokens, kind });
      }
    }
    message.tokenKind = message.kind === 'request' ? kind : 0;
  };
  return {
    body: (message, bytes, at, end, last) => {
      const before = message.bodyBytes - (end - at);
      if (last && before === 0) read(message, bytes, at, Math.min(end, at + MOST_BODY_BYTES));
      // What comes behind lost bytes is not known to be a value's beginning.
      else if (before < MOST_BODY_BYTES && message.gapBytes === 0) kept.add(message, bytes, at, Math.min(end, at + MOST_BODY_BYTES - before), before);
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
