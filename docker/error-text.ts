import { DatabaseError } from 'pg';
import { CaptureError } from '../ingest/capture/file.ts';
import { NamesError } from '../sql/names.ts';
import { SetupError } from '../sql/server/setup-error.ts';
import { GraphServerError } from '../udf/http/server.ts';
import { TraceSetError } from '../udf/offline/csv.ts';
import { AlgorithmError } from '../udf/service/line.ts';
import { Failure } from './failure.ts';

/** Errors whose message holds place, finding and remedy. */
const SAID_BY_THEMSELVES = [CaptureError, NamesError, GraphServerError, TraceSetError, AlgorithmError];

/** The text for standard error: what was found and what to do; of a fault in tapgraph itself, where it happened. */
export const explain = (error: unknown): string => {
  if (error instanceof Failure || error instanceof SetupError) return `tapgraph: ${error.message}\n  → ${error.todo}\n`;
  if (SAID_BY_THEMSELVES.some((kind) => error instanceof kind)) return `tapgraph: ${error instanceof Error ? error.message : ''}\n`;
  if (error instanceof DatabaseError) return `tapgraph: the database refused: ${error.message}\n`;
  const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `tapgraph: this should not have happened, it is a fault of tapgraph:\n${trace}\n`;
};
