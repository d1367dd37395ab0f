import { CaptureError } from '../ingest/capture/file.ts';
import { SetupError } from '../sql/server/setup-error.ts';

/** What stops a command and a person can mend: what was found, and what to do about it. */
export class Failure extends Error {
  readonly todo: string;
  constructor(found: string, todo: string, options?: ErrorOptions) {
    super(found, options);
    this.name = 'Failure';
    this.todo = todo;
  }
}

/** The text for standard error: what was found and what to do; of a fault in tapgraph itself, where it happened. */
export const explain = (error: unknown): string => {
  if (error instanceof Failure || error instanceof SetupError) return `tapgraph: ${error.message}\n  → ${error.todo}\n`;
  if (error instanceof CaptureError) return `tapgraph: ${error.message}\n`;
  const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `tapgraph: this should not have happened, it is a fault of tapgraph:\n${trace}\n`;
};
