import { appendFileSync } from 'node:fs';
import type { Count } from '../counters.ts';

/** Takes a row that the server refuses, with its reason. */
export type Bury = (line: string, reason: string) => void;

/** While rows are refused one after the other, one line is said this often. */
const BURST_MS = 10_000;

/** Keeps refused rows as JSON Lines, readable by their owner alone, counts them, and says so once a burst. */
export const deadLetters = (file: string | null, count: Count, log: (line: string) => void): Bury => {
  let saidAt = -Infinity;
  let unsaid = 0;
  return (line, reason) => {
    count('rows_refused');
    unsaid++;
    let kept = file === null ? 'they are not kept' : `they are kept in ${file}`;
    if (file !== null) {
      try {
        appendFileSync(file, `${JSON.stringify({ reason, line })}\n`, { mode: 0o600 });
      } catch (error) {
        count('rows_refused_not_kept');
        kept = `they cannot be kept in ${file} (${error instanceof Error ? error.message : String(error)})`;
      }
    }
    if (performance.now() - saidAt < BURST_MS) return;
    log(`QuestDB refuses rows (${unsaid} since this was last said): ${reason}; ${kept}`);
    saidAt = performance.now();
    unsaid = 0;
  };
};
