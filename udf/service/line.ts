import type { Count } from '../../sql/counters.ts';
import type { Exchange } from '../../sql/exchange.ts';
import { micros, type Micros } from '../../sql/micros.ts';
import type { Names } from '../../sql/names.ts';
import type { Reader } from '../../sql/read/query.ts';
import type { SpanWriter } from '../../sql/write/spans.ts';
import { ALL_EVIDENCE, goingBy, type EvidenceTerms } from '../infer/evidence.ts';
import { ALGORITHMS, algorithmNamed } from '../infer/registry.ts';
import { inferencePipeline, type InferredWindow } from '../pipeline.ts';
import type { Range } from './changes.ts';
import { knownNames } from './known-names.ts';
import { MODEL_VERSION, savedModels, type ModelRange } from './saved-models.ts';
import { writtenSpans } from './written.ts';

export interface LineOptions {
  readonly db: Reader;
  readonly writer: SpanWriter;
  readonly algorithm: string;
  readonly run: string;
  readonly names: Names;
  readonly minConfidence: number;
  /** What may be gone by; default: all there is. */
  readonly evidence?: EvidenceTerms;
  readonly windowSeconds: number;
  readonly latenessMs: number;
  readonly count: Count;
  readonly tooLate: (ts: Micros) => void;
  /** Which models that earlier runs have saved it goes by; null = none. */
  readonly models: ModelRange | null;
  readonly onWindow?: (window: InferredWindow) => void;
}

/** The pipeline between two ends that take time: spans are written before the next rows are taken. */
export interface Line {
  push(rows: readonly Exchange[]): Promise<void>;
  advance(watermark: Micros): Promise<void>;
  /** The watermark that closes every window up to the one that holds `time`. */
  beyond(time: Micros): Micros;
  close(): Promise<void>;
}

/** An algorithm that `--algorithm` does not know. */
export class AlgorithmError extends Error {
  override readonly name = 'AlgorithmError';

  constructor(found: string) {
    super(`there is no algorithm "${found}"; there are ${Object.keys(ALGORITHMS).join(', ')}`);
  }
}

/** A fault of the inference itself: trying again would meet it again. */
export class InferenceError extends Error {
  override readonly name = 'InferenceError';

  constructor(algorithm: string, cause: unknown) {
    super(`inference by ${algorithm} failed: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

/** A model beyond this many characters is not kept: after a restart windows go by the one before it. */
const LONGEST_MODEL = 4_000_000;

/** Spans of several windows in one request; a larger window goes alone. */
const REQUEST_SPANS = 20_000;

/** How far a window may look past its end; more than the pipeline does. */
const SLACK_US = 1_000_000;

/** Opens a line; with `only`, it writes just the traces that touch that stretch. */
export const openLine = async (options: LineOptions, only: Range | null): Promise<Line> => {
  const { writer, run, windowSeconds, latenessMs, count } = options;
  const algorithm = algorithmNamed(options.algorithm);
  if (algorithm === null) throw new AlgorithmError(options.algorithm);
  const table = run === 'live' ? 'spans' : 'spans_lab';
  const written = await writtenSpans(options.db, table, run);
  const windowUs = Math.round(windowSeconds * 1_000_000);
  const latenessUs = latenessMs * 1000;
  const queue: InferredWindow[] = [];
  const live = run === 'live';
  const known = options.models === null ? null : await savedModels(options.db, options.algorithm, options.models, count);
  const isNew = live ? await knownNames(options.db) : () => false;

  const pipeline = inferencePipeline({
    algorithm: goingBy(algorithm, options.evidence ?? ALL_EVIDENCE), run, names: options.names, minConfidence: options.minConfidence, windowUs, latenessUs, count,
    written: (id) => written.get(id),
    tooLate: (row) => { options.tooLate(row.ts); },
    ...(known !== null && { known }),
  }, { push: (window) => { queue.push(window); }, advance: () => undefined, close: () => undefined });

  const infer = (step: () => void): void => {
    try {
      step();
    } catch (error) {
      throw new InferenceError(options.algorithm, error);
    }
  };
  /** Of a stretch that is inferred on its own, what is told of its surroundings is not new. */
  const touching = (window: InferredWindow): InferredWindow => {
    if (only === null) return window;
    const within = ({ ts }: { readonly ts: Micros }): boolean => ts >= only.from && ts < only.to;
    const traces = new Set(window.spans.filter(within).map(({ trace_id }) => trace_id));
    const spans = window.spans.filter(({ trace_id }) => traces.has(trace_id));
    const ids = new Set(spans.map(({ span_id }) => span_id));
    return {
      ...window, spans, candidates: window.candidates.filter(({ span_id }) => ids.has(span_id)),
      accuracy: window.accuracy.filter(within), events: [], names: [], models: [],
    };
  };
  const writeAside = async (windows: readonly InferredWindow[]): Promise<void> => {
    const candidates = windows.flatMap((window) => window.candidates);
    const accuracy = windows.flatMap((window) => window.accuracy);
    const names = windows.flatMap((window) => window.names).filter(isNew);
    const events = live ? windows.flatMap((window) => window.events) : [];
    const models = live ? windows.flatMap(({ tenant, models: learnt }) => learnt.map((one) => ({ ...one, tenant }))) : [];
    const kept = models.filter(({ text }) => text.length <= LONGEST_MODEL);
    await Promise.all([
      writer.writeCandidates(candidates), writer.writeAccuracy(accuracy), writer.writeNames(names), writer.writeEvents(events),
      writer.writeModels(kept.map(({ ts, tenant, instance, text }) => ({ ts, tenant, instance, algorithm: options.algorithm, version: MODEL_VERSION, model: text }))),
    ]);
    count('candidates_written', candidates.length);
    count('names_written', names.length);
    count('model_events', events.length);
    count('models_saved', kept.length);
    count('models_too_long', models.length - kept.length);
    for (const { decided, checked, agreed } of accuracy) {
      count('header_decided', decided);
      count('header_checked', checked);
      count('header_agreed', agreed);
    }
  };
  const writeTogether = async (windows: readonly InferredWindow[]): Promise<void> => {
    const spans = windows.flatMap((window) => window.spans);
    await Promise.all([spans.length === 0 ? null : writer.write(spans, table), writeAside(windows)]);
    count('spans_written', spans.length);
    for (const window of windows) if (window.spans.length > 0) options.onWindow?.(window);
  };
  /** Windows that are there together go in one request, for each costs the server the same time: whole they stay. */
  const drain = async (): Promise<void> => {
    let together: InferredWindow[] = [];
    let rows = 0;
    for (const window of queue.splice(0).map(touching)) {
      if (rows > 0 && rows + window.spans.length > REQUEST_SPANS) {
        await writeTogether(together);
        together = [];
        rows = 0;
      }
      together.push(window);
      rows += window.spans.length;
    }
    if (together.length > 0) await writeTogether(together);
  };
  return {
    async push(rows) {
      const from = rows[0]?.ts;
      const to = rows.at(-1)?.ts;
      if (from === undefined || to === undefined) return;
      await written.load(from, to);
      infer(() => { for (const row of rows) pipeline.push(row); });
    },
    async advance(watermark) {
      infer(() => { pipeline.advance(watermark); });
      await drain();
    },
    beyond: (time) => micros(time + windowUs + latenessUs + SLACK_US),
    async close() {
      infer(() => { pipeline.close(); });
      await drain();
    },
  };
};
