import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Count } from '../counters.ts';
import type { Post } from './post.ts';

export interface DeliverOptions {
  readonly post: Post;
  readonly count: Count;
  readonly log: (line: string) => void;
  /** JSON Lines of the rows that the server refused, with its reason; null = they are only counted and logged. */
  readonly deadLetters: string | null;
}

/** Sends lines as one commit and resolves when they are in; asks again for as long as it takes. */
export type Deliver = (lines: readonly string[]) => Promise<void>;

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 2_000;

/**
 * At least once, in effect exactly once: every doubt is answered by sending the same lines again, which the tables' keys make harmless.
 * A line that the server refuses is taken out and kept in the dead letters; the rest goes in.
 */
export const deliverer = ({ post, count, log, deadLetters }: DeliverOptions): Deliver => async (lines) => {
  let left = lines;
  let body = Buffer.from(`${left.join('\n')}\n`);
  let pause = 0;
  while (left.length > 0) {
    const verdict = await post(body);
    switch (verdict.kind) {
      case 'committed':
        if (pause > 0) log(`QuestDB takes rows again (${left.length} went in)`);
        count('rows_written', left.length);
        count('requests');
        return;
      case 'refused': {
        const line = left[verdict.line - 1];
        if (line === undefined) throw new Error(`QuestDB refused line ${verdict.line} of ${left.length}: ${verdict.reason}`);
        count('rows_refused');
        log(`QuestDB refused a row: ${verdict.reason}`);
        if (deadLetters !== null) appendFileSync(deadLetters, `${JSON.stringify({ reason: verdict.reason, line })}\n`, { mode: 0o600 });
        left = left.toSpliced(verdict.line - 1, 1);
        body = Buffer.from(`${left.join('\n')}\n`);
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
