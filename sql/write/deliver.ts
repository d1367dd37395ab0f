import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Count } from '../counters.ts';
import { without, type Body } from './body.ts';
import type { Post } from './post.ts';

export interface DeliverOptions {
  readonly post: Post;
  readonly count: Count;
  readonly log: (line: string) => void;
  /** JSON Lines of the rows that the server refused, with its reason; null = they are only counted and logged. */
  readonly deadLetters: string | null;
}

/** Sends lines as one commit and resolves when they are in; asks again for as long as it takes. */
export type Deliver = (body: Body) => Promise<void>;

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 2_000;

/**
 * At least once, in effect exactly once: every doubt is answered by sending the same lines again, which the tables' keys make harmless.
 * A line that the server refuses is taken out and kept in the dead letters; the rest goes in.
 */
export const deliverer = ({ post, count, log, deadLetters }: DeliverOptions): Deliver => async (body) => {
  let left = body;
  let pause = 0;
  while (left.rows > 0) {
    const verdict = await post(left.bytes);
    switch (verdict.kind) {
      case 'committed':
        if (pause > 0) log(`QuestDB takes rows again (${left.rows} went in)`);
        count('rows_written', left.rows);
        count('requests');
        return;
      case 'refused': {
        const cut = without(left, verdict.line);
        if (cut === null) throw new Error(`QuestDB refused line ${verdict.line} of ${left.rows}: ${verdict.reason}`);
        count('rows_refused');
        log(`QuestDB refused a row: ${verdict.reason}`);
        if (deadLetters !== null) appendFileSync(deadLetters, `${JSON.stringify({ reason: verdict.reason, line: cut.line })}\n`, { mode: 0o600 });
        left = cut.rest;
        break;
      }
      case 'doubt':
        if (pause === 0) log(`QuestDB does not take rows (${verdict.reason}); they are kept and sent again`);
        count('requests_repeated');
        pause = Math.min(LONGEST_PAUSE_MS, Math.max(FIRST_PAUSE_MS, pause * 2));
        await sleep(pause * (0.5 + Math.random() / 2));
        break;
      default: verdict satisfies never;
    }
  }
};
