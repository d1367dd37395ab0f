import { counters } from '../counters.ts';
import type { Database } from '../database.ts';
import type { Span } from '../span.ts';
import { deliverer } from './deliver.ts';
import { bodyOf, lineEncoder, type TableShape } from './line.ts';
import { poster } from './post.ts';
import { tableWatch } from './suspended.ts';
import {
  INFERENCE_ACCURACY, INFERENCE_MODELS, INFERENCE_RUNS, MODEL_EVENTS, SERVICE_NAMES, SPAN_CANDIDATES, spansShape,
  type Accuracy, type InferenceRun, type LearntModel, type ModelEvent, type ServiceName, type SpanCandidate,
} from './shapes.ts';

export interface SpanWriterOptions {
  /** File for rows that the server refuses. */
  readonly deadLetters?: string;
  readonly log?: (line: string) => void;
}

/** Writes what inference makes; each call is one request and one commit, which readers see whole or not at all. */
export interface SpanWriter {
  /** Resolves when the server has the spans; a span written before with the same `ts` and id is replaced. */
  write(spans: readonly Span[], table?: 'spans' | 'spans_lab'): Promise<void>;
  writeCandidates(candidates: readonly SpanCandidate[]): Promise<void>;
  writeRun(run: InferenceRun): Promise<void>;
  writeNames(names: readonly ServiceName[]): Promise<void>;
  writeEvents(events: readonly ModelEvent[]): Promise<void>;
  writeAccuracy(accuracy: readonly Accuracy[]): Promise<void>;
  writeModels(models: readonly LearntModel[]): Promise<void>;
  /** rows_written, rows_refused, requests, requests_repeated, over all tables. */
  counters(): Readonly<Record<string, number>>;
}

export const spanWriter = (database: Database, { deadLetters, log = () => undefined }: SpanWriterOptions = {}): SpanWriter => {
  const totals = counters();
  let waiting = 0;
  const deliver = deliverer({ post: poster(database), count: totals.count, log, deadLetters: deadLetters ?? null, held: () => `${waiting} rows wait` });
  const watch = tableWatch(database, { tables: ['spans', 'spans_lab', SPAN_CANDIDATES.table, INFERENCE_RUNS.table], log, count: totals.count });
  const writing = <Row extends object>(shape: TableShape<Row>) => {
    const encode = lineEncoder(shape);
    return async (rows: readonly Row[]): Promise<void> => {
      waiting += rows.length;
      await deliver(bodyOf(encode, rows));
      waiting -= rows.length;
      watch.look();
    };
  };
  const writers = { spans: writing(spansShape('spans')), spans_lab: writing(spansShape('spans_lab')) };
  const writeRuns = writing(INFERENCE_RUNS);
  return {
    write: (spans, table = 'spans') => writers[table](spans),
    writeCandidates: writing(SPAN_CANDIDATES),
    writeRun: (run) => writeRuns([run]),
    writeNames: writing(SERVICE_NAMES),
    writeEvents: writing(MODEL_EVENTS),
    writeAccuracy: writing(INFERENCE_ACCURACY),
    writeModels: writing(INFERENCE_MODELS),
    counters: () => totals.snapshot(),
  };
};
