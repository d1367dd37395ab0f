import type { Database } from '../sql/database.ts';
import { visible } from '../sql/read/progress.ts';
import { reader } from '../sql/read/query.ts';
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

/**
 * Infers over stored exchanges; resolves at the end of the stretch, or with `follow` when stopped. What ingest had
 * acknowledged before is read, and what was inferred can be queried afterwards: QuestDB acknowledges before it shows.
 */
export const inferStored = async (database: Database, inference: StoredInference): Promise<void> => {
  const db = reader(database);
  try {
    await visible(db, 'exchanges');
    await inferenceService(database, { ...inference, latenessMs: LATENESS_MS, windowSeconds: WINDOW_SECONDS, log });
    if (!inference.follow) await visible(db, inference.run === 'live' ? 'spans' : 'spans_lab');
  } finally {
    await db.close();
  }
};
