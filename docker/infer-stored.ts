import type { Database } from '../sql/database.ts';
import { inferenceService } from '../udf/service/service.ts';
import type { Micros } from '../sql/micros.ts';
import type { Names } from '../sql/names.ts';
import { log } from './log.ts';

export interface StoredInference {
  readonly algorithm: string;
  readonly follow: boolean;
  readonly run: string;
  readonly minConfidence: number;
  readonly names: Names;
  readonly signal: AbortSignal;
  readonly from?: Micros;
  readonly to?: Micros;
  readonly tenant?: string;
}

const LATENESS_MS = 2_000;
const WINDOW_SECONDS = 10;

/** Infers over stored exchanges; resolves at the end of the stretch, or with `follow` when stopped. */
export const inferStored = async (database: Database, inference: StoredInference): Promise<void> => {
  await inferenceService(database, { ...inference, latenessMs: LATENESS_MS, windowSeconds: WINDOW_SECONDS, log });
};
