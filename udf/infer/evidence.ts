import type { Algorithm } from './algorithm.ts';
import { withHeaders } from './headers.ts';

/** What may speak for a parent: when calls were sent and answered, values that flow, tracing headers. */
export const EVIDENCE = ['timing', 'token', 'header'] as const;

export type EvidenceTerm = (typeof EVIDENCE)[number];

/** The terms that an inference may go by; `timing` is always among them, for who can have caused a call is a matter of times. */
export type EvidenceTerms = ReadonlySet<EvidenceTerm>;

export const ALL_EVIDENCE: EvidenceTerms = new Set(EVIDENCE);

/** Reads a list as `timing,token`; null = it names something else, or leaves timing out. */
export const evidenceFrom = (text: string): EvidenceTerms | null => {
  const given = text.split(',').map((one) => one.trim());
  const terms = new Set(EVIDENCE.filter((term) => given.includes(term)));
  return terms.has('timing') && given.every((one) => EVIDENCE.some((term) => term === one)) ? terms : null;
};

/** The same set as text, in the order of `EVIDENCE`. */
export const evidenceText = (terms: EvidenceTerms): string => EVIDENCE.filter((term) => terms.has(term)).join(',');

/** The algorithm with headers before it, where they may be gone by. Values that flow are left out by not reading them. */
export const goingBy = (algorithm: Algorithm, terms: EvidenceTerms): Algorithm => (terms.has('header') ? withHeaders(algorithm) : algorithm);
