import type { Database } from '../sql/database.ts';
import { visible } from '../sql/read/progress.ts';
import { reader } from '../sql/read/query.ts';
import type { EvidenceTerms } from '../udf/infer/evidence.ts';
import { expireTokens } from '../sql/token-age.ts';
import { answerRequests } from '../udf/service/requests.ts';
import type { Shard } from '../udf/service/shard.ts';
import { inferenceService } from '../udf/service/service.ts';
import type { Micros } from '../sql/micros.ts';
import type { Names } from '../sql/names.ts';
import { log } from './log.ts';

export interface StoredInference {
  readonly algorithm: string;
  readonly follow: boolean;
  readonly run: string;
  readonly minConfidence: number;
  readonly evidence?: EvidenceTerms;
  readonly names: Names;
  readonly signal: AbortSignal;
  readonly from?: Micros;
  readonly to?: Micros;
  /** Only what came in since the last run, see `ServiceOptions`. */
  readonly onlyNew?: boolean;
  readonly tenant?: string;
  readonly shard?: Shard;
  readonly windowSeconds?: number;
  readonly latenessMs?: number;
}

/** Taps and writers are seldom further behind each other. */
export const LATENESS_MS = 1_000;
/** How often values that have been kept long enough are looked for. */
const EXPIRE_EVERY_MS = 600_000;
/** A trace waits for the end of its window: short enough to be seen soon. */
export const WINDOW_SECONDS = 1;

/**
 * Infers over stored exchanges; resolves at the end of the stretch, or with `follow` when stopped. What ingest had
 * acknowledged before is read, and what was inferred can be queried afterwards: QuestDB acknowledges before it shows.
 * A following live inference also takes up what is asked for in `inference_requests`.
 */
export const inferStored = async (database: Database, inference: StoredInference): Promise<void> => {
  const db = reader(database);
  try {
    await visible(db, 'exchanges');
    const usual = { latenessMs: inference.latenessMs ?? LATENESS_MS, windowSeconds: inference.windowSeconds ?? WINDOW_SECONDS, log };
    const over = new AbortController();
    const expire = (): void => {
      expireTokens(database, Date.now()).catch((error: unknown) => { log(`dropping values that were kept long enough failed (${error instanceof Error ? error.message : String(error)}); trying again later`); });
    };
    const expiring = inference.follow ? setInterval(expire, EXPIRE_EVERY_MS) : null;
    const { names, signal } = inference;
    const answering = inference.follow && inference.run === 'live' && (inference.shard?.index ?? 1) === 1
      ? answerRequests(database, { ...usual, names, signal: AbortSignal.any([signal, over.signal]) }) : Promise.resolve();
    try {
      await inferenceService(database, { ...inference, ...usual });
    } finally {
      over.abort();
      if (expiring !== null) clearInterval(expiring);
      await answering;
    }
    if (!inference.follow) await visible(db, inference.run === 'live' ? 'spans' : 'spans_lab');
  } finally {
    await db.close();
  }
};
