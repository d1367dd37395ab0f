import { micros, type Micros } from '../../sql/micros.ts';
import type { Value } from '../../sql/read/query.ts';
import { ALL_EVIDENCE, EVIDENCE, evidenceFrom, type EvidenceTerms } from '../infer/evidence.ts';
import { ALGORITHMS, algorithmNamed } from '../infer/registry.ts';

/** What somebody asks to have inferred again. */
export interface Request {
  readonly algorithm: string;
  readonly run: string;
  /** null = everyone's. */
  readonly tenant: string | null;
  readonly from: Micros;
  readonly to: Micros;
  readonly minConfidence: number;
  /** What may be gone by. */
  readonly evidence: EvidenceTerms;
}

export type Checked = { readonly kind: 'good'; readonly request: Request } | { readonly kind: 'bad'; readonly problem: string };

export const USUAL_ALGORITHM = 'model';
const LIVE = 'live';
const RUN_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

const bad = (problem: string): Checked => ({ kind: 'bad', problem });
const textOf = (value: Value | undefined): string | null => (value === null || value === undefined || value === '' ? null : String(value));

/** Reads a row of `inference_requests` (times in µs); a bad one is answered with what was found and what to write instead. */
export const checkRequest = (row: Readonly<Record<string, Value>>): Checked => {
  const algorithm = textOf(row['algorithm']) ?? USUAL_ALGORITHM;
  const run = textOf(row['run']) ?? LIVE;
  const minConfidence = Number(row['min_confidence'] ?? 0);
  const [from, to] = [row['from_ts'] ?? null, row['to_ts'] ?? null];
  if (algorithmNamed(algorithm) === null) return bad(`there is no algorithm "${algorithm}": insert the request again with one of ${Object.keys(ALGORITHMS).join(', ')}`);
  if (!RUN_NAME.test(run)) {
    return bad(`the run's name "${run}" does not do: insert the request again with up to 64 letters, digits, dots, dashes or underscores; live rewrites the table spans, any other name is kept in spans_lab`);
  }
  if (from === null || to === null) return bad(`${from === null ? 'from_ts' : 'to_ts'} is missing: insert the request again with the packet times from_ts and to_ts between which exchanges are inferred`);
  if (Number(from) >= Number(to)) return bad('the stretch is empty: insert the request again with a from_ts earlier than to_ts');
  if (!(minConfidence >= 0 && minConfidence <= 1)) return bad(`min_confidence is ${minConfidence}: insert the request again with a number from 0 to 1, or without one`);
  const words = textOf(row['evidence']);
  const evidence = words === null ? ALL_EVIDENCE : evidenceFrom(words);
  if (evidence === null) return bad(`evidence is "${words}": insert the request again with ${EVIDENCE.join(', ')}, joined by commas, of which token and header may be left out`);
  return { kind: 'good', request: { algorithm, run, tenant: textOf(row['tenant']), from: micros(Number(from)), to: micros(Number(to)), minConfidence, evidence } };
};

/** Windows on the grid that a stretch touches. */
export const windowsIn = ({ from, to }: Pick<Request, 'from' | 'to'>, windowUs: number): number => Math.ceil(to / windowUs) - Math.floor(from / windowUs);
