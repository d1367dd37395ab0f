import { setTimeout as sleep } from 'node:timers/promises';
import type { Count } from '../counters.ts';
import { cutAt, halved, joined, type Body } from './body.ts';
import { deadLetters } from './dead-letters.ts';
import type { Post, Verdict } from './post.ts';

export interface DeliverOptions {
  readonly post: Post;
  readonly count: Count;
  readonly log: (line: string) => void;
  /** JSON Lines of the rows that the server refused, with its reason; null = they are only counted and logged. */
  readonly deadLetters: string | null;
  /** What is held meanwhile, in words, for the lines about an outage; null = another deliverer of the same server says them. */
  readonly held: (() => string) | null;
}

/** Sends lines as one commit and resolves when they are in; asks again for as long as it takes. */
export type Deliver = (body: Body) => Promise<void>;

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 2_000;
/** While the server takes nothing, one line is said this often. */
const SAY_MS = 10_000;
/** A body with more refused rows than this goes in by pieces: sending all of it again for each would take for ever. */
const MOST_REFUSED_WHOLE = 8;

/**
 * At least once, in effect exactly once: every doubt is answered by sending the same lines again, which the tables' keys make harmless.
 * A line that the server refuses is taken out and kept in the dead letters; the rest goes in.
 */
export const deliverer = ({ post, count, log, deadLetters: file, held }: DeliverOptions): Deliver => {
  const bury = deadLetters(file, count, log);
  const untilSure = async ({ bytes }: Body): Promise<Exclude<Verdict, { kind: 'doubt' }>> => {
    let since: number | null = null;
    let saidAt = -Infinity;
    for (let pause = 0; ;) {
      const began = performance.now();
      const verdict = await post(bytes);
      const now = performance.now();
      const seconds = since === null ? 0 : Math.round((now - since) / 1000);
      if (verdict.kind !== 'doubt') {
        if (since !== null && held !== null) log(`QuestDB takes rows again after ${seconds} s; ${held()}`);
        return verdict;
      }
      if (held !== null && now - saidAt > SAY_MS) {
        log(since === null ? `QuestDB does not take rows (${verdict.reason}); they are kept and sent again`
          : `QuestDB has not taken rows for ${seconds} s (${verdict.reason}); ${held()}`);
        saidAt = now;
      }
      since ??= began;
      count('requests_repeated');
      pause = Math.min(LONGEST_PAUSE_MS, Math.max(FIRST_PAUSE_MS, pause * 2));
      await sleep(pause * (0.5 + Math.random() / 2));
    }
  };
  return async (body) => {
    const parts = [body];
    let refused = 0;
    for (let part = parts.pop(); part !== undefined; part = parts.pop()) {
      if (part.rows === 0) continue;
      const verdict = await untilSure(part);
      if (verdict.kind === 'committed') {
        count('rows_written', part.rows);
        count('requests');
        continue;
      }
      const cut = cutAt(part, verdict.line);
      if (cut === null && part.rows > 1) {
        // It names no line that was sent: the halves tell which one it is.
        const [first, second] = halved(part);
        parts.push(second, first);
        continue;
      }
      bury(cut?.line ?? part.bytes.toString('utf8', 0, part.bytes.length - 1), verdict.reason);
      if (cut === null) continue;
      if (++refused > MOST_REFUSED_WHOLE) parts.push(cut.after, cut.before);
      else parts.push(joined(cut.before, cut.after));
    }
  };
};
